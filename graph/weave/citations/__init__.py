"""CITES: what cites what, by references and by the words of abstracts."""

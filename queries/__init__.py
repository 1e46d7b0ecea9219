"""Canned Cypher queries, one file each, and the code that runs them."""

"""Extractions on disk: the cache beside a graph, and folders of parts."""

"""The views of a graph, one module each."""

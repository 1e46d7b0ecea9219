"""A graph in a Neo4j database."""

"""The places that hold a graph: a LadybugDB file or a Neo4j database."""

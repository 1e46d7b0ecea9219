"""The check that every Cypher query passes before a database sees it."""

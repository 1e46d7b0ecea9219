"""The room where questions are answered: canned Cypher, one file a query, and what runs it."""

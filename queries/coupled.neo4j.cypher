// name = "coupled"
// question = "Which papers cite the same works as this one, and which are cited together with it?"
// columns = ["paper", "year", "shared_references", "cited_together"]
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "Attention Is All You Need" }
// parameters.top = { type = "int", default = 10, about = "how many rows", example = 5 }
MATCH (p:Paper {id: $paper})
CALL (p) {
  MATCH (p)-[:CITES]->(:Paper)<-[:CITES]-(other:Paper)
  RETURN other, count(*) AS shared, 0 AS together
  UNION ALL
  MATCH (p)<-[:CITES]-(:Paper)-[:CITES]->(other:Paper)
  RETURN other, 0 AS shared, count(*) AS together
}
WITH p, other, sum(shared) AS shared, sum(together) AS together
WHERE other <> p AND other.known
RETURN other.title AS paper, other.year AS year, shared AS shared_references, together AS cited_together
ORDER BY shared + together DESC, shared DESC, paper, other.id
LIMIT $top

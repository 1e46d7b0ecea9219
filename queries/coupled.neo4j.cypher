// name = "coupled"
// question = "Which papers cite the same works as this one, and which are cited together with it?"
// columns = ["paper", "year", "shared_references", "cited_together"]
// computed = "coupling-of-lists"
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "Attention Is All You Need" }
// parameters.top = { type = "int", default = 10, about = "how many rows", example = 5 }
MATCH (p:Paper {id: $paper})-[:CITES]->(work:Paper)<-[:CITES]-(other:Paper)
WHERE other.id <> $paper AND other.known
WITH other, count(*) AS shared
WITH other.id AS id, other.title AS paper, other.year AS year, shared ORDER BY shared DESC, paper, id LIMIT $top
RETURN id, paper, year, shared AS shared_references, 0 AS cited_together
UNION ALL
MATCH (p:Paper {id: $paper})<-[:CITES]-(citing:Paper)-[:CITES]->(other:Paper)
WHERE other.id <> $paper AND other.known
WITH other, count(*) AS together
WITH other.id AS id, other.title AS paper, other.year AS year, together ORDER BY together DESC, paper, id LIMIT $top
RETURN id, paper, year, 0 AS shared_references, together AS cited_together
UNION ALL
MATCH (p:Paper {id: $paper})-[:CITES]->(work:Paper)<-[:CITES]-(other:Paper)
WHERE other.id <> $paper AND other.known
WITH other, count(*) AS shared
MATCH (other)<-[:CITES]-(citing:Paper)-[:CITES]->(p:Paper {id: $paper})
WITH other, shared, count(*) AS together
WITH other.id AS id, other.title AS paper, other.year AS year, shared, together
ORDER BY shared + together DESC, shared DESC, paper, id LIMIT $top
RETURN id, paper, year, shared AS shared_references, together AS cited_together

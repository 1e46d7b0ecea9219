// name = "coupled"
// question = "Which papers cite the same works as this one, and which are cited together with it?"
// columns = ["paper", "year", "shared_references", "cited_together"]
// computed = "coupling"
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "Attention Is All You Need" }
// parameters.top = { type = "int", default = 10, about = "how many rows", example = 5 }
MATCH (p:Paper)
WHERE p.known
RETURN 'paper' AS what, offset(id(p)) AS place, p.id AS id, p.title AS paper, p.year AS year, [0] AS linked
UNION ALL
MATCH (p:Paper)-[:CITES]->(work:Paper)
WITH offset(id(p)) AS place, collect(offset(id(work))) AS linked
RETURN 'cites' AS what, place, '' AS id, '' AS paper, 0 AS year, linked

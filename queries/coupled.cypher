// name = "coupled"
// question = "Which papers cite the same works as this one, and which are cited together with it?"
// columns = ["paper", "year", "shared_references", "cited_together"]
// computed = "coupling"
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "Attention Is All You Need" }
// parameters.top = { type = "int", default = 10, about = "how many rows", example = 5 }
MATCH (p:Paper {id: $paper})-[:CITES]->(work:Paper)<-[:CITES]-(other:Paper)
WHERE other.id <> $paper AND other.known
WITH other, count(*) AS papers
RETURN 'shared references' AS relation, other.id AS id, other.title AS paper, other.year AS year, papers
UNION ALL
MATCH (p:Paper {id: $paper})<-[:CITES]-(citing:Paper)-[:CITES]->(other:Paper)
WHERE other.id <> $paper AND other.known
WITH other, count(*) AS papers
RETURN 'cited together' AS relation, other.id AS id, other.title AS paper, other.year AS year, papers

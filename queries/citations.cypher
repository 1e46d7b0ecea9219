// name = "citations"
// question = "Which papers of this graph does this one cite, and which cite it?"
// columns = ["direction", "paper", "year", "source"]
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "Attention Is All You Need" }
MATCH (p:Paper {id: $paper})-[:CITES]-(other:Paper)
WITH DISTINCT p, other
WHERE other.known
OPTIONAL MATCH (p)-[out:CITES]->(other)
OPTIONAL MATCH (p)<-[back:CITES]-(other)
UNWIND ['cites', 'is cited by'] AS direction
WITH other, direction, CASE WHEN direction = 'cites' THEN out.source ELSE back.source END AS source
WHERE source IS NOT NULL
RETURN direction, other.title AS paper, other.year AS year, source
ORDER BY direction, coalesce(other.year, 9999), paper, other.id

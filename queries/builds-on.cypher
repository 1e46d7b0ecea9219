// name = "builds-on"
// question = "Which papers does this one build on, and which build on it? Inferred from introduced and mentioned concepts."
// columns = ["direction", "paper", "year", "via"]
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "BERT: Pre-training" }
MATCH (p:Paper {id: $paper})-[:BUILDS_ON]-(other:Paper)
WITH DISTINCT p, other
WHERE other.known
OPTIONAL MATCH (p)-[out:BUILDS_ON]->(other)
OPTIONAL MATCH (p)<-[back:BUILDS_ON]-(other)
UNWIND ['builds on', 'is built on by'] AS direction
WITH other, direction, CASE WHEN direction = 'builds on' THEN out.via ELSE back.via END AS via
WHERE via IS NOT NULL
RETURN direction, other.title AS paper, other.year AS year, via
ORDER BY direction, coalesce(other.year, 9999), paper, other.id

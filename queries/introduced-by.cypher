// name = "introduced-by"
// question = "Who introduced this concept, and which papers of the first year mention it?"
// columns = ["role", "paper", "year", "authors", "evidence"]
// parameters.concept = { type = "concept", about = "a method, dataset, hardware, metric or task", example = "Transformer" }
// parameters.top = { type = "int", default = 20, about = "how many rows", example = 10 }
MATCH (every:Paper)-[:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
WHERE c.id = $concept
WITH min(every.year) AS first
MATCH (p:Paper)-[m:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
WHERE c.id = $concept
OPTIONAL MATCH (p)-[i:INTRODUCES]->(c)
WITH first, p, m, i
WHERE i.confidence IS NOT NULL OR p.year = first
WITH p, CASE WHEN i.confidence IS NOT NULL THEN 'introduces it' ELSE 'mentions it first' END AS role,
     CASE WHEN i.confidence IS NOT NULL THEN i.evidence ELSE m.evidence END AS evidence
RETURN role, p.title AS paper, p.year AS year, p.authors AS authors, evidence
ORDER BY role, coalesce(p.year, 9999), paper, p.id
LIMIT $top

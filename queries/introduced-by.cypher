// name = "introduced-by"
// question = "Which papers introduced this concept, and which mention it in its first year?"
// columns = ["role", "paper", "year", "authors", "evidence"]
// computed = "first-mentions"
// parameters.concept = { type = "concept", about = "a method, dataset, hardware, metric or task", example = "Transformer" }
// parameters.top = { type = "int", default = 20, about = "how many rows", example = 10 }
MATCH (p:Paper)-[i:INTRODUCES]->(c:Method|Dataset|Hardware|Metric|Task)
WHERE c.id = $concept
WITH p, i ORDER BY coalesce(p.year, 9999), p.title, p.id LIMIT $top
RETURN 'introduces it' AS role, p.id AS id, p.title AS paper, p.year AS year, p.authors AS authors, i.evidence AS evidence
UNION ALL
MATCH (q:Paper)-[m:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
WHERE c.id = $concept
WITH q.id AS id, q.title AS paper, q.year AS year, m.evidence AS evidence
ORDER BY coalesce(year, 9999), paper, id LIMIT $top
MATCH (p:Paper {id: id})
RETURN 'mentions it first' AS role, id, paper, year, p.authors AS authors, evidence

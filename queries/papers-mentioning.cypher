// name = "papers-mentioning"
// question = "Which papers mention this concept? Those that introduce it come first."
// columns = ["paper", "year", "introduces", "count", "evidence"]
// parameters.concept = { type = "concept", about = "a method, dataset, hardware, metric or task", example = "ImageNet" }
// parameters.top = { type = "int", default = 20, about = "how many rows", example = 10 }
MATCH (p:Paper)-[m:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
WHERE c.id = $concept
OPTIONAL MATCH (p)-[i:INTRODUCES]->(c)
WITH p, m, i.confidence IS NOT NULL AS introduces
RETURN p.title AS paper, p.year AS year, introduces, m.count AS count, m.evidence AS evidence
ORDER BY introduces DESC, m.count DESC, p.title, p.id
LIMIT $top

// name = "reading-list"
// question = "Which papers to read about this concept: those that introduced it, those that most others rest on, the newest?"
// columns = ["role", "paper", "year", "rest_on_it"]
// computed = "reading-list"
// parameters.concept = { type = "concept", about = "a method, dataset, hardware, metric or task", example = "Transformer" }
// parameters.top = { type = "int", default = 10, about = "how many rows", example = 5 }
MATCH (p:Paper)-[:INTRODUCES]->(c:Method|Dataset|Hardware|Metric|Task)
WHERE c.id = $concept
WITH p ORDER BY coalesce(p.year, 9999), p.title, p.id LIMIT $top
OPTIONAL MATCH (later:Paper)-[:BUILDS_ON|CITES]->(p), (later)-[:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task {id: $concept})
WITH p, count(DISTINCT later.id) AS rest_on_it
RETURN 'introduces it' AS role, p.id AS id, p.title AS paper, p.year AS year, rest_on_it
UNION ALL
MATCH (later:Paper)-[:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
WHERE c.id = $concept
MATCH (later)-[:BUILDS_ON|CITES]->(p:Paper)-[:MENTIONS]->(c)
WITH p, count(DISTINCT later.id) AS rest_on_it
WITH p, rest_on_it ORDER BY rest_on_it DESC, coalesce(p.year, 9999), p.title, p.id LIMIT $top
RETURN 'others rest on it' AS role, p.id AS id, p.title AS paper, p.year AS year, rest_on_it
UNION ALL
MATCH (p:Paper)-[:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
WHERE c.id = $concept
WITH p ORDER BY coalesce(p.year, 0) DESC, p.title, p.id LIMIT $top
OPTIONAL MATCH (later:Paper)-[:BUILDS_ON|CITES]->(p), (later)-[:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task {id: $concept})
WITH p, count(DISTINCT later.id) AS rest_on_it
RETURN 'newest' AS role, p.id AS id, p.title AS paper, p.year AS year, rest_on_it

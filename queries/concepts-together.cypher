// name = "concepts-together"
// question = "Which concepts occur with this one more often than chance would have it?"
// columns = ["concept", "kind", "together", "papers", "lift"]
// parameters.concept = { type = "concept", about = "a method, dataset, hardware, metric or task", example = "Transformer" }
// parameters.at_least = { type = "int", default = 2, about = "papers that must hold both" }
// parameters.top = { type = "int", default = 15, about = "how many rows" }
MATCH (p:Paper)
WITH count(p) AS total
MATCH (a:Method|Dataset|Hardware|Metric|Task)<-[:MENTIONS]-(:Paper)-[:MENTIONS]->(b:Method|Dataset|Hardware|Metric|Task)
WHERE a.id = $concept AND b.id <> $concept
WITH total, a, b, count(*) AS together
WHERE together >= $at_least
RETURN b.name AS concept, b.kind AS kind, together, b.paper_count AS papers,
       round(1.0 * together * total / (a.paper_count * b.paper_count), 2) AS lift
ORDER BY lift DESC, together DESC, concept, b.id
LIMIT $top

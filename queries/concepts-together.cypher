// name = "concepts-together"
// question = "Which concepts occur with this one more often than by chance? NPMI is 1 for concepts that only occur together, 0 at chance."
// columns = ["concept", "kind", "together", "papers", "lift", "npmi"]
// parameters.concept = { type = "concept", about = "a method, dataset, hardware, metric or task", example = "Transformer" }
// parameters.kind = { type = "text", default = "any", choices = ["any", "Method", "Dataset", "Hardware", "Metric", "Task"], about = "only concepts of this kind", example = "Dataset" }
// parameters.at_least = { type = "int", default = 2, about = "least number of papers with both", example = 3 }
// parameters.top = { type = "int", default = 15, about = "how many rows", example = 7 }
MATCH (p:Paper)
WHERE p.known
WITH count(p) AS total
MATCH (a:Method|Dataset|Hardware|Metric|Task)<-[:MENTIONS]-(:Paper)-[:MENTIONS]->(b:Method|Dataset|Hardware|Metric|Task)
WHERE a.id = $concept AND b.id <> $concept AND ($kind = 'any' OR b.kind = $kind)
WITH total, a, b, count(*) AS together
WHERE together >= $at_least
WITH b, together, total, 1.0 * together * total / (a.paper_count * b.paper_count) AS ratio
WITH b, together, round(ratio, 2) AS lift,
     CASE WHEN together = total THEN 1.0 ELSE round(log10(ratio) / log10(1.0 * total / together), 4) END AS npmi
RETURN b.name AS concept, b.kind AS kind, together, b.paper_count AS papers, lift, npmi
ORDER BY npmi DESC, together DESC, concept, b.id
LIMIT $top

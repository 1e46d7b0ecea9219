// name = "spellings"
// question = "What else is this concept called, and what are its variants and its family?"
// columns = ["name", "relation", "kind", "papers"]
// computed = "spellings"
// parameters.concept = { type = "concept", about = "a method, dataset, hardware, metric or task", example = "GPT-3" }
MATCH (c:Method|Dataset|Hardware|Metric|Task)
WHERE c.id = $concept
RETURN 'name' AS relation, c.id AS id, c.name AS name, c.kind AS kind, c.paper_count AS papers, c.aliases AS aliases
UNION ALL
MATCH (c:Method|Dataset|Hardware|Metric|Task)-[:VARIANT_OF]->(f:Method|Dataset|Hardware|Metric|Task)
WHERE c.id = $concept
RETURN 'family' AS relation, f.id AS id, f.name AS name, f.kind AS kind, f.paper_count AS papers, f.aliases AS aliases
UNION ALL
MATCH (v:Method|Dataset|Hardware|Metric|Task)-[:VARIANT_OF]->(c:Method|Dataset|Hardware|Metric|Task)
WHERE c.id = $concept
RETURN 'variant' AS relation, v.id AS id, v.name AS name, v.kind AS kind, v.paper_count AS papers, v.aliases AS aliases

// name = "rare-pairs"
// question = "Which two concepts are in one paper less often than expected, but are in this one?"
// columns = ["concept", "other", "together", "expected", "example"]
// computed = "rare-pairs"
// parameters.kind = { type = "text", default = "any", choices = ["any", "Method", "Dataset", "Hardware", "Metric", "Task"], about = "kind of the first concept", example = "Method" }
// parameters.other_kind = { type = "text", default = "any", choices = ["any", "Method", "Dataset", "Hardware", "Metric", "Task"], about = "kind of the second concept", example = "Task" }
// parameters.at_least = { type = "int", default = 5, about = "least number of papers of each concept", example = 3 }
// parameters.at_most = { type = "int", default = 2, about = "most papers with both", example = 1 }
// parameters.top = { type = "int", default = 15, about = "how many rows", example = 7 }
MATCH (c:Method|Dataset|Hardware|Metric|Task)
WITH c ORDER BY c.paper_count DESC, c.id LIMIT 2000
MATCH (p:Paper)-[:MENTIONS]->(c)
RETURN c.id AS id, c.name AS name, c.kind AS kind, collect(p.id) AS papers
UNION ALL
MATCH (p:Paper)
WHERE p.known
RETURN p.id AS id, p.title AS name, 'Paper' AS kind, [p.id] AS papers

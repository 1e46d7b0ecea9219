// name = "gaps"
// question = "Which two concepts share many neighbours, but are never in one paper?"
// columns = ["concept", "other", "common_neighbours", "expected", "neighbours"]
// computed = "gaps"
// parameters.kind = { type = "text", default = "any", choices = ["any", "Method", "Dataset", "Hardware", "Metric", "Task"], about = "kind of the first concept", example = "Method" }
// parameters.other_kind = { type = "text", default = "any", choices = ["any", "Method", "Dataset", "Hardware", "Metric", "Task"], about = "kind of the second concept", example = "Task" }
// parameters.at_least = { type = "int", default = 5, about = "least number of papers of each concept", example = 3 }
// parameters.top = { type = "int", default = 15, about = "how many rows", example = 7 }
MATCH (every:Paper)
WHERE every.known
WITH count(every) AS total
MATCH (c:Method|Dataset|Hardware|Metric|Task)
WITH total, c ORDER BY c.paper_count DESC, c.id LIMIT 2000
MATCH (p:Paper)-[:MENTIONS]->(c)
RETURN c.id AS id, c.name AS name, c.kind AS kind, collect(p.id) AS papers, total

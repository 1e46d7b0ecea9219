// name = "most-used"
// question = "Which concepts do most papers mention?"
// columns = ["concept", "kind", "papers", "introduced_by"]
// parameters.kind = { type = "text", default = "any", about = "Method, Dataset, Hardware, Metric, Task or any", example = "Dataset" }
// parameters.top = { type = "int", default = 20, about = "how many rows" }
MATCH (c:Method|Dataset|Hardware|Metric|Task)
WHERE $kind = 'any' OR toLower(c.kind) = toLower($kind)
WITH c ORDER BY c.paper_count DESC, c.name, c.id LIMIT $top
OPTIONAL MATCH (source:Paper)-[:INTRODUCES]->(c)
WITH c, min(source.title) AS introduced_by
RETURN c.name AS concept, c.kind AS kind, c.paper_count AS papers, introduced_by
ORDER BY papers DESC, concept, c.id

// name = "benchmarks-of-task"
// question = "Which datasets and metrics do papers on this task use?"
// columns = ["concept", "kind", "papers"]
// parameters.task = { type = "task", about = "a task", example = "machine translation" }
// parameters.kind = { type = "text", default = "any", choices = ["any", "Dataset", "Metric"], about = "only datasets, or only metrics", example = "Metric" }
// parameters.top = { type = "int", default = 20, about = "how many rows", example = 10 }
MATCH (:Task {id: $task})<-[:MENTIONS]-(p:Paper)-[:MENTIONS]->(c:Dataset|Metric)
WHERE $kind = 'any' OR c.kind = $kind
WITH c, count(DISTINCT p.id) AS papers
RETURN c.name AS concept, c.kind AS kind, papers
ORDER BY papers DESC, concept, c.id
LIMIT $top

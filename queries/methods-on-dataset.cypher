// name = "methods-on-dataset"
// question = "Which methods appear in papers that use this dataset?"
// columns = ["method", "papers", "introduced_by"]
// parameters.dataset = { type = "dataset", about = "a dataset or benchmark", example = "ImageNet" }
// parameters.top = { type = "int", default = 15, about = "how many rows", example = 7 }
MATCH (:Dataset {id: $dataset})<-[:MENTIONS]-(p:Paper)-[:MENTIONS]->(m:Method)
WITH m, count(DISTINCT p.id) AS papers
ORDER BY papers DESC, m.name, m.id LIMIT $top
OPTIONAL MATCH (source:Paper)-[:INTRODUCES]->(m)
WITH m, papers, min(source.title) AS introduced_by
RETURN m.name AS method, papers, introduced_by
ORDER BY papers DESC, method, m.id

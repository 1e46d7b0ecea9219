// name = "hardware-of-method"
// question = "On which hardware is this method reported?"
// columns = ["hardware", "papers", "example"]
// parameters.method = { type = "method", about = "a method, model, algorithm or system", example = "Transformer" }
// parameters.top = { type = "int", default = 15, about = "how many rows", example = 7 }
MATCH (:Method {id: $method})<-[:MENTIONS]-(p:Paper)-[:MENTIONS]->(h:Hardware)
WITH h, count(DISTINCT p.id) AS papers, min(p.title) AS example
RETURN h.name AS hardware, papers, example
ORDER BY papers DESC, hardware, h.id
LIMIT $top

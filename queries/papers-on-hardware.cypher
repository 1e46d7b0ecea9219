// name = "papers-on-hardware"
// question = "What runs on this hardware, and where is it said?"
// columns = ["paper", "year", "introduces", "evidence"]
// parameters.hardware = { type = "hardware", about = "a device or a class of devices", example = "GPUs" }
// parameters.top = { type = "int", default = 20, about = "how many rows" }
MATCH (p:Paper)-[m:MENTIONS]->(h:Hardware {id: $hardware})
OPTIONAL MATCH (p)-[:INTRODUCES]->(own:Method|Dataset|Hardware|Metric|Task)
WITH p, m, own.name AS name ORDER BY name LIMIT 1000000 // LadybugDB sorts here only with a limit
WITH p, m, collect(DISTINCT name) AS introduces
RETURN p.title AS paper, p.year AS year, introduces, m.evidence AS evidence
ORDER BY m.count DESC, paper, p.id
LIMIT $top

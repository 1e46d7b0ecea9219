// name = "papers-on-hardware"
// question = "Which papers use this hardware, and in which sentence?"
// columns = ["paper", "year", "introduces", "evidence"]
// sorted = ["introduces"]
// parameters.hardware = { type = "hardware", about = "a device or a class of devices", example = "GPUs" }
// parameters.top = { type = "int", default = 20, about = "how many rows", example = 10 }
MATCH (p:Paper)-[m:MENTIONS]->(:Hardware {id: $hardware})
WITH p, m ORDER BY m.count DESC, p.title, p.id LIMIT $top
OPTIONAL MATCH (p)-[:INTRODUCES]->(own:Method|Dataset|Hardware|Metric|Task)
WITH p, m.count AS count, m.evidence AS evidence, collect(DISTINCT own.name) AS introduces
RETURN p.title AS paper, p.year AS year, introduces, evidence
ORDER BY count DESC, p.title, p.id

// name = "paper-concepts"
// question = "Which concepts does this paper mention, and in which sentence?"
// columns = ["concept", "kind", "introduced", "count", "evidence"]
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "Attention Is All You Need" }
MATCH (p:Paper {id: $paper})-[m:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
OPTIONAL MATCH (p)-[i:INTRODUCES]->(c)
WITH c, m, i.confidence IS NOT NULL AS introduced
RETURN c.name AS concept, c.kind AS kind, introduced, m.count AS count, m.evidence AS evidence
ORDER BY introduced DESC, m.count DESC, c.name, c.id

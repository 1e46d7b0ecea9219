// name = "hubs"
// question = "Which papers are linked with most others, and which join papers that are not linked with one another?"
// columns = ["role", "paper", "year", "links", "effective_size", "efficiency"]
// computed = "brokers"
// parameters.top = { type = "int", default = 10, about = "how many hubs, and how many bridges", example = 5 }
MATCH (p:Paper)-[:SHARES_CONCEPTS|CITES|BUILDS_ON]->(other:Paper)
WHERE other.known
WITH p, collect(DISTINCT other.id) AS linked
RETURN p.id AS id, p.title AS paper, p.year AS year, linked
UNION ALL
MATCH (p:Paper)
WHERE p.known AND (:Paper)-[:SHARES_CONCEPTS|CITES|BUILDS_ON]->(p) AND NOT (p)-[:SHARES_CONCEPTS|CITES|BUILDS_ON]->(:Paper)
RETURN p.id AS id, p.title AS paper, p.year AS year, ['nothing else'] AS linked

// name = "hubs"
// question = "Which papers have the most links, and which connect papers that are not linked?"
// columns = ["role", "paper", "year", "links", "effective_size", "efficiency"]
// computed = "brokers"
// parameters.top = { type = "int", default = 10, about = "how many hubs, and how many bridges", example = 5 }
MATCH (p:Paper)
WHERE p.known
RETURN 'paper' AS what, id(p) AS place, p.id AS id, p.title AS paper, p.year AS year, [id(p)] AS linked
UNION ALL
MATCH (p:Paper)-[:SHARES_CONCEPTS|CITES|BUILDS_ON]->(other:Paper)
WITH id(p) AS place, collect(id(other)) AS linked
RETURN 'links' AS what, place, '' AS id, '' AS paper, 0 AS year, linked

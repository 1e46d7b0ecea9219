// name = "shortest-chain"
// question = "What is the shortest chain of shared concepts or citations between two papers, or two concepts?"
// columns = ["step", "name", "kind", "year", "link", "shared"]
// computed = "chain"
// found = ["chain"]
// differ = ["start", "goal"]
// parameters.start = { type = "paper-or-concept", about = "where the chain begins", example = "LoRA: Low-Rank" }
// parameters.goal = { type = "paper-or-concept", about = "where it ends", example = "MapReduce: Simplified" }
MATCH (p:Paper)
WHERE p.known
RETURN 'paper' AS what, offset(id(p)) AS place, p.id AS id, [0] AS linked
UNION ALL
MATCH (p:Paper)-[:CITES|SHARES_CONCEPTS]->(other:Paper)
WITH offset(id(p)) AS place, collect(offset(id(other))) AS linked
RETURN 'links' AS what, place, '' AS id, linked
UNION ALL
MATCH (c:Method|Dataset|Hardware|Metric|Task)<-[:MENTIONS]-(p:Paper)
WITH c.id AS id, collect(offset(id(p))) AS linked
RETURN 'concept' AS what, -1 AS place, id, linked;

MATCH (n:Paper|Method|Dataset|Hardware|Metric|Task)
WHERE n.id IN $chain
RETURN 'node' AS what, n.id AS id, '' AS other, coalesce(n.title, n.name) AS name, coalesce(n.kind, 'Paper') AS kind,
       n.year AS year, '' AS link, [''] AS shared
UNION ALL
MATCH (p:Paper)-[r:CITES|SHARES_CONCEPTS]-(other:Paper)
WHERE p.id IN $chain AND other.id IN $chain
RETURN 'link' AS what, p.id AS id, other.id AS other, '' AS name, '' AS kind, 0 AS year, label(r) AS link,
       r.shared AS shared

// name = "shortest-chain"
// question = "What is the shortest chain of shared concepts or citations between two papers, or two concepts?"
// columns = ["step", "name", "kind", "year", "link", "shared"]
// computed = "chain-of-paths"
// differ = ["start", "goal"]
// parameters.start = { type = "paper-or-concept", about = "where the chain begins", example = "LoRA: Low-Rank" }
// parameters.goal = { type = "paper-or-concept", about = "where it ends", example = "MapReduce: Simplified" }
MATCH (a:Paper {id: $start}), (b:Paper {id: $goal})
MATCH path = allShortestPaths((a)-[:CITES|SHARES_CONCEPTS*..8]-(b))
WHERE all(n IN nodes(path) WHERE n.known)
RETURN [n IN nodes(path) | n.id] AS ids, [n IN nodes(path) | n.title] AS names, [n IN nodes(path) | n.year] AS years,
       [n IN nodes(path) | 'Paper'] AS kinds, [r IN relationships(path) | type(r)] AS links,
       [r IN relationships(path) | r.shared] AS shared ORDER BY ids, links LIMIT 1
UNION ALL
MATCH (a:Paper|Method|Dataset|Hardware|Metric|Task {id: $start}), (b:Paper|Method|Dataset|Hardware|Metric|Task {id: $goal})
WHERE NOT a:Paper OR NOT b:Paper
MATCH path = allShortestPaths((a)-[:MENTIONS*..8]-(b))
RETURN [n IN nodes(path) | n.id] AS ids, [n IN nodes(path) | coalesce(n.title, n.name)] AS names,
       [n IN nodes(path) | n.year] AS years, [n IN nodes(path) | coalesce(n.kind, 'Paper')] AS kinds,
       [r IN relationships(path) | type(r)] AS links, [r IN relationships(path) | r.shared] AS shared
ORDER BY ids, links LIMIT 1

// name = "shortest-chain"
// question = "What is the shortest chain of shared concepts or citations between two papers, or two concepts?"
// columns = ["step", "name", "kind", "year", "link", "shared"]
// computed = "chain"
// differ = ["start", "goal"]
// parameters.start = { type = "paper-or-concept", about = "where the chain begins", example = "LoRA: Low-Rank" }
// parameters.goal = { type = "paper-or-concept", about = "where it ends", example = "MapReduce: Simplified" }
MATCH path = (a:Paper {id: $start})-[:CITES|SHARES_CONCEPTS* ALL SHORTEST 1..8 (r, n | WHERE n.known)]-(b:Paper {id: $goal})
RETURN properties(nodes(path), 'id') AS ids, properties(nodes(path), 'title') AS names,
       properties(nodes(path), 'year') AS years, list_transform(nodes(path), n -> 'Paper') AS kinds,
       list_transform(rels(path), r -> label(r)) AS links, properties(rels(path), 'shared') AS shared
UNION ALL
MATCH path = (a:Method|Dataset|Hardware|Metric|Task)-[:MENTIONS* ALL SHORTEST 1..8]-(b:Method|Dataset|Hardware|Metric|Task)
WHERE a.id = $start AND b.id = $goal
RETURN properties(nodes(path), 'id') AS ids,
       list_transform(nodes(path), n -> coalesce(n.title, n.name)) AS names,
       properties(nodes(path), 'year') AS years, list_transform(nodes(path), n -> coalesce(n.kind, 'Paper')) AS kinds,
       list_transform(rels(path), r -> label(r)) AS links, list_transform(rels(path), r -> ['']) AS shared
UNION ALL
MATCH path = (a:Method|Dataset|Hardware|Metric|Task)-[:MENTIONS* ALL SHORTEST 1..8]-(b:Paper {id: $goal})
WHERE a.id = $start
RETURN properties(nodes(path), 'id') AS ids,
       list_transform(nodes(path), n -> coalesce(n.title, n.name)) AS names,
       properties(nodes(path), 'year') AS years, list_transform(nodes(path), n -> coalesce(n.kind, 'Paper')) AS kinds,
       list_transform(rels(path), r -> label(r)) AS links, list_transform(rels(path), r -> ['']) AS shared
UNION ALL
MATCH path = (a:Paper {id: $start})-[:MENTIONS* ALL SHORTEST 1..8]-(b:Method|Dataset|Hardware|Metric|Task)
WHERE b.id = $goal
RETURN properties(nodes(path), 'id') AS ids,
       list_transform(nodes(path), n -> coalesce(n.title, n.name)) AS names,
       properties(nodes(path), 'year') AS years, list_transform(nodes(path), n -> coalesce(n.kind, 'Paper')) AS kinds,
       list_transform(rels(path), r -> label(r)) AS links, list_transform(rels(path), r -> ['']) AS shared

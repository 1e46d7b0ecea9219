// name = "rising"
// question = "Which concepts are mentioned more often in recent years than in as many years before?"
// columns = ["concept", "kind", "recent", "before", "percent", "growth"]
// parameters.kind = { type = "text", default = "any", choices = ["any", "Method", "Dataset", "Hardware", "Metric", "Task"], about = "only concepts of this kind", example = "Method" }
// parameters.years = { type = "int", default = 3, about = "number of recent years, up to the newest in the graph", example = 2 }
// parameters.at_least = { type = "int", default = 3, about = "least number of recent papers", example = 2 }
// parameters.smoothing = { type = "int", default = 5, about = "papers added to both counts, as smoothing", example = 3 }
// parameters.top = { type = "int", default = 20, about = "how many rows", example = 10 }
MATCH (p:Paper)
WHERE p.known AND p.year IS NOT NULL
WITH max(p.year) AS last
MATCH (p:Paper)
WHERE p.known AND p.year > last - 2 * $years
WITH last, count(CASE WHEN p.year > last - $years THEN 1 END) AS all_recent,
     count(CASE WHEN p.year <= last - $years THEN 1 END) AS all_before
MATCH (p:Paper)-[:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
WHERE p.year > last - 2 * $years AND ($kind = 'any' OR c.kind = $kind)
WITH all_recent, all_before, c, count(CASE WHEN p.year > last - $years THEN 1 END) AS recent,
     count(CASE WHEN p.year <= last - $years THEN 1 END) AS before
WHERE recent >= $at_least
WITH c, recent, before, round(100.0 * recent / all_recent, 2) AS percent,
     CASE WHEN all_before = 0 THEN 0.0 ELSE 1.0 * before * all_recent / all_before END AS expected
WITH c, recent, before, percent, expected
WHERE expected + $smoothing > 0
WITH c, recent, before, percent, round((1.0 * recent + $smoothing) / (expected + $smoothing), 2) AS growth
RETURN c.name AS concept, c.kind AS kind, recent, before, percent, growth
ORDER BY growth DESC, recent DESC, concept, c.id
LIMIT $top

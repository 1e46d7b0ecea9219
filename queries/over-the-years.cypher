// name = "over-the-years"
// question = "How many papers mention this concept each year, and what percentage of all papers?"
// columns = ["year", "papers", "of", "percent"]
// parameters.concept = { type = "concept", about = "a method, dataset, hardware, metric or task", example = "Transformer" }
MATCH (p:Paper)
WHERE p.known AND p.year IS NOT NULL
WITH p.year AS year, count(p) AS of
OPTIONAL MATCH (p:Paper {year: year})-[:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task {id: $concept})
WITH year, of, count(p) AS papers
RETURN year, papers, of, round(100.0 * papers / of, 2) AS percent
ORDER BY year

// name = "compare"
// question = "Which concepts do two papers share, and which only one of them?"
// columns = ["found", "concept", "kind", "papers"]
// differ = ["paper", "other"]
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "BERT: Pre-training" }
// parameters.other = { type = "paper", about = "the paper to compare with", example = "RoBERTa: A Robustly" }
MATCH (p:Paper)-[:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
WHERE p.id = $paper OR p.id = $other
WITH c, count(CASE WHEN p.id = $paper THEN 1 END) AS one, count(CASE WHEN p.id = $other THEN 1 END) AS two
WITH c, CASE WHEN one = two THEN 'in both' WHEN one = 1 THEN 'only in the first' ELSE 'only in the second' END AS found
RETURN found, c.name AS concept, c.kind AS kind, c.paper_count AS papers
ORDER BY found, papers, concept, c.id

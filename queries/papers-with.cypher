// name = "papers-with"
// question = "Which papers mention all of these concepts, any of these, and none of those?"
// columns = ["paper", "year", "concepts"]
// sorted = ["concepts"]
// parameters.all_of = { type = "concepts", default = [], about = "concepts that a paper must have", example = ["ImageNet"] }
// parameters.any_of = { type = "concepts", default = [], about = "concepts of which a paper must have one", example = ["AlexNet", "accuracy"] }
// parameters.none_of = { type = "concepts", default = [], about = "concepts that a paper may not have", example = ["Transformer"] }
// parameters.top = { type = "int", default = 20, about = "how many rows", example = 10 }
MATCH (p:Paper)
WHERE p.known
OPTIONAL MATCH (p)-[:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
WHERE c.id IN $all_of OR c.id IN $any_of OR c.id IN $none_of
WITH p, count(CASE WHEN c.id IN $all_of THEN 1 END) AS of_all, count(CASE WHEN c.id IN $any_of THEN 1 END) AS of_any,
     count(CASE WHEN c.id IN $none_of THEN 1 END) AS of_none, collect(c.name) AS concepts
WHERE of_all = size($all_of) AND (size($any_of) = 0 OR of_any > 0) AND of_none = 0
RETURN p.title AS paper, p.year AS year, concepts
ORDER BY of_any DESC, coalesce(p.year, 0) DESC, paper, p.id
LIMIT $top

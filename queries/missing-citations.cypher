// name = "missing-citations"
// question = "Which earlier papers might this paper have cited: those that introduced its concepts, or share many?"
// columns = ["paper", "year", "introduced", "score", "shared"]
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "LoRA: Low-Rank" }
// parameters.score = { type = "number", default = 0.2, about = "least score of shared concepts, from 0 to 1", example = 0.1 }
// parameters.top = { type = "int", default = 10, about = "how many rows", example = 5 }
MATCH (p:Paper {id: $paper})-[:BUILDS_ON|SHARES_CONCEPTS]-(other:Paper)
WITH DISTINCT p, other
WHERE other.year <= p.year
OPTIONAL MATCH (p)-[cited:CITES]->(other)
OPTIONAL MATCH (p)-[b:BUILDS_ON]->(other)
OPTIONAL MATCH (p)-[s:SHARES_CONCEPTS]-(other)
WITH other, cited, b, s
WHERE cited.source IS NULL AND (b.via IS NOT NULL OR s.score >= $score)
WITH other, b.via AS introduced, s.score AS score, s.shared AS shared
RETURN other.title AS paper, other.year AS year, introduced, score, shared
ORDER BY CASE WHEN introduced IS NULL THEN 1 ELSE 0 END, coalesce(score, 0.0) DESC, paper, other.id
LIMIT $top

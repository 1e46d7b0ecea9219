// name = "builds-on"
// question = "Which papers does this one build on, and which build on it? Inferred from what they introduce and mention."
// columns = ["direction", "paper", "year", "via"]
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "BERT" }
MATCH (p:Paper {id: $paper})-[b:BUILDS_ON]->(other:Paper)
RETURN 'builds on' AS direction, other.title AS paper, other.year AS year, b.via AS via
ORDER BY year, paper
UNION ALL
MATCH (p:Paper {id: $paper})<-[b:BUILDS_ON]-(other:Paper)
RETURN 'is built on by' AS direction, other.title AS paper, other.year AS year, b.via AS via
ORDER BY year, paper

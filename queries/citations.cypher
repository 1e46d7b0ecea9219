// name = "citations"
// question = "Which papers of this graph does this one cite, and which cite it?"
// columns = ["direction", "paper", "year"]
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "Attention Is All You Need" }
MATCH (p:Paper {id: $paper})-[:CITES]->(other:Paper)
RETURN 'cites' AS direction, other.title AS paper, other.year AS year
ORDER BY year, paper
UNION ALL
MATCH (p:Paper {id: $paper})<-[:CITES]-(other:Paper)
RETURN 'is cited by' AS direction, other.title AS paper, other.year AS year
ORDER BY year, paper

// name = "similar"
// question = "Which papers are most similar to this one, and by which concepts?"
// columns = ["paper", "year", "score", "shared"]
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "Attention Is All You Need" }
// parameters.top = { type = "int", default = 10, about = "how many rows", example = 5 }
MATCH (p:Paper {id: $paper})-[s:SHARES_CONCEPTS]-(other:Paper)
RETURN other.title AS paper, other.year AS year, s.score AS score, s.shared AS shared
ORDER BY score DESC, paper, other.id
LIMIT $top

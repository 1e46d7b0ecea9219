// name = "citations"
// question = "Which papers of this graph does this one cite, and which cite it?"
// columns = ["direction", "paper", "year"]
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "Attention Is All You Need" }
MATCH (citing:Paper)-[:CITES]->(cited:Paper)
WHERE citing.id = $paper OR cited.id = $paper
WITH CASE WHEN citing.id = $paper THEN 'cites' ELSE 'is cited by' END AS direction,
     CASE WHEN citing.id = $paper THEN cited.id ELSE citing.id END AS id,
     CASE WHEN citing.id = $paper THEN cited.title ELSE citing.title END AS paper,
     CASE WHEN citing.id = $paper THEN cited.year ELSE citing.year END AS year
RETURN direction, paper, year
ORDER BY direction, year, paper, id

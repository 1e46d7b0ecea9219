// name = "builds-on"
// question = "Which papers does this one build on, and which build on it? Inferred from what they introduce and mention."
// columns = ["direction", "paper", "year", "via"]
// parameters.paper = { type = "paper", about = "a part of its title, or its id", example = "BERT" }
MATCH (later:Paper)-[b:BUILDS_ON]->(earlier:Paper)
WHERE later.id = $paper OR earlier.id = $paper
WITH CASE WHEN later.id = $paper THEN 'builds on' ELSE 'is built on by' END AS direction,
     CASE WHEN later.id = $paper THEN earlier.id ELSE later.id END AS id,
     CASE WHEN later.id = $paper THEN earlier.title ELSE later.title END AS paper,
     CASE WHEN later.id = $paper THEN earlier.year ELSE later.year END AS year, b.via AS via
RETURN direction, paper, year, via
ORDER BY direction, year, paper, id

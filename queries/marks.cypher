// name = "marks"
// question = "Which concepts mark this venue or this author, compared with all papers? Without a name: the ones with the most papers."
// columns = ["owner", "concept", "kind", "papers", "of", "lift"]
// computed = "marks"
// parameters.by = { type = "text", default = "venue", choices = ["venue", "author"], about = "what papers are grouped by", example = "author" }
// parameters.named = { type = "text", default = "", about = "a part of the name, in any case", example = "e" }
// parameters.groups = { type = "int", default = 5, about = "how many venues or authors", example = 3 }
// parameters.at_least = { type = "int", default = 2, about = "papers of the group that must mention a concept", example = 2 }
// parameters.top = { type = "int", default = 5, about = "how many concepts of each", example = 3 }
MATCH (p:Paper)
WITH count(p) AS total
MATCH (p:Paper)
WITH total, p.id AS id, CASE WHEN $by = 'venue' THEN [p.venue] ELSE p.authors END AS names
UNWIND names AS owner
WITH DISTINCT total, id, owner
WHERE owner <> '' AND ($named = '' OR toLower(owner) CONTAINS toLower($named))
WITH total, owner, count(id) AS of, collect(id) AS ids
ORDER BY of DESC, owner LIMIT $groups
UNWIND ids AS id
MATCH (p:Paper {id: id})-[:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
WITH total, owner, of, c, count(p) AS papers
WHERE papers >= $at_least
RETURN owner, c.name AS concept, c.kind AS kind, papers, of, c.id AS id,
       round(1.0 * papers * total / (of * c.paper_count), 2) AS lift

// name = "marks"
// question = "Which concepts are characteristic of this venue or author? Without a name: of those with the most papers."
// columns = ["owner", "concept", "kind", "papers", "of", "lift"]
// computed = "marks"
// parameters.by = { type = "text", default = "venue", choices = ["venue", "author"], about = "what papers are grouped by", example = "author" }
// parameters.named = { type = "text", default = "", about = "a part of the name, in any case", example = "e" }
// parameters.groups = { type = "int", default = 5, about = "how many venues or authors", example = 3 }
// parameters.at_least = { type = "int", default = 2, about = "least number of papers of a concept in the group", example = 2 }
// parameters.top = { type = "int", default = 5, about = "how many concepts of each", example = 3 }
MATCH (every:Paper)
WHERE every.known
WITH count(every) AS total
MATCH (p:Paper)
WHERE $by = 'venue' AND p.venue <> '' AND ($named = '' OR toLower(p.venue) CONTAINS toLower($named))
WITH total, p.venue AS venue, count(p) AS of, collect(p.id) AS ids
ORDER BY of DESC, venue LIMIT $groups
UNWIND ids AS id
MATCH (p:Paper {id: id})-[:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
WITH total, venue, of, c, count(p) AS papers
WHERE papers >= $at_least
RETURN venue AS owner, toLower(venue) AS owner_id, c.name AS concept, c.kind AS kind, papers, of, c.id AS id,
       round(1.0 * papers * total / (of * c.paper_count), 2) AS lift
UNION ALL
MATCH (every:Paper)
WHERE every.known
WITH count(every) AS total
MATCH (a:Author)
WHERE $by = 'author' AND ($named = '' OR toLower(a.name) CONTAINS toLower($named))
WITH total, a ORDER BY a.paper_count DESC, a.name, a.id LIMIT $groups
MATCH (a)-[:WROTE]->(p:Paper)-[:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
WITH total, a, c, count(p) AS papers
WHERE papers >= $at_least
RETURN a.name AS owner, a.id AS owner_id, c.name AS concept, c.kind AS kind, papers, a.paper_count AS of, c.id AS id,
       round(1.0 * papers * total / (a.paper_count * c.paper_count), 2) AS lift

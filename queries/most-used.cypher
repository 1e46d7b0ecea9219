// name = "most-used"
// question = "Which methods, datasets, hardware, metrics and tasks do most papers mention?"
// columns = ["kind", "concept", "papers", "introduced_by"]
// order = ["kind", "-papers", "concept", "id"]
// parameters.kind = { type = "text", default = "any", choices = ["any", "Method", "Dataset", "Hardware", "Metric", "Task"], about = "only concepts of this kind", example = "Dataset" }
// parameters.top = { type = "int", default = 5, about = "how many of each kind", example = 3 }
MATCH (c:Method)
WHERE $kind = 'any' OR $kind = 'Method'
WITH c ORDER BY c.paper_count DESC, c.name, c.id LIMIT $top
OPTIONAL MATCH (source:Paper)-[:INTRODUCES]->(c)
WITH c, min(source.title) AS introduced_by
RETURN c.kind AS kind, c.name AS concept, c.paper_count AS papers, introduced_by, c.id AS id
UNION ALL
MATCH (c:Dataset)
WHERE $kind = 'any' OR $kind = 'Dataset'
WITH c ORDER BY c.paper_count DESC, c.name, c.id LIMIT $top
OPTIONAL MATCH (source:Paper)-[:INTRODUCES]->(c)
WITH c, min(source.title) AS introduced_by
RETURN c.kind AS kind, c.name AS concept, c.paper_count AS papers, introduced_by, c.id AS id
UNION ALL
MATCH (c:Hardware)
WHERE $kind = 'any' OR $kind = 'Hardware'
WITH c ORDER BY c.paper_count DESC, c.name, c.id LIMIT $top
OPTIONAL MATCH (source:Paper)-[:INTRODUCES]->(c)
WITH c, min(source.title) AS introduced_by
RETURN c.kind AS kind, c.name AS concept, c.paper_count AS papers, introduced_by, c.id AS id
UNION ALL
MATCH (c:Metric)
WHERE $kind = 'any' OR $kind = 'Metric'
WITH c ORDER BY c.paper_count DESC, c.name, c.id LIMIT $top
OPTIONAL MATCH (source:Paper)-[:INTRODUCES]->(c)
WITH c, min(source.title) AS introduced_by
RETURN c.kind AS kind, c.name AS concept, c.paper_count AS papers, introduced_by, c.id AS id
UNION ALL
MATCH (c:Task)
WHERE $kind = 'any' OR $kind = 'Task'
WITH c ORDER BY c.paper_count DESC, c.name, c.id LIMIT $top
OPTIONAL MATCH (source:Paper)-[:INTRODUCES]->(c)
WITH c, min(source.title) AS introduced_by
RETURN c.kind AS kind, c.name AS concept, c.paper_count AS papers, introduced_by, c.id AS id

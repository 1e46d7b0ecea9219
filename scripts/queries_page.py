"""Write docs/queries.md: each canned query with its Cypher and an answer.

    python scripts/queries_page.py           # writes docs/queries.md
    python scripts/queries_page.py --check   # checks that the file is current

The answers are those of the sample corpus with the default model.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import litloom
from litloom.cli.output import markdown
from litloom.graph.stores.base import Rows
from litloom.queries.catalogue import catalogue
from litloom.queries.methods import method_name
from litloom.queries.query_file import CannedQuery, Parameter, parameters_used

PAGE: Final = Path(__file__).parents[1] / "docs" / "queries.md"
ROWS_SHOWN: Final = 5
LETTERS_SHOWN: Final = 140
HEADINGS: Final = ("About a paper", "About a concept", "About all papers")
OPENING: Final = """# Queries

`python scripts/queries_page.py` writes this page from the headers of `queries/*.cypher`. The answers are
those of the sample corpus that comes with litloom.

A paper is named by its id or a part of its title, a concept by its name, an alias or its id. Case, hyphens
and small typing mistakes do not matter. `--format` prints [other forms](command-line.md#output) than a
table; in Python, rows have `to_pandas()` and `to_polars()`. Works that are only cited are not papers here;
they count as shared references. How long queries take is in [query-speed.md](query-speed.md).

## Your own queries

A query is a file `NAME.cypher` with a header in its comments. `litloom query --queries DIR …`, or the
environment variable `LITLOOM_QUERIES`, adds a folder of queries; so does
`litloom.open_graph("lit.lbug", queries="DIR")` in Python:

```cypher
// name = "venues-of-concept"
// question = "Where are the papers published that mention this concept?"
// columns = ["venue", "papers"]
// parameters.concept = { type = "concept", about = "its name", example = "LoRA" }
MATCH (p:Paper)-[:MENTIONS]->(c:Method|Dataset|Hardware|Metric|Task)
WHERE c.id = $concept AND p.venue <> ''
RETURN p.venue AS venue, count(p) AS papers
ORDER BY papers DESC, venue
```

The docstring of `queries/query_file.py` describes the header. If a store needs other text, a second file
`NAME.neo4j.cypher` or `NAME.ladybug.cypher` has the same header.
"""


def main() -> None:
    """Write the page, or check that it is current."""
    parser = argparse.ArgumentParser(description="Write the page about the canned queries.")
    parser.add_argument("--check", action="store_true", help="only check that the page is current")
    arguments = parser.parse_args()
    with litloom.build(litloom.sample_corpus()) as graph:
        text = page(graph)
    if not arguments.check:
        PAGE.write_text(text, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE} is not current; write it with: python scripts/queries_page.py")


def page(graph: litloom.Graph) -> str:
    """Return the page, with answers of a graph."""
    groups: dict[str, list[CannedQuery]] = {heading: [] for heading in HEADINGS}
    for query in catalogue().values():
        groups[_group(query)].append(query)
    parts = [OPENING]
    for heading, queries in groups.items():
        links = [f"- [`{query.name}`](#{query.name}): {query.question}\n" for query in queries]
        parts += [f"\n## {heading}\n\n", *links, *(_section(query, graph) for query in queries)]
    return "".join(parts)


def _group(query: CannedQuery) -> str:
    types = [parameter.type for parameter in query.parameters if parameter.default is None]
    if not types:
        return HEADINGS[2]
    return HEADINGS[0] if types[0].startswith("paper") else HEADINGS[1]


def _section(query: CannedQuery, graph: litloom.Graph) -> str:
    arguments = {p.name: p.example for p in query.parameters if p.default is None}
    if not arguments:
        arguments = {p.name: p.example for p in query.parameters if p.type == "concepts" and p.example}
    rows = graph.query(query.name, **arguments)
    shown = Rows(rows.columns, tuple(tuple(map(_short, row)) for row in rows.values[:ROWS_SHOWN]))
    more = f"\n{len(rows) - ROWS_SHOWN} more.\n" if len(rows) > ROWS_SHOWN else ""
    return "\n".join(
        [
            f"\n### {query.name}\n",
            f"{query.question}\n",
            *_parameters(query.parameters),
            f"```bash\nlitloom query {query.name}{_options(arguments)} --store lit.lbug\n```\n",
            f"```python\ngraph.{method_name(query.name)}({_keywords(arguments)})\n```\n",
            f"{markdown(shown)}{more}" if rows.values else "No rows.\n",
            *_cypher(query),
            *_dialects(query),
        ]
    )


def _parameters(parameters: Iterable[Parameter]) -> Iterator[str]:
    rows = tuple(
        (p.name, " or ".join(p.choices) or p.type, "" if p.default is None else _plain(p.default), p.about)
        for p in parameters
    )
    yield markdown(Rows(("parameter", "type", "default", "description"), rows))


def _cypher(query: CannedQuery) -> Iterator[str]:
    computed = f"computed (`{query.computed}` in `queries/computed/`)"
    if query.found:
        found = " and ".join(f"`{name}`" for name in query.found)
        yield f"{found} is {computed} from the result of this Cypher, once for an open graph:\n"
        yield f"```cypher\n{query.first}\n```\n"
        yield "The answer is computed from the result of this one:\n"
    elif query.computed is not None:
        kept = "" if parameters_used(query.cypher) else ", which is run once for an open graph"
        yield f"The answer is {computed} from the result of this Cypher{kept}:\n"
    yield f"```cypher\n{query.cypher}\n```\n"


def _dialects(query: CannedQuery) -> Iterator[str]:
    if "neo4j" in query.dialects:
        yield "In Neo4j:\n"
        yield from _cypher(query.dialects["neo4j"])


def _options(arguments: Mapping[str, Any]) -> str:
    lists = {name: value if isinstance(value, tuple) else (value,) for name, value in arguments.items()}
    given = ((name, value) for name, values in lists.items() for value in values)
    return "".join(f' --{name.replace("_", "-")} "{value}"' for name, value in given)


def _keywords(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={_plain(value)!r}".replace("'", '"') for name, value in arguments.items())


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _short(value: Any) -> Any:
    return (
        f"{value[: LETTERS_SHOWN - 1]}…" if isinstance(value, str) and len(value) > LETTERS_SHOWN else value
    )


if __name__ == "__main__":
    main()

"""Speed of the canned queries on a graph: the first answer, the median and the 95th percentile.

    python benchmarks/queries.py STORE [STORE…] [--times 40] [--json FILE]

``STORE`` is a graph file, or the address of a Neo4j server; several stand side by side, and are asked the
same. ``benchmarks/dictionary_graph.py`` makes a big graph in minutes; ``litloom build`` makes a real one with
any model. Papers are drawn at random, half of them among the 200 most cited; concepts by how many papers
mention them, so that the common ones, which cost the most, are asked as often as people ask for them. The
first answer of each query includes what is prepared once while a graph is open; the percentiles are of those
after it. ``cpu`` is the 95th percentile of the processor time of this process, on all cores together: what
to go by for a graph file where other programs keep the machine busy.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from contextlib import suppress
from pathlib import Path
from statistics import quantiles
from typing import Any

from litloom import Graph, QueryError, open_graph
from litloom.queries.catalogue import catalogue
from litloom.queries.query_file import CannedQuery, Parameter
from litloom.records import KINDS

ABOUT_ONE_MS = 100.0
ABOUT_ALL_MS = 2000.0
MOST_CITED = 200


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Speed of the canned queries.")
    parser.add_argument("stores", nargs="+")
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--only", nargs="*", default=None, help="names of queries")
    parser.add_argument("--json", type=Path, default=None)
    arguments = parser.parse_args()
    graphs = [open_graph(store) for store in arguments.stores]
    print(dict(graphs[0].stats().values), flush=True)
    for graph in graphs:
        for what, name in (("paper", "no such paper at all"), ("concept", "no such concept at all")):
            print(f"{what} names read once in {names_read(graph, what, name):.0f} ms", flush=True)
    print(
        f"{'query':<22}{'limit, ms':>10}"
        + "".join(f"{'first':>10}{'median':>9}{'p95':>9}{'cpu':>9}" for _ in graphs)
    )
    found, over = {}, 0
    for query in catalogue().values():
        if arguments.only and query.name not in arguments.only:
            continue
        limit = ABOUT_ONE_MS if any(p.default is None for p in query.parameters) else ABOUT_ALL_MS
        measured = [timed(graph, query, drawn(graphs[0], query, arguments.times)) for graph in graphs]
        over += measured[0]["p95"] > limit
        found[query.name] = measured
        cells = "".join(
            f"{m['first']:>10.1f}{m['median']:>9.1f}{m['p95']:>9.1f}{m['cpu']:>9.1f}" for m in measured
        )
        print(
            f"{query.name:<22}{limit:>10.0f}{cells}{'  over' if measured[0]['p95'] > limit else ''}",
            flush=True,
        )
    print(f"{over} of {len(found)} are over their limit on {arguments.stores[0]}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


def names_read(graph: Graph, what: str, name: str) -> float:
    """Return the milliseconds of the first look-up of a name."""
    begin = time.perf_counter()
    with suppress(QueryError):
        graph.query("similar" if what == "paper" else "spellings", **{what: name})
    return 1000 * (time.perf_counter() - begin)


def drawn(graph: Graph, query: CannedQuery, times: int) -> list[dict[str, Any]]:
    """Return arguments for each time."""
    draw = random.Random(query.name)
    some = graph.cypher("MATCH (p:Paper) WHERE p.known RETURN p.id AS id ORDER BY id")
    papers = [row[0] for row in some.values]
    most = graph.cypher(
        "MATCH (p:Paper)<-[:CITES]-(q:Paper) WHERE p.known RETURN p.id AS id, count(q) AS n "
        f"ORDER BY n DESC, id LIMIT {MOST_CITED}"
    )
    cited = [row[0] for row in most.values] or papers
    rows = graph.cypher(
        f"MATCH (c:{'|'.join(KINDS)}) RETURN c.id AS id, c.kind AS kind, c.paper_count AS n ORDER BY id"
    ).values

    def value(parameter: Parameter) -> Any:
        if parameter.type in ("paper", "paper-or-concept"):
            return draw.choice(draw.choice((papers, cited)))
        kinds = KINDS if parameter.type in ("concept", "concepts") else (parameter.type.capitalize(),)
        fitting = [row for row in rows if row[1] in kinds]
        chosen = draw.choices(fitting, [row[2] for row in fitting], k=2)
        return [row[0] for row in chosen] if parameter.type == "concepts" else chosen[0][0]

    asked = [p for p in query.parameters if p.default is None or p.name == "any_of"]
    return [{parameter.name: value(parameter) for parameter in asked} for _ in range(times + 1)]


def timed(graph: Graph, query: CannedQuery, arguments: list[dict[str, Any]]) -> dict[str, float]:
    """Return milliseconds: the first answer, the median and 95th percentile of the others, processor time."""
    took, cpu = [], []
    for given in arguments:
        begin, begin_cpu = time.perf_counter(), time.process_time()
        graph.query(query.name, **given)
        took.append(1000 * (time.perf_counter() - begin))
        cpu.append(1000 * (time.process_time() - begin_cpu))
    cuts, cpu_cuts = (quantiles(times[1:], n=20, method="inclusive") for times in (took, cpu))
    return {"first": took[0], "median": cuts[9], "p95": cuts[18], "cpu": cpu_cuts[18]}


if __name__ == "__main__":
    main()

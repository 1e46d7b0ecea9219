"""Speed of the canned queries on a graph: the first answer, the median and the 95th percentile.

    python -m benchmarks.queries STORE [STORE…] [--neo4j] [--times 40] [--json FILE]

``STORE`` is a graph file, or the address of a Neo4j server; several stand side by side, and are asked the
same. ``--neo4j`` puts a copy of the first, a graph file, into a Neo4j of its own, by way of the importer
(Java 17, and Maven for the first time). ``benchmarks/dictionary_graph.py`` makes a big graph in minutes;
``litloom build`` makes a real one with any model.

Papers are drawn at random, half of them among the 200 most cited; concepts by how many papers mention them,
so that the common ones, which cost the most, are asked as often as people ask for them. The first answer of
each query includes what is prepared once while a graph is open; the percentiles are of those after it.
``cpu`` is the 95th percentile of the processor time of this process, on all cores together: what to go by for
a graph file where other programs keep the machine busy. Answers that are not the same in all stores are
counted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
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
MEASURES = ("first", "median", "p95", "cpu")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stores", nargs="+")
    parser.add_argument("--neo4j", action="store_true", help="also a copy of the first in a Neo4j of its own")
    parser.add_argument("--heap", default="1g", help="memory for its objects (1g)")
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--only", nargs="*", default=None, help="names of queries")
    parser.add_argument("--json", type=Path, default=None)
    arguments = parser.parse_args()
    with ExitStack() as opened:
        graphs = {store: opened.enter_context(open_graph(store)) for store in arguments.stores}
        if arguments.neo4j:
            graphs["neo4j"] = opened.enter_context(neo4j_copy(graphs[arguments.stores[0]], arguments.heap))
        found = measured(graphs, arguments.times, arguments.only)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


@contextmanager
def neo4j_copy(graph: Graph, heap: str) -> Iterator[Graph]:
    """Start a Neo4j that holds the same graph, and stop it in the end."""
    from litloom.graph.neo4j_export import export_neo4j_import, import_options
    from scripts.neo4j_server import Neo4jServer

    with tempfile.TemporaryDirectory(prefix="litloom-benchmark-") as folder:
        home, files = Path(folder, "server"), Path(folder, "files")
        begin = time.perf_counter()
        export_neo4j_import(graph.store, files)
        server = Neo4jServer(home, heap=heap, settings={"server.memory.pagecache.size": "1g"})
        ended = server.admin("database", "import", "full", "neo4j", *import_options(), folder=files)
        if ended.returncode:
            raise SystemExit(ended.stdout + ended.stderr)
        try:
            server.start()
            os.environ.update(server.environment)
            with open_graph(server.uri) as copy:
                copy.cypher("CALL db.awaitIndexes(600)")
                print(f"copied into Neo4j in {time.perf_counter() - begin:.0f} s", flush=True)
                yield copy
        finally:
            server.kill()


def measured(graphs: dict[str, Graph], times: int, only: Sequence[str] | None) -> dict[str, Any]:
    """Print a row for each query, and return what is in it for each store."""
    first = next(iter(graphs.values()))
    print(dict(first.stats().values))
    for place, graph in graphs.items():
        print(f"{place}: {', '.join(names_read(graph))}", flush=True)
    print(f"{'':<30}" + "".join(f"{place[-36:]:>38}" for place in graphs))
    print(f"{'query':<22}{'limit':>8}" + f"{'first':>11}{'median':>9}{'p95':>9}{'cpu':>9}" * len(graphs))
    found: dict[str, dict[str, dict[str, float]]] = {}
    differing: dict[str, int] = {}
    for query in catalogue().values():
        if only is not None and query.name not in only:
            continue
        limit = limit_of(query)
        asked = drawn(first, query, times)
        timings = {place: timed(graph, query, asked) for place, graph in graphs.items()}
        found[query.name] = {place: took for place, (took, _) in timings.items()}
        answers = zip(*(rows for _, rows in timings.values()), strict=True)
        differing[query.name] = sum(len(set(map(repr, rows))) > 1 for rows in answers)
        cells = "".join(cell(took, limit) for took in found[query.name].values())
        print(f"{query.name:<22}{limit:>8.0f}{cells}", flush=True)
    print("milliseconds; * is over the limit")
    for place in graphs:
        over = [name for name, row in found.items() if row[place]["p95"] > limit_of(catalogue()[name])]
        print(f"{place}: {len(over)} of {len(found)} over their limit{': ' if over else ''}{', '.join(over)}")
    if len(graphs) > 1:
        unlike = {name: number for name, number in differing.items() if number}
        print(f"answers that differ between the stores: {unlike or 'none'}")
    return found


def limit_of(query: CannedQuery) -> float:
    """Return within how many milliseconds a query should be answered."""
    return ABOUT_ONE_MS if any(p.default is None for p in query.parameters) else ABOUT_ALL_MS


def cell(took: dict[str, float], limit: float) -> str:
    """Return the columns of one store."""
    over = "*" if took["p95"] > limit else " "
    return f"{took['first']:>11.1f}{took['median']:>9.1f}{took['p95']:>8.1f}{over}{took['cpu']:>9.1f}"


def names_read(graph: Graph) -> Iterator[str]:
    """Look up names, and say how long it took: the first of each sort, which reads them all, and others."""
    title = graph.cypher("MATCH (p:Paper) WHERE p.known RETURN p.title AS t ORDER BY p.id LIMIT 1")[0]["t"]
    for name, what, query, given in (
        ("a title, names read", "paper", "similar", title),
        ("no title", "paper", "similar", "no such paper at all"),
        ("a concept, names read", "concept", "spellings", "accuracy"),
        ("no concept", "concept", "spellings", "no such concept at all"),
    ):
        begin = time.perf_counter()
        with suppress(QueryError):
            graph.questions.ask(query, {what: given})
        yield f"{name} {1000 * (time.perf_counter() - begin):.0f} ms"


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


def timed(
    graph: Graph, query: CannedQuery, arguments: list[dict[str, Any]]
) -> tuple[dict[str, float], list[Any]]:
    """Return milliseconds, the percentiles being of all answers but the first, and the answers."""
    took, cpu, answers = [], [], []
    for given in arguments:
        begin, begin_cpu = time.perf_counter(), time.process_time()
        answers.append(graph.query(query.name, **given).values)
        took.append(1000 * (time.perf_counter() - begin))
        cpu.append(1000 * (time.process_time() - begin_cpu))
    cuts, cpu_cuts = (quantiles(times[1:], n=20, method="inclusive") for times in (took, cpu))
    return dict(zip(MEASURES, (took[0], cuts[9], cuts[18], cpu_cuts[18]), strict=True)), answers


if __name__ == "__main__":
    main()

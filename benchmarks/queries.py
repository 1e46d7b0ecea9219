"""Speed of the canned queries on a graph: the first answer, the median, the 95th percentile and the slowest.

    python -m benchmarks.queries STORE [STORE…] [--neo4j] [--times 40] [--json FILE]

``STORE`` is a graph file, or the address of a Neo4j server; several stand side by side, and are asked the
same. ``--neo4j`` puts a copy of the first, a graph file, into a Neo4j of its own, by way of the importer
(Java 17, and Maven for the first time). ``benchmarks/dictionary_graph.py`` makes a big graph in minutes;
``litloom build`` makes a real one with any model.

Papers are drawn at random, half of them among the 200 most cited; concepts by how many papers mention them,
so that the common ones, which cost the most, are asked as often as people ask for them; where either may be
given, rare concepts as well. The first answer of each query includes what is prepared once while a graph is
open; the rest is of those after it. Names are looked up apart: as they are or their beginning, mistyped, and
such as fit nothing; the first of each sort includes the reading of all names, or of their words.
``cpu`` is the 95th percentile of the processor time of this process, on all cores together: what to go by for
a graph file where other programs keep the machine busy. Answers that are not the same in all stores are
counted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
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
CONCEPTS = 0.5
"""How often a concept is given where a paper may be."""
MEASURES = ("first", "median", "p95", "max", "cpu")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stores", nargs="+")
    parser.add_argument("--neo4j", action="store_true", help="also a copy of the first in a Neo4j of its own")
    parser.add_argument("--heap", default="1g", help="memory for its objects (1g)")
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--only", nargs="*", default=None, help="names of queries or of look-ups")
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
    from litloom.graph.export.neo4j_bulk import export_neo4j_import, import_options
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


@dataclass(frozen=True)
class Question:
    """What is asked of each graph, once with each of the arguments, within `limit` milliseconds."""

    name: str
    limit: float
    arguments: Sequence[Any]
    ask: Callable[[Graph, Any], Any]


def measured(graphs: dict[str, Graph], times: int, only: Sequence[str] | None) -> dict[str, Any]:
    """Print a row for each question, and return what is in it for each store."""
    first = next(iter(graphs.values()))
    print(dict(first.stats().values))
    print(f"{'':<30}" + "".join(f"{place[-45:]:>47}" for place in graphs))
    print(f"{'question':<22}{'limit':>8}" + heading() * len(graphs))
    found: dict[str, dict[str, dict[str, float]]] = {}
    over: dict[str, list[str]] = {place: [] for place in graphs}
    differing: dict[str, int] = {}
    for question in (*about_names(first, times), *canned(first, times)):
        if only is not None and question.name not in only:
            continue
        timings = {place: timed(graph, question) for place, graph in graphs.items()}
        found[question.name] = {place: took for place, (took, _) in timings.items()}
        answers = zip(*(rows for _, rows in timings.values()), strict=True)
        if unlike := sum(len(set(map(repr, rows))) > 1 for rows in answers):
            differing[question.name] = unlike
        for place, (took, _) in timings.items():
            over[place] += [question.name] * (took["p95"] > question.limit)
        cells = "".join(cell(took, question.limit) for took in found[question.name].values())
        print(f"{question.name:<22}{question.limit:>8.0f}{cells}", flush=True)
    print("milliseconds; * is over the limit")
    for place, names in over.items():
        print(
            f"{place}: {len(names)} of {len(found)} over their limit{': ' if names else ''}{', '.join(names)}"
        )
    if len(graphs) > 1:
        print(f"answers that differ between the stores: {differing or 'none'}")
    return found


def canned(graph: Graph, times: int) -> Iterator[Question]:
    """Yield all canned queries, with arguments drawn from a graph."""
    for query in catalogue().values():

        def ask(asked: Graph, given: dict[str, Any], name: str = query.name) -> Any:
            return asked.query(name, **given).values

        yield Question(query.name, limit_of(query), drawn(graph, query, times), ask)


def about_names(graph: Graph, times: int) -> Iterator[Question]:
    """Yield look-ups of the names of papers and of concepts."""
    titles = graph.cypher("MATCH (p:Paper) WHERE p.known RETURN p.title AS name ORDER BY p.id").values
    names = graph.cypher(f"MATCH (c:{'|'.join(KINDS)}) RETURN c.name AS name ORDER BY c.id").values
    for what, rows in (("title", titles), ("concept", names)):
        draw = random.Random(what)
        known = [draw.choice(rows)[0] for _ in range(times + 1)]
        parts = [name if draw.random() < 0.5 else " ".join(name.split()[:4]) for name in known]
        mistyped = [re.sub(r"(\w{3})\w(\w{2,})", r"\1\2", name, count=2) for name in known]
        other = [" ".join(word[::-1] for word in name.split()) for name in known]

        def ask(asked: Graph, name: str, what: str = what) -> str:
            find = asked.questions.names.paper if what == "title" else asked.questions.names.concept
            try:
                return repr(find(name))
            except QueryError as error:
                return str(error)

        yield Question(f"a {what}", ABOUT_ONE_MS, parts, ask)
        yield Question(f"a {what}, mistyped", ABOUT_ONE_MS, mistyped, ask)
        yield Question(f"no {what}", ABOUT_ONE_MS, other, ask)


def limit_of(query: CannedQuery) -> float:
    """Return within how many milliseconds a query should be answered."""
    return ABOUT_ONE_MS if any(p.default is None for p in query.parameters) else ABOUT_ALL_MS


def heading() -> str:
    """Return what stands above the columns of one store."""
    return "".join(f"{measure:>{11 if measure == 'first' else 9}}" for measure in MEASURES)


def cell(took: dict[str, float], limit: float) -> str:
    """Return the columns of one store."""
    over = "*" if took["p95"] > limit else " "
    first, median, p95, slowest, cpu = (took[measure] for measure in MEASURES)
    return f"{first:>11.1f}{median:>9.1f}{p95:>8.1f}{over}{slowest:>9.1f}{cpu:>9.1f}"


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
        if parameter.type == "paper-or-concept" and draw.random() < CONCEPTS:
            return draw.choice((draw.choice(rows), *draw.choices(rows, [row[2] for row in rows])))[0]
        if parameter.type in ("paper", "paper-or-concept"):
            return draw.choice(draw.choice((papers, cited)))
        kinds = KINDS if parameter.type in ("concept", "concepts") else (parameter.type.capitalize(),)
        fitting = [row for row in rows if row[1] in kinds]
        chosen = draw.choices(fitting, [row[2] for row in fitting], k=2)
        return [row[0] for row in chosen] if parameter.type == "concepts" else chosen[0][0]

    asked = [p for p in query.parameters if p.default is None or p.name == "any_of"]
    return [{parameter.name: value(parameter) for parameter in asked} for _ in range(times + 1)]


def timed(graph: Graph, question: Question) -> tuple[dict[str, float], list[Any]]:
    """Return milliseconds, all but the first of the answers after it, and the answers."""
    took, cpu, answers = [], [], []
    for given in question.arguments:
        begin, begin_cpu = time.perf_counter(), time.process_time()
        answers.append(question.ask(graph, given))
        took.append(1000 * (time.perf_counter() - begin))
        cpu.append(1000 * (time.process_time() - begin_cpu))
    cuts, cpu_cuts = (quantiles(times[1:], n=20, method="inclusive") for times in (took, cpu))
    of_all = (took[0], cuts[9], cuts[18], max(took[1:]), cpu_cuts[18])
    return dict(zip(MEASURES, of_all, strict=True)), answers


if __name__ == "__main__":
    main()

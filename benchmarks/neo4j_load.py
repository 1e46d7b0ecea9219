"""How fast a graph is loaded into Neo4j, beside one ``MERGE`` a transaction, and how the client grows.

Run it from the repository's root, on a server of its own (Java 17, and Maven for the first time)::

    taskset -c 0,1 python -m benchmarks.neo4j_load --papers 20000

Papers, concepts and edges are made up, with the lengths and the skew of real ones. Every load starts in an
empty database.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any

import neo4j
import psutil

from litloom.graph.export.neo4j_bulk import export_neo4j_import, import_options
from litloom.graph.schema import SCHEMA_VERSION
from litloom.graph.stores.base import open_store
from litloom.graph.stores.contents import TABLES, check_of_store
from litloom.graph.stores.neo4j.load import Neo4jLoader
from litloom.graph.stores.neo4j.schema import create_schema
from litloom.graph.tables import GraphTables, edge_table, node_table
from litloom.records import KINDS
from scripts.neo4j_server import Neo4jServer

WORDS = (
    "graph",
    "attention",
    "model",
    "sparse",
    "training",
    "language",
    "memory",
    "kernel",
    "scaling",
    "token",
)
MENTIONS, SHARED, CITED = 10, 4, 2
"""Edges a paper."""


def made_up(papers: int, seed: int = 1) -> GraphTables:
    """Return a graph of that many papers; popular concepts have far more papers than others."""
    chance = random.Random(seed)
    concepts = [
        (kind, f"{kind.lower()}:{number}") for number in range(max(20, papers // 10)) for kind in KINDS
    ]

    def text(words: int) -> str:
        return " ".join(chance.choices(WORDS, k=words))

    nodes = {
        "Paper": [
            {
                "id": f"arxiv:{number:07}",
                "title": text(9),
                "abstract": text(150),
                "year": 2000 + number % 26,
                "authors": [text(2) for _ in range(4)],
                "sources": ["made-up.jsonl"],
            }
            for number in range(papers)
        ],
        "Litloom": [{"id": "litloom", "schema_version": SCHEMA_VERSION, "fingerprint": f"{papers}-{seed}"}],
        **{
            kind: [
                {"id": key, "name": key, "kind": kind, "aliases": [key], "paper_count": 9}
                for k, key in concepts
                if k == kind
            ]
            for kind in KINDS
        },
    }
    edges: dict[tuple[str, str, str], dict[tuple[str, str], dict[str, Any]]] = {}
    for number in range(papers):
        paper = f"arxiv:{number:07}"
        for _ in range(MENTIONS):
            kind, concept = concepts[int(len(concepts) * chance.random() ** 3)]
            values = {
                "count": 2,
                "in_title": False,
                "confidence": 0.9,
                "evidence": text(24),
                "surface": text(2),
            }
            edges.setdefault(("MENTIONS", "Paper", kind), {})[paper, concept] = values
        for relationship, many, values in (
            ("SHARES_CONCEPTS", SHARED, {"score": 0.5, "shared": [text(1), text(1)]}),
            ("CITES", CITED, {"source": "metadata"}),
        ):
            for _ in range(many):
                other = f"arxiv:{chance.randrange(papers):07}"
                edges.setdefault((relationship, "Paper", "Paper"), {})[paper, other] = values
    return GraphTables(
        {label: node_table(label, rows) for label, rows in nodes.items()},
        {
            key: edge_table(
                key[0],
                (
                    {"from": a, "to": b, **values}
                    for (a, b), values in sorted(found.items(), key=itemgetter(0))
                ),
            )
            for key, found in edges.items()
        },
    )


def load(driver: neo4j.Driver, tables: GraphTables) -> None:
    """Load as litloom does."""
    with driver.session() as session:
        create_schema(session)
    Neo4jLoader(driver.session, tables).run()


def merge_one_by_one(driver: neo4j.Driver, tables: GraphTables, seconds: float) -> float:
    """Return the edges a second of one row a transaction, into nodes that are there already."""
    table = tables.edges["MENTIONS", "Paper", "Method"]
    statement = """MATCH (a:Paper {id: $from}) MATCH (b:Method {id: $to}) MERGE (a)-[r:MENTIONS]->(b)
        SET r.count = $count, r.in_title = $in_title, r.confidence = $confidence, r.evidence = $evidence,
            r.surface = $surface"""
    start, done = time.perf_counter(), 0
    with driver.session() as session:
        for row in (row for batch in table.to_batches(max_chunksize=1000) for row in batch.to_pylist()):
            session.execute_write(lambda tx, row=row: tx.run(statement, row).consume())
            done += 1
            if time.perf_counter() - start > seconds:
                break
    return done / (time.perf_counter() - start)


def empty(driver: neo4j.Driver) -> None:
    """Delete everything."""
    driver.session().run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()


@contextmanager
def growth() -> Iterator[dict[str, float]]:
    """Measure by how many MB this process grows while what is inside runs."""
    process, measured, ended = psutil.Process(), {"mb": 0.0}, threading.Event()
    gc.collect()
    before = process.memory_info().rss

    def watch() -> None:
        while not ended.wait(0.05):
            measured["mb"] = max(measured["mb"], (process.memory_info().rss - before) / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield measured
    finally:
        ended.set()
        watcher.join()


def check(server: Neo4jServer) -> float:
    """Return the seconds that reading the graph back and computing its digests take."""
    os.environ.update(NEO4J_USERNAME=server.username, NEO4J_PASSWORD=server.password)
    with open_store(server.uri) as store:
        start = time.perf_counter()
        for name in TABLES:
            check_of_store(store, name)
        return time.perf_counter() - start


def measure(driver: neo4j.Driver, server: Neo4jServer, papers: int) -> float:
    """Load so many papers twice, print how it went, and return the edges a second of the first load."""
    tables = made_up(papers)
    edges = sum(table.num_rows for table in tables.edges.values())
    empty(driver)
    with growth() as grown:
        start = time.perf_counter()
        load(driver, tables)
        first = time.perf_counter() - start
    start = time.perf_counter()
    load(driver, tables)
    again = time.perf_counter() - start
    print(f"{papers:>7,} papers {edges:>9,} edges", end="  ")
    print(f"load {first:6.1f} s, {edges / first:>7,.0f} edges/s with nodes and indexes", end="  ")
    print(
        f"again {again:6.1f} s  check {check(server):5.1f} s  client grows by {grown['mb']:4.0f} MB",
        flush=True,
    )
    return edges / first


def bulk(home: Path, papers: int) -> None:
    """Export a graph from the embedded store, import it with ``neo4j-admin``, and print how that went."""
    server = Neo4jServer(home / "bulk", heap="1g")
    with open_store(home / "bulk.lbug", must_exist=False) as store:
        tables = made_up(papers)
        edges = sum(table.num_rows for table in tables.edges.values())
        store.replace(tables)
        del tables
        with growth() as grown:
            start = time.perf_counter()
            export_neo4j_import(store, home / "files")
            exported = time.perf_counter() - start
    start = time.perf_counter()
    arguments = ["database", "import", "full", "neo4j", *import_options()]
    ended = server.admin(*arguments, folder=home / "files")
    imported = time.perf_counter() - start
    if ended.returncode:
        raise SystemExit(ended.stdout + ended.stderr)
    print(f"{papers:>7,} papers {edges:>9,} edges", end="  ")
    print(f"export {exported:6.1f} s, client grows by {grown['mb']:4.0f} MB", end="  ")
    print(f"neo4j-admin {imported:6.1f} s  {edges / (exported + imported):,.0f} edges/s")


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--papers", type=int, nargs="+", default=[5000, 10_000, 20_000])
    parser.add_argument(
        "--one-by-one", type=float, default=10, metavar="SECONDS", help="how long to measure it"
    )
    parser.add_argument("--heap", default="1g")
    parser.add_argument("--bulk", type=int, metavar="PAPERS", help="export and import so many, and no more")
    arguments = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="litloom-benchmark-"))
    server = Neo4jServer(home, heap=arguments.heap, settings={"server.memory.pagecache.size": "512m"})
    try:
        if arguments.bulk:
            bulk(home, arguments.bulk)
            return
        server.start()
        print(f"{len(os.sched_getaffinity(0))} cores for client and server, Java heap {arguments.heap}")
        auth = (server.username, server.password)
        with neo4j.GraphDatabase.driver(server.uri, auth=auth, notifications_min_severity="OFF") as driver:
            rates = [measure(driver, server, papers) for papers in arguments.papers]
            tables = made_up(2000)
            empty(driver)
            load(driver, tables)
            driver.execute_query("MATCH ()-[r:MENTIONS]->() DELETE r")
            slow = merge_one_by_one(driver, tables, arguments.one_by_one)
        print(f"one row a transaction: {slow:,.0f} edges/s; batches are {rates[-1] / slow:.0f} times as fast")
    finally:
        server.kill()
        shutil.rmtree(home)


if __name__ == "__main__":
    main()

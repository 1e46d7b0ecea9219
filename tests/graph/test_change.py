"""A graph that changes becomes, row for row, the one that a whole load of the new tables makes."""

from __future__ import annotations

import errno
import shutil
import signal
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom import StoreError
from litloom.graph.change import GraphChange
from litloom.graph.schema import SCHEMA_VERSION
from litloom.graph.stores.base import GraphStore, open_store
from litloom.graph.stores.ladybug import store as ladybug_store
from litloom.graph.tables import EdgeKey, GraphTables, edge_table, node_table
from tests.campaign.scale import examples
from tests.command import run
from tests.graph.test_store import HOSTILE, titles
from tests.neo4j_server import TestServer
from tests.test_growth import assert_same
from tests.test_growth import tables as stored

pytestmark = pytest.mark.slow

Row = dict[str, Any]

MENTIONS: EdgeKey = ("MENTIONS", "Paper", "Method")
TASKS: EdgeKey = ("MENTIONS", "Paper", "Task")
LINKS: EdgeKey = ("SHARES_CONCEPTS", "Paper", "Paper")
ENDS: dict[EdgeKey, tuple[list[str], list[str]]] = {
    MENTIONS: (["p0", "p1", "p2"], ["m0", "m1"]),
    TASKS: (["p0", "p1"], ["m0"]),
    LINKS: (["p0", "p1"], ["p1", "p2"]),
}
TEXT = st.sampled_from(["", "Looms", HOSTILE, "\x00\U0001f9f5"]) | st.none()
LISTS = st.lists(st.sampled_from(["a", "", HOSTILE]), max_size=2)
VALUES: dict[str, st.SearchStrategy[Row]] = {
    "Paper": st.fixed_dictionaries({"title": TEXT, "year": st.integers(0, 3) | st.none(), "authors": LISTS}),
    "Method": st.fixed_dictionaries(
        {"name": TEXT, "aliases": LISTS, "kind_share": st.sampled_from([0.5, 1.0])}
    ),
    "Task": st.fixed_dictionaries({"name": TEXT}),
    "MENTIONS": st.fixed_dictionaries(
        {"count": st.integers(1, 2), "surface": TEXT, "in_title": st.booleans()}
    ),
    "SHARES_CONCEPTS": st.fixed_dictionaries({"score": st.sampled_from([0.25, 0.5]), "shared": LISTS}),
}


def graph(
    nodes: dict[str, dict[str, Row]], edges: dict[EdgeKey, dict[tuple[str, str], Row]], name: str
) -> GraphTables:
    """Return tables of rows by their keys."""
    litloom = {"id": "litloom", "schema_version": SCHEMA_VERSION, "fingerprint": name}
    of_nodes = {
        label: node_table(label, [{"id": key, **row} for key, row in rows.items()])
        for label, rows in nodes.items()
    }
    of_edges = {
        key: edge_table(
            key[0], [{"from": source, "to": target, **row} for (source, target), row in rows.items()]
        )
        for key, rows in edges.items()
    }
    return GraphTables({**of_nodes, "Litloom": node_table("Litloom", [litloom])}, of_edges)


def difference(before: GraphTables, after: GraphTables) -> GraphChange:
    """Return what turns one graph into the other."""
    removed, changed, added = {}, {}, {}
    for label, table in before.nodes.items():
        old, new = ({row["id"]: row for row in t.to_pylist()} for t in (table, after.nodes[label]))
        removed[label] = sorted(old.keys() - new.keys())
        changed[label] = node_table(label, [row for key, row in new.items() if old.get(key, row) != row])
        added[label] = node_table(label, [row for key, row in new.items() if key not in old])
    gone, come = {}, {}
    for key, table in before.edges.items():
        old, new = ({(r["from"], r["to"]): r for r in t.to_pylist()} for t in (table, after.edges[key]))
        gone[key] = edge_table(key[0], [row for ends, row in old.items() if new.get(ends) != row])
        come[key] = edge_table(key[0], [row for ends, row in new.items() if old.get(ends) != row])
    return GraphChange(removed, changed, added, {k: t.select(["from", "to"]) for k, t in gone.items()}, come)


@st.composite
def graphs(draw: st.DrawFn, name: str) -> GraphTables:
    """Graphs of a few nodes, so that two of them have some in common."""
    nodes = {
        "Paper": draw(st.dictionaries(st.sampled_from(["p0", "p1", "p2"]), VALUES["Paper"])),
        "Method": draw(st.dictionaries(st.sampled_from(["m0", "m1"]), VALUES["Method"])),
    }
    # What was a method may have become a task.
    tasks = st.dictionaries(st.sampled_from(["m0"]), VALUES["Task"])
    nodes["Task"] = {key: row for key, row in draw(tasks).items() if key not in nodes["Method"]}
    edges = {}
    for key, (sources, targets) in ENDS.items():
        ends = st.tuples(st.sampled_from(sources), st.sampled_from(targets))
        drawn = draw(st.dictionaries(ends, VALUES[key[0]], max_size=4))
        edges[key] = {
            (a, b): row
            for (a, b), row in drawn.items()
            if a in nodes[key[1]] and b in nodes[key[2]] and a != b
        }
    return graph(nodes, edges, name)


def changed(
    store: GraphStore, change: GraphChange, advance: Callable[[int], object] = lambda rows: None
) -> None:
    with store.changing() as changer:
        changer.add(change)
        changer.finish(advance)


def assert_changes(store: GraphStore, steps: list[GraphTables]) -> None:
    store.replace(steps[0])
    for before, after in pairwise(steps):
        told: list[int] = []
        change = difference(before, after)
        changed(store, change, told.append)
        assert sum(told) == change.row_count or store.dialect == "neo4j"
        found = stored(store)
        store.replace(after)
        assert_same(found, stored(store))


@examples(4)
@given(st.tuples(graphs("one"), graphs("two"), graphs("three")))
def test_a_changed_graph_is_the_one_of_the_new_tables(steps: tuple[GraphTables, ...]) -> None:
    with open_store(None, must_exist=False) as store:
        assert_changes(store, list(steps))


def papers(count: int, name: str, *, without: int | None = None) -> GraphTables:
    """Return papers that all mention one method, and each one of its own."""
    ids = [f"p{i}" for i in range(count) if i != without]
    return graph(
        {
            "Paper": {key: {"title": key, "year": 2020} for key in ids},
            "Method": {"hub": {"name": "Hub", "paper_count": len(ids)}, **{f"m{key}": {} for key in ids}},
        },
        {
            MENTIONS: {
                **{(key, "hub"): {"count": 1} for key in ids},
                **{(key, f"m{key}"): {"count": 2} for key in ids},
            }
        },
        name,
    )


def test_a_node_that_changes_keeps_its_edges_and_one_that_goes_may_come_back(tmp_path: Path) -> None:
    with open_store(tmp_path / "g.lbug", must_exist=False) as store:
        assert_changes(
            store, [papers(3000, "a"), papers(3000, "b", without=7), papers(3000, "c"), papers(2500, "d")]
        )
        change = difference(papers(2500, "d"), papers(2501, "e"))
        assert change.row_count == 6, "a paper, its method, their edge, the hub, its edge, the graph itself"
        changed(store, change)
        (row,) = store.read(
            "MATCH (p:Paper)-[:MENTIONS]->(m {id: 'hub'}) RETURN count(p) AS n, m.paper_count"
        )
        assert row == {"n": 2501, "m.paper_count": 2501}
    assert [entry.name for entry in tmp_path.iterdir()] == ["g.lbug"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills a process the POSIX way")
@pytest.mark.parametrize(
    "moment", ["changer.shutil.copyfile", "changer.change_tables", "store.append_checksum"]
)
def test_a_change_that_is_killed_leaves_the_old_graph(tmp_path: Path, moment: str) -> None:
    path = tmp_path / "g.lbug"
    with open_store(path, must_exist=False) as store:
        store.replace(papers(3, "a"))
    script = f"""
import os, signal
from pathlib import Path
from litloom.graph.stores.ladybug import changer as ladybug_changer
from litloom.graph.stores.ladybug import store as ladybug_store
from tests.graph.test_change import changed, difference, open_store, papers
kept = ladybug_{moment}
def killed(*arguments):
    kept(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
ladybug_{moment} = killed
with open_store(Path({str(path)!r})) as store:
    changed(store, difference(papers(3, "a"), papers(4, "b")))
"""
    ended = run(folder=tmp_path, code=script)
    assert ended.returncode == -signal.SIGKILL
    assert sorted(titles(path)) == ["p0", "p1", "p2"]
    with open_store(path) as store:
        changed(store, difference(papers(3, "a"), papers(4, "b")))
    assert sorted(titles(path)) == ["p0", "p1", "p2", "p3"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["g.lbug"]


@pytest.mark.parametrize("moment", ["copyfile", "append_checksum"])
def test_a_full_disk_leaves_the_old_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "g.lbug"
    with open_store(path, must_exist=False) as store:
        store.replace(papers(3, "a"))
        with monkeypatch.context() as patch:
            patch.setattr(shutil if moment == "copyfile" else ladybug_store, moment, full)
            with pytest.raises(StoreError, match=r"g\.lbug: cannot be written.*No space left"):
                changed(store, difference(papers(3, "a"), papers(4, "b")))
        assert len(store.read("MATCH (p:Paper) RETURN p.id").values) == 3
    assert [entry.name for entry in tmp_path.iterdir()] == ["g.lbug"]


def test_a_change_of_what_is_not_there_is_an_error_and_the_old_graph_stays(tmp_path: Path) -> None:
    """Edges to a node that is missing, as where the wrong graph is changed."""
    lost = edge_table("MENTIONS", [{"from": "nobody", "to": "hub", "count": 1}])
    path = tmp_path / "g.lbug"
    with open_store(path, must_exist=False) as store:
        store.replace(papers(3, "a"))
        with pytest.raises(StoreError, match="cannot be written"):
            changed(store, GraphChange({}, {}, {}, {}, {MENTIONS: lost}))
    assert sorted(titles(path)) == ["p0", "p1", "p2"]


@pytest.fixture
def on_server(server: TestServer) -> Iterator[GraphStore]:
    with open_store(server.uri, must_exist=False) as store:
        yield store


@pytest.mark.integration
def test_a_graph_on_a_server_changes_likewise(on_server: GraphStore) -> None:
    turned = graph(
        {
            "Paper": {"p0": {"title": HOSTILE, "year": None}, "p9": {"title": "p9"}},
            "Method": {},
            "Task": {"hub": {}},
        },
        {MENTIONS: {}, TASKS: {("p0", "hub"): {"count": 3}}},
        "c",
    )
    before = papers(30, "b", without=7)
    with_tasks = GraphTables(
        {**before.nodes, "Task": node_table("Task", ())}, {**before.edges, TASKS: edge_table("MENTIONS", ())}
    )
    assert_changes(on_server, [papers(30, "a"), before])
    assert_changes(on_server, [with_tasks, turned])


@pytest.mark.integration
def test_only_the_graph_that_was_there_is_changed(on_server: GraphStore, server: TestServer) -> None:
    change = difference(papers(3, "a"), papers(4, "b"))
    on_server.replace(papers(3, "a"))
    with open_store(server.uri) as other:
        other.replace(papers(2, "else"))
    with pytest.raises(StoreError, match="another build took this database over"):
        changed(on_server, change)
    assert len(on_server.read("MATCH (p:Paper) RETURN p.id").values) == 2
    on_server.replace(papers(3, "a"))
    server.run("MATCH (l:Litloom) SET l.loading = 'another' REMOVE l.fingerprint")
    with pytest.raises(StoreError, match="another build took this database over"):
        changed(on_server, change)

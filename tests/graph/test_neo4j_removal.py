"""Taking papers out of a graph on a server."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

import litloom
from litloom import Paper, remove
from litloom.graph.stores.neo4j.change import Neo4jChanger
from tests.neo4j_server import TestServer
from tests.test_removal import PILE, everything, rows

pytestmark = pytest.mark.integration

build = partial(litloom.build, model="fast")
ONE_SURVEY = Paper(title="A Survey", authors=("Cy Fox",), year=1999)


def test_both_stores_lose_the_same(server: TestServer, tmp_path: Path) -> None:
    embedded = tmp_path / "g.lbug"
    build(PILE, embedded).close()
    build(PILE, server.uri).close()
    for wanted in (["looms", "Threads"], [ONE_SURVEY]):
        remove(wanted, server.uri).close()
        remove(wanted, embedded).close()
        assert everything(server.uri) == everything(embedded)
    remove(PILE, server.uri).close()
    assert server.run("MATCH (n) WHERE NOT n:Litloom RETURN count(n) AS n")[0]["n"] == 0


@pytest.mark.parametrize("moment", ["_put_nodes", "_delete_edges"])
def test_a_removal_that_was_stopped_is_finished_by_the_same_again(
    server: TestServer, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    class StoppedError(Exception):
        pass

    kept = getattr(Neo4jChanger, moment)

    def stopped(self: Neo4jChanger, *of: Any) -> None:
        kept(self, *of)
        raise StoppedError

    build(PILE, server.uri).close()
    monkeypatch.setattr(Neo4jChanger, moment, stopped)
    with pytest.raises(StoppedError):
        remove("looms", server.uri)
    monkeypatch.setattr(Neo4jChanger, moment, kept)
    remove("looms", server.uri).close()
    with build([paper for paper in PILE if "Looms" not in paper.title]) as alone:
        assert everything(server.uri) == rows(alone.store)

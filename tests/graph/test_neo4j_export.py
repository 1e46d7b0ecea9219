"""What is exported for neo4j-admin becomes the same graph, by the real importer."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from litloom import Graph, Paper, StoreError, build, open_graph
from litloom.cli import main
from litloom.graph.export.neo4j_bulk import export_neo4j_import
from litloom.graph.stores.neo4j.schema import SCHEMA
from scripts.neo4j_server import Neo4jServer, missing
from tests.graph.test_neo4j_parity import edges_and_nodes
from tests.neo4j_server import FAST_START
from tests.test_pipeline import whole


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Neo4jServer]:
    if lacking := missing():
        pytest.skip(lacking)
    server = Neo4jServer(tmp_path / "server", heap="256m", options=FAST_START)
    yield server
    server.kill()
    shutil.rmtree(server.home)


def test_the_script_names_every_file(tmp_path: Path, embedded: Graph) -> None:
    script = export_neo4j_import(embedded.store, tmp_path / "bulk").read_text(encoding="utf-8")
    assert set(re.findall(r"[a-z_]+\.csv", script)) == {file.name for file in tmp_path.glob("bulk/*.csv")}


def test_the_command_says_what_to_do_next(
    tmp_path: Path,
    papers: tuple[Paper, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build(papers, tmp_path / "g.lbug", model="fast").close()
    bulk = tmp_path / "bulk"
    monkeypatch.setattr(
        "sys.argv", ["litloom", "export", "neo4j-import", str(bulk), "--store", str(tmp_path / "g.lbug")]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert f"sh {bulk}/import.sh" in capsys.readouterr().out


@pytest.mark.integration
def test_the_real_importer_makes_the_same_graph(
    tmp_path: Path, embedded: Graph, own_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = export_neo4j_import(embedded.store, tmp_path / "bulk").read_text(encoding="utf-8")
    command = shlex.split(script.splitlines()[-1].removeprefix("exec neo4j-admin "))
    arguments = ["neo4j" if part == "$database" else part for part in command if part != "$@"]
    imported = own_server.admin(*arguments, folder=tmp_path / "bulk")
    assert imported.returncode == 0, imported.stdout + imported.stderr
    own_server.start({"server.databases.default_to_read_only": "true"})
    for name, value in own_server.environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreError, match="not write it"):
        open_graph(own_server.uri)
    with pytest.raises(StoreError, match="not write it"):
        build([tmp_path / "unread.jsonl"], own_server.uri)
    own_server.kill()
    own_server.start()
    with open_graph(own_server.uri) as graph:
        assert edges_and_nodes(graph) == edges_and_nodes(embedded)
        indexes = {
            row["name"] for row in graph.cypher("SHOW INDEXES YIELD name, state WHERE state = 'ONLINE'")
        }
        assert indexes >= SCHEMA.keys()
        assert whole(graph)[0]

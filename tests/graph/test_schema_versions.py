"""A graph of the schema before: a build brings it up to date, and nothing is lost."""

from pathlib import Path

import ladybug
import pytest

from litloom import Paper, StoreError, build, open_graph
from litloom.graph.schema import SCHEMA_VERSION
from tests.neo4j_server import TestServer
from tests.test_pipeline import whole

pytestmark = pytest.mark.slow

OLD = Paper(
    id="old", title="On Looms", abstract="We weave.", references=("doi:10.9/x",), authors=("Ada Poe",)
)
NEW = Paper(id="new", title="On Yarn", abstract="We spin.", references=("old",))


def test_a_file_of_schema_1_is_read_by_a_build_only(tmp_path: Path) -> None:
    path = tmp_path / "g.lbug"
    connection = ladybug.Connection(database := ladybug.Database(str(path)))
    for statement in (
        "CREATE NODE TABLE Paper(id STRING, title STRING, abstract STRING, `references` STRING[], "
        "authors STRING[], author_count INT64, PRIMARY KEY(id))",
        "CREATE NODE TABLE Litloom(id STRING, schema_version INT64, PRIMARY KEY(id))",
        "CREATE (:Litloom {id: 'litloom', schema_version: 1})",
        "CREATE (:Paper {id: 'old', title: 'On Looms', abstract: 'We weave.', `references`: ['doi:10.9/x'], "
        "authors: ['Ada Poe'], author_count: 1})",
    ):
        connection.execute(statement)
    connection.close()
    database.close()
    with pytest.raises(StoreError, match=r"older litloom.*litloom build"):
        open_graph(path)
    grown = whole(build([NEW], path, model="fast"))
    assert grown == whole(build([OLD, NEW], model="fast"))


@pytest.mark.integration
def test_a_database_of_schema_1_is_migrated_and_a_build_adds_what_it_lacks(server: TestServer) -> None:
    server.run("CREATE (:Litloom {id: 'litloom', schema_version: 1, fingerprint: 'x'})")
    server.run(
        "CREATE (:Paper {id: 'old', title: 'On Looms', abstract: 'We weave.', `references`: ['doi:10.9/x'], "
        "authors: ['Ada Poe'], author_count: 1, sources: []})"
    )
    with open_graph(server.uri) as graph:
        assert graph.cypher("MATCH (p:Paper) RETURN p.known AS known, p.ids AS ids")[0] == {
            "known": True,
            "ids": [],
        }
        (noted,) = graph.cypher("MATCH (l:Litloom) RETURN l.schema_version AS v, l.fingerprint AS f").values
        assert noted == (SCHEMA_VERSION, None)
    assert whole(build([NEW], server.uri, model="fast")) == whole(build([OLD, NEW], model="fast"))

"""The tables beside a store are the graph: the store is made from them, and rebuilt if it does not match."""

import logging
import re
import shutil
from pathlib import Path

import duckdb
import ladybug
import pyarrow.parquet as pq
import pytest

from litloom import Paper, StoreError, build, open_graph, sample_corpus
from litloom.graph.parquet_tables import read_tables
from litloom.graph.schema import NODES
from tests.test_removal import everything

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[1] / "docs" / "tables.md"
PAPERS = sample_corpus()[:12]
ADDED = Paper(title="Looms", abstract="LoRA and BERT are trained on ImageNet with a GPU.", year=2024)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("tables") / "g.lbug"
    build(PAPERS, store, model="fast").close()
    return store


@pytest.fixture(scope="module")
def expected() -> dict[str, list[str]]:
    with build([*PAPERS, ADDED], model="fast") as graph:
        return {name: rows for name, rows in _rows(graph).items() if name != "Litloom"}


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Path:
    for place in built.parent.iterdir():
        copy = shutil.copytree if place.is_dir() else shutil.copyfile
        copy(place, tmp_path / place.name)
    return tmp_path / built.name


def _rows(graph: object) -> dict[str, list[str]]:
    from tests.test_removal import rows

    return rows(graph.store)  # type: ignore[attr-defined]


def grown(store: Path) -> dict[str, list[str]]:
    build([ADDED], store, model="fast").close()
    return {name: rows for name, rows in everything(store).items() if name != "Litloom"}


def tables(store: Path) -> Path:
    return store.with_name(f"{store.name}.tables")


def test_the_tables_have_the_rows_of_the_store(built: Path) -> None:
    graph = read_tables(tables(built))
    with open_graph(built) as opened:
        for label in NODES:
            ((count,),) = opened.cypher(f"MATCH (n:{label}) RETURN count(n) AS count").values
            assert graph.nodes[label].num_rows == count
    assert sum(table.num_rows for key, table in graph.edges.items() if key[0] == "MENTIONS") > 50


BESIDE = {"g.lbug", "g.lbug.extractions", "g.lbug.tables"}


def test_a_damaged_store_is_made_anew_from_its_tables(
    store: Path, expected: dict[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    content = bytearray(store.read_bytes())
    content[30_000] ^= 4
    store.write_bytes(content)
    with caplog.at_level(logging.WARNING, logger="litloom"):
        assert grown(store) == expected
    (record,) = caplog.records
    assert "g.lbug" in record.getMessage()
    assert "rebuilt from its tables" in record.getMessage()
    assert {place.name for place in store.parent.iterdir()} == BESIDE


@pytest.mark.parametrize("keep", [slice(0), slice(100), slice(20_000), slice(1, None)])
def test_what_may_be_another_file_is_kept(
    store: Path, expected: dict[str, list[str]], keep: slice, caplog: pytest.LogCaptureFixture
) -> None:
    """A file that was cut has no checksum that would say that it was the graph."""
    content = store.read_bytes()[keep]
    store.write_bytes(content)
    with caplog.at_level(logging.WARNING, logger="litloom"):
        assert grown(store) == expected
    assert "rebuilt from its tables" in caplog.records[0].getMessage()
    assert "g.lbug.damaged" in caplog.records[1].getMessage()
    assert store.with_name("g.lbug.damaged").read_bytes() == content
    assert {place.name for place in store.parent.iterdir()} == {*BESIDE, "g.lbug.damaged"}


def test_what_was_kept_stays_when_the_next_file_is_damaged(store: Path) -> None:
    for content in (b"LBUG one", b"LBUG two", b"LBUG three"):
        store.write_bytes(content)
        grown(store)
    kept = {file.read_bytes() for file in store.parent.glob("g.lbug.damaged*")}
    assert kept == {b"LBUG one", b"LBUG two", b"LBUG three"}


def test_a_store_that_cannot_be_read_for_another_reason_stays(store: Path) -> None:
    content = store.read_bytes()
    store.with_name("g.lbug.wal").write_bytes(b"of a program that is not litloom")
    with pytest.raises(StoreError, match="another program"):
        open_graph(store)
    assert store.read_bytes() == content


def test_a_store_that_lost_rows_is_made_anew_from_the_tables(
    store: Path, expected: dict[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    database = ladybug.Database(str(store))
    connection = ladybug.Connection(database)
    connection.execute("MATCH (:Paper)-[r:MENTIONS]->(:Metric) DELETE r")
    connection.close()
    database.close()
    with caplog.at_level(logging.WARNING, logger="litloom"):
        assert grown(store) == expected
    (record,) = caplog.records
    assert "g.lbug" in record.getMessage()
    assert "rebuilt" in record.getMessage()


def test_a_store_that_was_not_made_anew_to_the_end_is_not_lost(
    store: Path, expected: dict[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    store.write_bytes(b"damaged")
    store.rename(store.with_name("g.lbug.damaged"))
    assert grown(store) == expected
    assert "rebuilt from its tables" in caplog.records[0].getMessage()


@pytest.mark.parametrize("harm", ["gone", "cut", "one file gone", "another bit"])
def test_without_whole_tables_the_graph_is_built_from_the_papers_of_the_store(
    store: Path, expected: dict[str, list[str]], harm: str
) -> None:
    (file,) = (tables(store) / "nodes" / "Method").iterdir()
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    if harm == "gone":
        shutil.rmtree(tables(store))
    elif harm == "one file gone":
        file.unlink()
    else:
        file.write_bytes(content if harm == "another bit" else content[:50])
    assert grown(store) == expected
    assert read_tables(tables(store)).nodes["Paper"].num_rows == len(expected["Paper"])


def test_a_graph_without_tables_gets_them_from_the_same_papers(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a graph does that an earlier litloom built: no paper is read by a model again."""
    before = everything(store)
    shutil.rmtree(tables(store))
    monkeypatch.setattr("litloom.build_graph.Extractor", None)
    build(PAPERS, store, model="fast", processes=1).close()
    assert everything(store) == before
    assert read_tables(tables(store)).nodes["Paper"].num_rows == len(PAPERS)


def test_nothing_of_a_removed_paper_stays_in_tables_or_caches(store: Path) -> None:
    from litloom import remove

    secret = Paper(title="Zyxwv", abstract="Zyxwv-Net is trained on ZyxwvSet (ZS). Zyxwv et al. (2020).")
    build([secret], store, model="fast").close()
    assert "zyxwv" in _all_text(store).lower()
    remove("Zyxwv", store).close()
    assert "zyxwv" not in _all_text(store).lower()


def _all_text(store: Path) -> str:
    files = [place for place in store.parent.rglob("*") if place.suffix in (".rows", ".parquet")]
    assert len(files) > 20
    return "".join(str(pq.ParquetFile(file).read().to_pylist()) for file in files)


def test_the_questions_of_the_documentation_are_answered(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(sample_corpus(), store, model="fast").close()
    store.rename(tmp_path / "lit.lbug")
    tables(store).rename(tmp_path / "lit.lbug.tables")
    monkeypatch.chdir(tmp_path)
    questions = re.findall(r"```sql\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(questions) == 3
    for question in questions:
        assert duckdb.sql(question).fetchall()

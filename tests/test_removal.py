"""Taking papers out: what remains is the graph that the others alone make."""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

import pytest

import litloom
from litloom import InputError, ModelError, Paper, QueryError, StoreError, open_graph, read_papers, remove
from litloom.extractors import read_extractions
from litloom.graph.schema import EDGES, NODES
from litloom.graph.stores.base import GraphStore, open_store
from tests.command import start
from tests.conftest import PAPERS
from tests.test_cli import litloom as run_litloom
from tests.test_cli import refused
from tests.test_pipeline import write_jsonl

pytestmark = pytest.mark.slow

build = partial(litloom.build, model="fast")

# Beside what the four share: a cited work, an author, a title of two papers, and a paper between two others.
PILE = (
    *PAPERS,
    Paper(
        title="A Survey of Looms",
        abstract="We compare LoRA with the Jacquard Loom on the Tapestry dataset. It runs on a TPU v4.",
        authors=("Ada Poe", "Bo Li"),
        year=2020,
        doi="10.1234/Looms",
        references=("doi:10.9/only-here", "lora"),
        sources=("a.bib",),
    ),
    Paper(title="A Survey", abstract="We train BERT on GLUE.", authors=("Cy Fox",), year=1999),
    Paper(title="A Survey", abstract="ResNet on ImageNet.", authors=("Di Roe",), year=2019),
    Paper(title="Threads", authors=("Ada Poe",), references=("doi:10.9/only-here",), sources=("a.bib",)),
)


def rows(store: GraphStore) -> dict[str, list[str]]:
    """Return all there is in a graph, sorted."""
    nodes = {label: store.read(f"MATCH (n:{label}) WHERE n.id IS NOT NULL RETURN n AS x") for label in NODES}
    edges = {
        name: store.read(f"MATCH (a)-[r:{name}]->(b) RETURN a.id AS source, b.id AS target, r AS x")
        for name in EDGES
    }
    return {
        name: sorted(json.dumps(row, sort_keys=True, ensure_ascii=True) for row in found)
        for name, found in {**nodes, **edges}.items()
    }


def everything(place: str | Path) -> dict[str, list[str]]:
    with open_store(place) as store:
        return rows(store)


@cache
def built_alone(papers: tuple[Paper, ...]) -> dict[str, list[str]]:
    with build(papers) as graph:
        return rows(graph.store)


def without(*titles: str) -> tuple[Paper, ...]:
    return tuple(paper for paper in PILE if paper.title not in titles)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of the pile, to be copied."""
    place = tmp_path_factory.mktemp("whole") / "g.lbug"
    build(PILE, place).close()
    return place


@pytest.fixture
def store(whole: Path, tmp_path: Path) -> Path:
    shutil.copy(whole, tmp_path / "g.lbug")
    shutil.copytree(f"{whole}.extractions", tmp_path / "g.lbug.extractions")
    return tmp_path / "g.lbug"


@pytest.fixture(scope="module")
def removed(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph without the survey of looms, never changed; what was there before is beside it."""
    folder = tmp_path_factory.mktemp("removed")
    shutil.copy(whole, folder / "g.lbug")
    for name in ("g.lbug.extractions", "before"):
        shutil.copytree(f"{whole}.extractions", folder / name)
    remove("survey of looms", folder / "g.lbug").close()
    return folder / "g.lbug"


@pytest.mark.parametrize("name", ["doi:10.1234/looms", "10.1234/LOOMS", "https://doi.org/10.1234/looms"])
def test_a_paper_has_many_names(store: Path, name: str) -> None:
    asked: list[str] = []

    def refuse(gone: Sequence[Paper]) -> bool:
        asked.extend(paper.title for paper in gone)
        return False

    remove(name, store, confirm=refuse).close()
    assert asked == ["A Survey of Looms"]


def test_a_paper_goes_with_all_that_only_it_held(whole: Path, removed: Path) -> None:
    before = everything(whole)
    after = everything(removed)
    assert after == built_alone(without("A Survey of Looms"))
    assert "jacquard" in str(before).lower()
    assert "jacquard" not in str(after).lower()
    assert "10.9/only-here" in str(after["Paper"]), "another paper cites it"


def test_a_work_that_is_cited_by_none_any_more_goes(store: Path) -> None:
    remove(["Threads", "survey of looms"], store).close()
    after = everything(store)
    assert after == built_alone(without("Threads", "A Survey of Looms"))
    assert "10.9/only-here" not in str(after)
    assert "ada poe" not in str(after["Author"]).lower()


def test_a_paper_that_others_cite_stays_as_a_cited_work(store: Path) -> None:
    remove("2106.09685", store).close()
    after = everything(store)
    assert after == built_alone(without(PAPERS[0].title))
    with open_graph(store) as graph:
        (known,) = graph.cypher("MATCH (p:Paper {id: 'arxiv:2106.09685'}) RETURN p.known AS known").values
    assert known == (False,)


def test_of_two_papers_of_one_title_the_other_stays(store: Path) -> None:
    with pytest.raises(QueryError, match="more than one paper fits 'A Survey'"):
        remove("A Survey", store)
    remove([Paper(title="A Survey", authors=("Cy Fox",), year=1999)], store).close()
    rest = tuple(paper for paper in PILE if paper.authors != ("Cy Fox",))
    assert everything(store) == built_alone(rest)


def test_records_of_other_files_are_recognised(store: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.ris"
    old.write_text(
        "TY  - JOUR\nTI  - Survey of looms, a reprint\nDO  - 10.1234/looms\nER  - \n"
        "TY  - JOUR\nTI  - Never Seen Here\nER  - \n",
        encoding="utf-8",
    )
    remove(read_papers(old), store).close()
    assert everything(store) == built_alone(without("A Survey of Looms"))


def test_corrections_stay(store: Path, tmp_path: Path) -> None:
    corrections = tmp_path / "mine.yaml"
    corrections.write_text("drop: [GLUE]\n", encoding="utf-8")
    build([], store, concepts=corrections).close()
    remove("looms", store).close()
    with build(without("A Survey of Looms"), concepts=corrections) as alone:
        assert everything(store) == rows(alone.store)


def test_what_is_wrong_changes_nothing(store: Path, tmp_path: Path) -> None:
    before = store.stat().st_mtime_ns, everything(store)
    for wanted, says in (
        (["looms", "no such paper"], "no paper fits 'no such paper'"),
        (["Lora: Low-Rank Adaption of Large Language Models"], "nearest: LoRA: Low-Rank Adaptation"),
        (["doi:10.9/only-here"], "no paper fits"),
        ([Paper(title="Never Seen Here")], "none of these papers"),
        ([], "no paper was named"),
        ([""], "empty"),
    ):
        with pytest.raises(QueryError, match=says):
            remove(wanted, store)
    with pytest.raises(StoreError, match="no graph there"):
        remove("looms", tmp_path / "none.lbug")
    assert not (tmp_path / "none.lbug.extractions").exists()
    remove("looms", store, confirm=lambda gone: [paper.id for paper in gone] == []).close()
    assert (store.stat().st_mtime_ns, everything(store)) == before


def test_without_what_was_kept_the_papers_are_read_by_the_model_of_the_graph(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = store.with_name("g.lbug.extractions")
    shutil.rmtree(kept)
    with monkeypatch.context() as nowhere:
        nowhere.setattr("litloom.remove_papers.MODELS", store.parent)
        with pytest.raises(ModelError, match=r"fast-.*name the model"):
            remove("looms", store)
    remove("looms", store).close()
    assert everything(store) == built_alone(without("A Survey of Looms"))


def test_without_papers_the_graph_is_empty_and_may_grow_again(store: Path) -> None:
    remove(PILE, store).close()
    with open_graph(store) as graph:
        assert {count for _, count in graph.stats().values} == {0}
        assert graph.view("map").notes
    with pytest.raises(InputError, match="no papers"):
        build([], store)
    build(PAPERS, store).close()
    assert everything(store) == built_alone(PAPERS)


def test_nothing_of_what_was_taken_out_stays_on_the_disk(removed: Path) -> None:
    (part,) = (removed.parent / "g.lbug.extractions").rglob("*-*.parquet")
    assert len(list(read_extractions(part))) == len(PILE) - 1
    assert "Jacquard" not in str(list(read_extractions(part)))


def test_a_removal_that_was_killed_at_its_end_leaves_nothing_when_it_is_repeated(
    removed: Path, tmp_path: Path
) -> None:
    store, beside = tmp_path / "g.lbug", tmp_path / "g.lbug.extractions"
    shutil.copy(removed, store)
    for then in (removed.with_name("g.lbug.extractions"), removed.with_name("before")):
        shutil.copytree(then, beside, dirs_exist_ok=True)
    with pytest.raises(QueryError, match="no paper fits"):
        remove("looms", store)
    (part,) = beside.rglob("*-*.parquet")
    assert "Jacquard" not in str(list(read_extractions(part)))
    assert list(beside.glob("kernels-*")) == []
    assert everything(store) == built_alone(without("A Survey of Looms"))


def test_the_command(store: Path, tmp_path: Path) -> None:
    before = everything(store)
    command = partial(run_litloom, "remove", folder=tmp_path)
    listed = command("looms", "--dry-run", "--store", "g.lbug", "--format", "json")
    assert listed.returncode == 0, listed.stderr
    assert json.loads(listed.stdout) == [
        {"id": "doi:10.1234/looms", "paper": "A Survey of Looms", "year": 2020}
    ]
    for wanted, says in (("A Survey", "more than one paper"), ("zzz", "no paper fits")):
        assert says in refused("remove", wanted, "--store", "g.lbug", folder=tmp_path)
    assert everything(store) == before
    write_jsonl(tmp_path / "old.jsonl", PAPERS[2:3])
    ended = command("10.1234/looms", "--from", "old.jsonl", "--yes", "--store", "g.lbug", "--format", "json")
    assert ended.returncode == 0, ended.stderr
    assert {"what": "papers", "before": len(PILE), "after": len(PILE) - 2} in json.loads(ended.stdout)
    assert everything(store) == built_alone(without("A Survey of Looms", PAPERS[2].title))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of the POSIX kind")
@pytest.mark.parametrize(("answer", "left"), [("n", len(PILE)), ("y", len(PILE) - 1)])
def test_a_person_is_asked(store: Path, answer: str, left: int) -> None:
    import pty

    ours, theirs = pty.openpty()
    with start(
        "remove", "looms", "--store", store, folder=store.parent, stdin=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        shown = b""
        with suppress(OSError):  # how Linux says that the other side is closed
            while some := os.read(ours, 4096):
                shown += some
        assert running.wait() == 0
    os.close(ours)
    assert b"A Survey of Looms" in shown
    assert b"Remove this paper?" in shown
    with open_graph(store) as graph:
        assert dict(graph.stats().values)["papers"] == left

"""From files to a graph, again and again."""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from litloom import Extraction, InputError, Paper, StoreError, build, open_graph, remove
from litloom.api import Graph
from litloom.extractors import Extractor
from litloom.extractors.model_files import MODELS, seal


def write_jsonl(path: Path, papers: tuple[Paper, ...]) -> Path:
    fields = ("id", "title", "abstract", "year", "arxiv_id")
    rows = [
        {f: getattr(paper, f) for f in fields} | {"references": list(paper.references)} for paper in papers
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def whole(graph: Graph) -> tuple[list[object], list[object]]:
    with graph:
        exported = graph.to_networkx()
    nodes = sorted((node, sorted(data.items(), key=str)) for node, data in exported.nodes(data=True))
    edges = sorted((a, b, sorted(data.items(), key=str)) for a, b, data in exported.edges(data=True))
    return nodes, edges


def test_a_graph_has_papers_concepts_and_all_that_links_them(graph: Graph) -> None:
    counts = dict(graph.stats().values)
    assert counts["papers"] == 4
    assert counts["papers with a mention"] == 4
    assert min(counts[kind] for kind in ("Method", "Dataset", "Hardware", "Metric")) > 0
    (cited,) = graph.cypher("MATCH (a:Paper)-[:CITES]->(b:Paper) RETURN a.id AS a, b.id AS b").values
    assert cited == ("qlora", "lora")
    shared = graph.query("similar", paper="LoRA: Low-Rank")
    assert shared.values


def test_every_mention_edge_carries_its_evidence(graph: Graph, papers: tuple[Paper, ...]) -> None:
    rows = graph.cypher(
        "MATCH (p:Paper)-[m:MENTIONS]->(c) RETURN p.id AS id, m.surface AS surface, m.evidence AS sentence"
    )
    texts = {paper.id: paper.text for paper in papers}
    assert rows.values
    for row in rows:
        assert row["sentence"] in texts[row["id"]]
        assert row["surface"] in texts[row["id"]]


def test_building_the_same_again_changes_nothing(tmp_path: Path, papers: tuple[Paper, ...]) -> None:
    store = tmp_path / "g.lbug"
    source = write_jsonl(tmp_path / "papers.jsonl", papers)
    first = whole(build(source, store))
    written = store.stat().st_mtime_ns, store.stat().st_ino
    assert whole(build(source, store)) == first
    assert (store.stat().st_mtime_ns, store.stat().st_ino) == written


def test_adding_a_file_gives_the_graph_of_both(tmp_path: Path, papers: tuple[Paper, ...]) -> None:
    one = write_jsonl(tmp_path / "one.jsonl", papers[:2])
    other = write_jsonl(tmp_path / "other.jsonl", papers[1:])
    build(one, tmp_path / "grown.lbug").close()
    grown = whole(build(other, tmp_path / "grown.lbug"))
    assert grown == whole(build([one, other], tmp_path / "whole.lbug"))
    with open_graph(tmp_path / "grown.lbug") as graph:
        (sources,) = graph.cypher("MATCH (p:Paper {id: 'qlora'}) RETURN p.sources AS s").values
    assert sources == ([str(one), str(other)],)


@pytest.fixture
def extracted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the papers whose concepts are found by a model, as they are."""
    found: list[str] = []
    extract = Extractor.extract

    def noting(self: Extractor, papers: Iterable[Paper], **options: Any) -> Iterator[Extraction]:
        for extraction in extract(self, papers, **options):
            found.append(extraction.paper_id)
            yield extraction

    monkeypatch.setattr(Extractor, "extract", noting)
    return found


def test_papers_are_not_read_twice(tmp_path: Path, papers: tuple[Paper, ...], extracted: list[str]) -> None:
    build(papers[:3], tmp_path / "g.lbug", model="fast").close()
    build(papers, tmp_path / "g.lbug", model="fast").close()
    assert sorted(extracted) == sorted(paper.id for paper in papers)


def test_a_changed_paper_is_read_again_and_no_other(
    tmp_path: Path, papers: tuple[Paper, ...], extracted: list[str]
) -> None:
    changed = replace(papers[1], abstract=f"{papers[1].abstract} It is trained on an H100.")
    build(papers, tmp_path / "g.lbug", model="fast").close()
    extracted.clear()
    grown = whole(build([changed], tmp_path / "g.lbug", model="fast"))
    assert extracted == [changed.id]
    assert grown == whole(build([papers[0], changed, *papers[2:]], model="fast"))


def test_what_does_not_touch_the_text_is_no_reason_to_read_again(
    tmp_path: Path, papers: tuple[Paper, ...], extracted: list[str]
) -> None:
    build(papers, tmp_path / "g.lbug", model="fast").close()
    extracted.clear()
    with build([replace(papers[2], venue="NAACL")], tmp_path / "g.lbug", model="fast") as graph:
        (venue,) = graph.cypher("MATCH (p:Paper {id: 'bert'}) RETURN p.venue AS venue").values
    assert venue == ("NAACL",)
    assert extracted == []


def test_another_version_of_a_model_reads_all_again(
    tmp_path: Path, papers: tuple[Paper, ...], extracted: list[str]
) -> None:
    model = shutil.copytree(MODELS / "fast", tmp_path / "mine")
    meta = json.loads((model / "meta.json").read_text(encoding="utf-8"))
    for version in ("1.0.0", "1.0.1", "1.0.1"):
        (model / "meta.json").write_text(json.dumps({**meta, "version": version}), encoding="utf-8")
        seal(model)
        build(papers, tmp_path / "g.lbug", model=model).close()
    assert sorted(extracted) == sorted(paper.id for paper in papers * 2)


def test_a_paper_that_was_taken_out_is_read_again_if_it_comes_back(
    tmp_path: Path, papers: tuple[Paper, ...], extracted: list[str]
) -> None:
    build(papers, tmp_path / "g.lbug", model="fast").close()
    before = whole(open_graph(tmp_path / "g.lbug"))
    extracted.clear()
    remove("bert", tmp_path / "g.lbug").close()
    assert extracted == []
    assert whole(build(papers, tmp_path / "g.lbug", model="fast")) == before
    assert extracted == ["bert"]


def test_no_papers_are_no_graph(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no papers"):
        build([], tmp_path / "g.lbug")
    assert not (tmp_path / "g.lbug").exists()


def test_input_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"title": 3}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.jsonl:1"):
        build(tmp_path / "bad.jsonl", tmp_path / "g.lbug")
    assert [entry.name for entry in tmp_path.iterdir()] == ["bad.jsonl"]


def test_two_builds_do_not_write_one_store(tmp_path: Path, papers: tuple[Paper, ...]) -> None:
    build(papers[:1], tmp_path / "g.lbug").close()
    with (
        FileLock(tmp_path / "g.lbug.extractions" / ".lock"),
        pytest.raises(StoreError, match="another build"),
    ):
        build(papers, tmp_path / "g.lbug")


def test_a_store_needs_its_folder(tmp_path: Path, papers: tuple[Paper, ...]) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        build(papers, tmp_path / "none" / "g.lbug")


@pytest.mark.shared
def test_the_four_pages_make_375_papers_each_with_a_mention(shared: Path) -> None:
    with build(str(shared / "seeds" / "*.txt")) as graph:
        counts = dict(graph.stats().values)
    assert counts["papers"] == counts["papers with a mention"] == 375

"""From files to a graph, again and again."""

import json
from pathlib import Path

import pytest
from filelock import FileLock

from litloom import InputError, Paper, StoreError, build, open_graph
from litloom.api import Graph


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


def test_papers_are_not_read_twice(
    tmp_path: Path, papers: tuple[Paper, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from litloom.extractors import Extractor

    read: list[str] = []
    extract = Extractor.extract

    def counted(self: Extractor, given, **options):  # type: ignore[no-untyped-def]
        given = list(given)
        read.extend(paper.id for paper in given)
        return extract(self, given, **options)

    monkeypatch.setattr(Extractor, "extract", counted)
    build(papers[:3], tmp_path / "g.lbug").close()
    build(papers, tmp_path / "g.lbug").close()
    assert sorted(read) == sorted(paper.id for paper in papers)


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

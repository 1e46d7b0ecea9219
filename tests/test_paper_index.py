"""The index of a graph's papers: added papers are merged as if all papers had been read."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom import Paper
from litloom.papers.lazy_papers import LazyPapers
from litloom.papers.merge import merge_into, merge_papers
from litloom.papers.paper_index import FILE, PaperIndex
from litloom.progress import NO_PROGRESS
from litloom.update_store import changing, merged
from tests.campaign.scale import examples
from tests.test_growth import grow
from tests.test_merge import BATCHES

SURVEYS = [
    Paper(title=title, authors=(who,), year=2020, abstract=f"We look at {title}.")
    for title, who in (
        ("Looms and How to Learn Them", "Ada Poe"),
        ("A Survey of Yarns in Weaving", "Bo Li"),
        ("Felt", "Cy Ash"),
        ("Why Wefts Are Hard to Count", "Di Ray"),
    )
]


class Shelf:
    """Papers that are there to be read, and which of them were."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._papers = {paper.id: paper for paper in papers}
        self.read: list[str] = []

    def __call__(self, ids: Sequence[str]) -> list[Paper]:
        self.read.extend(ids)
        return [self._papers[identifier] for identifier in ids]


def kept(papers: LazyPapers, folder: Path) -> tuple[LazyPapers, Shelf]:
    """Return the same papers as another process finds them."""
    papers.paper_index.write(folder)
    index = PaperIndex.read(folder, papers.paper_index.fingerprint)
    assert index is not None
    shelf = Shelf(papers)
    return LazyPapers({}, index, shelf), shelf


@examples(50)
@given(st.lists(BATCHES, min_size=2, max_size=3))
def test_papers_added_in_batches_merge_as_if_added_at_once(batches: list[list[Paper]]) -> None:
    held = LazyPapers.of_all([])
    with tempfile.TemporaryDirectory() as folder:
        for batch in batches:
            held, _ = kept(merge_into(held, batch), Path(folder))
    at_once = merge_papers([paper for batch in batches for paper in batch])
    assert list(held) == at_once
    assert held.ids == [paper.id for paper in at_once]
    assert held.paper_index.fingerprint == LazyPapers.of_all(at_once).paper_index.fingerprint


def test_only_matching_papers_are_read(tmp_path: Path) -> None:
    held, shelf = kept(merge_into(LazyPapers.of_all([]), SURVEYS), tmp_path)
    published = replace(SURVEYS[1], title="A survey of yarsn in weaving.", doi="10.1/x", id="", venue="Looms")
    more = merge_into(held, [published, Paper(title="Else")])
    assert shelf.read == [SURVEYS[1].id]
    assert len(more) == 5
    assert more.of(["doi:10.1/x"])[0].venue == "Looms"
    gone, changed, added = more.paper_index.since(held.paper_index)
    assert (gone, changed) == ([SURVEYS[1].id], [])
    assert added == ["doi:10.1/x", Paper(title="Else").id]


def test_an_added_paper_may_join_two(tmp_path: Path) -> None:
    preprint = Paper(title="Of Looms", arxiv_id="2106.09685", abstract="Looms.")
    printed = Paper(title="Of Looms and All That They Weave", doi="10.1/x", abstract="Looms, and more.")
    both = Paper(title="Of Looms", arxiv_id="2106.09685", doi="10.1/x")
    held, _ = kept(merge_into(LazyPapers.of_all([]), [preprint, printed, *SURVEYS]), tmp_path)
    assert len(held) == 6
    combined = merge_into(held, [both])
    assert list(combined) == merge_papers([preprint, printed, *SURVEYS, both])
    assert combined.paper_index.since(held.paper_index)[0] == ["arxiv:2106.09685"]


def test_a_paper_with_the_same_title_changes_the_id_of_the_first(tmp_path: Path) -> None:
    first = Paper(title="Editorial", authors=("Ada Poe",), year=2001)
    second = Paper(title="Editorial", authors=("Bo Li",), year=2009)
    held, _ = kept(merge_into(LazyPapers.of_all([]), [first, *SURVEYS]), tmp_path)
    twins = merge_into(held, [second])
    assert list(twins) == merge_papers([first, *SURVEYS, second])
    assert twins.paper_index.since(held.paper_index)[0] == [first.id]
    # Where the twin goes again, the first is called what it was.
    alone = merge_into(twins.without({twins.ids[5]}), [])
    assert alone.ids == held.ids


@pytest.mark.parametrize("field", [field.name for field in fields(Paper)])
def test_the_fingerprint_covers_all_fields(field: str) -> None:
    value = getattr(SURVEYS[0], field)
    other = {str: "Other", tuple: ("Other",), int: 7, type(None): "2020-01-01"}[type(value)]
    changed = [*SURVEYS[1:], replace(SURVEYS[0], **{field: other})]
    assert (
        LazyPapers.of_all(changed).paper_index.fingerprint
        != LazyPapers.of_all(SURVEYS).paper_index.fingerprint
    )
    backwards = LazyPapers.of_all(SURVEYS[::-1]).paper_index.fingerprint
    assert backwards == LazyPapers.of_all(SURVEYS).paper_index.fingerprint


@examples(10)
@given(st.floats(0, 1, exclude_max=True), st.booleans())
def test_a_damaged_index_is_none(where: float, cut: bool) -> None:
    index = LazyPapers.of_all(SURVEYS).paper_index
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, FILE)
        index.write(Path(name))
        whole = file.read_bytes()
        at = int(where * len(whole))
        file.write_bytes(whole[:at] if cut else whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert PaperIndex.read(Path(name), index.fingerprint) is None


def test_leftovers_of_a_killed_process_are_removed(tmp_path: Path) -> None:
    (tmp_path / f".{FILE}.half").write_bytes(b"ARROW1")
    LazyPapers.of_all(SURVEYS).paper_index.write(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [FILE]


def test_an_index_is_of_one_graph_and_one_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = LazyPapers.of_all(SURVEYS).paper_index
    index.write(tmp_path)
    assert PaperIndex.read(tmp_path, "0" * 64) is None
    assert PaperIndex.read(tmp_path / "elsewhere", index.fingerprint) is None
    monkeypatch.setattr("litloom.papers.paper_index.version", lambda name: "0.0.0")
    assert PaperIndex.read(tmp_path, index.fingerprint) is None


@pytest.mark.parametrize("lost", [False, True])
def test_a_graph_grows_with_its_index_or_without(tmp_path: Path, lost: bool) -> None:
    first = [Paper(title=f"Title {i}", abstract=f"|Name{i}/Method| on |Wool/Dataset|.") for i in range(9)]
    path = tmp_path / "g.lbug"
    grow(path, first)
    if lost:
        (tmp_path / "g.lbug.extractions" / FILE).unlink()
    with changing(path, must_exist=True) as change, change.store:
        held = change.papers(NO_PROGRESS)
        assert held.is_indexed is not lost
        more = merged(held, NO_PROGRESS, [Paper(title="Title 3.", doi="10.1/x"), Paper(title="Title 10")])
        assert sorted(p.title for p in more) == sorted([*(p.title for p in first), "Title 10"])
        assert held.of(held.ids[:1])[0] in first

"""What was read is kept: nearly all of it at any moment, and no more than is needed in the end."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from litloom import Extraction, Mention, Paper
from litloom.extractions.cache import ExtractionCache
from litloom.extractions.parts import Parts
from litloom.extractors import read_extractions
from litloom.papers.lazy_papers import LazyPapers
from litloom.papers.paper_index import text_digest

PAPERS = [Paper(title=f"Title {number}", abstract="Words on ImageNet.") for number in range(40)]
ANOTHER_TEXT = [Paper(title=f"Other {number}") for number in range(3)]


class Reading:
    """Reads papers, and notes which."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.titles: list[str] = []
        self._meanwhile = meanwhile

    def __call__(self, papers: list[Paper]) -> Iterator[Extraction]:
        for paper in papers:
            self._meanwhile()
            self.titles.append(paper.title)
            yield found_in(paper)


def found_in(paper: Paper) -> Extraction:
    mention = Mention(0, 5, paper.text[:5], "Method", 0.5, paper.text[:5], paper.title)
    return Extraction(paper_id=paper.id, mentions=(mention,), model="m-1")


def extract(
    folder: Path,
    papers: Sequence[Paper],
    read: Callable[[list[Paper]], Iterator[Extraction]],
    model: str = "m-1",
) -> list[Extraction]:
    """Return an extraction of each paper, by the cache."""
    files = ExtractionCache(folder, model).fill(LazyPapers.of_all(papers), read)
    by_text = {found.paper_id: found for file in files for found in read_extractions(file)}
    return [replace(by_text[text_digest(paper)], paper_id=paper.id) for paper in papers]


def parts(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.parquet"))


@pytest.mark.parametrize("papers_a_second", [1000, 20, 1, 0.1])
def test_whoever_dies_loses_the_last_moments_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, papers_a_second: float
) -> None:
    now = 0.0
    monkeypatch.setattr("litloom.extractions.cache.monotonic", lambda: now)

    def a_while_later() -> None:
        nonlocal now
        kept = len(Parts(tmp_path / "m-1"))
        seconds_lost = (len(reading.titles) - kept) / papers_a_second
        assert seconds_lost <= min(5.0, max(0.5, now / 20)) + 1 / papers_a_second
        now += 1 / papers_a_second

    reading = Reading(a_while_later)
    extract(tmp_path, PAPERS, reading)
    assert len(reading.titles) == len(Parts(tmp_path / "m-1")) == len(PAPERS)


def test_an_interrupt_loses_nothing(tmp_path: Path) -> None:
    def interrupt() -> None:
        if len(reading.titles) == 7:
            raise KeyboardInterrupt

    reading, rest = Reading(interrupt), Reading()
    with pytest.raises(KeyboardInterrupt):
        extract(tmp_path, PAPERS, reading)
    found = extract(tmp_path, PAPERS, rest)
    assert reading.titles + rest.titles == [paper.title for paper in PAPERS]
    assert found == [found_in(paper) for paper in PAPERS]


def test_a_text_of_several_papers_is_read_once(tmp_path: Path) -> None:
    twins = [Paper(id=name, title="A Survey") for name in ("a", "b")]
    reading = Reading()
    found = extract(tmp_path, twins, reading)
    assert [one.paper_id for one in found] == ["a", "b"]
    assert reading.titles == ["A Survey"]


def test_another_model_reads_again_and_replaces_the_first(tmp_path: Path) -> None:
    for model in ("m-1", "m-1.1", "m-1.1"):
        reading = Reading()
        extract(tmp_path, PAPERS, reading, model)
        ExtractionCache(tmp_path, model).tidy(PAPERS)
    assert reading.titles == []
    assert [entry.name for entry in tmp_path.iterdir()] == ["m-1.1"]


@pytest.mark.parametrize("keep", [slice(0), slice(1), slice(100), slice(4, None), slice(-1)])
def test_a_damaged_part_costs_its_papers_only(tmp_path: Path, keep: slice) -> None:
    extract(tmp_path, PAPERS[:10], Reading())
    (damaged,) = parts(tmp_path)
    extract(tmp_path, PAPERS, Reading())
    damaged.write_bytes(damaged.read_bytes()[keep])
    reading = Reading()
    assert extract(tmp_path, PAPERS, reading) == [found_in(paper) for paper in PAPERS]
    assert reading.titles == [paper.title for paper in PAPERS[:10]]


def test_tidied_there_is_what_the_papers_need_and_nothing_else(tmp_path: Path) -> None:
    cache = ExtractionCache(tmp_path, "m-1")
    for some in (PAPERS[:3], PAPERS[3:10], ANOTHER_TEXT, PAPERS[10:]):
        extract(tmp_path, some, Reading())
    (tmp_path / "m-1" / ".half.parquet.abc").write_bytes(b"PAR1")
    assert len(parts(tmp_path)) == 4
    cache.tidy(PAPERS)
    (whole,) = parts(tmp_path)
    assert len(Parts(tmp_path / "m-1")) == len(PAPERS)
    assert [entry.name for entry in (tmp_path / "m-1").iterdir()] == [whole.name]
    reading = Reading()
    found = extract(tmp_path, [*PAPERS, *ANOTHER_TEXT], reading)
    assert found[: len(PAPERS)] == [found_in(paper) for paper in PAPERS]
    assert reading.titles == [paper.title for paper in ANOTHER_TEXT]
    cache.tidy([])
    assert parts(tmp_path) == []


def test_great_parts_are_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("litloom.extractions.parts.FULL", 8)
    cache = ExtractionCache(tmp_path, "m-1")
    extract(tmp_path, PAPERS[:10], Reading())
    (great,) = parts(tmp_path)
    written = great.stat().st_mtime_ns
    for start in range(10, 40, 3):
        extract(tmp_path, PAPERS[start : start + 3], Reading())
        cache.tidy(PAPERS[: start + 3])
    assert great.stat().st_mtime_ns == written
    assert len(Parts(tmp_path / "m-1")) == len(PAPERS)
    assert len(parts(tmp_path)) <= 5

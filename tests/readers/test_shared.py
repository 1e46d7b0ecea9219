"""Real pages and corpora, where they lie beside the checkout."""

import re
import time
from collections import Counter

import pytest

from litloom.errors import InputError
from litloom.papers.merge import merge_papers
from litloom.readers import read_papers

pytestmark = pytest.mark.shared
ENTRIES = (47, 252, 48, 41)


@pytest.fixture(scope="module")
def files(shared):
    return sorted((shared / "seeds").glob("*.txt"))


@pytest.fixture(scope="module")
def papers(files):
    return list(read_papers(files))


def test_every_entry_is_found(files, papers):
    counts = Counter(paper.sources[0] for paper in papers)
    assert tuple(counts[str(file)] for file in files) == ENTRIES
    assert len(merge_papers(papers)) == 375
    assert sum(paper.date is not None for paper in papers) == 131
    assert [paper.organization for paper in papers if paper.organization] == ["CognizantAI Cognizant"]


def test_titles_and_abstracts_contain_nothing_else(papers):
    for paper in papers:
        assert 15 <= len(paper.title) <= 170
        assert not re.match(r"Subscribe|Daily Papers|new\b|Get trending", paper.title)
        assert not paper.title.endswith(".")
        assert len(paper.abstract) >= 500
        assert not re.search(r"\d authors$|^\W|20\d\d \d+$|[•·]", paper.abstract)


def test_a_date_without_year_merges_with_the_full_date(papers):
    found = [
        p for p in merge_papers(papers) if p.title.startswith("A Comprehensive Survey of Mixture-of-Experts")
    ]
    assert [(paper.date, paper.year, len(paper.sources)) for paper in found] == [("2025-03-10", 2025, 2)]


def test_the_pages_in_one_file_read_like_the_pages(files, papers, tmp_path):
    whole = tmp_path / "all.txt"
    whole.write_bytes(b"".join(file.read_bytes() for file in files))
    assert [(p.title, p.abstract, p.date) for p in read_papers(whole)] == [
        (p.title, p.abstract, p.date) for p in papers
    ]


def test_merging_a_page_later_gives_the_same(files, papers):
    first = merge_papers(read_papers(files[:2]))
    assert merge_papers([*first, *read_papers(files[2:])]) == merge_papers(papers)


@pytest.mark.slow
def test_a_corpus_of_conference_papers_streams_through(shared):
    start = time.monotonic()
    count = sum(1 for _ in read_papers(shared / "corpus" / "conference-papers.jsonl.gz"))
    assert count == 87_256
    assert time.monotonic() - start < 60


def test_annotated_papers_read(shared):
    assert len(list(read_papers(shared / "annotation" / "dev.jsonl"))) == 80
    assert len(list(read_papers(shared / "annotation" / "train.jsonl"))) >= 1049
    with pytest.raises(InputError, match=r":1: has no title"):
        list(read_papers(shared / "annotation" / "pairs-dev.jsonl"))

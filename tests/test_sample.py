"""The bundled corpus of landmark papers: what every one of its lines promises."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest

FIELDS = {
    "id",
    "title",
    "abstract",
    "year",
    "date",
    "authors",
    "venue",
    "url",
    "doi",
    "arxiv_id",
    "references",
}
LATEX = re.compile(r"\\[A-Za-z]|[${}~^]|``|''|--")
TEXT = (files("litloom") / "data" / "sample.jsonl").read_text(encoding="utf-8")
PAPERS: list[dict[str, Any]] = [json.loads(line) for line in TEXT.splitlines()]
BY_ID = {paper["id"]: paper for paper in PAPERS}

each_paper = pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper["id"])


def plain(title: str) -> str:
    """Return a title without the spelling that two records of one paper may differ in."""
    return "".join(c for c in title.casefold() if c.isalnum())


def test_is_large_and_woven_enough() -> None:
    assert len(PAPERS) >= 60
    assert sum(len(paper["references"]) for paper in PAPERS) >= 250
    assert len({paper["year"] for paper in PAPERS}) >= 10


@pytest.mark.parametrize("field", ["id", "title", "abstract", "url", "doi", "arxiv_id"])
def test_no_two_papers_share(field: str) -> None:
    values = Counter(plain(paper[field]) for paper in PAPERS if field in paper)
    assert [value for value, count in values.items() if count > 1] == []


def test_lines_are_sorted_and_end_the_file() -> None:
    assert TEXT.endswith("}\n")
    order = [(paper["year"], paper["id"]) for paper in PAPERS]
    assert order == sorted(order)


@each_paper
def test_fields(paper: dict[str, Any]) -> None:
    assert set(paper) <= FIELDS
    assert set(paper) >= {"id", "title", "abstract", "year", "authors", "url", "references"}
    assert re.fullmatch(r"[a-z]+(19|20)\d\d[a-z0-9]+", paper["id"])
    assert type(paper["year"]) is int
    assert 1950 <= paper["year"] <= 2025
    assert all(value not in ("", None) for value in paper.values())


@each_paper
def test_abstract_has_the_length_of_one(paper: dict[str, Any]) -> None:
    assert 80 <= len(paper["abstract"].split()) <= 200
    assert paper["abstract"].endswith(".")


@each_paper
def test_authors(paper: dict[str, Any]) -> None:
    authors = paper["authors"]
    assert authors
    assert len(set(authors)) == len(authors)
    for name in authors:
        assert len(name.split()) >= 2, "a given name and a family name"
        assert not any(c.isdigit() for c in name)
        assert not re.search(r"[;,&]|\bet al\b", name)


@each_paper
def test_date_is_iso_and_of_its_year(paper: dict[str, Any]) -> None:
    date = paper.get("date")
    if date is None:
        return
    assert re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", date)
    whole = datetime.date.fromisoformat(date if len(date) == 10 else f"{date}-01")
    assert whole.year == paper["year"]


@each_paper
def test_url_and_identifiers_agree(paper: dict[str, Any]) -> None:
    url = paper["url"]
    assert re.fullmatch(r"https://[^\s/]+/\S+", url)
    if "doi" in paper:
        assert re.fullmatch(r"10\.\d{4,9}/\S+", paper["doi"])
    if "arxiv_id" in paper:
        arxiv_id = paper["arxiv_id"]
        assert re.fullmatch(r"\d{2}(0[1-9]|1[0-2])\.(\d{4}|\d{5})", arxiv_id)
        assert len(arxiv_id) == (9 if arxiv_id < "1501" else 10), "five digits from January 2015 on"
        assert url == f"https://arxiv.org/abs/{arxiv_id}"
        assert paper["date"].startswith(f"20{arxiv_id[:2]}-")
        # A paper sent in on the last days of a month may get the number of the next one.
        months = int(arxiv_id[2:4]) - int(paper["date"][5:7])
        assert months in (0, 1)
    elif url.startswith("https://doi.org/"):
        assert url == f"https://doi.org/{paper['doi']}"
    else:
        assert "arxiv.org" not in url


@each_paper
def test_references_are_other_and_earlier_papers_of_the_sample(paper: dict[str, Any]) -> None:
    references = paper["references"]
    assert len(set(references)) == len(references)
    assert paper["id"] not in references
    for reference in references:
        cited = BY_ID[reference]
        assert cited["year"] <= paper["year"]
        if cited["year"] == paper["year"] and {"date"} <= cited.keys() & paper.keys():
            # Papers of one season cite each other's drafts, so only a wide gap is wrong.
            assert cited["date"][:7] <= paper["date"][:7]


@each_paper
def test_text_is_clean(paper: dict[str, Any]) -> None:
    for value in (paper["title"], paper["abstract"], paper.get("venue", ""), *paper["authors"]):
        assert value == " ".join(value.split()), "one line, single spaces"
        assert unicodedata.is_normalized("NFC", value)
        assert not LATEX.search(value)
        assert all(unicodedata.category(c)[0] in "LNPSZ" for c in value), "no control or private characters"
        assert "\N{REPLACEMENT CHARACTER}" not in value
        assert not re.search("Ã|â€", value), "UTF-8 read as Latin-1"


def test_citations_hold_the_sample_together() -> None:
    linked = {r for paper in PAPERS for r in paper["references"]} | {
        paper["id"] for paper in PAPERS if paper["references"]
    }
    assert len(linked) >= 0.9 * len(PAPERS)

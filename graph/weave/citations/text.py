"""Citations in the words of an abstract: author and year, "(Vaswani et al., 2017)".

A mention is a list of surnames, perhaps a venue, and a year: "[Chan and Lewenstein, STOC 2015]",
"Chan-Lewenstein (STOC'15)", "Abbe et al. (2023)", "at STOC'22 by Chen and Peng". It cites the only paper at
hand that has these authors and that year; where there is none or more than one, it cites nothing. Without
"et al." the surnames must be those of all authors. A common surname alone does not tell a paper; one that
other papers at hand have, too, tells it only where the sentence has words of the paper's title.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from litloom.papers.people import parse_name
from litloom.papers.titles import title_words
from litloom.records import Paper
from litloom.support.normalize import fold_text, split_words

Surnames = tuple[str, ...]

WINDOW: Final = 200
"""Letters before a year in which its authors stand."""
TITLE_WORDS: Final = 2
"""Words of a title that its mention must share where the surname alone does not tell who it is …"""
TITLE_WORD_LETTERS: Final = 4
"""… each of at least so many letters."""
TOO_COMMON: Final = re.compile(
    "ahmed|chen|cheng|gao|guo|gupta|he|hu|huang|jiang|johnson|jones|kim|kumar|lee|li|lin|liu|luo|ma|miller|nguyen"
    "|park|sharma|singh|smith|sun|tan|tang|wang|wei|williams|wu|xie|xu|yang|yu|zhang|zhao|zheng|zhou|zhu"
)
_LEAD_IN: Final = re.compile(
    "Although|And|As|Both|Building|By|Compared|Following|Furthermore|Hence|Here|However|In|Indeed|Inspired|Like"
    "|Moreover|Our|Recently|See|Similar|Since|The|Thus|Unlike|While"
)
_PARTICLES: Final = r"(?:(?:van|von|de|der|den|del|della|di|da|le|la|ten|ter)\s+)*"
_NAME: Final = _PARTICLES + r"[^\W\d_a-z][\w'’-]+"
_NAMES: Final = rf"{_NAME}(?:,\s*{_NAME})*(?:,?\s+(?:and|&)\s+{_NAME})?"
_VENUE: Final = r"[A-Z][A-Za-z&-]{2,20}"
_BEFORE_YEAR: Final = re.compile(
    rf"(?<![\w-])(?P<names>{_NAMES})(?P<more>,?\s+et\s+al\b\.?)?(?P<gap>[\s,]*[(\[]?[\s,]*(?:(?:at|from|in)\s+)?)"
    rf"(?P<venue>{_VENUE})?[\s,]*$"
)
_YEAR: Final = re.compile(r"\b((?:19|20)\d\d)(?:[a-z]\b|\b)|(?<!\w)['’](\d\d)\b|(?<=[A-Za-z])['’](\d\d)\b")
_HAS_YEAR: Final = re.compile(r"(?:19|20)\d\d|['’]\d\d")
_BY: Final = re.compile(
    rf"\b(?P<venue>{_VENUE})\s*(?:['’](?P<short>\d\d)|(?P<year>(?:19|20)\d\d))\s+by\s+"
    rf"(?P<names>{_NAMES})(?P<more>,?\s+et\s+al)?"
)
_ALSO: Final = re.compile(r"[a-z]?\s*[,;]\s*(?:and\s+)?")
_SENTENCE_END: Final = re.compile(r"(?<!\bal)[.!?]\s+(?=[A-Z])")
_TEX: Final = re.compile(r"\\[^A-Za-z\s]|\\[cvuHkr](?=\{)|[{}]")


@dataclass(frozen=True, slots=True)
class CitedWork:
    """A work as a text mentions it: surnames (the first of more if `more`), a year, a venue or ``""``."""

    surnames: Surnames
    more: bool
    year: int
    venue: str = ""


def cited_works(text: str) -> Iterator[tuple[tuple[CitedWork, ...], str]]:
    """Yield each author-year mention of a text, in all ways that it can be read, and its sentence.

    Examples
    --------
    >>> [reads for reads, sentence in cited_works("as shown [Poe and Li, STOC 2015].")]
    [(CitedWork(surnames=('poe', 'li'), more=False, year=2015, venue='stoc'),)]
    """
    if "\\" in text or "{" in text or "}" in text:
        text = _TEX.sub("", text)
    if not _HAS_YEAR.search(text):
        return
    for found in _BY.finditer(text):
        in_full = _full_year(found["year"], found["short"])
        readings = _readings(found["names"], bool(found["more"]), in_full, found["venue"])
        yield tuple(readings), _sentence(text, found.start())
    before: re.Match[str] | None = None
    ended = 0
    for year in _YEAR.finditer(text):
        if before is None or not _ALSO.fullmatch(text[ended : year.start()]):
            before = _BEFORE_YEAR.search(text[max(ended, year.start() - WINDOW) : year.start()])
            if before is not None and not _is_mention(before, text[: year.start()]):
                before = None
        ended = year.end()
        if before is not None:
            in_full = _full_year(year[1], year[2] or year[3])
            readings = _readings(before["names"], bool(before["more"]), in_full, before["venue"] or "")
            yield tuple(readings), _sentence(text, year.start())


def text_citations(
    papers: Sequence[Paper], among: Sequence[Paper] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield (citing id, cited id) for every mention in an abstract that means one of these papers, sorted.

    Parameters
    ----------
    papers
        What may cite.
    among
        What may be cited; the same papers if not given.

    Examples
    --------
    >>> old = Paper(id="old", title="Attention", year=2017, authors=("Ashish Vaswani", "Noam Shazeer"))
    >>> new = Paper(id="new", title="BERT", abstract="We use Transformers (Vaswani et al., 2017).")
    >>> list(text_citations([old, new]))
    [('new', 'old')]
    """
    read = ((paper, tuple(cited_works(paper.abstract))) for paper in papers)
    yield from sorted(set(meant(read, papers if among is None else among)))


def meant(
    read: Iterable[tuple[Paper, Iterable[tuple[tuple[CitedWork, ...], str]]]], among: Iterable[Paper]
) -> Iterator[tuple[str, str]]:
    """Yield (citing id, cited id) for papers with their `cited_works`, of which some mean one of `among`."""
    by_author = _by_surname(among)
    for paper, works in read:
        for readings, sentence in works:
            cited = _only(readings, sentence, paper, by_author)
            if cited is not None:
                yield paper.id, cited.id


def _is_mention(found: re.Match[str], before_year: str) -> bool:
    """Tell a mention from a name that merely stands before a year, as in "ImageNet 2012"."""
    in_brackets = any(
        before_year.rfind(opened) > before_year.rfind(closed) for opened, closed in ("()", "[]")
    )
    return in_brackets or bool(found["more"]) or bool(re.search(r"[,&]|\band\b|[-–]", found["names"]))


def _full_year(full: str | None, short: str | None) -> int:
    if full:
        return int(full)
    return int(short or 0) + (2000 if int(short or 0) < 50 else 1900)


def _readings(names: str, more: bool, year: int, venue: str) -> Iterator[CitedWork]:
    listed = [name for name in re.split(r",\s*(?:and\s+|&\s+)?|\s+(?:and|&)\s+", names) if name]
    while len(listed) > 1 and _LEAD_IN.fullmatch(listed[0]):
        del listed[0]
    yield CitedWork(tuple(map(_folded, listed)), more, year, _folded(venue))
    if not venue and not more and len(listed) > 1:
        yield CitedWork(tuple(map(_folded, listed[:-1])), more, year, _folded(listed[-1]))
    joined = re.split(r"[-–]", listed[0])
    if len(listed) == 1 and len(joined) > 1 and all(joined):
        yield CitedWork(tuple(map(_folded, joined)), more, year, _folded(venue))


def _folded(name: str) -> str:
    return "".join(split_words(fold_text(name)))


@cache
def surnames_of(name: str) -> frozenset[str]:
    """Return what may be the surname of a person."""
    parsed = parse_name(name)
    return frozenset() if parsed is None else parsed.surnames


def first_surnames(paper: Paper) -> frozenset[str]:
    """Return what may be the surname of a paper's first author."""
    return surnames_of(paper.authors[0]) if paper.authors else frozenset()


def _by_surname(papers: Iterable[Paper]) -> dict[str, list[Paper]]:
    """Return the papers of a known year by the surnames of their first author."""
    found: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        if paper.year is not None:
            for surname in first_surnames(paper):
                found[surname].append(paper)
    return found


def _sentence(text: str, place: int) -> str:
    start = max((end.end() for end in _SENTENCE_END.finditer(text, 0, place)), default=0)
    end = _SENTENCE_END.search(text, place)
    return text[start : end.start() if end else len(text)]


def _only(
    readings: Iterable[CitedWork], sentence: str, citing: Paper, by_author: dict[str, list[Paper]]
) -> Paper | None:
    """Return the one paper that a mention can mean."""
    for work in readings:
        if len(work.surnames) == 1 and TOO_COMMON.fullmatch(work.surnames[0]) and not work.venue:
            continue
        possible = [
            paper
            for paper in by_author.get(work.surnames[0], ())
            if paper.id != citing.id and _may_be(work, paper) and not _later(paper, citing)
        ]
        exact = [paper for paper in possible if paper.year == work.year and not _elsewhere(work, paper)]
        there = [paper for paper in possible if _there(work, paper)]
        if len(candidates := there or exact) == 1:
            (paper,) = candidates
            alone = len(work.surnames) == 1 and not there
            others = alone and len(by_author[work.surnames[0]]) > 1
            return None if others and not _is_about(sentence, paper) else paper
        if candidates:
            return None
    return None


def _is_about(sentence: str, paper: Paper) -> bool:
    """Tell whether a sentence has words of a paper's title."""
    shared = set(title_words(sentence)) & set(title_words(paper.title))
    return sum(len(word) >= TITLE_WORD_LETTERS for word in shared) >= TITLE_WORDS


def _may_be(work: CitedWork, paper: Paper) -> bool:
    if abs((paper.year or 0) - work.year) > 1:
        return False
    if work.more and len(paper.authors) <= len(work.surnames):
        return False
    if not work.more and len(paper.authors) != len(work.surnames):
        return False
    return all(
        surname in surnames_of(name) for surname, name in zip(work.surnames, paper.authors, strict=False)
    )


def _later(paper: Paper, citing: Paper) -> bool:
    return paper.year is not None and citing.year is not None and paper.year > citing.year


def _there(work: CitedWork, paper: Paper) -> bool:
    return bool(work.venue) and _venue(work.venue) in _venue(paper.venue)


def _elsewhere(work: CitedWork, paper: Paper) -> bool:
    """Tell whether the paper is known to have appeared at another venue than the work."""
    venue = _venue(paper.venue)
    short = bool(venue) and " " not in paper.venue.strip() and venue not in ("arxiv", "corr")
    return bool(work.venue) and short and _venue(work.venue) not in venue


def _venue(venue: str) -> str:
    return _folded(venue).replace("neurips", "nips")

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
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple

from litloom.normalize import fold_text, split_words
from litloom.papers.people import parse_name
from litloom.papers.titles import title_words
from litloom.records import Paper

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


class CitedWork(NamedTuple):
    """A work as a text mentions it: surnames (the first of more if `more`), a year, a venue or ``""``."""

    surnames: Surnames
    more: bool
    year: int
    venue: str = ""


Mention = tuple[tuple[CitedWork, ...], str]
"""All readings of a mention, and its sentence."""


def cited_works(text: str) -> Iterator[Mention]:
    """Yield each author-year mention of a text.

    Examples
    --------
    >>> [readings for readings, sentence in cited_works("as shown [Poe and Li, STOC 2015].")]
    [(CitedWork(surnames=('poe', 'li'), more=False, year=2015, venue='stoc'),)]
    """
    if "\\" in text or "{" in text or "}" in text:
        text = _TEX.sub("", text)
    if not _HAS_YEAR.search(text):
        return
    for match in _BY.finditer(text):
        yield _mention(match, match["year"], match["short"], text, match.start())
    before: re.Match[str] | None = None
    end = 0
    for year in _YEAR.finditer(text):
        if before is None or not _ALSO.fullmatch(text[end : year.start()]):
            before = _BEFORE_YEAR.search(text[max(end, year.start() - WINDOW) : year.start()])
            if before is not None and not _is_mention(before, text[: year.start()]):
                before = None
        end = year.end()
        if before is not None:
            yield _mention(before, year[1], year[2] or year[3], text, year.start())


def text_citations(
    papers: Iterable[Paper], among: Iterable[Paper] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield (citing id, cited id) for every mention in an abstract that can only mean one paper, sorted.

    Parameters
    ----------
    papers
        The papers that may cite.
    among
        Those that may be cited; the same papers by default.

    Examples
    --------
    >>> old = Paper(id="old", title="Attention", year=2017, authors=("Ashish Vaswani", "Noam Shazeer"))
    >>> new = Paper(id="new", title="BERT", abstract="We use Transformers (Vaswani et al., 2017).")
    >>> list(text_citations([old, new]))
    [('new', 'old')]
    """
    papers = list(papers)
    by_surname: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers if among is None else among:
        if paper.year is not None and paper.authors:
            for surname in surnames_of(paper.authors[0]):
                by_surname[surname].append(paper)
    mentions = ((paper, mention) for paper in papers for mention in cited_works(paper.abstract))
    cited = ((paper, _only(*mention, paper, by_surname)) for paper, mention in mentions)
    yield from sorted({(paper.id, other.id) for paper, other in cited if other is not None})


def _is_mention(before: re.Match[str], text: str) -> bool:
    """Tell a mention from a name that merely stands before a year, as in "ImageNet 2012"."""
    in_brackets = any(text.rfind(opened) > text.rfind(closed) for opened, closed in ("()", "[]"))
    return in_brackets or bool(before["more"]) or bool(re.search(r"[,&]|\band\b|[-–]", before["names"]))


def _mention(match: re.Match[str], year: str | None, short: str | None, text: str, place: int) -> Mention:
    number = int(year or short or 0)
    full = number if year else number + (2000 if number < 50 else 1900)
    readings = _readings(match["names"], bool(match["more"]), full, match["venue"] or "")
    start = max((end.end() for end in _SENTENCE_END.finditer(text, 0, place)), default=0)
    end = _SENTENCE_END.search(text, place)
    return tuple(readings), text[start : end.start() if end else len(text)]


def _readings(names: str, more: bool, year: int, venue: str) -> Iterator[CitedWork]:
    listed = [name for name in re.split(r",\s*(?:and\s+|&\s+)?|\s+(?:and|&)\s+", names) if name]
    while len(listed) > 1 and _LEAD_IN.fullmatch(listed[0]):
        del listed[0]
    yield CitedWork(tuple(map(_letters, listed)), more, year, _letters(venue))
    if not venue and not more and len(listed) > 1:
        yield CitedWork(tuple(map(_letters, listed[:-1])), more, year, _letters(listed[-1]))
    hyphenated = re.split(r"[-–]", listed[0])
    if len(listed) == 1 and len(hyphenated) > 1 and all(hyphenated):
        yield CitedWork(tuple(map(_letters, hyphenated)), more, year, _letters(venue))


def _letters(name: str) -> str:
    return "".join(split_words(fold_text(name)))


@cache
def surnames_of(name: str) -> frozenset[str]:
    """Return what may be the surname of a person."""
    parsed = parse_name(name)
    return frozenset() if parsed is None else parsed.surnames


def _only(
    readings: Iterable[CitedWork], sentence: str, citing: Paper, by_surname: Mapping[str, list[Paper]]
) -> Paper | None:
    """Return the only paper that a mention can mean."""
    for work in readings:
        if len(work.surnames) == 1 and TOO_COMMON.fullmatch(work.surnames[0]) and not work.venue:
            continue
        possible = [
            paper
            for paper in by_surname.get(work.surnames[0], ())
            if paper.id != citing.id and _may_be(work, paper) and not _later(paper, citing)
        ]
        exact = [paper for paper in possible if paper.year == work.year and not _at_other_venue(work, paper)]
        at_venue = [paper for paper in possible if _at_venue(work, paper)]
        if len(candidates := at_venue or exact) == 1:
            (paper,) = candidates
            alone = len(work.surnames) == 1 and not at_venue
            others = alone and len(by_surname[work.surnames[0]]) > 1
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


def _at_venue(work: CitedWork, paper: Paper) -> bool:
    return bool(work.venue) and _venue(work.venue) in _venue(paper.venue)


def _at_other_venue(work: CitedWork, paper: Paper) -> bool:
    """Tell whether the paper is known to have appeared at another venue than the work."""
    venue = _venue(paper.venue)
    short = bool(venue) and " " not in paper.venue.strip() and venue not in ("arxiv", "corr")
    return bool(work.venue) and short and _venue(work.venue) not in venue


def _venue(venue: str) -> str:
    return _letters(venue).replace("neurips", "nips")

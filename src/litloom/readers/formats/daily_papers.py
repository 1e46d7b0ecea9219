r"""Daily Papers pages: what one gets by copying such a page, or a search on it, from the browser.

A page has a header and then, for each paper, its title, its abstract and mostly a foot::

    Daily Papers
    byAK and the research community
    Jun 22

    Weaving Words: On the Structure of Looms

    We look at looms. They weave.

      • 5 authors
    ·
    Jun 10, 2025 2

The foot gives the number of authors (or the name of an organization), the date, and a number of comments.
A date of the page's own year is written without it; that year is the one after the latest that the page
writes out. Any of this may be missing, glued together or spread over lines, pages may follow one another in
one file, and blank lines mean little. Four modules read it: `page_header` and `page_lines` find what is not
text, `page_entries` (with `page_costs`) titles and abstracts, `page_dates` the years.

Where a page's words have no such marks at all, a file passes for one only if every part of it looks like a
title followed by an abstract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from litloom.errors import InputError
from litloom.readers.base import BadRecordError, Format, checked
from litloom.readers.dates import written
from litloom.readers.files import open_stream
from litloom.readers.limits import LONGEST
from litloom.readers.options import Options
from litloom.readers.page.costs import wrap_width
from litloom.readers.page.dates import year_of_page
from litloom.readers.page.entries import Entry, find_entries
from litloom.readers.page.lines import Foot, Run, lex
from litloom.readers.stream import Stream
from litloom.records import Paper

# How unlike an entry one may be that a foot ends, that stands on a page, or that nothing speaks for.
FOOTED: Final = 10.0
ON_A_PAGE: Final = 5.0
UNMARKED: Final = 2.5
UNMARKED_SAMPLE: Final = 400
MOST_LINES: Final = 500_000
SHOWN: Final = 50
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def read_daily_papers(path: str | Path, *, page_year: int | None = None) -> Iterator[Paper]:
    r"""Read papers from the text of a Daily Papers page.

    Parameters
    ----------
    path
        The file, plain or gzip.
    page_year
        The year of dates that are written without one.

    Yields
    ------
    Paper
        One per entry, in their order.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "page.txt"
    >>> _ = file.write_text("On Looms\nWe look at looms.\n• 2 authors\nJun 10, 2025\n")
    >>> [(paper.title, paper.date, paper.author_count) for paper in read_daily_papers(file)]
    [('On Looms', '2025-06-10', 2)]
    """
    with open_stream(str(path)) as stream:
        yield from _read(stream, stream.name, Options(page_year=page_year))


def parse_daily_papers(
    text: str | Iterable[str], *, source: str = "<text>", page_year: int | None = None
) -> Iterator[Paper]:
    r"""Read papers from the text of a Daily Papers page held in a string, or in an iterable of lines.

    Examples
    --------
    >>> page = "On Looms\nWe look at looms.\n• 2 authors\nJun 10\nOn Yarn\nWe spin.\n• 1 authors\nMay 3, 2024"
    >>> [(paper.title, paper.date) for paper in parse_daily_papers(page)]
    [('On Looms', '2025-06-10'), ('On Yarn', '2024-05-03')]
    """
    return _read(Stream.of_text(text, source), source, Options(page_year=page_year))


def _sniff(head: str) -> float:
    if any(page.marked for page in lex(_LINE_END.split(head))):
        return 0.9
    # Other text may be a page that lost its marks; what is wrong with it the reader says best.
    return 0.0 if head.lstrip().startswith("<") else 0.1


def _read(lines: Iterable[str], source: str, options: Options) -> Iterator[Paper]:
    pages = lex(_bounded(lines, source))
    runs = [run for page in pages for run in page.runs]
    if not runs:
        raise InputError(source, "there is no title and no abstract in it", 1)
    marked = any(page.marked for page in pages)
    if not marked:
        # A long file of something else is found out by its beginning.
        sample = find_entries(runs[0].lines[:UNMARKED_SAMPLE], footed=False)[:-1]
        _papers([(entry, None, None) for entry in sample], UNMARKED, source, Options())
    entries = [
        (entry, foot, year)
        for page in pages
        for year in [options.page_year or year_of_page(page.header, page.years)]
        for width in [wrap_width(run.lines for run in page.runs)]
        for run in page.runs
        for entry, foot in _entries(run, width)
    ]
    strict = options if marked else replace(options, skip_bad=False)
    yield from _papers(entries, ON_A_PAGE if marked else UNMARKED, source, strict)


def _bounded(lines: Iterable[str], source: str) -> Iterator[str]:
    """Give the lines of a page, which is held as a whole."""
    size = 0
    for number, line in enumerate(lines, 1):
        size += len(line)
        if number > MOST_LINES or size > LONGEST:
            reason = (
                f"a page of Daily Papers has at most {MOST_LINES:,} lines and {LONGEST >> 20} MiB; split it"
            )
            raise InputError(source, reason, number)
        yield line


def _entries(run: Run, width: int | None) -> Iterator[tuple[Entry, Foot | None]]:
    entries = find_entries(run.lines, footed=run.foot is not None and run.foot.full, width=width)
    feet = [*([None] * (len(entries) - 1)), run.foot]
    return zip(entries, feet, strict=True)


def _papers(
    entries: Iterable[tuple[Entry, Foot | None, int | None]], limit: float, source: str, options: Options
) -> list[Paper]:
    papers: list[Paper] = []
    first_error: InputError | None = None
    for entry, foot, year in entries:
        if entry.cost <= (max(limit, FOOTED) if foot and foot.full else limit):
            paper = _paper(entry, foot, year, source)
            try:
                papers.append(checked(paper))
            except BadRecordError as bad:
                error = InputError(source, f"{paper.title[:SHOWN]!a}: {bad}")
            else:
                continue
        else:
            error = _not_an_entry(entry, source)
        first_error = first_error or error
        options.bad(error)
    if not papers and first_error is not None:
        raise first_error
    return papers


def _paper(entry: Entry, foot: Foot | None, page_year: int | None, source: str) -> Paper:
    foot = foot or Foot()
    date = None
    if foot.day is not None:
        date = written(foot.day.year or page_year, foot.day.month, foot.day.day)
    return Paper(
        title=entry.title,
        abstract=entry.abstract,
        date=date,
        author_count=foot.authors,
        organization=foot.organization,
        sources=(source,),
    )


def _not_an_entry(entry: Entry, source: str) -> InputError:
    fault = max(entry.faults, key=lambda fault: fault.cost)
    return InputError(
        source,
        f"not a title followed by its abstract: {fault.reason} ({fault.text[:SHOWN]!a}); a page of Daily "
        "Papers is expected here: correct the line, leave it out, or name another format with --input-format",
        fault.line,
    )


def _read_stream(stream: Stream, options: Options) -> Iterator[Paper]:
    return _read(stream, stream.name, options)


FORMAT: Final = Format(name="daily-papers", suffixes=(".txt", ".text"), sniff=_sniff, read=_read_stream)

r"""Daily Papers pages: the text of such a page, or of a search on it, copied from the browser.

A page has a header and, for each paper, a title, an abstract and usually a foot::

    Daily Papers
    byAK and the research community
    Jun 22

    Weaving Words: On the Structure of Looms

    We look at looms. They weave.

      • 5 authors
    ·
    Jun 10, 2025 2

The foot has the number of authors (or the name of an organization), the date, and the number of comments.
Dates of the current year have no year; it is the year after the latest that the page contains. Any part may
be missing, glued together or split over lines, one file may contain several pages, and blank lines are not
reliable. In `litloom.readers.page`, ``header`` and ``lines`` find what is not text, ``entries`` and ``costs``
the titles and abstracts, ``dates`` the years.

A file without a header or foot is accepted only if every part of it looks like a title and an abstract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from litloom.errors import InputError
from litloom.readers.base import BadRecordError, Format, clean_paper
from litloom.readers.dates import format_day
from litloom.readers.limits import LONGEST
from litloom.readers.options import Options
from litloom.readers.page.costs import wrap_width
from litloom.readers.page.dates import page_year as year_of
from litloom.readers.page.entries import Entry, find_entries
from litloom.readers.page.lines import Foot, Run, lex
from litloom.records import Paper

# Highest cost of an entry with a foot, of one on a page with a header or foot, and of any other.
FOOTED: Final = 10.0
ON_A_PAGE: Final = 5.0
UNMARKED: Final = 2.5
UNMARKED_SAMPLE: Final = 400
MOST_LINES: Final = 500_000
SHOWN: Final = 50
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def _sniff(head: str) -> float:
    if any(page.marked for page in lex(_LINE_END.split(head))):
        return 0.9
    # Any other text may be a page without header and feet.
    return 0.0 if head.lstrip().startswith("<") else 0.1


def _read(lines: Iterable[str], source: str, options: Options) -> Iterator[Paper]:
    pages = lex(_bounded(lines, source))
    runs = [run for page in pages for run in page.runs]
    if not runs:
        raise InputError(source, "contains no title and no abstract", 1)
    marked = any(page.marked for page in pages)
    if not marked:
        # Reject a long file of something else by its beginning.
        sample = find_entries(runs[0].lines[:UNMARKED_SAMPLE], footed=False)[:-1]
        _papers([(entry, None, None) for entry in sample], UNMARKED, source, Options())
    entries = [
        (entry, foot, year)
        for page in pages
        for year in [options.page_year or year_of(page.header, page.years)]
        for width in [wrap_width(run.lines for run in page.runs)]
        for run in page.runs
        for entry, foot in _entries(run, width)
    ]
    strict = options if marked else replace(options, skip_bad=False)
    yield from _papers(entries, ON_A_PAGE if marked else UNMARKED, source, strict)


def _bounded(lines: Iterable[str], source: str) -> Iterator[str]:
    """Yield lines up to the size of a page, which must fit into memory."""
    size = 0
    for number, line in enumerate(lines, 1):
        size += len(line)
        if number > MOST_LINES or size > LONGEST:
            limit = f"{MOST_LINES:,} lines and {LONGEST >> 20} MiB"
            raise InputError(source, f"a page of Daily Papers has at most {limit}; split it", number)
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
                papers.append(clean_paper(paper))
            except BadRecordError as bad:
                error = InputError(source, f"{paper.title[:SHOWN]!a}: {bad}")
            else:
                continue
        else:
            error = _not_an_entry(entry, source)
        first_error = first_error or error
        options.reject(error)
    if not papers and first_error is not None:
        raise first_error
    return papers


def _paper(entry: Entry, foot: Foot | None, page_year: int | None, source: str) -> Paper:
    foot = foot or Foot()
    day = foot.day
    return Paper(
        title=entry.title,
        abstract=entry.abstract,
        date=format_day(day.year or page_year, day.month, day.day) if day else None,
        author_count=foot.authors,
        organization=foot.organization,
        sources=(source,),
    )


def _not_an_entry(entry: Entry, source: str) -> InputError:
    fault = max(entry.faults, key=lambda fault: fault.cost)
    return InputError(
        source,
        f"not a title and an abstract of a Daily Papers page: {fault.reason} ({fault.text[:SHOWN]!a}); "
        "correct or remove the line, or use --input-format for another format",
        fault.line,
    )


FORMAT: Final = Format(
    name="daily-papers",
    suffixes=(".txt", ".text"),
    sniff=_sniff,
    read=lambda stream, options: _read(stream, stream.name, options),
)

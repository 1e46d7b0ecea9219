"""Readers: from files of many formats to `litloom.records.Paper`.

One module reads one format, and its docstring explains the format. `read_papers` finds the format of a
file from its content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from litloom.errors import InputError
from litloom.readers.base import Format, Options
from litloom.readers.daily_papers import parse_daily_papers, read_daily_papers
from litloom.readers.files import expand, open_lines
from litloom.readers.jsonl import parse_jsonl, read_jsonl
from litloom.readers.registry import format_of, formats, named_format
from litloom.records import Paper

__all__ = [
    "Format",
    "Options",
    "formats",
    "parse_daily_papers",
    "parse_jsonl",
    "read_daily_papers",
    "read_jsonl",
    "read_papers",
]


def read_papers(
    sources: str | Path | Iterable[str | Path],
    *,
    format: str | None = None,  # noqa: A002 - what a person would call it
    skip_bad: bool = False,
    page_year: int | None = None,
    on_skip: Callable[[InputError], None] | None = None,
) -> Iterator[Paper]:
    """Read papers from files of any known format.

    Parameters
    ----------
    sources
        Files, folders, or patterns such as ``seeds/*.txt``; any file may be gzip.
    format
        The name of the format of all of them; found from each file's content where it is left out.
    skip_bad
        Whether malformed records are left out instead of ending the reading.
    page_year
        The year of dates that are written without one.
    on_skip
        Told of every record that is left out.

    Yields
    ------
    Paper
        One per record, in the order of the files and their records. The same paper may come more than
        once: see `litloom.merge.merge_papers`.

    Raises
    ------
    InputError
        Where a file is missing, unreadable or not of a known format; names the file and the line.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "papers.jsonl"
    >>> _ = file.write_text('{"title": "Attention Is All You Need", "year": 2017}')
    >>> [(paper.title, paper.year) for paper in read_papers(file)]
    [('Attention Is All You Need', 2017)]
    """
    options = Options(skip_bad=skip_bad, page_year=page_year, on_skip=on_skip)
    chosen = None if format is None else named_format(format)
    suffixes = [suffix for known in formats().values() for suffix in known.suffixes]
    for name in expand(sources, suffixes):
        with open_lines(name) as (head, lines):
            yield from (chosen or format_of(head, name)).read(lines, name, options)

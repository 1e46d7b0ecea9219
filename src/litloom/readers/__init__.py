"""Readers: from files of many formats to `litloom.records.Paper`.

One module reads one format, and its docstring explains the format. `read_papers` finds the format of a
file from its content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from litloom.errors import InputError
from litloom.readers.base import Format
from litloom.readers.files import bytes_of, expand, open_stream
from litloom.readers.formats.daily_papers import parse_daily_papers, read_daily_papers
from litloom.readers.formats.jsonl import parse_jsonl, read_jsonl
from litloom.readers.options import Options
from litloom.readers.registry import format_of, formats, named_format
from litloom.readers.stream import Stream
from litloom.records import Paper

__all__ = [
    "Format",
    "Options",
    "Stream",
    "formats",
    "input_files",
    "parse_daily_papers",
    "parse_jsonl",
    "parse_papers",
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
    columns: Mapping[str, str] | None = None,
    on_skip: Callable[[InputError], None] | None = None,
    on_share: Callable[[float], object] = lambda share: None,
) -> Iterator[Paper]:
    """Read papers from files of any known format.

    Parameters
    ----------
    sources
        Files, folders, patterns such as ``seeds/*.txt``, or ``-`` for standard input; any file may be packed
        by gzip or zstd.
    format
        The name of the format of all of them; found from each file's content where it is left out.
    skip_bad
        Whether malformed records, and what of a file cannot be read, are left out instead of ending the
        reading.
    page_year
        The year of dates that are written without one.
    columns
        For tables: by field (``"title"``, ``"abstract"``, …) the name of the column that holds it.
    on_skip
        Called with the error of each record that is left out.
    on_share
        Told from time to time which share of all files has been read, if their length is known.

    Yields
    ------
    Paper
        One per record, in the order of the files and their records. The same paper may come more than
        once: see `litloom.papers.merge.merge_papers`.

    Raises
    ------
    InputError
        Where a file is missing, unreadable or not of a known format; names the file and the line. Where
        bad records are left out, only if that leaves nothing.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "papers.jsonl"
    >>> _ = file.write_text('{"title": "Attention Is All You Need", "year": 2017}')
    >>> [(paper.title, paper.year) for paper in read_papers(file)]
    [('Attention Is All You Need', 2017)]
    """
    skipped: list[InputError] = []

    def skip(error: InputError) -> None:
        if not skipped:
            skipped.append(error)
        if on_skip is not None:
            on_skip(error)

    options = Options(skip_bad=skip_bad, page_year=page_year, columns=columns or {}, on_skip=skip)
    chosen = None if format is None else named_format(format)
    any_paper = False
    names = input_files(sources)
    length, done = bytes_of(names), 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        if length:
            on_share(min(done / length, 1.0))

    for name in names:
        try:
            with open_stream(name, options, advance) as stream:
                known = chosen or format_of(stream.head, stream.name, else_table=bool(columns))
                for paper in known.read(stream, options):
                    any_paper = True
                    yield paper
        except InputError as error:
            options.bad(error)
    if skipped and not any_paper:
        raise skipped[0]


def input_files(sources: str | Path | Iterable[str | Path]) -> list[str]:
    """Return the files that `read_papers` reads: those of folders and patterns, too.

    Raises
    ------
    InputError
        If there is no such file.
    """
    return expand(sources, [suffix for known in formats().values() for suffix in known.suffixes])


def parse_papers(
    text: str | Iterable[str],
    *,
    format: str | None = None,  # noqa: A002
    source: str = "<text>",
    options: Options | None = None,
) -> Iterator[Paper]:
    r"""Read papers from a text of any known format, or from its lines.

    Examples
    --------
    >>> [(p.title, p.year) for p in parse_papers("TY  - JOUR\nTI  - On Looms\nPY  - 2020\nER  - \n")]
    [('On Looms', 2020)]
    """
    options = options or Options()
    stream = Stream.of_text(text, source, options)
    known = format_of(stream.head, source) if format is None else named_format(format)
    return known.read(stream, options)

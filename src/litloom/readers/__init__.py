"""Read papers from files of many formats.

Each format has a module in `litloom.readers.formats`, which documents it. `read_papers` detects the format of
a file from its content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from litloom.errors import InputError
from litloom.readers.base import Format
from litloom.readers.files import expand, open_stream, total_size
from litloom.readers.options import Options
from litloom.readers.registry import detect_format, get_format, known_formats
from litloom.readers.stream import Stream
from litloom.records import Paper

__all__ = [
    "Format",
    "Options",
    "Stream",
    "input_files",
    "known_formats",
    "parse_papers",
    "read_papers",
]


def read_papers(
    sources: str | Path | Iterable[str | Path],
    *,
    format: str | None = None,  # noqa: A002 - a public name
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
        Files, folders, patterns such as ``seeds/*.txt``, or ``-`` for standard input; compressed files (gzip,
        zstd) are decompressed.
    format
        The name of the format of all files; detected from each file's content if not given.
    skip_bad
        Skip malformed records and unreadable files instead of raising an error.
    page_year
        The year of dates written without one.
    columns
        For tables: the column of each field, such as ``{"title": "Name of paper"}``.
    on_skip
        Called with the error of each skipped record.
    on_share
        Called with the fraction of all bytes that has been read, if the total is known.

    Yields
    ------
    Paper
        One per record, in order. Several records may be of one paper; see
        `litloom.papers.merge.merge_papers`.

    Raises
    ------
    InputError
        If a file is missing, unreadable or in no known format; the message has the file and the line. With
        `skip_bad`, only if no paper is left.

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
    chosen = None if format is None else get_format(format)
    any_paper = False
    names = input_files(sources)
    total, done = total_size(names), 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        if total:
            on_share(min(done / total, 1.0))

    for name in names:
        try:
            with open_stream(name, options, advance) as stream:
                its_format = chosen or detect_format(stream.head, stream.name, else_table=bool(columns))
                for paper in its_format.read(stream, options):
                    any_paper = True
                    yield paper
        except InputError as error:
            options.reject(error)
    if skipped and not any_paper:
        raise skipped[0]


def input_files(sources: str | Path | Iterable[str | Path]) -> list[str]:
    """Return the files that `read_papers` reads; raise `InputError` if there are none."""
    return expand(sources, [suffix for known in known_formats().values() for suffix in known.suffixes])


def parse_papers(
    text: str | Iterable[str],
    *,
    format: str | None = None,  # noqa: A002
    source: str = "<text>",
    options: Options | None = None,
) -> Iterator[Paper]:
    r"""Read papers from a text, or an iterable of lines, of any known format.

    Examples
    --------
    >>> [(p.title, p.year) for p in parse_papers("TY  - JOUR\nTI  - On Looms\nPY  - 2020\nER  - \n")]
    [('On Looms', 2020)]
    """
    options = options or Options()
    stream = Stream.of_text(text, source, options)
    its_format = detect_format(stream.head, source) if format is None else get_format(format)
    return its_format.read(stream, options)

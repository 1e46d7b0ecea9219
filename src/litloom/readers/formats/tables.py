"""CSV and TSV with a header: Scopus, OpenAlex, Zotero, litstudy, and any table that says title and abstract.

Comma, semicolon and tab are told apart by the header. Its names are compared by letters and digits,
and each field of a paper goes by several (`NAMES`); ``--map title=Name`` says it for a table that has others.
Fields of many values (authors, references) are split at ``;``, and OpenAlex's at ``|``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from litloom.errors import InputError
from litloom.readers import dates
from litloom.readers.base import INVISIBLE, BadRecordError, Format, RawRecord, one_line, read_records, unique
from litloom.readers.identifiers import (
    Identifiers,
    arxiv_id,
    cited_in,
    first_known,
    parse_identifier,
    reference_id,
    scheme_id,
)
from litloom.readers.limits import LONGEST, LONGEST_TEXT, MOST_ITEMS
from litloom.readers.names import authors_of, given_first, orcid
from litloom.readers.options import Options
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.stream import Stream
from litloom.records import Paper

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "title": (
        *("title", "document title", "article title", "paper title", "display name", "name of paper", "ti"),
    ),
    "abstract": ("abstract", "abstract note", "description", "summary", "ab"),
    "authors": (
        *("author full names", "authors", "author", "author names", "authorships author display name", "au"),
    ),
    "author_ids": ("authorships author orcid", "authorships author id", "author ids"),
    "year": ("publication year", "year", "pub year", "py"),
    "date": ("publication date", "date", "date published", "published", "cover date"),
    "venue": (
        *("publication title", "source title", "venue", "journal", "journal name", "conference name"),
        *("primary location source display name", "publication", "source", "booktitle", "container title"),
    ),
    "doi": ("doi", "digital object identifier", "di"),
    "arxiv_id": ("arxiv id", "arxiv", "arxivid", "eprint"),
    "url": ("url", "link", "primary location landing page url", "pdf link"),
    "id": ("id", "key", "identifier"),
    "ids": (
        "pubmed id",
        "pmid",
        "ids pmid",
        "pm",
        "openalex id",
        "ids openalex",
        "archive location",
        "extra",
    ),
    "references": ("references", "referenced works", "cited references", "cr"),
}
"""By field of a paper: the names of columns, the best first."""

Row = dict[str, list[str]]
_BETWEEN: Final = re.compile(r"[\W_]+")
_NUMBER: Final = re.compile(r" ?\(\d+\)$")
"""Scopus writes its own number behind a name."""
_SEPARATORS: Final = ("\t", ",", ";")
csv.field_size_limit(LONGEST)


def _sniff(head: str) -> float:
    first, _, _ = head.lstrip(INVISIBLE + "\r\n").replace("\r", "\n").partition("\n")
    if first.lstrip()[:1] in ("{", "[", "<", "@") or len(first) > 20_000:
        return 0.0
    found = _columns(_cells(first, _separator(first)), {})
    return 0.8 if "title" in found and len(found) > 1 else 0.0


def _separator(header: str) -> str:
    return max(_SEPARATORS, key=lambda separator: len(_cells(header, separator)))


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _name(text: str) -> str:
    """Return what the spellings of a column's name have in common."""
    return _BETWEEN.sub("", text.lower())


def _columns(header: list[str], mapped: Mapping[str, str]) -> dict[str, list[int]]:
    """Return by field the columns that hold it, the best first; `ids` are of all their columns."""
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        places.setdefault(_name(cell), place)
    found = {field: [places[_name(n)] for n in names if _name(n) in places] for field, names in NAMES.items()}
    found |= {field: [places[_name(name)]] for field, name in mapped.items()}
    return {field: columns for field, columns in found.items() if columns}


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    rows = _rows(stream, options)
    return read_records(rows, partial(_paper, source=stream.name), stream, options)


def _rows(stream: Stream, options: Options) -> Iterator[RawRecord[Row]]:
    lines = enumerate(stream, 1)
    line, header = next(((at, text) for at, text in lines if text.strip(INVISIBLE + " ")), (1, ""))
    header = header.lstrip(INVISIBLE)
    if len(header) > LONGEST_TEXT:
        raise InputError(stream.name, f"the header is longer than {LONGEST_TEXT:,} characters", line)
    separator = _separator(header)
    names = _cells(header, separator)
    columns = _columns(names, _checked(options.columns, names, stream.name))
    if "title" not in columns:
        raise InputError(
            stream.name,
            f"no column is called title; name it with --map title=COLUMN, one of {', '.join(names)[:200]!a}",
            line,
        )
    row = _RowLines(lines, separator, line)
    reader = csv.reader(row, delimiter=separator, strict=True)
    while True:
        at = row.begin()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield RawRecord(BadRecordError(f"not a row of a table: {error}"), at)
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield RawRecord(_row(cells, columns, len(names)), at)


class _RowLines:
    """The lines of rows, of which none may be endless."""

    def __init__(self, lines: Iterator[tuple[int, str]], separator: str, number: int) -> None:
        self._lines = lines
        self._separator = separator
        self._number = number
        self._size = 0

    def begin(self) -> int:
        """Return the number of the line that the next row begins on."""
        self._size = 0
        return self._number + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self._number, text = next(self._lines)
        self._size += len(text) + 1
        if self._size > LONGEST:
            raise csv.Error(f"it is longer than {LONGEST >> 20} MiB")
        if len(text) > LONGEST_TEXT and text.count(self._separator) > MOST_ITEMS:
            raise csv.Error(f"it has more than {MOST_ITEMS:,} cells")
        return f"{text}\n"


def _checked(mapped: Mapping[str, str], names: list[str], source: str) -> Mapping[str, str]:
    known = {_name(name) for name in names}
    for field, name in mapped.items():
        if field not in NAMES:
            raise InputError("--map", f"a paper has no {field!a}; it has {', '.join(NAMES)}")
        if _name(name) not in known:
            raise InputError(source, f"no column is called {name!a}; there are {', '.join(names)[:200]}", 1)
    return mapped


def _row(cells: list[str], columns: dict[str, list[int]], width: int) -> Row | BadRecordError:
    if len(cells) > width:
        return BadRecordError(f"has {len(cells)} cells, and the header {width}: is a quotation mark missing?")
    return {
        field: [cells[place].strip() for place in places if place < len(cells)]
        for field, places in columns.items()
    }


def _first(row: Row, field: str) -> str:
    return next(filter(None, row.get(field, ())), "")


def _paper(row: Row, source: str) -> Paper:
    title = plain_title(_first(row, "title"))
    if not title:
        raise BadRecordError("has no title")
    authors, author_ids = authors_of(_authors(row))
    found = _identifiers(row)
    return Paper(
        title=title,
        abstract=_abstract(_first(row, "abstract")),
        date=_date(row),
        year=_year(_first(row, "year")),
        authors=authors,
        author_ids=author_ids,
        venue=plain_title(_first(row, "venue")),
        url=_first(row, "url").partition("|")[0].partition(" ")[0],
        doi=found.doi,
        arxiv_id=found.arxiv_id,
        ids=unique(_own_ids(row)),
        references=unique(_references(_first(row, "references"))),
        sources=(source,),
    )


def _abstract(text: str) -> str:
    # Scopus writes it where there is none.
    return "" if text.lower() in ("[no abstract available]", "nan", "none", "n/a") else plain_abstract(text)


def _authors(row: Row) -> Iterator[tuple[str, str]]:
    written = _first(row, "authors")
    separator = next((mark for mark in ("|", ";") if mark in written), None)
    names = written.split(separator) if separator else _comma_list(written)
    ids = _first(row, "author_ids").split("|" if "|" in written else ";")
    for place, name in enumerate(names):
        own = ids[place] if len(ids) == len(names) else ""
        number = own.rpartition("/")[2].strip().upper()
        openalex = f"openalex:{number}" if "openalex.org" in own else ""
        yield given_first(_NUMBER.sub("", one_line(name))), orcid(own) or openalex


def _comma_list(written: str) -> list[str]:
    """Split ``A. Poe, B. Li``, but not ``Poe, Ada``; and what stands in brackets as a list of Python."""
    listed = re.findall(r"""'([^']+)'|"([^"]+)\"""", written) if written.startswith("[") else []
    if listed:
        return ["".join(pair) for pair in listed]
    parts = [part.strip() for part in written.split(",")]
    two_names = all(" " in part and not part[:1].islower() for part in parts)
    return parts if len(parts) > 2 or two_names else [written]


def _date(row: Row) -> str | None:
    written = _first(row, "date")
    return dates.iso_date(written.replace("/", "-")) or dates.partial(written)


def _year(text: str) -> int | None:
    found = dates.partial(text)
    return int(found[:4]) if found else None


def _identifiers(row: Row) -> Identifiers:
    hints = [
        parse_identifier(_first(row, "doi")),
        Identifiers(arxiv_id=arxiv_id(_first(row, "arxiv_id"))),
        *(parse_identifier(text) for field in ("url", "ids", "id") for text in row.get(field, ())),
    ]
    return first_known(hints)


def _own_ids(row: Row) -> Iterator[str]:
    for field in ("id", "ids", "url"):
        for text in row.get(field, ()):
            yield scheme_id(text) or (scheme_id(f"pmid:{text}") if field == "ids" else "")


def _references(written: str) -> Iterator[str]:
    for part in written.split("|" if "|" in written else ";"):
        cited = reference_id(cited_in(part))
        # Scopus writes whole citations, in which no title is set apart.
        if part.strip():
            yield one_line(cited)


FORMAT: Final = Format(name="table", suffixes=(".csv", ".tsv", ".tab"), sniff=_sniff, read=_read)

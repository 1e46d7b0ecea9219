"""CSV and TSV with a header: Scopus, OpenAlex, Zotero, litstudy, or any table with a title column.

The header decides between comma, semicolon and tab. Column names are compared by letters and digits, and
each field has several known names (`NAMES`); ``--map title=NAME`` adds one. Lists (authors, references) are
separated by ``;``, in OpenAlex by ``|``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from litloom.errors import InputError
from litloom.readers.base import BadRecordError, Format, RawRecord, first, make_paper, one_line, read_records
from litloom.readers.characters import INVISIBLE
from litloom.readers.dates import parse_date, partial_date
from litloom.readers.identifiers import (
    Identifiers,
    arxiv_id,
    cited_work,
    first_ids,
    parse_identifier,
    reference_id,
    scheme_id,
    with_scheme,
)
from litloom.readers.limits import LONGEST, LONGEST_TEXT, MOST_ITEMS
from litloom.readers.names import given_name_first, parse_orcid
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
        *("pubmed id", "pmid", "ids pmid", "pm", "openalex id", "ids openalex", "archive location", "extra"),
    ),
    "references": ("references", "referenced works", "cited references", "cr"),
}
"""Column names of each field, the preferred one first."""

Row = dict[str, list[str]]
_NOT_ALPHANUMERIC: Final = re.compile(r"[\W_]+")
_SCOPUS_NUMBER: Final = re.compile(r" ?\(\d+\)$")
"""Scopus puts its author id after a name."""
_SEPARATORS: Final = ("\t", ",", ";")
csv.field_size_limit(LONGEST)


def _sniff(head: str) -> float:
    header, _, _ = head.lstrip(INVISIBLE + "\r\n").replace("\r", "\n").partition("\n")
    if header.lstrip()[:1] in ("{", "[", "<", "@") or len(header) > 20_000:
        return 0.0
    columns = _columns(_cells(header, _separator(header)), {})
    return 0.8 if "title" in columns and len(columns) > 1 else 0.0


def _separator(header: str) -> str:
    return max(_SEPARATORS, key=lambda separator: len(_cells(header, separator)))


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _name(text: str) -> str:
    """Return a column name in the form in which names are compared."""
    return _NOT_ALPHANUMERIC.sub("", text.lower())


def _columns(header: list[str], mapped: Mapping[str, str]) -> dict[str, list[int]]:
    """Return the columns of each field, the preferred one first."""
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        places.setdefault(_name(cell), place)
    columns = {
        field: [places[_name(n)] for n in names if _name(n) in places] for field, names in NAMES.items()
    }
    columns |= {field: [places[_name(name)]] for field, name in mapped.items()}
    return {field: found for field, found in columns.items() if found}


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    return read_records(_rows(stream, options), partial(_paper, source=stream.name), stream, options)


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
        columns_listed = ascii(", ".join(names)[:200])
        reason = f"has no title column; use --map title=COLUMN with one of {columns_listed}"
        raise InputError(stream.name, reason, line)
    size = 0

    def next_line() -> str | None:
        nonlocal line, size
        line, text = next(lines, (line, None))
        size += len(text or "") + 1
        if size > LONGEST:
            raise csv.Error(f"longer than {LONGEST >> 20} MiB")
        if text and len(text) > LONGEST_TEXT and text.count(separator) > MOST_ITEMS:
            raise csv.Error(f"more than {MOST_ITEMS:,} cells")
        return None if text is None else f"{text}\n"

    reader = csv.reader(iter(next_line, None), delimiter=separator, strict=True)
    while True:
        at, size = line + 1, 0
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield RawRecord(BadRecordError(f"not a row of a table: {error}"), at)
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield RawRecord(_row(cells, columns, len(names)), at)


def _checked(mapped: Mapping[str, str], names: list[str], source: str) -> Mapping[str, str]:
    known = {_name(name) for name in names}
    for field, name in mapped.items():
        if field not in NAMES:
            raise InputError("--map", f"unknown field {field!a}; use one of {', '.join(NAMES)}")
        if _name(name) not in known:
            raise InputError(source, f"has no column {name!a}; its columns are {', '.join(names)[:200]}", 1)
    return mapped


def _row(cells: list[str], columns: dict[str, list[int]], width: int) -> Row | BadRecordError:
    if len(cells) > width:
        return BadRecordError(
            f"has {len(cells)} cells, but the header has {width}; check for a missing quote"
        )
    return {
        field: [cells[place].strip() for place in places if place < len(cells)]
        for field, places in columns.items()
    }


def _first(row: Row, field: str) -> str:
    return first(row.get(field, ()))


def _paper(row: Row, source: str) -> Paper:
    date, year = _first(row, "date"), partial_date(_first(row, "year"))
    return make_paper(
        plain_title(_first(row, "title")),
        source,
        abstract=_abstract(_first(row, "abstract")),
        date=parse_date(date.replace("/", "-")),
        year=int(year[:4]) if year else None,
        authors=_authors(row),
        venue=plain_title(_first(row, "venue")),
        url=_first(row, "url").partition("|")[0].partition(" ")[0],
        identifiers=_identifiers(row),
        ids=_ids(row),
        references=_references(_first(row, "references")),
    )


def _abstract(text: str) -> str:
    # The first is what Scopus writes for a missing abstract.
    return "" if text.lower() in ("[no abstract available]", "nan", "none", "n/a") else plain_abstract(text)


def _authors(row: Row) -> Iterator[tuple[str, str]]:
    text = _first(row, "authors")
    separator = next((mark for mark in ("|", ";") if mark in text), None)
    names = text.split(separator) if separator else _split_at_commas(text)
    ids = _first(row, "author_ids").split("|" if "|" in text else ";")
    for place, name in enumerate(names):
        url = ids[place] if len(ids) == len(names) else ""
        number = url.rpartition("/")[2].strip().upper()
        openalex = with_scheme("openalex", number) if "openalex.org" in url else ""
        yield given_name_first(_SCOPUS_NUMBER.sub("", one_line(name))), parse_orcid(url) or openalex


def _split_at_commas(text: str) -> list[str]:
    """Split ``A. Poe, B. Li`` or a Python list of strings, but not ``Poe, Ada``."""
    listed = re.findall(r"""'([^']+)'|"([^"]+)\"""", text) if text.startswith("[") else []
    if listed:
        return ["".join(pair) for pair in listed]
    parts = [part.strip() for part in text.split(",")]
    two_names = all(" " in part and not part[:1].islower() for part in parts)
    return parts if len(parts) > 2 or two_names else [text]


def _identifiers(row: Row) -> Identifiers:
    texts = (text for field in ("url", "ids", "id") for text in row.get(field, ()))
    arxiv = Identifiers(arxiv_id=arxiv_id(_first(row, "arxiv_id")))
    return first_ids((parse_identifier(_first(row, "doi")), arxiv, *map(parse_identifier, texts)))


def _ids(row: Row) -> Iterator[str]:
    for field in ("id", "ids", "url"):
        for text in row.get(field, ()):
            yield scheme_id(text) or (scheme_id(f"pmid:{text}") if field == "ids" else "")


def _references(text: str) -> Iterator[str]:
    # Scopus writes whole citations, whose titles are not marked.
    return (one_line(reference_id(cited_work(part))) for part in text.split("|" if "|" in text else ";"))


FORMAT: Final = Format(name="table", suffixes=(".csv", ".tsv", ".tab"), sniff=_sniff, read=_read)

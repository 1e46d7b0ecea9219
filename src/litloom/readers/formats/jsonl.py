r"""JSON Lines: one JSON object a line, UTF-8; or one JSON list of such objects.

::

    {"id": "p1", "title": "A Title", "abstract": "What it says.", "year": 2024, "authors": ["Ada Poe"]}

=============  ==============================================================================
field          value
=============  ==============================================================================
``title``      a string; the only field that must be there
``id``         a string (or a whole number, taken as its digits)
``abstract``,  strings
``venue``,
``url``
``year``       a whole number
``date``       a string: ``2025-06-10``, ``2025-06``, ``2025`` or ``--06-10``; a time is cut off
``authors``    a list of strings or of objects with a ``name``, and with an ``id`` (``orcid:…``,
               ``openalex:A…``, ``s2:…``) or ``orcid`` if known; or one string, ``"A; B"`` or ``"A and B"``
``author_ids`` for each of ``authors`` its id or ``""``, in a list beside it
``doi``,       strings, bare, with their prefix or as an address
``arxiv_id``
``ids``        a list of further ids: strings with their scheme, such as ``openalex:W…``
``references`` a list of strings, or of objects with one of ``doi``, ``arxiv_id``, ``id``, ``title``
=============  ==============================================================================

``null`` and ``""`` count as absent, other fields are ignored, and blank lines are passed over. Titles are
put on one line; abstracts stay as they are, but for the space around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Final

from litloom.readers.base import BadRecordError, Format, one_line, read_records, tidy, unique
from litloom.readers.dates import iso_date
from litloom.readers.files import open_stream
from litloom.readers.identifiers import Identifiers, arxiv_id, parse_identifier, reference_id
from litloom.readers.options import Options
from litloom.readers.stream import Stream
from litloom.readers.syntax.json_fields import Record, kind_of, quoted, string, wrong_type
from litloom.readers.syntax.json_head import outline
from litloom.readers.syntax.json_records import json_records
from litloom.records import Paper

_ORCID: Final = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dXx]")
_AUTHOR_BREAK: Final = re.compile(r"(?<!\s)\s+and\s+")
_REFERENCE_KEYS: Final = {"doi": "{}", "arxiv_id": "arxiv:{}", "id": "{}", "title": "{}"}


def read_jsonl(path: str | Path, *, skip_bad: bool = False) -> Iterator[Paper]:
    """Read papers from a JSON Lines file, plain or gzip.

    Parameters
    ----------
    path
        The file.
    skip_bad
        Whether malformed lines are left out instead of ending the reading.

    Yields
    ------
    Paper
        One per line, in their order.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "papers.jsonl"
    >>> _ = file.write_text('{"title": "LoRA", "arxiv_id": "2106.09685v2"}')
    >>> [paper.id for paper in read_jsonl(file)]
    ['arxiv:2106.09685']
    """
    options = Options(skip_bad=skip_bad)
    with open_stream(str(path), options) as stream:
        yield from _read(stream, options)


def parse_jsonl(
    text: str | Iterable[str], *, source: str = "<text>", skip_bad: bool = False
) -> Iterator[Paper]:
    r"""Read papers from JSON Lines held in a string, or in an iterable of lines.

    Examples
    --------
    >>> [p.title for p in parse_jsonl('{"title": "One"}\n{"title": "Two"}')]
    ['One', 'Two']
    """
    options = Options(skip_bad=skip_bad)
    return _read(Stream.of_text(text, source, options), options)


def _sniff(head: str) -> float:
    return 0.0 if outline(head).record is None else 0.5


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    return read_records(json_records(stream), partial(_paper, source=stream.name), stream, options)


def _paper(record: Record, source: str) -> Paper:
    title = one_line(string(record, "title"))
    if not title:
        raise BadRecordError("has no title")
    identifiers = _identifiers(record)
    authors, author_ids = _authors(record)
    return Paper(
        title=title,
        abstract=tidy(string(record, "abstract")),
        id=_id(record),
        date=_date(record),
        year=_year(record),
        authors=authors,
        author_ids=author_ids if any(author_ids) else (),
        venue=one_line(string(record, "venue")),
        url=string(record, "url"),
        doi=identifiers.doi,
        arxiv_id=identifiers.arxiv_id,
        ids=_ids(record),
        references=_references(record),
        sources=(source,),
    )


def _id(record: Record) -> str:
    value = record.get("id", "")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return one_line(string(record, "id"))


def _year(record: Record) -> int | None:
    value = record.get("year")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type("year", "a whole number", value)
    if not (1 <= value <= 9999 and value == int(value)):
        raise BadRecordError(f"'year' must be a whole number from 1 to 9999, not {str(value)[:60]}")
    return int(value)


def _date(record: Record) -> str | None:
    text = string(record, "date")
    if not text:
        return None
    found = iso_date(text)
    if not found:
        raise BadRecordError(f"'date' must be like 2025-06-10, 2025-06 or 2025, not {quoted(text)}")
    return found


def _authors(record: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names, and the id of each."""
    value = record.get("authors", [])
    if isinstance(value, str):
        value = value.split(";") if ";" in value else _AUTHOR_BREAK.split(value)
    if not isinstance(value, list):
        raise wrong_type("authors", "a list", value)
    ids = _strings(record, "author_ids")
    if ids and len(ids) != len(value):
        raise BadRecordError(f"'author_ids' must be as many as the authors: {len(value)}, not {len(ids)}")
    pairs = [(_author(a), i or _author_id(a)) for a, i in zip_longest(value, ids) if a is not None]
    named = [pair for pair in pairs if pair[0]]
    return tuple(name for name, _ in named), tuple(own for _, own in named)


def _author(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("name")
    if not isinstance(value, str):
        raise BadRecordError("'authors' must be names, or objects with a 'name'")
    return one_line(value)


def _author_id(value: object) -> str:
    if not isinstance(value, dict):
        return ""
    if isinstance(orcid := value.get("orcid"), str) and (found := _ORCID.search(orcid)):
        return f"orcid:{found[0].upper()}"
    own = value.get("id")
    return one_line(own) if isinstance(own, str) and ":" in own else ""


def _ids(record: Record) -> tuple[str, ...]:
    return unique(one_line(reference_id(given)) for given in _strings(record, "ids"))


def _strings(record: Record, name: str) -> list[str]:
    value = record.get(name, [])
    if not isinstance(value, list):
        raise wrong_type(name, "a list", value)
    for given in value:
        if not isinstance(given, str | None):
            raise BadRecordError(f"{name!r} must be strings, not {kind_of(given)}")
    return [one_line(given or "") for given in value]


def _identifiers(record: Record) -> Identifiers:
    doi = _declared(record, "doi", parse_identifier)
    arxiv = _declared(record, "arxiv_id", lambda text: Identifiers(arxiv_id=arxiv_id(text)))
    hints = (arxiv, doi, *(parse_identifier(str(record.get(name, ""))) for name in ("url", "id")))
    return Identifiers(
        doi=next((h.doi for h in hints if h.doi), ""),
        arxiv_id=next((h.arxiv_id for h in hints if h.arxiv_id), ""),
    )


def _declared(record: Record, name: str, parse: Callable[[str], Identifiers]) -> Identifiers:
    text = string(record, name)
    found = parse(text)
    if text and not any(found):
        raise BadRecordError(f"{name!r} is none: {quoted(text)}; correct it or leave it out")
    return found


def _references(record: Record) -> tuple[str, ...]:
    value = record.get("references", [])
    if not isinstance(value, list):
        raise wrong_type("references", "a list", value)
    return unique(_reference(r) for r in value if r is not None)


def _reference(value: object) -> str:
    if isinstance(value, str):
        return one_line(reference_id(value))
    if isinstance(value, dict):
        for name, form in _REFERENCE_KEYS.items():
            if isinstance(value.get(name), str) and value[name].strip():
                return one_line(reference_id(form.format(value[name])))
    raise BadRecordError(f"'references' must be strings, or objects with one of {', '.join(_REFERENCE_KEYS)}")


FORMAT: Final = Format(name="jsonl", suffixes=(".jsonl", ".ndjson", ".json"), sniff=_sniff, read=_read)

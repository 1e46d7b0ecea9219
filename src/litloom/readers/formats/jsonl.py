r"""JSON Lines: one JSON object per line in UTF-8, or one JSON list of such objects.

::

    {"id": "p1", "title": "A Title", "abstract": "What it says.", "year": 2024, "authors": ["Ada Poe"]}

=============  ==============================================================================
field          value
=============  ==============================================================================
``title``      a string; the only required field
``id``         a string or a whole number
``abstract``,  strings
``venue``,
``url``
``year``       a whole number
``date``       a string: ``2025-06-10``, ``2025-06``, ``2025`` or ``--06-10``; a time is dropped
``authors``    a list of strings, or of objects with ``name`` and optionally ``id`` (``orcid:…``,
               ``openalex:A…``, ``s2:…``) or ``orcid``; or one string, ``"A; B"`` or ``"A and B"``
``author_ids`` a list with the id, or ``""``, of each of ``authors``
``doi``,       strings, bare, prefixed or as a URL
``arxiv_id``
``ids``        a list of further ids with their scheme, such as ``openalex:W…``
``references`` a list of strings, or of objects with one of ``doi``, ``arxiv_id``, ``id``, ``title``
=============  ==============================================================================

``null`` and ``""`` count as missing; other fields and blank lines are ignored. Titles become one line.
Abstracts are stripped and otherwise unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any, Final

from litloom.readers.base import BadRecordError, make_paper, one_line, record_format, tidy
from litloom.readers.dates import iso_date
from litloom.readers.identifiers import Identifiers, arxiv_id, first_ids, parse_identifier, reference_id
from litloom.readers.names import parse_orcid
from litloom.readers.syntax.json_fields import Record, array, kind_of, quoted, string, wrong_type
from litloom.readers.syntax.json_head import outline
from litloom.readers.syntax.json_records import json_records
from litloom.records import Paper

_BETWEEN_AUTHORS: Final = re.compile(r"(?<!\s)\s+and\s+")
_REFERENCE_FIELDS: Final = {"doi": "{}", "arxiv_id": "arxiv:{}", "id": "{}", "title": "{}"}


def _sniff(head: str) -> float:
    return 0.0 if outline(head).record is None else 0.5


def _paper(record: Record, source: str) -> Paper:
    return make_paper(
        one_line(string(record, "title")),
        source,
        abstract=tidy(string(record, "abstract")),
        id=_id(record),
        date=_date(record),
        year=_year(record),
        authors=_authors(record),
        venue=one_line(string(record, "venue")),
        url=string(record, "url"),
        identifiers=_identifiers(record),
        ids=(one_line(reference_id(given)) for given in _strings(record, "ids")),
        references=(_reference(value) for value in array(record, "references") if value is not None),
    )


def _id(record: Record) -> str:
    value = record.get("id")
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_integer else one_line(string(record, "id"))


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
    date = iso_date(text)
    if text and date is None:
        raise BadRecordError(f"'date' must be like 2025-06-10, 2025-06 or 2025, not {quoted(text)}")
    return date


def _authors(record: Record) -> Iterator[tuple[str, str]]:
    authors: Any = record.get("authors")
    if isinstance(authors, str):
        authors = authors.split(";") if ";" in authors else _BETWEEN_AUTHORS.split(authors)
    else:
        authors = array(record, "authors")
    ids = _strings(record, "author_ids")
    if ids and len(ids) != len(authors):
        raise BadRecordError(f"'author_ids' must be as many as 'authors': {len(authors)}, not {len(ids)}")
    for author, given_id in zip_longest(authors, ids):
        if author is not None:
            yield _name(author), given_id or _author_id(author)


def _name(author: object) -> str:
    name = author.get("name") if isinstance(author, dict) else author
    if not isinstance(name, str):
        raise BadRecordError("'authors' must be names, or objects with a 'name'")
    return one_line(name)


def _author_id(author: object) -> str:
    if not isinstance(author, dict):
        return ""
    orcid, given_id = author.get("orcid"), author.get("id")
    if isinstance(orcid, str) and (parsed := parse_orcid(orcid)):
        return parsed
    return one_line(given_id) if isinstance(given_id, str) and ":" in given_id else ""


def _strings(record: Record, name: str) -> list[str]:
    """Return the strings of a list, with ``""`` for null."""
    values = array(record, name)
    for value in values:
        if not isinstance(value, str | None):
            raise BadRecordError(f"{name!r} must be strings, not {kind_of(value)}")
    return [one_line(value or "") for value in values]


def _identifiers(record: Record) -> Identifiers:
    doi = _declared(record, "doi", parse_identifier)
    arxiv = _declared(record, "arxiv_id", lambda text: Identifiers(arxiv_id=arxiv_id(text)))
    others = (parse_identifier(str(record.get(name, ""))) for name in ("url", "id"))
    return first_ids((arxiv, doi, *others))


def _declared(record: Record, name: str, parse: Callable[[str], Identifiers]) -> Identifiers:
    text = string(record, name)
    identifiers = parse(text)
    if text and not any(identifiers):
        raise BadRecordError(f"{name!r} is not valid: {quoted(text)}; correct it or leave it out")
    return identifiers


def _reference(value: object) -> str:
    if isinstance(value, str):
        return one_line(reference_id(value))
    if isinstance(value, dict):
        for name, form in _REFERENCE_FIELDS.items():
            if isinstance(value.get(name), str) and value[name].strip():
                return one_line(reference_id(form.format(value[name])))
    fields = ", ".join(_REFERENCE_FIELDS)
    raise BadRecordError(f"'references' must be strings, or objects with one of {fields}")


FORMAT: Final = record_format(
    "jsonl", (".jsonl", ".ndjson", ".json"), sniff=_sniff, records=json_records, paper=_paper
)

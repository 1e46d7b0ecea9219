r"""JSON Lines: one JSON object a line, UTF-8, plain or gzip.

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

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from litloom.errors import InputError
from litloom.readers.base import INVISIBLE, Format, Options, lines_of, one_line
from litloom.readers.dates import iso_date
from litloom.readers.files import open_lines
from litloom.readers.identifiers import Identifiers, arxiv_id, parse_identifier, reference_id
from litloom.records import Paper, unique

Record = dict[str, Any]
_ORCID: Final = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dXx]")
_AUTHOR_BREAK: Final = re.compile(r"\s+and\s+")
_REFERENCE_KEYS: Final = {"doi": "{}", "arxiv_id": "arxiv:{}", "id": "{}", "title": "{}"}
_KINDS: Final = {
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


class _WrongRecordError(Exception):
    """What is wrong with a record, said without its place."""


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
    with open_lines(str(path)) as (_, lines):
        yield from _read(lines, str(path), Options(skip_bad=skip_bad))


def parse_jsonl(
    text: str | Iterable[str], *, source: str = "<text>", skip_bad: bool = False
) -> Iterator[Paper]:
    r"""Read papers from JSON Lines held in a string, or in an iterable of lines.

    Examples
    --------
    >>> [p.title for p in parse_jsonl('{"title": "One"}\n{"title": "Two"}')]
    ['One', 'Two']
    """
    return _read(lines_of(text), source, Options(skip_bad=skip_bad))


def _sniff(head: str) -> float:
    start = head.lstrip(INVISIBLE + " \t\r\n")
    return float(bool(re.match(r"\{\s*[\"}]|\[\s*\{", start)))


def _read(lines: Iterable[str], source: str, options: Options) -> Iterator[Paper]:
    number, filled = 0, False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        filled = True
        try:
            yield _paper(_record(line), source)
        except _WrongRecordError as wrong:
            options.bad(InputError(source, str(wrong), number))
    if not filled:
        raise InputError(source, "there is no line with a paper", number or None)


def _record(line: str) -> Record:
    try:
        value = json.loads(line, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as error:
        raise _WrongRecordError(
            f"not JSON: {error.msg} at column {error.colno}; each line must hold one whole object"
        ) from error
    except RecursionError as error:
        raise _WrongRecordError("not read: nested too deeply") from error
    except ValueError as error:
        raise _WrongRecordError("not read: a number is too long") from error
    if not isinstance(value, dict):
        raise _WrongRecordError(f"each line must hold one JSON object, not {_kind(value)}")
    return {name: given for name, given in value.items() if given is not None}


def _without_duplicates(pairs: list[tuple[str, Any]]) -> Record:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in record if names.count(name) > 1)
        raise _WrongRecordError(f"{twice!a} is given twice")
    return record


def _paper(record: Record, source: str) -> Paper:
    title = one_line(_string(record, "title"))
    if not title:
        raise _WrongRecordError("has no title")
    identifiers = _identifiers(record)
    authors, author_ids = _authors(record)
    paper = Paper(
        title=title,
        abstract=_string(record, "abstract"),
        id=_id(record),
        date=_date(record),
        year=_year(record),
        authors=authors,
        author_ids=author_ids if any(author_ids) else (),
        venue=one_line(_string(record, "venue")),
        url=_string(record, "url"),
        doi=identifiers.doi,
        arxiv_id=identifiers.arxiv_id,
        ids=_ids(record),
        references=_references(record),
        sources=(source,),
    )
    _check_characters(paper)
    return paper


def _check_characters(paper: Paper) -> None:
    texts = (
        paper.title,
        paper.abstract,
        paper.id,
        paper.venue,
        paper.url,
        paper.doi,
        *paper.authors,
        *paper.author_ids,
        *paper.ids,
        *paper.references,
    )
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        raise _WrongRecordError(r"holds half of a character (an unpaired \ud800-\udfff escape)") from None


def _kind(value: object) -> str:
    return "null" if value is None else _KINDS[type(value)]


def _wrong(name: str, wanted: str, value: object) -> _WrongRecordError:
    return _WrongRecordError(f"{name!r} must be {wanted}, not {_kind(value)}")


def _string(record: Record, name: str) -> str:
    value = record.get(name, "")
    if not isinstance(value, str):
        raise _wrong(name, "a string", value)
    return value.strip()


def _id(record: Record) -> str:
    value = record.get("id", "")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return one_line(_string(record, "id"))


def _year(record: Record) -> int | None:
    value = record.get("year")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong("year", "a whole number", value)
    if not (1 <= value <= 9999 and value == int(value)):
        raise _WrongRecordError(f"'year' must be a whole number from 1 to 9999, not {value}")
    return int(value)


def _date(record: Record) -> str | None:
    text = _string(record, "date")
    if not text:
        return None
    found = iso_date(text)
    if not found:
        raise _WrongRecordError(f"'date' must be like 2025-06-10, 2025-06 or 2025, not {_shown(text)}")
    return found


def _authors(record: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names, and the id of each."""
    value = record.get("authors", [])
    if isinstance(value, str):
        value = value.split(";") if ";" in value else _AUTHOR_BREAK.split(value)
    if not isinstance(value, list):
        raise _wrong("authors", "a list", value)
    ids = _strings(record, "author_ids")
    if ids and len(ids) != len(value):
        raise _WrongRecordError(f"'author_ids' must be as many as the authors: {len(value)}, not {len(ids)}")
    pairs = [(_author(a), i or _author_id(a)) for a, i in zip_longest(value, ids) if a is not None]
    named = [pair for pair in pairs if pair[0]]
    return tuple(name for name, _ in named), tuple(own for _, own in named)


def _author(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("name")
    if not isinstance(value, str):
        raise _WrongRecordError("'authors' must be names, or objects with a 'name'")
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
        raise _wrong(name, "a list", value)
    for given in value:
        if not isinstance(given, str | None):
            raise _WrongRecordError(f"{name!r} must be strings, not {_kind(given)}")
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
    text = _string(record, name)
    found = parse(text)
    if text and not any(found):
        raise _WrongRecordError(f"{name!r} is none: {_shown(text)}; correct it or leave it out")
    return found


def _references(record: Record) -> tuple[str, ...]:
    value = record.get("references", [])
    if not isinstance(value, list):
        raise _wrong("references", "a list", value)
    return unique(_reference(r) for r in value if r is not None)


def _reference(value: object) -> str:
    if isinstance(value, str):
        return one_line(reference_id(value))
    if isinstance(value, dict):
        for name, form in _REFERENCE_KEYS.items():
            if isinstance(value.get(name), str) and value[name].strip():
                return one_line(reference_id(form.format(value[name])))
    raise _WrongRecordError(
        f"'references' must be strings, or objects with one of {', '.join(_REFERENCE_KEYS)}"
    )


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 60 else f"{text[:57]}...")


FORMAT: Final = Format(name="jsonl", suffixes=(".jsonl", ".ndjson", ".json"), sniff=_sniff, read=_read)

"""Works of Crossref: JSON of its API (``{"message": {"items": […]}}``), of its public data file, or in lines.

Titles are lists. Abstracts are JATS (``<jats:p>…``). A reference has a DOI, or an article's title, or is
unstructured text, in which an id or a title in quotation marks is looked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from litloom.readers import dates
from litloom.readers.base import BadRecordError, Format, one_line, read_records, unique
from litloom.readers.identifiers import cited_in, parse_identifier
from litloom.readers.names import authors_of, orcid
from litloom.readers.options import Options
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.stream import Stream
from litloom.readers.syntax.json_fields import Record, inner, records, string, strings
from litloom.readers.syntax.json_head import outline
from litloom.readers.syntax.json_records import json_records
from litloom.records import Paper

_DATES: Final = ("published", "published-online", "published-print", "issued", "posted", "created")
_OWN: Final = {
    "reference-count",
    "references-count",
    "is-referenced-by-count",
    "indexed",
    "deposited",
    "prefix",
}


def _sniff(head: str) -> float:
    record = outline(head).record or {}
    if isinstance(record.get("title"), list) and ("DOI" in record or _OWN & record.keys()):
        return 0.95
    return 0.9 if "DOI" in record and not isinstance(record.get("title"), str) else 0.0


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    return read_records(json_records(stream), partial(_paper, source=stream.name), stream, options)


def _paper(work: Record, source: str) -> Paper:
    title = _joined(work, "title", ": ")
    if not title:
        raise BadRecordError("has no title")
    if (subtitle := _joined(work, "subtitle", ": ")) and subtitle.lower() not in title.lower():
        title = f"{title}: {subtitle}"
    authors, author_ids = authors_of(_author(author) for author in records(work, "author"))
    found = parse_identifier(string(work, "DOI"))
    return Paper(
        title=title,
        abstract=plain_abstract(string(work, "abstract")),
        date=next(filter(None, (parts_date(inner(work, name)) for name in _DATES)), None),
        authors=authors,
        author_ids=author_ids,
        venue=_joined(work, "container-title", ": ") or one_line(string(work, "publisher")),
        url=string(inner(inner(work, "resource"), "primary"), "URL") or string(work, "URL"),
        doi=found.doi,
        arxiv_id=found.arxiv_id,
        references=unique(map(_reference, records(work, "reference"))),
        sources=(source,),
    )


def _joined(work: Record, name: str, joint: str) -> str:
    value: Any = work.get(name)
    texts = [value] if isinstance(value, str) else strings(work, name)[:1]
    return joint.join(filter(None, map(plain_title, texts)))


def _author(author: Record) -> tuple[str, str]:
    parts = (string(author, name) for name in ("given", "family", "suffix"))
    name = " ".join(filter(None, parts)) or string(author, "name")
    return plain_title(name), orcid(string(author, "ORCID"))


def parts_date(value: Record) -> str | None:
    """Return the date of ``{"date-parts": [[2017, 6, 12]]}``, as precise as it is.

    Examples
    --------
    >>> parts_date({"date-parts": [[2017, "6"]]}), parts_date({"date-parts": [[None]]}), parts_date({})
    ('2017-06', None, None)
    """
    parts = value.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    if not isinstance(first, list) or not all(isinstance(part, str | int) for part in first):
        return None
    return dates.partial(*(str(part) for part in first[:3])) if first else None


def _reference(reference: Record) -> str:
    for name in ("DOI", "unstructured"):
        cited = cited_in(string(reference, name))
        if cited.startswith(("doi:", "arxiv:")):
            return cited
    for name in ("article-title", "volume-title"):
        if title := plain_title(string(reference, name)):
            return title
    return plain_title(cited_in(string(reference, "unstructured")))


FORMAT: Final = Format(name="crossref", suffixes=(".json", ".jsonl"), sniff=_sniff, read=_read)

"""Works of OpenAlex: the snapshot's JSON Lines, or pages of the API (``{"meta": …, "results": […]}``).

The abstract comes as an index, ``{"We": [0], "look": [1]}``: for each word its places. Cited works are ids of
OpenAlex (``referenced_works``). Authors have ids of OpenAlex and often an ORCID iD. A work whose title
OpenAlex does not know is a bad record.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from litloom.readers import dates
from litloom.readers.base import BadRecordError, Format, one_line, read_records, unique
from litloom.readers.identifiers import parse_identifier, reference_id, scheme_id
from litloom.readers.limits import LONGEST_TEXT
from litloom.readers.names import authors_of, orcid
from litloom.readers.options import Options
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.stream import Stream
from litloom.readers.syntax.json_fields import Record, inner, records, string, strings, wrong_type, year
from litloom.readers.syntax.json_head import outline
from litloom.readers.syntax.json_records import json_records
from litloom.records import Paper


def _sniff(head: str) -> float:
    record = outline(head).record or {}
    own = record.get("id")
    if isinstance(own, str) and "openalex.org/" in own:
        return 0.95
    return 0.9 if {"abstract_inverted_index", "referenced_works", "authorships"} & record.keys() else 0.0


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    return read_records(json_records(stream), partial(_paper, source=stream.name), stream, options)


def _paper(work: Record, source: str) -> Paper:
    title = plain_title(string(work, "title") or string(work, "display_name"))
    if not title:
        raise BadRecordError("has no title")
    authors, author_ids = authors_of(_author(authorship) for authorship in records(work, "authorships"))
    location = inner(work, "primary_location")
    address = string(location, "landing_page_url")
    found, place = parse_identifier(string(work, "doi")), parse_identifier(address)
    ids = inner(work, "ids")
    return Paper(
        title=title,
        abstract=plain_abstract(_abstract(inner(work, "abstract_inverted_index"))),
        date=dates.iso_date(string(work, "publication_date")) or None,
        year=year(work, "publication_year"),
        authors=authors,
        author_ids=author_ids,
        venue=one_line(string(inner(location, "source"), "display_name")),
        url=address,
        doi=found.doi or place.doi,
        arxiv_id=found.arxiv_id or place.arxiv_id,
        ids=unique(map(scheme_id, (string(work, "id"), string(ids, "pmid"), address))),
        references=unique(map(reference_id, strings(work, "referenced_works"))),
        sources=(source,),
    )


def _author(authorship: Record) -> tuple[str, str]:
    author = inner(authorship, "author")
    own = string(author, "id").rpartition("/")[2]
    name = string(author, "display_name") or string(authorship, "raw_author_name")
    return name, orcid(string(author, "orcid")) or (f"openalex:{own.upper()}" if own else "")


def _abstract(index: Record) -> str:
    """Return the text of an inverted index."""
    words: dict[int, str] = {}
    for word, places in index.items():
        if not isinstance(places, list):
            raise wrong_type("abstract_inverted_index", "an object of lists of places", places)
        for place in places:
            if isinstance(place, bool) or not isinstance(place, int):
                raise wrong_type("abstract_inverted_index", "an object of lists of whole numbers", place)
            words[place] = word
    if sum(map(len, words.values())) + len(words) > LONGEST_TEXT:
        raise BadRecordError(f"has an abstract of more than {LONGEST_TEXT:,} characters")
    return " ".join(words[place] for place in sorted(words))


FORMAT: Final = Format(name="openalex", suffixes=(".json", ".jsonl"), sniff=_sniff, read=_read)

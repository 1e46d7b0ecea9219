"""Works of OpenAlex: JSON Lines of the snapshot, or pages of the API (``{"meta": …, "results": […]}``).

The abstract is an inverted index, ``{"We": [0], "look": [1]}``, with the positions of each word. References
(``referenced_works``) are ids of OpenAlex. Authors have ids of OpenAlex and often an ORCID iD. Works without
a title are bad records.
"""

from __future__ import annotations

from typing import Final

from litloom.readers.base import BadRecordError, make_paper, one_line, record_format
from litloom.readers.dates import iso_date
from litloom.readers.identifiers import first_ids, parse_identifier, reference_id, scheme_id, with_scheme
from litloom.readers.limits import LONGEST_TEXT
from litloom.readers.names import parse_orcid
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.syntax.json_fields import Record, inner, records, string, strings, wrong_type, year
from litloom.readers.syntax.json_head import first_record
from litloom.readers.syntax.json_records import json_records
from litloom.records import Paper

_OWN_FIELDS: Final = {"abstract_inverted_index", "referenced_works", "authorships"}


def _sniff(head: str) -> float:
    record = first_record(head)
    work_id = record.get("id")
    if isinstance(work_id, str) and "openalex.org/" in work_id:
        return 0.95
    return 0.9 if _OWN_FIELDS & record.keys() else 0.0


def _paper(work: Record, source: str) -> Paper:
    location = inner(work, "primary_location")
    url = string(location, "landing_page_url")
    return make_paper(
        plain_title(string(work, "title") or string(work, "display_name")),
        source,
        abstract=plain_abstract(_abstract(inner(work, "abstract_inverted_index"))),
        date=iso_date(string(work, "publication_date")),
        year=year(work, "publication_year"),
        authors=map(_author, records(work, "authorships")),
        venue=one_line(string(inner(location, "source"), "display_name")),
        url=url,
        identifiers=first_ids(map(parse_identifier, (string(work, "doi"), url))),
        ids=map(scheme_id, (string(work, "id"), string(inner(work, "ids"), "pmid"), url)),
        references=map(reference_id, strings(work, "referenced_works")),
    )


def _author(authorship: Record) -> tuple[str, str]:
    author = inner(authorship, "author")
    openalex = with_scheme("openalex", string(author, "id").rpartition("/")[2].upper())
    name = string(author, "display_name") or string(authorship, "raw_author_name")
    return name, parse_orcid(string(author, "orcid")) or openalex


def _abstract(index: Record) -> str:
    """Return the text of an inverted index."""
    words: dict[int, str] = {}
    for word, positions in index.items():
        if not isinstance(positions, list):
            raise wrong_type("abstract_inverted_index", "an object of lists of positions", positions)
        for position in positions:
            if isinstance(position, bool) or not isinstance(position, int):
                raise wrong_type("abstract_inverted_index", "an object of lists of whole numbers", position)
            words[position] = word
    if sum(map(len, words.values())) + len(words) > LONGEST_TEXT:
        raise BadRecordError(f"has an abstract of more than {LONGEST_TEXT:,} characters")
    return " ".join(words[position] for position in sorted(words))


FORMAT: Final = record_format(
    "openalex", (".json", ".jsonl"), sniff=_sniff, records=json_records, paper=_paper
)

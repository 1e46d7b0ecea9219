r"""BibTeX and BibLaTeX, as Zotero, JabRef, Google Scholar, DBLP and the ACL Anthology write them.

::

    @string{nips = "Advances in Neural Information Processing Systems"}
    @inproceedings{vaswani2017,
      title     = {Attention Is All You Need},
      author    = {Vaswani, Ashish and Shazeer, Noam},
      booktitle = nips # { 30},
      year      = 2017,
      eprint    = {1706.03762}, archiveprefix = {arXiv},
    }

Values are LaTeX: text in braces or quotation marks, numbers, names of ``@string``, or several of these joined
by ``#``. An entry inherits fields from the entry of its ``crossref`` or ``xdata``, and is read once that one
has been. Proceedings and the like are skipped. Citation keys are not used as ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

from litloom.readers.base import BadRecordError, first, make_paper, record_format
from litloom.readers.dates import iso_date, partial_date
from litloom.readers.identifiers import Identifiers, arxiv_id, first_ids, parse_identifier, scheme_id
from litloom.readers.limits import MOST_AUTHORS, too_many
from litloom.readers.names import parse_orcid
from litloom.readers.plain_text import latex_abstract, plain_title
from litloom.readers.syntax.bibtex_entries import CONTAINERS, KEY, TYPE, Fields, entries
from litloom.records import Paper

_TYPES: Final = re.compile(
    r"^[ \t]*@\s*(?:article|book|booklet|collection|comment|conference|data(?:set)?|in(?:book|collection"
    r"|proceedings|reference)|manual|m?v?proceedings|masters?thesis|misc|online|patent|periodical|phdthesis"
    r"|preamble|report|software|string|techreport|thesis|unpublished|xdata)\s*[({]",
    re.IGNORECASE | re.MULTILINE,
)
_IN_VENUE: Final = re.compile(r"arxiv[: ]\s*(\d{4}\.\d{4,5}|[a-z-]+/\d{7})", re.IGNORECASE)
_VENUES: Final = ("journaltitle", "journal", "booktitle", "eventtitle", "school", "institution", "publisher")
_WITH_ARXIV_ID: Final = ("journal", "journaltitle", "note", "number")
_ESCAPED: Final = re.compile(r"\\([_%&#~$])|[{}]|\\url")


def _sniff(head: str) -> float:
    return 0.95 if _TYPES.search(head) else 0.0


def _paper(entry: Fields, source: str) -> Paper | None:
    if entry[TYPE] in CONTAINERS:
        return None
    title = _plain(entry, "title")
    if not title:
        raise BadRecordError(f"{entry[KEY][:60]!a} has no title")
    if subtitle := _plain(entry, "subtitle"):
        title = f"{title}: {subtitle}"
    return make_paper(
        title,
        source,
        abstract=latex_abstract(entry.get("abstract", "")),
        date=_date(entry),
        authors=_authors(entry),
        venue=first(_plain(entry, name) for name in _VENUES),
        url=_bare(entry, "url"),
        identifiers=_identifiers(entry),
        ids=map(scheme_id, _other_ids(entry)),
    )


def _plain(entry: Fields, name: str) -> str:
    return plain_title(entry.get(name, ""), latex=True)


def _bare(entry: Fields, name: str) -> str:
    r"""Return a field without braces, escapes and ``\url``."""
    return _ESCAPED.sub(lambda match: match[1] or "", entry.get(name, "")).strip()


def _date(entry: Fields) -> str | None:
    start = _bare(entry, "date").partition("/")[0].strip("~?%")
    return iso_date(start) or partial_date(
        start or _bare(entry, "year"), _bare(entry, "month"), _bare(entry, "day")
    )


def _authors(entry: Fields) -> Iterator[tuple[str, str]]:
    names = " ".join(entry.get("author", "").split())
    too_many(names.lower().count(" and "), MOST_AUTHORS, "authors")
    for name in split_multiple_persons_names(names):
        if name.lower() == "others":
            continue
        try:
            given_first = parse_single_name_into_parts(name, strict=False).merge_first_name_first
        except (ValueError, IndexError):
            given_first = name
        yield plain_title(given_first, latex=True), parse_orcid(name)


def _identifiers(entry: Fields) -> Identifiers:
    kind = (_bare(entry, "eprinttype") or _bare(entry, "archiveprefix")).lower()
    venue = _IN_VENUE.search(" ".join(entry.get(name, "") for name in _WITH_ARXIV_ID))
    return first_ids(
        (
            parse_identifier(_bare(entry, "doi")),
            Identifiers(arxiv_id=arxiv_id(_bare(entry, "eprint")) if kind in ("", "arxiv") else ""),
            Identifiers(arxiv_id=arxiv_id(venue[1]) if venue else ""),
            parse_identifier(_bare(entry, "url")),
        )
    )


def _other_ids(entry: Fields) -> Iterator[str]:
    yield _bare(entry, "url")
    yield f"pmid:{_bare(entry, 'pmid')}"
    if entry.get("eprinttype", "").lower() == "pubmed":
        yield f"pmid:{_bare(entry, 'eprint')}"


FORMAT: Final = record_format("bibtex", (".bib", ".bibtex"), sniff=_sniff, records=entries, paper=_paper)

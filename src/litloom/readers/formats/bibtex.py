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

Values stand in braces or quotation marks, are numbers or names of ``@string``, or several of these joined by
``#``; they are LaTeX and become plain text. An entry takes what it lacks from the entry that its ``crossref``
or ``xdata`` names; where that one comes later, the paper does so too. Proceedings and the like are no papers
themselves, and a citation key says nothing outside its file. An entry is parsed by ``bibtexparser``, one at a
time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

from litloom.readers import dates
from litloom.readers.base import BadRecordError, Format, read_records, unique
from litloom.readers.identifiers import Identifiers, arxiv_id, first_known, parse_identifier, scheme_id
from litloom.readers.limits import MOST_AUTHORS
from litloom.readers.names import authors_of, orcid
from litloom.readers.options import Options
from litloom.readers.plain_text import plain_title, unwrapped
from litloom.readers.stream import Stream
from litloom.readers.syntax.bibtex_entries import CONTAINERS, KEY, TYPE, Fields, entries
from litloom.records import Paper

_TYPES: Final = re.compile(
    r"^[ \t]*@\s*(?:article|book|booklet|collection|comment|conference|data(?:set)?|in(?:book|collection"
    r"|proceedings|reference)|manual|m?v?proceedings|masters?thesis|misc|online|patent|periodical|phdthesis"
    r"|preamble|report|software|string|techreport|thesis|unpublished|xdata)\s*[({]",
    re.IGNORECASE | re.MULTILINE,
)
_IN_VENUE: Final = re.compile(r"arxiv[: ]\s*(\d{4}\.\d{4,5}|[a-z-]+/\d{7})", re.IGNORECASE)
_ESCAPED: Final = re.compile(r"\\([_%&#~$])|[{}]|\\url")


def _sniff(head: str) -> float:
    return 0.95 if _TYPES.search(head) else 0.0


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    return read_records(entries(stream), partial(_paper, source=stream.name), stream, options)


def _paper(entry: Fields, source: str) -> Paper | None:
    if entry[TYPE] in CONTAINERS:
        return None
    title = plain_title(entry.get("title", ""), latex=True)
    if not title:
        raise BadRecordError(f"{entry[KEY][:60]!a} has no title")
    if subtitle := plain_title(entry.get("subtitle", ""), latex=True):
        title = f"{title}: {subtitle}"
    authors, author_ids = authors_of(_authors(entry))
    found = _identifiers(entry)
    return Paper(
        title=title,
        abstract=unwrapped(entry.get("abstract", "")),
        date=_date(entry),
        authors=authors,
        author_ids=author_ids,
        venue=next(filter(None, (plain_title(entry.get(name, ""), latex=True) for name in _VENUES)), ""),
        url=_bare(entry.get("url", "")),
        doi=found.doi,
        arxiv_id=found.arxiv_id,
        ids=unique(scheme_id(text) for text in _own_ids(entry)),
        sources=(source,),
    )


_VENUES: Final = ("journaltitle", "journal", "booktitle", "eventtitle", "school", "institution", "publisher")


def _bare(text: str) -> str:
    return _ESCAPED.sub(lambda found: found[1] or "", text).strip()


def _date(entry: Fields) -> str | None:
    begins = _bare(entry.get("date", "")).partition("/")[0].strip("~?%")
    return dates.iso_date(begins) or dates.partial(
        begins or _bare(entry.get("year", "")), _bare(entry.get("month", "")), _bare(entry.get("day", ""))
    )


def _authors(entry: Fields) -> Iterator[tuple[str, str]]:
    written = " ".join(entry.get("author", "").split())
    if written.lower().count(" and ") > MOST_AUTHORS:
        raise BadRecordError(f"has more than {MOST_AUTHORS:,} authors")
    for name in split_multiple_persons_names(written):
        if name.lower() == "others":
            continue
        try:
            said = parse_single_name_into_parts(name, strict=False).merge_first_name_first
        except (ValueError, IndexError):
            said = name
        yield plain_title(said, latex=True), orcid(name)


def _identifiers(entry: Fields) -> Identifiers:
    kind = _bare(entry.get("eprinttype", "") or entry.get("archiveprefix", "")).lower()
    eprint = _bare(entry.get("eprint", ""))
    venue = _IN_VENUE.search(
        " ".join(entry.get(name, "") for name in ("journal", "journaltitle", "note", "number"))
    )
    hints = [
        parse_identifier(_bare(entry.get("doi", ""))),
        Identifiers(arxiv_id=arxiv_id(eprint) if kind in ("", "arxiv") else ""),
        Identifiers(arxiv_id=arxiv_id(venue[1]) if venue else ""),
        parse_identifier(_bare(entry.get("url", ""))),
    ]
    return first_known(hints)


def _own_ids(entry: Fields) -> Iterator[str]:
    yield _bare(entry.get("url", ""))
    yield f"pmid:{_bare(entry.get('pmid', ''))}"
    if entry.get("eprinttype", "").lower() == "pubmed":
        yield f"pmid:{_bare(entry.get('eprint', ''))}"


FORMAT: Final = Format(name="bibtex", suffixes=(".bib", ".bibtex"), sniff=_sniff, read=_read)

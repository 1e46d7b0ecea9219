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

import logging
import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from bibtexparser.exceptions import ParserStateException
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import Entry, ParsingFailedBlock, String
from bibtexparser.splitter import Splitter

from litloom.readers import dates
from litloom.readers.base import BadRecordError, Format, Found, read_records
from litloom.readers.identifiers import Identifiers, arxiv_id, parse_identifier, scheme_id
from litloom.readers.names import authors_of, orcid
from litloom.readers.options import Options
from litloom.readers.plain_text import plain_title, unwrapped
from litloom.readers.stream import LONGEST, Stream
from litloom.records import Paper, unique

Fields = dict[str, str]
_BEGINS: Final = re.compile(r"\s*@\s*([A-Za-z]+)\s*[({]")
_TYPES: Final = re.compile(
    r"^[ \t]*@\s*(?:article|book|booklet|collection|comment|conference|data(?:set)?|in(?:book|collection"
    r"|proceedings|reference)|manual|m?v?proceedings|masters?thesis|misc|online|patent|periodical|phdthesis"
    r"|preamble|report|software|string|techreport|thesis|unpublished|xdata)\s*[({]",
    re.IGNORECASE | re.MULTILINE,
)
_CONTAINERS: Final = frozenset(
    (
        *("proceedings", "mvproceedings", "collection", "mvcollection", "mvbook", "reference", "mvreference"),
        *("periodical", "set", "xdata"),
    )
)
_PARENTS: Final = _CONTAINERS | {"book"}
_NOT_INHERITED: Final = frozenset(
    (
        "abstract",
        "author",
        "doi",
        "eprint",
        "keywords",
        "note",
        "subtitle",
        "title",
        "url",
        "xdata",
        "crossref",
    )
)
_PIECE: Final = re.compile(r"\s*#\s*")
_IN_VENUE: Final = re.compile(r"arxiv[: ]\s*(\d{4}\.\d{4,5}|[a-z-]+/\d{7})", re.IGNORECASE)
_ESCAPED: Final = re.compile(r"\\([_%&#~$])|[{}]|\\url")

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
logging.getLogger("bibtexparser").propagate = False


def _sniff(head: str) -> float:
    return 0.95 if _TYPES.search(head) else 0.0


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    entries = _with_parents(_entries(stream))
    return read_records(entries, partial(_paper, source=stream.name), stream, options)


def _blocks(stream: Stream) -> Iterator[tuple[int, str]]:
    """Give the line and the text of each ``@…{``, up to the next one that begins a line."""
    lines: list[str] = []
    start, size = 0, 0
    for number, line in enumerate(stream, 1):
        if "@" in line and _BEGINS.match(line):
            if lines:
                yield start, "\n".join(lines)
            start, lines, size = number, [line], 0
        elif lines and size <= LONGEST:
            lines.append(line)
        size += len(line)
    if lines:
        yield start, "\n".join(lines)


def _entries(stream: Stream) -> Iterator[Found[Fields]]:
    strings: dict[str, str] = {}
    for line, text in _blocks(stream):
        try:
            blocks = Splitter(text).split().blocks if len(text) <= LONGEST else []
        except ParserStateException as error:
            yield Found(BadRecordError(f"not BibTeX: {error.message}"), line)
            continue
        if not blocks:
            yield Found(BadRecordError(f"this entry is longer than {LONGEST >> 20} MiB"), line)
        for block in blocks:
            at = line + (block.start_line or 0)
            if isinstance(block, String):
                strings[block.key.lower()] = _value(block.value, strings)
            elif isinstance(block, Entry):
                yield Found(_fields(block, strings), at)
            elif isinstance(block, ParsingFailedBlock):
                yield Found(BadRecordError(_reason(block)), at)


def _reason(block: ParsingFailedBlock) -> str:
    twice = sorted(getattr(block, "duplicate_keys", ()))
    if twice:
        return f"{twice[0]!r} is given twice"
    return (
        f"not BibTeX: {' '.join(str(getattr(block.error, 'abort_reason', block.error)).split()).rstrip('.')}"
    )


def _fields(entry: Entry, strings: dict[str, str]) -> Fields | BadRecordError:
    fields = {"": entry.entry_type.lower(), "@": entry.key}
    for field in entry.fields:
        name = field.key.lower()
        if name in fields:
            return BadRecordError(f"{name!r} is given twice")
        fields[name] = _value(field.value, strings)
    return fields


def _value(raw: str, strings: dict[str, str]) -> str:
    """Return what a value says, without what encloses it."""
    raw = raw.strip()
    if "#" not in raw or _closes(raw) == len(raw) - 1:
        return _literal(raw, strings)
    said = []
    while raw:
        end = _closes(raw) + 1 if raw[0] in '{"' else len(raw.partition("#")[0])
        end = max(end, 1)
        said.append(_literal(raw[:end].strip(), strings))
        joint = _PIECE.match(raw, end)
        raw = raw[joint.end() if joint else end :]
    return "".join(said)


def _literal(raw: str, strings: dict[str, str]) -> str:
    if len(raw) > 1 and (raw[0], raw[-1]) in (("{", "}"), ('"', '"')):
        return raw[1:-1]
    return strings.get(raw.lower(), raw)


def _closes(raw: str) -> int:
    """Return where the brace or quotation mark that begins a value is closed."""
    if raw[:1] not in ("{", '"'):
        return -1
    depth = 0
    for mark in re.finditer(r'(?<!\\)[{}"]', raw):
        if mark[0] == '"' and raw[0] == '"' and depth == 0 and mark.start():
            return mark.start()
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if mark[0] == "}" and depth == 0 and raw[0] == "{":
            return mark.start()
    return len(raw) - 1


def _with_parents(entries: Iterator[Found[Fields]]) -> Iterator[Found[Fields]]:
    parents: dict[str, Fields] = {}
    waiting: dict[str, list[Found[Fields]]] = {}
    for found in entries:
        if isinstance(found.raw, BadRecordError):
            yield found
            continue
        entry = found.raw
        if entry[""] in _PARENTS:
            parents.setdefault(entry["@"].lower(), _heritage(entry))
            for child in waiting.pop(entry["@"].lower(), ()):
                yield _inherited(child, parents)
        needed = entry.get("crossref") or entry.get("xdata") or ""
        if needed and needed.strip().lower() not in parents:
            waiting.setdefault(needed.strip().lower(), []).append(found)
        else:
            yield _inherited(found, parents)
    for children in waiting.values():
        yield from children


def _heritage(parent: Fields) -> Fields:
    if parent[""] == "xdata":
        return {name: value for name, value in parent.items() if name not in ("", "@")}
    heritage = {name: value for name, value in parent.items() if name and name not in _NOT_INHERITED}
    return {"booktitle": parent.get("title", ""), **heritage}


def _inherited(child: Found[Fields], parents: dict[str, Fields]) -> Found[Fields]:
    entry = child.raw
    if isinstance(entry, BadRecordError):
        return child
    needed = (entry.get("crossref") or entry.get("xdata") or "").strip().lower()
    return Found({**parents.get(needed, {}), **entry}, child.line) if needed else child


def _paper(entry: Fields, source: str) -> Paper | None:
    if entry[""] in _CONTAINERS:
        return None
    title = plain_title(entry.get("title", ""), latex=True)
    if not title:
        raise BadRecordError(f"{entry['@'][:60]!a} has no title")
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
    return Identifiers(
        doi=next((hint.doi for hint in hints if hint.doi), ""),
        arxiv_id=next((hint.arxiv_id for hint in hints if hint.arxiv_id), ""),
    )


def _own_ids(entry: Fields) -> Iterator[str]:
    yield _bare(entry.get("url", ""))
    yield f"pmid:{_bare(entry.get('pmid', ''))}"
    if entry.get("eprinttype", "").lower() == "pubmed":
        yield f"pmid:{_bare(entry.get('eprint', ''))}"


FORMAT: Final = Format(name="bibtex", suffixes=(".bib", ".bibtex"), sniff=_sniff, read=_read)

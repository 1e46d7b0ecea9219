"""PubMed's XML, as its site and ``efetch`` give it, and its yearly baseline (``<PubmedArticleSet>``).

An abstract may have labelled parts (``BACKGROUND``, ``METHODS``, …): each becomes a line. A reference has a
PubMed id or DOI, or is a citation without its title set apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from litloom.readers import dates
from litloom.readers.base import BadRecordError, Format, one_line, read_records, unique
from litloom.readers.identifiers import cited_in, parse_identifier
from litloom.readers.names import authors_of, orcid
from litloom.readers.options import Options
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.stream import Stream
from litloom.readers.syntax.xml_records import Element, child, children, text, xml_records
from litloom.records import Paper


def _sniff(head: str) -> float:
    return (
        0.95
        if any(f"<{name}" in head for name in ("PubmedArticle", "MedlineCitation", "PubmedBook"))
        else 0.0
    )


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    records = xml_records(stream, "PubmedBookArticle", "PubmedArticle")
    return read_records(records, partial(_paper, source=stream.name), stream, options)


def _paper(record: Element, source: str) -> Paper:
    citation = child(record, "MedlineCitation")
    citation = child(record, "BookDocument") if citation is None else citation
    article = child(citation, "Article")
    article = citation if article is None else article
    title = _title(article)
    if not title:
        raise BadRecordError("has no title")
    authors, author_ids = authors_of(_author(author) for author in children(article, "AuthorList/Author"))
    pubmed = text(citation, "PMID")
    doi = _doi(record, article)
    return Paper(
        title=title,
        abstract=_abstract(article),
        date=_date(article),
        authors=authors,
        author_ids=author_ids,
        venue=one_line(text(article, "Journal/Title") or text(article, "Book/BookTitle")),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pubmed}/" if pubmed else "",
        doi=parse_identifier(doi).doi,
        arxiv_id=parse_identifier(doi).arxiv_id,
        ids=(f"pubmed:{pubmed}",) if pubmed.isdecimal() else (),
        references=unique(map(_reference, _references(record))),
        sources=(source,),
    )


def _title(article: Element | None) -> str:
    """Return the title without the full stop and the brackets of translation that PubMed adds."""
    written = (text(article, path) for path in ("ArticleTitle", "VernacularTitle", "Book/BookTitle"))
    title = plain_title(next(filter(None, written), ""))
    if title.endswith(".") and not title.endswith(".."):
        title = title[:-1]
    return title[1:-1].strip() if title.startswith("[") and title.endswith("]") else title.strip()


def _abstract(article: Element | None) -> str:
    parts = []
    for part in children(article, "Abstract/AbstractText"):
        label, said = part.get("Label", ""), plain_abstract(text(part))
        parts.append(f"{label}: {said}" if label and said else said)
    return "\n".join(filter(None, parts))


def _author(author: Element) -> tuple[str, str]:
    given = text(author, "ForeName") or text(author, "Initials")
    name = " ".join(filter(None, (given, text(author, "LastName"), text(author, "Suffix"))))
    own = next((text(i) for i in children(author, "Identifier") if i.get("Source") == "ORCID"), "")
    if own.isalnum() and len(own) == 16:
        own = "-".join(own[at : at + 4] for at in range(0, 16, 4))
    return plain_title(name or text(author, "CollectiveName")), orcid(own)


def _doi(record: Element, article: Element | None) -> str:
    given = [
        *children(record, "PubmedData/ArticleIdList/ArticleId"),
        *children(record, "BookDocument/ArticleIdList/ArticleId"),
        *children(article, "ELocationID"),
    ]
    return next((text(i) for i in given if "doi" in (i.get("IdType"), i.get("EIdType"))), "")


def _date(article: Element | None) -> str | None:
    for path in ("ArticleDate", "Journal/JournalIssue/PubDate", "Book/PubDate"):
        day = child(article, path)
        if found := dates.partial(*(text(day, part) for part in ("Year", "Month", "Day"))):
            return found
        if found := dates.partial(text(day, "MedlineDate")):
            return found
    return None


def _references(record: Element) -> list[Element]:
    lists = children(record, "PubmedData/ReferenceList")
    nested = [inner for outer in lists for inner in children(outer, "ReferenceList")]
    return [reference for each in (*lists, *nested) for reference in children(each, "Reference")]


def _reference(reference: Element) -> str:
    ids = {i.get("IdType"): text(i) for i in children(reference, "ArticleIdList/ArticleId")}
    named = cited_in(ids.get("doi", ""))
    if named.startswith(("doi:", "arxiv:")):
        return named
    pubmed = ids.get("pubmed", "")
    return f"pubmed:{pubmed}" if pubmed.isdecimal() else one_line(cited_in(text(reference, "Citation")))


FORMAT: Final = Format(name="pubmed", suffixes=(".xml",), sniff=_sniff, read=_read)

"""PubMed's XML, of its site, ``efetch`` and the yearly baseline (``<PubmedArticleSet>``).

The labelled parts of an abstract (``BACKGROUND``, ``METHODS``, …) become one line each. A reference has a
PubMed id or DOI, or is a citation whose title is not marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from litloom.readers.base import RawRecord, first, make_paper, one_line, record_format
from litloom.readers.dates import partial_date
from litloom.readers.identifiers import cited_work, has_identifier, parse_identifier, with_scheme
from litloom.readers.names import join_words, parse_orcid
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.stream import Stream
from litloom.readers.syntax.xml_records import Element, child, children, text, xml_records
from litloom.records import Paper


def _sniff(head: str) -> float:
    roots = ("<PubmedArticle", "<MedlineCitation", "<PubmedBook")
    return 0.95 if any(root in head for root in roots) else 0.0


def _records(stream: Stream) -> Iterator[RawRecord[Element]]:
    return xml_records(stream, "PubmedBookArticle", "PubmedArticle")


def _paper(record: Element, source: str) -> Paper:
    citation = child(record, "MedlineCitation")
    citation = child(record, "BookDocument") if citation is None else citation
    article = child(citation, "Article")
    article = citation if article is None else article
    pubmed = text(citation, "PMID")
    return make_paper(
        _title(article),
        source,
        abstract=_abstract(article),
        date=_date(article),
        authors=map(_author, children(article, "AuthorList/Author")),
        venue=one_line(text(article, "Journal/Title") or text(article, "Book/BookTitle")),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pubmed}/" if pubmed else "",
        identifiers=parse_identifier(_doi(record, article)),
        ids=[with_scheme("pubmed", pubmed if pubmed.isdecimal() else "")],
        references=map(_reference, _references(record)),
    )


def _title(article: Element | None) -> str:
    """Return the title without PubMed's full stop and its brackets around translations."""
    paths = ("ArticleTitle", "VernacularTitle", "Book/BookTitle")
    title = plain_title(first(text(article, path) for path in paths))
    if title.endswith(".") and not title.endswith(".."):
        title = title[:-1]
    return title[1:-1].strip() if title.startswith("[") and title.endswith("]") else title.strip()


def _abstract(article: Element | None) -> str:
    lines = []
    for part in children(article, "Abstract/AbstractText"):
        label, line = part.get("Label", ""), plain_abstract(text(part))
        lines.append(f"{label}: {line}" if label and line else line)
    return "\n".join(filter(None, lines))


def _author(author: Element) -> tuple[str, str]:
    given = text(author, "ForeName") or text(author, "Initials")
    name = join_words(given, text(author, "LastName"), text(author, "Suffix"))
    orcid = next((text(i) for i in children(author, "Identifier") if i.get("Source") == "ORCID"), "")
    if orcid.isalnum() and len(orcid) == 16:
        orcid = "-".join(orcid[at : at + 4] for at in range(0, 16, 4))
    return plain_title(name or text(author, "CollectiveName")), parse_orcid(orcid)


def _doi(record: Element, article: Element | None) -> str:
    ids = [
        *children(record, "PubmedData/ArticleIdList/ArticleId"),
        *children(record, "BookDocument/ArticleIdList/ArticleId"),
        *children(article, "ELocationID"),
    ]
    return next((text(i) for i in ids if "doi" in (i.get("IdType"), i.get("EIdType"))), "")


def _date(article: Element | None) -> str | None:
    for path in ("ArticleDate", "Journal/JournalIssue/PubDate", "Book/PubDate"):
        day = child(article, path)
        date = partial_date(*(text(day, part) for part in ("Year", "Month", "Day")))
        if date := date or partial_date(text(day, "MedlineDate")):
            return date
    return None


def _references(record: Element) -> Iterator[Element]:
    lists = children(record, "PubmedData/ReferenceList")
    nested = [inner for outer in lists for inner in children(outer, "ReferenceList")]
    return (reference for each in (*lists, *nested) for reference in children(each, "Reference"))


def _reference(reference: Element) -> str:
    ids = {i.get("IdType"): text(i) for i in children(reference, "ArticleIdList/ArticleId")}
    cited = cited_work(ids.get("doi", ""))
    if has_identifier(cited):
        return cited
    pubmed = ids.get("pubmed", "")
    return f"pubmed:{pubmed}" if pubmed.isdecimal() else one_line(cited_work(text(reference, "Citation")))


FORMAT: Final = record_format("pubmed", (".xml",), sniff=_sniff, records=_records, paper=_paper)

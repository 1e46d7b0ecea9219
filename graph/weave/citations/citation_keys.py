"""What a citation and the cited paper have in common: keys, each a letter for its kind and then the text.

``#`` is an identifier, ``=`` a title or a title with a word left out, so that typos are found, and ``@`` the
surname of a first author.
"""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa

from litloom.graph.tables import STRING, STRINGS
from litloom.graph.weave.citations.text import cited_works, surnames_of
from litloom.graph.weave.task import by_row
from litloom.papers.match_keys import canonical_id, identifiers, registry
from litloom.papers.titles import Words, title_key, title_words, typo_keys
from litloom.records import Paper, bounded_id, title_id

IDENTIFIER: Final = "#"
TITLE: Final = "="
SURNAME: Final = "@"


@by_row(works=pa.list_(pa.struct([("surname", STRING), ("year", pa.int64())])))
def named_works(abstract: str) -> list[dict[str, Any]]:
    """Return the first surname and the year of each work that an abstract names."""
    works = {(work.surnames[0], work.year) for read, _ in cited_works(abstract) for work in read}
    return [{"surname": surname, "year": year} for surname, year in sorted(works)]


@by_row(surnames=STRINGS)
def surnames(author: str) -> list[str]:
    """Return what may be the surname of an author."""
    return sorted(surnames_of(author))


@by_row(keys=STRINGS)
def paper_keys(
    id: str,  # noqa: A002 - the name of the property
    title: str | None,
    doi: str | None,
    arxiv_id: str | None,
    url: str | None,
    ids: list[str] | None,
) -> list[str]:
    """Return the keys of a paper's identifiers and title."""
    paper = Paper(
        id=id,
        title=title or "",
        doi=doi or "",
        arxiv_id=arxiv_id or "",
        url=url or "",
        ids=tuple(ids or ()),
    )
    keys = {IDENTIFIER + name for name in (*identifiers(paper), paper.id)}
    return sorted(keys | title_keys(title_words(paper.title)))


def title_keys(words: Words) -> set[str]:
    """Return the keys that a title and the same one with a typo have in common."""
    return {TITLE + repr(key) for key in filter(None, (title_key(words), *typo_keys(words)))}


@by_row(identifier=STRING, registered=pa.bool_(), words=STRINGS, stub=STRING, stub_title=STRING, keys=STRINGS)
def parsed_references(reference: str) -> tuple[Any, ...]:
    """Return what a reference says.

    ``identifier`` is its canonical form; ``registered`` tells whether a registry gave it; else ``words`` are
    those of a title. ``stub`` and ``stub_title`` are the id and the title of a node for a work that is not
    among the papers.
    """
    identifier = canonical_id(reference)
    registered = bool(registry(identifier))
    words = () if registered else title_words(reference)
    keys = {IDENTIFIER + identifier, IDENTIFIER + reference} | title_keys(words)
    if registered or " " not in identifier:
        stub, title = bounded_id(identifier), ""
    else:
        # Not the id that a paper of this title would have, of which there may be several.
        stub, title = title_id(f"cited {title_key(words)}"), reference
    return identifier, registered, words, stub, title, sorted(keys)

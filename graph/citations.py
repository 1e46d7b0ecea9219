"""What cites what by its references, and stubs for the works that are cited but not among the papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from litloom.paper_keys import TELLING_WORDS, canonical_id, identifiers, registry
from litloom.records import Paper, bounded_id, title_id
from litloom.titles import Words, same_but_for_typos, title_key, title_words, typo_keys


@dataclass(frozen=True, slots=True)
class Stub:
    """A work that is known only from being cited; `title` is ``""`` where only an id of it is known."""

    id: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Citations:
    """(citing id, cited id) pairs and the stubs among the cited, both sorted."""

    pairs: tuple[tuple[str, str], ...]
    stubs: tuple[Stub, ...]


def citations(papers: Sequence[Paper], among: Sequence[Paper] | None = None) -> Citations:
    """Return every citation that the papers' references tell.

    A reference may be any identifier of a paper or its title. A title that several papers have is the title
    of neither of them, but of a work of its own.

    Parameters
    ----------
    papers
        What may cite.
    among
        What may be cited, sorted by id; the same papers if not given.

    Examples
    --------
    >>> old = Paper(title="Attention Is All You Need", arxiv_id="1706.03762")
    >>> new = Paper(title="BERT", id="bert", references=("attention is all you need", "doi:10.1/x"))
    >>> citations([old, new]).pairs
    (('bert', 'arxiv:1706.03762'), ('bert', 'doi:10.1/x'))
    >>> citations([old, new]).stubs
    (Stub(id='doi:10.1/x', title=''),)
    """
    works = _Works(papers if among is None else among)
    pairs = {(paper.id, cited) for paper in papers for cited in map(works.cited, paper.references) if cited}
    return Citations(
        tuple(sorted((citing, cited) for citing, cited in pairs if citing != cited)),
        tuple(works.stubs[identifier] for identifier in sorted(works.stubs)),
    )


class _Works:
    """Papers and stubs by all that a reference may call them; every reference is looked up once."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.stubs: dict[str, Stub] = {}
        self._papers = papers
        self._cited: dict[str, str] = {}

    @cached_property
    def _by_id(self) -> dict[str, str]:
        return {name: paper.id for paper in self._papers for name in (*identifiers(paper), paper.id)}

    @cached_property
    def _by_title(self) -> Mapping[Hashable, list[tuple[str, Words]]]:
        found: dict[Hashable, list[tuple[str, Words]]] = defaultdict(list)
        for paper in self._papers:
            words = title_words(paper.title)
            for key in filter(None, (title_key(words), *typo_keys(words))):
                found[key].append((paper.id, words))
        return found

    def cited(self, reference: str) -> str:
        """Return the id of the paper or stub that a reference means; ``""`` for none."""
        if reference not in self._cited:
            self._cited[reference] = self._found(reference) or self._stub(reference)
        return self._cited[reference]

    def _found(self, reference: str) -> str:
        identifier = canonical_id(reference)
        known = self._by_id.get(identifier) or self._by_id.get(reference)
        return known or ("" if registry(identifier) else self._titled(title_words(reference)))

    def _titled(self, words: Words) -> str:
        exact = {paper for paper, _ in self._by_title.get(title_key(words), ())}
        if exact or len(words) < TELLING_WORDS:
            return exact.pop() if len(exact) == 1 else ""
        alike = {
            paper
            for key in typo_keys(words)
            for paper, other in self._by_title.get(key, ())
            if same_but_for_typos(words, other)
        }
        return alike.pop() if len(alike) == 1 else ""

    def _stub(self, reference: str) -> str:
        identifier = canonical_id(reference)
        if registry(identifier) or " " not in identifier:
            stub = Stub(bounded_id(identifier))
        else:
            # Not the id that a paper of this title would have, of which there may be several.
            stub = Stub(title_id(f"cited {title_key(title_words(reference))}"), reference)
        if stub.id:
            self.stubs[stub.id] = min(stub, self.stubs.get(stub.id, stub), key=lambda known: known.title)
        return stub.id

"""From the mentions of many papers to concepts: one concept, one node.

Names meet under keys (`litloom.graph.keys`), and what meets becomes a concept (`litloom.graph.concepts`).
What a person says in a file of corrections wins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from litloom.graph.concepts import Concept, concepts_of_key
from litloom.graph.corrections import Corrections, correction_key
from litloom.graph.families import family_names, own_names
from litloom.graph.keys import NameKeys
from litloom.records import Extraction, Mention, unused_id


@dataclass(frozen=True, slots=True)
class Resolution:
    """Concepts sorted by id, and (variant, family) pairs of their ids, sorted too."""

    concepts: tuple[Concept, ...]
    variants: tuple[tuple[str, str], ...]


def resolve_concepts(
    extractions: Iterable[Extraction],
    texts: Mapping[str, str] | None = None,
    corrections: Corrections | None = None,
    advance: Callable[[int], object] = lambda papers: None,
) -> Resolution:
    """Return the concepts of all papers together, each once, and which is a variant of which.

    Parameters
    ----------
    extractions
        One a paper; their order does not matter.
    texts
        The papers' texts by id: the company that an undefined abbreviation is judged by.
    corrections
        What a person says of the concepts.
    advance
        Called with the number of papers whose names were read since the last call.

    Returns
    -------
    Resolution
        Every mention belongs to one concept, unless its name is to be dropped.
    """
    said = corrections or Corrections()
    ordered = sorted(extractions, key=lambda extraction: extraction.paper_id)
    keys = NameKeys(ordered, texts or {}, said, advance)
    places = _places(ordered, keys, said)
    found = [
        concept
        for key in sorted(places)
        for concept in concepts_of_key(key, keys.words.get(key, (key,)), places[key], said.kind)
    ]
    concepts = sorted(_with_own_ids(found), key=lambda concept: concept.id)
    return Resolution(tuple(concepts), tuple(sorted(set(_variants(concepts, said)))))


def _places(
    extractions: Sequence[Extraction], keys: NameKeys, said: Corrections
) -> dict[str, dict[str, list[Mention]]]:
    """Return the mentions by key and paper."""
    apart = {name for group in said.apart for name in group}
    places: dict[str, dict[str, list[Mention]]] = defaultdict(lambda: defaultdict(list))
    for extraction in extractions:
        of_paper = keys.of(extraction.paper_id)
        for mention in extraction.mentions:
            spelling = correction_key(mention.text)
            if spelling not in said.drop:
                key = spelling if spelling in apart else of_paper[mention.concept]
                places[key][extraction.paper_id].append(mention)
    return places


def _with_own_ids(concepts: Iterable[Concept]) -> Iterator[Concept]:
    """Yield the concepts, numbered where two would have one id."""
    taken: set[str] = set()
    for concept in concepts:
        own = unused_id(concept.id, taken)
        taken.add(own)
        yield concept if own == concept.id else replace(concept, id=own)


def _variants(concepts: Sequence[Concept], said: Corrections) -> Iterator[tuple[str, str]]:
    """Yield each variant with the nearest of its families that is a concept."""
    named: dict[str, Concept] = {}
    for concept in sorted(concepts, key=lambda concept: -len(concept.papers)):
        for name in own_names(concept):
            named.setdefault(name, concept)
    for concept in concepts:
        found = (named.get(name) for name in family_names(concept))
        family = next((f for f in found if f is not None and f.id != concept.id), None)
        if family is not None:
            yield concept.id, family.id
    for variant, family_name in said.variant.items():
        if f"~{variant}" in named and f"~{family_name}" in named:
            yield named[f"~{variant}"].id, named[f"~{family_name}"].id

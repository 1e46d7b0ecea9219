"""The component `litloom_naming`: one name for one concept within a paper.

A full name and its abbreviation, a singular and its plural, and spellings that differ in case or hyphens are
one concept. It goes by the short form where the paper introduces it or writes it far more often than the long
one, and otherwise by the long form; among spellings, by the commonest, then the first. The result, surface
string to concept name, is left in ``doc._.concept_names``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from litloom.extractors.evidence.name_key import concept_key
from litloom.extractors.evidence.tokens import tokens_of
from litloom.records import Kind

if not Doc.has_extension("concept_names"):
    Doc.set_extension("concept_names", default={})

_FAR_MORE: Final = 4


def name_concepts(
    counts: Mapping[str, int],
    kinds: Mapping[str, Kind],
    abbreviations: Mapping[str, str],
    introduced: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """Return the concept name of each surface string.

    Parameters
    ----------
    counts
        How often each surface string stands in the paper, in the order of first appearance.
    kinds
        The kind of each.
    abbreviations
        Short form to long form.
    introduced
        What the paper introduces.

    Examples
    --------
    >>> counts = {"Large language models": 1, "LLMs": 1, "large language model": 2}
    >>> names = name_concepts(counts, dict.fromkeys(counts, "Method"), {"LLMs": "Large language models"})
    >>> set(names.values())
    {'large language model'}
    """
    long_keys = {concept_key(short): concept_key(long) for short, long in abbreviations.items()}
    groups: dict[tuple[str, Kind], list[str]] = {}
    for surface in counts:
        key = concept_key(surface)
        groups.setdefault((long_keys.get(key, key), kinds[surface]), []).append(surface)
    names: dict[str, str] = {}
    for (key, _), surfaces in groups.items():
        chosen = _best(surfaces, key, counts, introduced)
        names.update(dict.fromkeys(surfaces, chosen))
    return names


def _best(surfaces: list[str], key: str, counts: Mapping[str, int], introduced: frozenset[str]) -> str:
    long = [surface for surface in surfaces if concept_key(surface) == key]
    short = [surface for surface in surfaces if concept_key(surface) != key]
    totals = [sum(counts[surface] for surface in group) for group in (long, short)]
    prefers_short = bool(short) and (
        not long or totals[1] >= _FAR_MORE * totals[0] or any(surface in introduced for surface in short)
    )
    return max(short if prefers_short else long, key=lambda surface: counts[surface])


@Language.component("litloom_naming", assigns=["doc._.concept_names"], requires=["doc._.found"])
def naming(doc: Doc) -> Doc:
    """Leave the concept name of each surface string in ``doc._.concept_names``."""
    text = tokens_of(doc).text
    counts = Counter(text[found.start : found.end] for found in doc._.found)
    kinds = {text[found.start : found.end]: found.kind for found in doc._.found}
    pairs = {pair.short: pair.long for pair in doc._.abbreviations}
    doc._.concept_names = name_concepts(counts, kinds, pairs, frozenset(doc._.introduces))
    return doc

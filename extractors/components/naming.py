"""The component `litloom_naming`: one name for one concept within a paper.

A full name and its abbreviation, a singular and its plural, and spellings that differ in case or hyphens are
one concept. Its name is the short form where the paper introduces that form or uses it at least four times as
often as the long one, and otherwise the long form; among spellings, the commonest, then the first.
``doc._.concept_names`` maps each surface string to a concept name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from litloom.extractors.evidence.document import tokens_of
from litloom.extractors.evidence.name_key import concept_key
from litloom.records import Kind

_FAR_MORE: Final = 4


def name_concepts(
    counts: Mapping[str, int],
    kinds: Mapping[str, Kind],
    abbreviations: Mapping[str, str],
    introduced: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """Return the concept name of each surface string.

    `counts` and `kinds` have the number of occurrences and the kind of each surface string, in the order of
    first appearance; `abbreviations` maps short forms to long ones.

    Examples
    --------
    >>> counts = {"Large language models": 1, "LLMs": 1, "large language model": 2}
    >>> names = name_concepts(counts, dict.fromkeys(counts, "Method"), {"LLMs": "Large language models"})
    >>> set(names.values())
    {'large language model'}
    """
    long_keys = {concept_key(short): concept_key(long) for short, long in abbreviations.items()}
    groups: dict[tuple[str, Kind], tuple[list[str], list[str]]] = {}
    for surface in counts:
        key = concept_key(surface)
        long_key = long_keys.get(key, key)
        groups.setdefault((long_key, kinds[surface]), ([], []))[key != long_key].append(surface)
    names: dict[str, str] = {}
    for long, short in groups.values():
        long_count, short_count = (sum(counts[surface] for surface in group) for group in (long, short))
        prefers_short = bool(short) and (
            short_count >= _FAR_MORE * long_count or any(surface in introduced for surface in short)
        )
        name = max(short if prefers_short else long, key=lambda surface: counts[surface])
        names.update(dict.fromkeys([*long, *short], name))
    return names


@Language.component("litloom_naming", assigns=["doc._.concept_names"], requires=["doc._.concept_spans"])
def naming(doc: Doc) -> Doc:
    """Set ``doc._.concept_names``."""
    text = tokens_of(doc).text
    surfaces = [(text[span.start : span.end], span.kind) for span in doc._.concept_spans]
    counts = Counter(surface for surface, _ in surfaces)
    pairs = {pair.short: pair.long for pair in doc._.abbreviations}
    doc._.concept_names = name_concepts(counts, dict(surfaces), pairs, frozenset(doc._.introduces))
    return doc

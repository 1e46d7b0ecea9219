"""The keys of all names where some papers changed: what the others told still stands, if nothing turned it.

It does as `litloom.graph.keys.NameKeys` does, by columns. A paper is read again if it changed, or if what an
abbreviation that it uses means elsewhere did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow.compute as pc

from litloom.graph.corrections import Corrections
from litloom.graph.grouped import BoolArray, Grouped, IntArray, distinct, first_of_each, flags
from litloom.graph.keys import NameReader, joined, one_concept, same_in_paper
from litloom.graph.lexis import BETWEEN, Lexis
from litloom.graph.meanings import Meanings, Words
from litloom.graph.order import Order, PapersByPlace
from litloom.graph.woven import Woven, grouped
from litloom.records import KINDS, Extraction

KINDS_BY_NAME = sorted(KINDS)
_CODES = {str(kind): code for code, kind in enumerate(KINDS_BY_NAME)}


@dataclass(slots=True)
class Keys:
    """What is known of each key: its words, as the first paper has it (-1 where none has), and its papers."""

    wording: IntArray
    papers: IntArray


@dataclass(slots=True)
class Reading:
    """Names and mentions of all papers, with their keys, and which keys are touched by what changed."""

    names: Grouped
    mentions: Grouped
    definitions: Grouped
    keys: Keys
    touched: BoolArray


def read_again(
    woven: Woven,
    order: Order,
    extractions: Mapping[str, Extraction],
    said: Corrections,
    advance: Callable[[int], object],
) -> Reading:
    """Return the keys of all names.

    Parameters
    ----------
    woven
        What was woven before; its lexis grows.
    order
        The papers now.
    extractions
        Those of fresh papers, by id.
    said
        What a person says of the concepts, then as now.
    advance
        Called with the number of papers read since the last call.
    """
    lexis = woven.lexis
    fresh = [extractions[order.papers.ids[at]] for at in order.fresh]
    names, mentions, definitions = _rows(fresh, lexis)
    names = order.merged(woven.names, names)
    mentions = order.merged(woven.mentions, mentions)
    definitions = order.merged(woven.definitions, definitions)
    turned = _turned(lexis, woven.definitions["pair"], definitions["pair"])
    again = names.any(lexis.looked_up.any(turned[lexis.looked_up["spelling"]])[names["name"]])
    again |= definitions.any(turned[lexis.spelling_of_pair[definitions["pair"]]])
    again[order.fresh] = True
    _read(lexis, names, definitions, np.flatnonzero(again), order.papers, advance)
    before, now = known_keys(lexis, woven.names), known_keys(lexis, names)
    turned_keys = (_short(lexis, before) != _short(lexis, now)) | (before.wording != now.wording)
    again |= names.any(turned_keys[lexis.key_of_wording[names["wording"]]])
    _go_by(lexis, names, now, np.flatnonzero(again))
    mentions["key"][:] = _final(lexis, names, mentions, now, said)
    touched = _touched(woven, order, mentions, len(lexis.keys))
    touched[: len(now.wording)] |= before.wording != now.wording
    return Reading(names, mentions, definitions, now, touched)


def _rows(fresh: Iterable[Extraction], lexis: Lexis) -> tuple[Grouped, Grouped, Grouped]:
    names: list[str] = []
    texts: list[str] = []
    pairs: list[tuple[str, str]] = []
    place: list[int] = []
    kinds: list[int] = []
    introduces: list[int] = []
    lengths: tuple[list[int], ...] = ([], [], [])
    for extraction in fresh:
        places: dict[str, int] = {}
        introduced = frozenset(extraction.introduces)
        for mention in extraction.mentions:
            place.append(places.setdefault(mention.concept, len(places)))
            texts.append(mention.text)
            kinds.append(_CODES[mention.kind])
            introduces.append(mention.text in introduced)
        names += places
        pairs += extraction.abbreviations
        for length, count in zip(
            lengths, (len(places), len(extraction.mentions), len(extraction.abbreviations)), strict=True
        ):
            length.append(count)
    unknown = np.full(len(names), -1)
    none = [-1] * len(texts)
    columns = {
        "name": place,
        "text": [],
        "kind": kinds,
        "introduces": introduces,
        "key": none,
        "concept": none,
    }
    return (
        grouped(lengths[0], {}).but(name=lexis.add_names(names), wording=unknown, moved=unknown),
        grouped(lengths[1], columns).but(text=lexis.add_texts(texts)),
        grouped(lengths[2], {}).but(pair=lexis.add_pairs(pairs)),
    )


def _turned(lexis: Lexis, before: IntArray, now: IntArray) -> BoolArray:
    """Return by spelling which abbreviations names may be read otherwise by than before."""
    counts = [np.bincount(pairs, minlength=len(lexis.pairs)) for pairs in (before, now)]
    differ = flags(lexis.spelling_of_pair[counts[0] != counts[1]], len(lexis.spellings))
    old, new = (_meanings(lexis, count, differ) for count in counts)
    _, some = np.unique(lexis.spelling_of_pair, return_index=True)
    some = some[differ[lexis.spelling_of_pair[some]]]
    turned = [old.reading(short) != new.reading(short) for short, _ in lexis.definitions(some)]
    return flags(lexis.spelling_of_pair[some[np.array(turned, dtype=bool)]], len(lexis.spellings))


def _meanings(lexis: Lexis, counts: IntArray, spellings: BoolArray) -> Meanings:
    """Return what the abbreviations of these spellings mean in all papers."""
    pairs = np.flatnonzero((counts > 0) & spellings[lexis.spelling_of_pair])
    return Meanings(dict(zip(lexis.definitions(pairs), counts[pairs].tolist(), strict=True)))


def _read(
    lexis: Lexis,
    names: Grouped,
    definitions: Grouped,
    papers: IntArray,
    texts: PapersByPlace,
    advance: Callable[[int], object],
) -> None:
    """Write down the words that the names of these papers stand for."""
    rows, pairs = names.rows(papers), definitions.rows(papers)
    numbers = names["name"][rows]
    spellings = flags(
        lexis.looked_up["spelling"][lexis.looked_up.rows(distinct(numbers))], len(lexis.spellings)
    )
    spellings[lexis.spelling_of_pair[definitions["pair"][pairs]]] = True
    counts = np.bincount(definitions["pair"], minlength=len(lexis.pairs))
    reader = NameReader(_meanings(lexis, counts, spellings))
    strings, defined = lexis.names.strings(numbers), lexis.definitions(definitions["pair"][pairs])
    wordings: list[Words] = []
    ends = zip(_ends(names, papers), _ends(definitions, papers), texts.of(papers), strict=True)
    for (first, last), (first_pair, last_pair), paper in ends:
        wordings += reader.written_out(strings[first:last], defined[first_pair:last_pair], paper.text)
        advance(1)
    names["wording"][rows] = lexis.add_wordings(wordings)


def _ends(rows: Grouped, groups: IntArray) -> Iterable[tuple[int, int]]:
    lengths = rows.starts[groups + 1] - rows.starts[groups]
    return pairwise([0, *np.cumsum(lengths).tolist()])


def known_keys(lexis: Lexis, names: Grouped) -> Keys:
    """Return what these names say of all keys."""
    count = len(lexis.keys)
    key = lexis.key_of_wording[names["wording"]]
    first = first_of_each(key, count)
    # The last entry stands for keys that no paper has.
    wording = np.append(names["wording"], -1)[first]
    papers = np.bincount(distinct(names.group * count + key) % max(count, 1), minlength=count)
    return Keys(wording, papers)


def _short(lexis: Lexis, keys: Keys) -> BoolArray:
    """Return which keys may be shortenings: phrases that one paper has."""
    phrases = np.array(pc.match_substring(lexis.wordings.values, BETWEEN), dtype=bool)
    short: BoolArray = (keys.papers == 1) & np.append(phrases, False)[keys.wording]
    return short


def _go_by(lexis: Lexis, names: Grouped, known: Keys, papers: IntArray) -> None:
    """Write down by which key each name of these papers goes there."""
    rows = names.rows(papers)
    numbers = lexis.key_of_wording[names["wording"][rows]]
    known_by = distinct(numbers)
    strings = lexis.keys.strings(known_by)
    key_of = dict(zip(known_by.tolist(), strings, strict=True))
    number_of = dict(zip(strings, known_by.tolist(), strict=True))
    words = dict(zip(strings, lexis.words(known.wording[known_by]), strict=True))
    counts = dict(zip(strings, known.papers[known_by].tolist(), strict=True))
    named = lexis.names.strings(names["name"][rows])
    keys = [key_of[number] for number in numbers.tolist()]
    moved: list[str] = []
    for first, last in _ends(names, papers):
        other = dict(
            same_in_paper(dict(zip(named[first:last], keys[first:last], strict=True)), words, counts)
        )
        moved += [other.get(key, key) for key in keys[first:last]]
    names["moved"][rows] = [number_of[key] for key in moved]


def _final(lexis: Lexis, names: Grouped, mentions: Grouped, known: Keys, said: Corrections) -> IntArray:
    """Return the key under which each mention meets others; -1 for what a person drops."""
    spelling = lexis.spelling_of_text[mentions["text"]]
    row = names.starts[mentions.group] + mentions["name"]
    read = lexis.key_of_wording[names["wording"][row]]
    final = _joined(lexis, spelling, read, known, said)[names["moved"][row]]
    apart = sorted({name for group in said.apart for name in group})
    for number, key in zip(lexis.spellings.find(apart), lexis.keys.add(apart), strict=True):
        final[spelling == number] = key
    for number in lexis.spellings.find(sorted(said.drop)):
        final[spelling == number] = -1
    return final


def _joined(lexis: Lexis, spelling: IntArray, read: IntArray, known: Keys, said: Corrections) -> IntArray:
    """Return for every key which one it goes to; `spelling` and `read` are those of all mentions."""
    used = np.flatnonzero(known.wording >= 0)
    letters = lexis.run_together(known.wording[used])
    several = np.bincount(letters)[letters] > 1
    together: dict[int, list[str]] = defaultdict(list)
    for group, key in zip(letters[several].tolist(), lexis.keys.strings(used[several]), strict=True):
        together[group].append(key)
    listed = sorted({name for names in one_concept(said) for name in names})
    numbers = lexis.spellings.find(listed)
    told = flags(numbers[numbers >= 0], len(lexis.spellings))[spelling]
    pairs = np.unique(np.stack([spelling[told], read[told]]), axis=1)
    spelled: dict[str, set[str]] = defaultdict(set)
    for name, key in zip(lexis.spellings.strings(pairs[0]), lexis.keys.strings(pairs[1]), strict=True):
        spelled[name].add(key)
    concerned = sorted({key for keys in (*together.values(), *spelled.values()) for key in keys})
    papers = dict(zip(concerned, known.papers[lexis.keys.find(concerned)].tolist(), strict=True))
    places = joined(together.values(), spelled, said, papers)
    goes = np.arange(len(lexis.keys))
    goes[lexis.keys.find(places)] = lexis.keys.find(places.values())
    return goes


def _touched(woven: Woven, order: Order, mentions: Grouped, count: int) -> BoolArray:
    """Return which keys have other mentions than before."""
    stayed = order.stayed
    before = woven.mentions["key"][woven.mentions.rows(order.was[stayed])]
    now = mentions["key"][mentions.rows(stayed)]
    other = before != now
    gone = woven.mentions["key"][woven.mentions.rows(order.gone)]
    fresh = mentions["key"][mentions.rows(order.fresh)]
    keys = np.concatenate([before[other], now[other], gone, fresh])
    return flags(keys[keys >= 0], count)

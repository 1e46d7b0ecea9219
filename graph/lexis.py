"""All strings that weaving compares, by number, with what follows from each by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow.compute as pc

from litloom.graph.corrections import correction_key
from litloom.graph.grouped import BoolArray, Grouped, IntArray, ends_of, flags
from litloom.graph.identity import identity, looked_up
from litloom.graph.meanings import Words, short_key
from litloom.graph.vocabulary import Vocabulary, renumbered

BETWEEN: Final = "\x1f"
"""Stands between the strings that are one entry."""


def _none() -> IntArray:
    return np.zeros(0, dtype=np.int64)


def _no_groups() -> Grouped:
    return Grouped(np.zeros(1, dtype=np.int64), {"spelling": _none()})


@dataclass(slots=True)
class Lexis:
    """The vocabularies of many papers; what is added to them keeps its number until `kept`.

    Parameters
    ----------
    names, looked_up
        What papers call their concepts; the spellings of abbreviations whose meaning each depends on.
    spellings
        What `litloom.graph.corrections.correction_key` makes of texts.
    texts, spelling_of_text
        Surface forms.
    pairs, spelling_of_pair
        Abbreviations with the full names that papers give them.
    wordings, key_of_wording
        The words that names stand for, and the key under which these meet.
    keys
        All keys.
    """

    names: Vocabulary = field(default_factory=Vocabulary)
    looked_up: Grouped = field(default_factory=_no_groups)
    spellings: Vocabulary = field(default_factory=Vocabulary)
    texts: Vocabulary = field(default_factory=Vocabulary)
    spelling_of_text: IntArray = field(default_factory=_none)
    pairs: Vocabulary = field(default_factory=Vocabulary)
    spelling_of_pair: IntArray = field(default_factory=_none)
    wordings: Vocabulary = field(default_factory=Vocabulary)
    key_of_wording: IntArray = field(default_factory=_none)
    keys: Vocabulary = field(default_factory=Vocabulary)

    def add_names(self, names: Sequence[str]) -> IntArray:
        """Return the numbers of names."""
        known = len(self.names)
        numbers = self.names.add(names)
        shorts = [sorted(looked_up(name)) for name in self.names.since(known)]
        spellings = self.spellings.add([short for of_name in shorts for short in of_name])
        self.looked_up = self.looked_up.followed_by(
            Grouped(ends_of(np.array(list(map(len, shorts)), dtype=np.int64)), {"spelling": spellings})
        )
        return numbers

    def add_texts(self, texts: Sequence[str]) -> IntArray:
        """Return the numbers of surface forms."""
        known = len(self.texts)
        numbers = self.texts.add(texts)
        new = self.spellings.add([correction_key(text) for text in self.texts.since(known)])
        self.spelling_of_text = np.concatenate([self.spelling_of_text, new])
        return numbers

    def add_pairs(self, pairs: Iterable[tuple[str, str]]) -> IntArray:
        """Return the numbers of abbreviations with their full names."""
        known = len(self.pairs)
        numbers = self.pairs.add([BETWEEN.join(pair) for pair in pairs])
        shorts = [short_key(pair.partition(BETWEEN)[0]) for pair in self.pairs.since(known)]
        self.spelling_of_pair = np.concatenate([self.spelling_of_pair, self.spellings.add(shorts)])
        return numbers

    def add_wordings(self, wordings: Iterable[Words]) -> IntArray:
        """Return the numbers of words that names stand for."""
        known = len(self.wordings)
        numbers = self.wordings.add([BETWEEN.join(words) for words in wordings])
        keys = [identity(tuple(words.split(BETWEEN))) for words in self.wordings.since(known)]
        self.key_of_wording = np.concatenate([self.key_of_wording, self.keys.add(keys)])
        return numbers

    def definitions(self, numbers: IntArray) -> list[tuple[str, str]]:
        """Return abbreviations with their full names."""
        split = (pair.partition(BETWEEN) for pair in self.pairs.strings(numbers))
        return [(short, full) for short, _, full in split]

    def words(self, numbers: IntArray) -> list[Words]:
        """Return the words of wordings."""
        return [tuple(words.split(BETWEEN)) for words in self.wordings.strings(numbers)]

    def run_together(self, numbers: IntArray) -> IntArray:
        """Return numbers that are alike for wordings whose letters are."""
        letters = pc.replace_substring(self.wordings.values.take(numbers), BETWEEN, "")
        return np.array(letters.dictionary_encode().indices, dtype=np.int64)


@dataclass(slots=True)
class Used:
    """Which entries of a lexis are still needed."""

    names: BoolArray
    texts: BoolArray
    pairs: BoolArray
    wordings: BoolArray
    keys: BoolArray


@dataclass(frozen=True, slots=True)
class Renumbering:
    """The new numbers of what was kept."""

    names: IntArray
    texts: IntArray
    pairs: IntArray
    wordings: IntArray
    keys: IntArray


def kept(lexis: Lexis, used: Used) -> tuple[Lexis, Renumbering]:
    """Return a lexis without what nothing needs: of papers that are gone, nothing stays."""
    looked = lexis.looked_up.taken(np.flatnonzero(used.names))
    of_texts, of_pairs = lexis.spelling_of_text[used.texts], lexis.spelling_of_pair[used.pairs]
    spelled = flags(np.concatenate([looked["spelling"], of_texts, of_pairs]), len(lexis.spellings))
    spelling = renumbered(spelled)
    keys = used.keys | flags(lexis.key_of_wording[used.wordings], len(lexis.keys))
    key = renumbered(keys)
    small = Lexis(
        names=lexis.names.kept(used.names),
        looked_up=looked.but(spelling=spelling[looked["spelling"]]),
        spellings=lexis.spellings.kept(spelled),
        texts=lexis.texts.kept(used.texts),
        spelling_of_text=spelling[of_texts],
        pairs=lexis.pairs.kept(used.pairs),
        spelling_of_pair=spelling[of_pairs],
        wordings=lexis.wordings.kept(used.wordings),
        key_of_wording=key[lexis.key_of_wording[used.wordings]],
        keys=lexis.keys.kept(keys),
    )
    return small, Renumbering(
        renumbered(used.names), renumbered(used.texts), renumbered(used.pairs), renumbered(used.wordings), key
    )

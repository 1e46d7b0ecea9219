"""WordPiece: words into the pieces that a BERT-like encoder knows.

Greedy longest match from the left (Wu et al. 2016, "Google's Neural Machine Translation System"; Devlin et
al. 2019 for the uncased normalisation). It works on the tokens of spaCy's tokenizer, so that each piece
belongs to one token, and remembers words, which come again and again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

MAX_PIECES: Final = 10
"""A token of more pieces (an address, a run of letters without spaces) is cut to its first ones."""
_MAX_CACHE: Final = 200_000
_MAX_WORD: Final = 60

CASES: Final = 10
"""The number of values of `case_of`."""


def case_of(token: str) -> int:
    """Return which of ten ways a token is written: what lower-casing would lose.

    Examples
    --------
    >>> [case_of(word) for word in ("graph", "Graph", "GNN", "GNNs", "ResNet", "GPT4", "v2", "2020", "-")]
    [1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    if not token or token.isspace():
        return 0
    if token.isalpha():
        return _case_of_letters(token)
    if any(c.isdigit() for c in token):
        if not any(c.isalpha() for c in token):
            return 8
        return 6 if any(c.isupper() for c in token) else 7
    if any(c.isalpha() for c in token):
        return 5 if any(c.isupper() for c in token[1:]) else 1
    return 9


def _case_of_letters(token: str) -> int:
    if token.isupper():
        return 3 if len(token) > 1 else 2
    if token.islower():
        return 1
    if token[:-1].isupper() and token[-1] == "s" and len(token) > 2:
        return 4
    return 2 if token[0].isupper() and token[1:].islower() else 5


class WordPiece:
    """Cuts tokens into numbered pieces.

    Parameters
    ----------
    vocabulary
        The pieces in the order of their numbers; a piece inside a word begins with ``##``.

    Examples
    --------
    >>> pieces = WordPiece(["[UNK]", "[CLS]", "[SEP]", "graph", "##s", "-"])
    >>> pieces.of("Graphs"), pieces.of("graph-"), pieces.of("tree")
    ((3, 4), (3, 5), (0,))
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.vocabulary = tuple(vocabulary)
        self._index = {piece: number for number, piece in enumerate(self.vocabulary)}
        self.unknown, self.first, self.last = (self._index[name] for name in ("[UNK]", "[CLS]", "[SEP]"))
        self._cache: dict[str, tuple[int, ...]] = {}

    def of(self, token: str) -> tuple[int, ...]:
        """Return the numbers of a token's pieces: at least one, at most `MAX_PIECES`."""
        known = self._cache.get(token)
        if known is None:
            if len(self._cache) >= _MAX_CACHE:
                self._cache.clear()
            cut = [piece for word in _words(token) for piece in self._cut(word)]
            known = tuple(cut[:MAX_PIECES]) or (self.unknown,)
            self._cache[token] = known
        return known

    def _cut(self, word: str) -> list[int]:
        if len(word) > _MAX_WORD:
            return [self.unknown]
        pieces: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self._index.get(("##" if start else "") + word[start:end])
                if number is not None:
                    pieces.append(number)
                    start = end
                    break
            else:
                return [self.unknown]
        return pieces


def _words(token: str) -> list[str]:
    """Lower-case, drop accents and control characters, and set every sign apart."""
    words: list[str] = []
    open_word = False
    for char in unicodedata.normalize("NFD", token[: 4 * _MAX_WORD].lower()):
        category = unicodedata.category(char)
        if category == "Mn":
            continue
        if char.isspace() or category[0] == "C":
            open_word = False
        elif category[0] in "PS" or "\u4e00" <= char <= "\u9fff":
            words.append(char)
            open_word = False
        elif open_word:
            words[-1] += char
        else:
            words.append(char)
            open_word = True
    return words


class Pieces:
    """The pieces of one text, flat, with the place of each token among them.

    Attributes
    ----------
    ids
        Numbers of the pieces.
    cases
        For each piece, `case_of` its token.
    first, last
        For each token, where its first and its last piece stand in `ids`.
    """

    __slots__ = ("cases", "first", "ids", "last")

    def __init__(self, wordpiece: WordPiece, tokens: Iterable[str]) -> None:
        ids: list[int] = []
        cases: list[int] = []
        first: list[int] = []
        last: list[int] = []
        for token in tokens:
            pieces = wordpiece.of(token)
            first.append(len(ids))
            ids.extend(pieces)
            cases.extend([case_of(token)] * len(pieces))
            last.append(len(ids) - 1)
        self.ids: NDArray[np.int32] = np.asarray(ids, dtype=np.int32)
        self.cases: NDArray[np.int32] = np.asarray(cases, dtype=np.int32)
        self.first: NDArray[np.int32] = np.asarray(first, dtype=np.int32)
        self.last: NDArray[np.int32] = np.asarray(last, dtype=np.int32)

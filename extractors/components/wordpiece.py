"""WordPiece: tokens into the pieces that a BERT-like encoder knows.

Greedy longest match from the left (Wu et al. 2016, "Google's Neural Machine Translation System") after the
uncased normalisation of Devlin et al. (2019). It works on spaCy's tokens, so that each piece belongs to one
token, and caches the pieces of each.
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
    """Return the casing of a token as one of ten classes: what lower-casing loses.

    Examples
    --------
    >>> [case_of(word) for word in ("graph", "Graph", "GNN", "GNNs", "ResNet", "GPT4", "v2", "2020", "-")]
    [1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    if not token or token.isspace():
        return 0
    if token.isalpha():
        return _case_of_letters(token)
    letters = any(c.isalpha() for c in token)
    if any(c.isdigit() for c in token):
        if not letters:
            return 8
        return 6 if any(c.isupper() for c in token) else 7
    if letters:
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
    """Splits tokens into piece ids.

    Parameters
    ----------
    vocabulary
        The pieces in the order of their ids; a piece inside a word begins with ``##``.

    Examples
    --------
    >>> wordpiece = WordPiece(["[UNK]", "[CLS]", "[SEP]", "graph", "##s", "-"])
    >>> [wordpiece.ids_of(token) for token in ("Graphs", "graph-", "tree")]
    [(3, 4), (3, 5), (0,)]
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.vocabulary = tuple(vocabulary)
        self._index = {piece: number for number, piece in enumerate(self.vocabulary)}
        self.unknown, self.first, self.last = (self._index[name] for name in ("[UNK]", "[CLS]", "[SEP]"))
        self._cache: dict[str, tuple[int, ...]] = {}

    def ids_of(self, token: str) -> tuple[int, ...]:
        """Return the ids of a token's pieces: at least one, at most `MAX_PIECES`."""
        ids = self._cache.get(token)
        if ids is None:
            if len(self._cache) >= _MAX_CACHE:
                self._cache.clear()
            pieces = [piece for word in _words(token) for piece in self._split(word)]
            ids = self._cache[token] = tuple(pieces[:MAX_PIECES]) or (self.unknown,)
        return ids

    def _split(self, word: str) -> list[int]:
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
    """Lower-case a token, drop accents and control characters, and split punctuation off."""
    words: list[str] = []
    in_word = False
    for char in unicodedata.normalize("NFD", token[: 4 * _MAX_WORD].lower()):
        category = unicodedata.category(char)
        if category == "Mn":
            continue
        if char.isspace() or category[0] == "C":
            in_word = False
        elif category[0] in "PS" or "\u4e00" <= char <= "\u9fff":
            words.append(char)
            in_word = False
        elif in_word:
            words[-1] += char
        else:
            words.append(char)
            in_word = True
    return words


class Pieces:
    """The pieces of one text; all arrays are int32.

    Attributes
    ----------
    ids, cases
        The id of each piece, and `case_of` its token, ``(n_pieces,)``.
    first, last
        The indices of each token's first and last piece, ``(n_tokens,)``.
    """

    __slots__ = ("cases", "first", "ids", "last")

    def __init__(self, wordpiece: WordPiece, tokens: Iterable[str]) -> None:
        ids: list[int] = []
        cases: list[int] = []
        ends = [0]
        for token in tokens:
            pieces = wordpiece.ids_of(token)
            ids.extend(pieces)
            cases.extend([case_of(token)] * len(pieces))
            ends.append(len(ids))
        self.ids: NDArray[np.int32] = np.asarray(ids, dtype=np.int32)
        self.cases: NDArray[np.int32] = np.asarray(cases, dtype=np.int32)
        self.first: NDArray[np.int32] = np.asarray(ends[:-1], dtype=np.int32)
        self.last: NDArray[np.int32] = np.asarray(ends[1:], dtype=np.int32) - 1

"""The sentence around a span of a text, verbatim."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

MAX_SENTENCE: Final = 1000
"""Characters; longer ones are cut around the span."""

_END: Final = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[A-Z0-9(\[\"“‘$\\*])|\s*\n\s*")
_NO_END: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|etc|vs|cf|resp|Figs?|Eqs?|Sec|Tab|Refs?|Dr|Prof|St|No|approx|w\.r\.t|a\.k\.a)"
    r"|\b[A-Z])\.$"
)


class Sentences:
    r"""The sentences of a text; a line end always ends one.

    Examples
    --------
    >>> sentences = Sentences("A title\nWe use BERT, e.g. BERT-base. It works.")
    >>> sentences.around(15, 19)
    'We use BERT, e.g. BERT-base.'
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._cut: dict[tuple[int, int], str] = {}
        self._starts = [0]
        self._ends: list[int] = []
        for match in _END.finditer(text):
            line_end = "\n" in match[0]
            if line_end or not _NO_END.search(text, max(0, match.start() - 12), match.start()):
                self._ends.append(match.start())
                self._starts.append(match.end())
        self._ends.append(len(text))

    def around(self, start: int, end: int) -> str:
        """Return the sentence or sentences that contain a span of characters, the end exclusive."""
        low = self._starts[max(bisect_right(self._starts, start) - 1, 0)]
        high = max(self._ends[max(bisect_right(self._starts, max(start, end - 1)) - 1, 0)], end)
        if high - low > MAX_SENTENCE:
            spare = max(MAX_SENTENCE - (end - start), 0) // 2
            low, high = max(low, start - spare), min(high, end + spare)
        # One string object a sentence: it is pickled once.
        if (low, high) not in self._cut:
            self._cut[low, high] = self._text[low:high].strip()
        return self._cut[low, high]

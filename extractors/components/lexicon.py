"""The component `litloom_lexicon`: how often annotators marked a name as a concept in other papers.

The component looks up every run of words and leaves the spans of known names in ``doc._.known_spans``. The
counts are features, not decisions: "transformer" is a Method here and part of a power grid there. Beside them
stands how common any name is in a large corpus (`commonness`).
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from litloom.extractors.components.component import StoredComponent
from litloom.extractors.evidence.commonness import Commonness
from litloom.extractors.evidence.document import tokens_of
from litloom.extractors.model_files import reading, unpacked
from litloom.normalize import singular
from litloom.records import KINDS

MAX_WORDS: Final = 7
_SPACE: Final = re.compile(" ")
_WORD: Final = re.compile(r"[^\s-]+")
_FILE: Final = "names.tsv.gz"
_COMMON: Final = "common.npz"
_TABLE: Final = "gold"
"""The first field of each line of the file."""


class NameCounts(NamedTuple):
    """In how many papers a name occurs, and in how many it is a concept of each of `KINDS`."""

    papers: float
    by_kind: tuple[float, ...]

    @property
    def concept(self) -> float:
        """In how many papers it is a concept of any kind."""
        return sum(self.by_kind)


UNKNOWN: Final = NameCounts(0.0, (0.0,) * len(KINDS))


def lookup_key(name: str) -> str:
    """Return the key of a name in the tables; it is cheap, since it is taken of every run of words.

    Examples
    --------
    >>> lookup_key("Graph-Neural  Networks")
    'graph neural network'
    """
    return singular(" ".join(name.lower().replace("-", " ").split()))


class Lexicon(StoredComponent):
    """The component.

    `names` holds the counts of annotated papers by `lookup_key`, and `common` the document frequencies in
    papers without annotation.
    """

    def __init__(self, name: str = "litloom_lexicon") -> None:
        self.name = name
        self.names: dict[str, NameCounts] = {}
        self.common = Commonness()
        self._prefixes: set[str] = set()
        self._prefixes_of: tuple[int, int] | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Set ``doc._.known_spans`` to the character offsets of known concept names."""
        spans: list[tuple[int, int]] = []
        if self._prefixes_of != (id(self.names), len(self.names)):
            self._prefixes = {key[: match.end()] for key in self.names for match in _SPACE.finditer(key)}
            self._prefixes_of = (id(self.names), len(self.names))
        for start, end, key in word_runs(doc, self._prefixes) if self.names else ():
            counts = self.names.get(key)
            if counts is not None and counts.concept >= 1:
                spans.append((start, end))
        doc._.known_spans = spans
        return doc

    def counts(self, name: str) -> NameCounts:
        """Return the counts of a name, in any spelling with the same `lookup_key`."""
        return self.names.get(lookup_key(name), UNKNOWN)

    def save(self, folder: Path) -> None:
        """Write the counts as gzipped text, one name a line, sorted; and how common names are."""
        lines = [
            "\t".join([_TABLE, key, *(f"{number:g}" for number in (counts.papers, *counts.by_kind))])
            for key, counts in sorted(self.names.items())
        ]
        (folder / _FILE).write_bytes(gzip.compress("\n".join(lines).encode("utf-8"), mtime=0))
        self.common.save(folder / _COMMON)

    def load(self, folder: Path) -> None:
        """Read the counts and how common names are."""
        file = folder / _FILE
        text = unpacked(file)
        with reading(file):
            for line in text.split("\n") if text else ():
                table, key, papers, *by_kind = line.split("\t")
                if table != _TABLE or len(by_kind) != len(KINDS):
                    raise ValueError(f"the line of {key!r} is not of a lexicon")
                self.names[key] = NameCounts(float(papers), tuple(map(float, by_kind)))
        self.common = Commonness.load(folder / _COMMON)


Language.factory("litloom_lexicon", assigns=["doc._.known_spans"], func=lambda nlp, name: Lexicon(name))


def word_runs(doc: Doc, prefixes: Container[str] | None = None) -> Iterator[tuple[int, int, str]]:
    """Yield runs of up to `MAX_WORDS` tokens that begin and end with a letter or digit.

    Each has its character offsets, the end exclusive, and its `lookup_key`. With prefixes, only runs of one
    word are yielded, and those whose words before the last one are among the prefixes.
    """
    text, starts, ends, blanks = tokens_of(doc)
    words = [match.span() for match in _WORD.finditer(text)]
    tokens = [(*token, text[token[0]].isalnum()) for token in zip(starts, ends, blanks, strict=True)]
    at, last = 0, len(words) - 1
    for first, (start, _, _, begins_word) in enumerate(tokens):
        if not begins_word:
            continue
        while words[at][1] <= start:
            at += 1
        prefix, word, word_start, word_end = "", at, start, words[at][1]
        for _, end, blank, ends_word in tokens[first : first + MAX_WORDS]:
            if blank:
                break
            while word < last and words[word + 1][0] < end:
                prefix += text[word_start:word_end].lower() + " "
                word += 1
                word_start, word_end = words[word]
            if prefixes is not None and prefix and prefix not in prefixes:
                break
            if ends_word:
                yield start, end, singular(prefix + text[word_start : min(end, word_end)].lower())


def count_names(papers: Iterable[tuple[Doc, Mapping[str, int]]]) -> dict[str, NameCounts]:
    """Return the counts, by `lookup_key`, of each name that is a concept in at least one paper.

    Papers are documents with their concepts: surface string to index into `KINDS`.
    """
    runs_and_kinds: list[tuple[set[str], dict[str, int]]] = []
    by_kind: dict[str, list[float]] = {}
    for doc, concepts in papers:
        kinds = {lookup_key(name): kind for name, kind in concepts.items()}
        runs_and_kinds.append(({key for _, _, key in word_runs(doc)}, kinds))
        for key, kind in kinds.items():
            by_kind.setdefault(key, [0.0] * len(KINDS))[kind] += 1
    papers_with = dict.fromkeys(by_kind, 0.0)
    for runs, kinds in runs_and_kinds:
        for key in (runs | kinds.keys()) & papers_with.keys():
            papers_with[key] += 1
    return {key: NameCounts(papers_with[key], tuple(counts)) for key, counts in by_kind.items()}

"""The component `litloom_lexicon`: what is known of a name before this paper is read.

A table holds, for each name, in how many papers it was seen, and in how many of them it was a concept of each
kind: as annotators marked it (`gold`), and as an earlier model found it in unlabelled text (`silver`). The
component looks up every run of words and leaves what it knows in ``doc._.known``. That is evidence for the
judge, never a verdict: "transformer" is a Method here and part of a power grid there. Beside the tables
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

from litloom.extractors.evidence.commonness import Commonness
from litloom.extractors.evidence.tokens import tokens_of
from litloom.extractors.model_files import reading, unpacked
from litloom.normalize import singular
from litloom.records import KINDS

if not Doc.has_extension("known"):
    Doc.set_extension("known", default=None)

MAX_WORDS: Final = 7
_SPACE: Final = re.compile(" ")
_WORD: Final = re.compile(r"[^\s-]+")
_FILE: Final = "names.tsv.gz"
_COMMON: Final = "common.npz"


class Known(NamedTuple):
    """How many papers hold a name, and in how many it is a concept of each kind."""

    seen: float
    kinds: tuple[float, ...]

    @property
    def any_kind(self) -> float:
        """In how many papers it is a concept at all."""
        return sum(self.kinds)


NOTHING: Final = Known(0.0, (0.0,) * len(KINDS))
Table = Mapping[str, Known]


def lookup_key(name: str) -> str:
    """Return the key of a name in the tables; it is cheap, since it is taken of every run of words.

    Examples
    --------
    >>> lookup_key("Graph-Neural  Networks")
    'graph neural network'
    """
    return singular(" ".join(name.lower().replace("-", " ").split()))


class Lexicon:
    """The component; see the module.

    Parameters
    ----------
    name
        The name in the pipeline.
    """

    def __init__(self, name: str = "litloom_lexicon") -> None:
        self.name = name
        self.tables: dict[str, dict[str, Known]] = {"gold": {}, "silver": {}}
        self.common = Commonness()
        self._openings: set[str] = set()
        self._opened: list[tuple[int, int]] = []

    def __call__(self, doc: Doc) -> Doc:
        """Leave the names of a document that the gold table knows in ``doc._.known``, as character spans."""
        gold, silver = self.tables["gold"], self.tables["silver"]
        found: list[tuple[int, int]] = []
        if gold or silver:
            for start, end, key in word_runs(doc, self.openings()):
                known = gold.get(key)
                if (known is not None and known.any_kind >= 1) or key in silver:
                    found.append((start, end))
        doc._.known = found
        return doc

    def openings(self) -> set[str]:
        """Return what stands before each later word of the names in the tables, with the space after it."""
        current = [(id(table), len(table)) for table in self.tables.values()]
        if self._opened != current:
            keys = (key for table in self.tables.values() for key in table)
            self._openings = {key[: match.end()] for key in keys for match in _SPACE.finditer(key)}
            self._opened = current
        return self._openings

    def of(self, table: str, name: str) -> Known:
        """Return what a table knows of a name."""
        return self.tables[table].get(lookup_key(name), NOTHING)

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the tables as compressed text, one name a line, in order; and how common names are."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        lines = [
            "\t".join([table, key, _short(known.seen), *map(_short, known.kinds)])
            for table, names in self.tables.items()
            for key, known in sorted(names.items())
        ]
        data = gzip.compress("\n".join(lines).encode("utf-8"), mtime=0)
        (path / _FILE).write_bytes(data)
        self.common.save(path / _COMMON)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Lexicon:
        """Read what `to_disk` wrote."""
        text = unpacked(Path(path) / _FILE)
        with reading(Path(path) / _FILE):
            for line in text.split("\n") if text else ():
                table, key, seen, *kinds = line.split("\t")
                if len(kinds) != len(KINDS):
                    raise ValueError(f"{key!r} has {len(kinds)} counts, not {len(KINDS)}")
                self.tables[table][key] = Known(float(seen), tuple(map(float, kinds)))
        self.common = Commonness.load(Path(path) / _COMMON)
        return self


def word_runs(doc: Doc, openings: Container[str] | None = None) -> Iterator[tuple[int, int, str]]:
    """Yield each run of up to `MAX_WORDS` tokens from letter or digit to letter or digit, with its key.

    Parameters
    ----------
    doc
        A document.
    openings
        Where given, only runs of one word, and those whose words before the last one are among these.
    """
    text, starts, ends, blanks = tokens_of(doc)
    words = [match.span() for match in _WORD.finditer(text)]
    tokens = [(*token, text[token[0]].isalnum()) for token in zip(starts, ends, blanks, strict=True)]
    at, last = 0, len(words) - 1
    for first, (start, _, _, solid) in enumerate(tokens):
        if not solid:
            continue
        while words[at][1] <= start:
            at += 1
        opening, word, word_start, word_end = "", at, start, words[at][1]
        for _, end, blank, ends_solid in tokens[first : first + MAX_WORDS]:
            if blank:
                break
            while word < last and words[word + 1][0] < end:
                opening += text[word_start:word_end].lower() + " "
                word += 1
                word_start, word_end = words[word]
            if openings is not None and opening and opening not in openings:
                break
            if ends_solid:
                yield start, end, singular(opening + text[word_start : min(end, word_end)].lower())


def count_names(papers: Iterable[tuple[Doc, Mapping[str, int]]]) -> dict[str, Known]:
    """Build a table from papers and their concepts.

    Parameters
    ----------
    papers
        Pairs of a document and its concepts: surface string to index into `KINDS`.

    Returns
    -------
    dict
        Key to `Known`, for each name that is a concept in at least one paper.
    """
    held: list[tuple[set[str], dict[str, int]]] = []
    counts: dict[str, list[float]] = {}
    for doc, concepts in papers:
        kinds = {lookup_key(name): kind for name, kind in concepts.items()}
        held.append(({key for _, _, key in word_runs(doc)}, kinds))
        for key, kind in kinds.items():
            counts.setdefault(key, [0.0] * len(KINDS))[kind] += 1
    seen = dict.fromkeys(counts, 0.0)
    for keys, kinds in held:
        for key in (keys | kinds.keys()) & seen.keys():
            seen[key] += 1
    return {key: Known(seen[key], tuple(kinds)) for key, kinds in counts.items()}


def pipeline_lexicon(nlp: Language) -> Lexicon | None:
    """Return the lexicon of a pipeline, if it has one."""
    if "litloom_lexicon" not in nlp.pipe_names:
        return None
    lexicon = nlp.get_pipe("litloom_lexicon")
    return lexicon if isinstance(lexicon, Lexicon) else None


def _short(value: float) -> str:
    return f"{value:g}"


@Language.factory("litloom_lexicon", assigns=["doc._.known"])
def make_lexicon(nlp: Language, name: str) -> Lexicon:
    """Make the component `litloom_lexicon`."""
    return Lexicon(name)

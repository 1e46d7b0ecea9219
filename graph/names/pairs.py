"""Classifies pairs of names from papers as same, variant or different, to measure how concepts are merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from litloom.errors import InputError
from litloom.extractors.components.abbreviations import find_abbreviations
from litloom.graph.names.abbreviations import Meanings
from litloom.graph.names.expansion import expand
from litloom.graph.names.families import families
from litloom.graph.names.identity import identity, initialisms, is_ellipsis, may_be_initialism
from litloom.graph.names.known_names import known_by_key
from litloom.graph.names.normalize import Words, looks_abbreviated, name_words, spelling_key, text_words
from litloom.graph.stores.base import Rows
from litloom.readers.base import BadRecordError
from litloom.readers.files import open_stream
from litloom.readers.syntax.json_fields import Record, id_string, inner, quoted, required_string
from litloom.readers.syntax.json_records import json_lines
from litloom.records import KINDS, Kind

Relation = Literal["same", "variant", "different"]


class NameInPaper(NamedTuple):
    """A name, the kind of its concept, and the paper that it is in."""

    name: str
    kind: Kind
    paper: str
    title: str
    abstract: str


class Pair(NamedTuple):
    """Two names, and their relation where it is known."""

    id: int | str
    one: NameInPaper
    other: NameInPaper
    label: Relation | None = None


def relation(one: NameInPaper, other: NameInPaper, meanings: Meanings) -> Relation:
    """Return the relation of two names."""
    words, others = _words(one, meanings), _words(other, meanings)
    if identity(words) == identity(others) or "".join(words) == "".join(others):
        return "same"
    if _listed_under(one.name) & _listed_under(other.name):
        return "same"
    if one.paper == other.paper and (
        _same_in_paper(one, other, words, others) or _same_in_paper(other, one, others, words)
    ):
        return "same"
    if _is_variant(one, other) or _is_variant(other, one):
        return "variant"
    return "different"


def _words(named: NameInPaper, meanings: Meanings) -> Words:
    text = f"{named.title}\n{named.abstract}"
    own = {spelling_key(p.short): meanings.wording(p.short, p.long) for p in find_abbreviations(text)}
    return expand(named.name, own, meanings, text_words(text))


def _same_in_paper(one: NameInPaper, other: NameInPaper, words: Words, others: Words) -> bool:
    initialism = may_be_initialism(one.name) and spelling_key(one.name) in initialisms(other.name)
    return initialism or is_ellipsis(words, others)


def _listed_under(name: str) -> set[str]:
    """Return the known name that a full name is an alias of, if there is one."""
    known = known_by_key().get(spelling_key(name))
    return {known.name} if known is not None and not looks_abbreviated(name) else set()


def _is_variant(one: NameInPaper, family: NameInPaper) -> bool:
    known = known_by_key().get(spelling_key(one.name))
    if known is not None and known.family and spelling_key(known.family) == spelling_key(family.name):
        return True
    return any(identity(words) == identity(name_words(family.name)) for words in families(one.name, one.kind))


def read_pairs(path: str | Path) -> Iterator[Pair]:
    """Read pairs from JSON Lines.

    Raises
    ------
    InputError
        If a line is no pair.
    """
    with open_stream(str(path)) as stream:
        for line in json_lines(stream):
            try:
                if isinstance(line.content, BadRecordError):
                    raise line.content
                yield _pair(line.content)
            except BadRecordError as bad:
                raise InputError(path, f"not a pair of names: {bad}", line.line) from bad


def _pair(row: Record) -> Pair:
    label = row.get("label")
    for known in (None, *get_args(Relation)):
        if known == label:
            own: int | str = row["id"] if type(row.get("id")) is int else id_string(row)
            return Pair(own, _named(row, "a"), _named(row, "b"), known)
    raise BadRecordError(f"unknown label {quoted(label)}; expected one of {', '.join(get_args(Relation))}")


def _named(row: Record, name: str) -> NameInPaper:
    named = inner(row, name)
    for kind in KINDS:
        if kind == named.get("kind"):
            paper = id_string({"id": named.get("paper")})
            texts = [required_string(named, field) for field in ("name", "title", "abstract")]
            return NameInPaper(texts[0], kind, paper, *texts[1:])
    raise BadRecordError(f"{name!r} has no 'kind' of {', '.join(KINDS)}")


def scores(judged: Iterable[tuple[Pair, Relation]]) -> Rows:
    """Return rows of ``label``, ``pairs`` (their number), ``precision``, ``recall`` and ``f1`` (0 to 1)."""
    counts = Counter((pair.label, predicted) for pair, predicted in judged)
    rows = []
    for label in get_args(Relation):
        right = counts[label, label]
        given = sum(n for (gold, _), n in counts.items() if gold == label)
        claimed = sum(n for (_, predicted), n in counts.items() if predicted == label)
        f1 = 2 * right / (given + claimed) if given + claimed else 0.0
        rows.append((label, given, right / max(claimed, 1), right / max(given, 1), f1))
    return Rows(("label", "pairs", "precision", "recall", "f1"), tuple(rows))


def judge(pairs: Iterable[Pair]) -> Iterator[tuple[Pair, Relation]]:
    """Yield each pair with the predicted relation."""
    meanings = Meanings()
    for pair in pairs:
        yield pair, relation(pair.one, pair.other, meanings)

"""Names of papers with their abbreviations written out, and which names are one concept by a list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache, partial

from litloom.graph.names.abbreviations import Meanings, Words
from litloom.graph.names.corrections import Corrections
from litloom.graph.names.identity import Writing
from litloom.graph.names.known_names import known_names
from litloom.graph.names.normalize import spelling_key, text_words


class NameReader:
    """Writes out the names of many papers, one paper after the other.

    Parameters
    ----------
    meanings
        What abbreviations mean in all papers.
    """

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._writing = Writing(meanings)

    def written_out(
        self, names: Iterable[str], abbreviations: Iterable[tuple[str, str]], text: str
    ) -> Iterator[Words]:
        """Yield the words that each name of a paper stands for.

        Parameters
        ----------
        names
            The names.
        abbreviations
            (abbreviation, full name) as the paper defines them.
        text
            The text of the paper: the company that an undefined abbreviation is judged by.
        """
        own = {spelling_key(short): self._meanings.wording(short, full) for short, full in abbreviations}
        company = cache(partial(text_words, text))
        for name in names:
            yield self._writing.of(name, own, company)


def one_concept(corrections: Corrections) -> Iterator[Collection[str]]:
    """Yield the names, by `spelling_key`, that are one concept as lists or a person say."""
    apart = {name for group in corrections.apart for name in group}
    for row in known_names():
        yield {spelling_key(name) for name in row.full_names} - apart
    yield from corrections.same

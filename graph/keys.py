"""Under which key each name of each paper meets the names of other papers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial

from networkx.utils import UnionFind

from litloom.graph.corrections import Corrections, correction_key
from litloom.graph.identity import Writing, identity, initialisms, is_ellipsis, may_be_initialism
from litloom.graph.known_names import known_names
from litloom.graph.meanings import Meanings, Words, short_key
from litloom.graph.spelling import text_words
from litloom.records import Extraction

Keys = Mapping[str, str]


class NameReader:
    """The keys of names, paper by paper, before they are compared with those of other papers.

    Parameters
    ----------
    meanings
        What abbreviations mean in all papers.

    Attributes
    ----------
    words
        The words that each key stands for, as the first paper has it.
    """

    def __init__(self, meanings: Meanings) -> None:
        self.words: dict[str, Words] = {}
        self._meanings = meanings
        self._writing = Writing(meanings)

    def keys(self, extraction: Extraction, text: str) -> Keys:
        """Return the key of every concept name of a paper, whose text is the company of its names."""
        names = dict.fromkeys(mention.concept for mention in extraction.mentions)
        keys = {}
        for name, words in zip(names, self.written_out(names, extraction.abbreviations, text), strict=True):
            keys[name] = identity(words)
            self.words.setdefault(keys[name], words)
        return keys

    def written_out(
        self, names: Iterable[str], abbreviations: Iterable[tuple[str, str]], text: str
    ) -> Iterator[Words]:
        """Yield the words that each name of a paper stands for."""
        own = {short_key(short): self._meanings.wording(short, full) for short, full in abbreviations}
        company = cache(partial(text_words, text))
        for name in names:
            yield self._writing.of(name, own, company)


class NameKeys:
    """Keys of the names of many papers.

    Parameters
    ----------
    extractions
        One a paper.
    texts
        The papers' texts by id: the company that an undefined abbreviation is judged by.
    said
        What a person says: names that are one are joined, names that are apart are not.
    advance
        Called with the number of papers read since the last call.

    Attributes
    ----------
    words
        The words that each key stands for.
    """

    def __init__(
        self,
        extractions: Sequence[Extraction],
        texts: Mapping[str, str],
        said: Corrections,
        advance: Callable[[int], object] = lambda papers: None,
    ) -> None:
        names = NameReader(Meanings(pair for extraction in extractions for pair in extraction.abbreviations))
        self.words = names.words
        self._read: dict[str, Keys] = {}
        for extraction in extractions:
            self._read[extraction.paper_id] = names.keys(extraction, texts.get(extraction.paper_id, ""))
            advance(1)
        self._papers = Counter(key for keys in self._read.values() for key in set(keys.values()))
        together: dict[str, list[str]] = defaultdict(list)
        for key, words in self.words.items():
            together["".join(words)].append(key)
        self._joined = joined(together.values(), _spellings(extractions, self._read), said, self._papers)

    def of(self, paper_id: str) -> Keys:
        """Return the key of every concept name of a paper."""
        return final_keys(self._read[paper_id], self.words, self._papers, self._joined)


def joined(
    together: Iterable[Collection[str]],
    spellings: Mapping[str, Iterable[str]],
    said: Corrections,
    papers: Mapping[str, int],
) -> Keys:
    """Return where keys go that are one: run together or not, by known aliases, by what a person says.

    Parameters
    ----------
    together
        Groups of keys whose words are alike when they are run together.
    spellings
        The keys of names by the `correction_key` of what papers write for them.
    said
        What a person says.
    papers
        How many papers have each key: the others go to the commonest.
    """
    groups: UnionFind[str] = UnionFind()
    for keys in together:
        if len(keys) > 1:
            groups.union(*keys)
    for names in one_concept(said):
        groups.union(*(key for name in sorted(names) for key in sorted(spellings.get(name, ()))))
    places = {}
    for group in groups.to_sets():
        commonest = min(group, key=lambda key: (-papers[key], key))
        places.update(dict.fromkeys(group - {commonest}, commonest))
    return places


def one_concept(said: Corrections) -> Iterator[Collection[str]]:
    """Yield the names, by `correction_key`, that are one concept as lists or a person say."""
    apart = {name for group in said.apart for name in group}
    for row in known_names():
        yield {correction_key(name) for name in row.full_names} - apart
    yield from said.same


def final_keys(
    keys: Keys, words: Mapping[str, Words], papers: Mapping[str, int], joined: Mapping[str, str]
) -> Keys:
    """Return under which key each name of one paper meets those of others.

    Parameters
    ----------
    keys
        What `NameReader` made of the paper's names.
    words, papers
        The words that each of these keys stands for, and how many papers have it.
    joined
        Keys that go by another one.
    """
    moved = dict(same_in_paper(keys, words, papers))
    return {name: joined.get(moved.get(key, key), moved.get(key, key)) for name, key in keys.items()}


def _spellings(extractions: Iterable[Extraction], read: Mapping[str, Keys]) -> dict[str, set[str]]:
    """Return the keys of all names by the `correction_key` of what the papers write for them."""
    written = {
        (mention.text, read[extraction.paper_id][mention.concept])
        for extraction in extractions
        for mention in extraction.mentions
    }
    spellings: dict[str, set[str]] = defaultdict(set)
    for text, key in written:
        spellings[correction_key(text)].add(key)
    return spellings


def same_in_paper(
    keys: Keys, words: Mapping[str, Words], papers: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    """Yield (key, key that it goes by in this paper): its initialisms, and phrases that it shortens."""
    distinct = sorted(set(keys.values()))
    for one in distinct:
        if papers[one] == 1 and len(words[one]) > 1:
            for other in distinct:
                if is_ellipsis(words[one], words[other]):
                    yield one, other
    short = [name for name in keys if may_be_initialism(name)]
    if short:
        initials = {letters: key for name, key in sorted(keys.items()) for letters in initialisms(name)}
        for name in short:
            full = initials.get(short_key(name), keys[name])
            if full != keys[name]:
                yield keys[name], full

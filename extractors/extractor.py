"""The front of the room: papers in, extractions out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import spacy
from spacy.attrs import IS_SPACE, NORM, PREFIX, SHAPE, SUFFIX
from spacy.tokens import Doc
from threadpoolctl import ThreadpoolController

from litloom.errors import ModelError
from litloom.extractors.evidence.sentences import Sentences
from litloom.extractors.evidence.tokens import tokens_of
from litloom.extractors.memory import give_back
from litloom.extractors.pipeline import load_pipeline, model_name, model_path
from litloom.extractors.workers import Workers
from litloom.records import Extraction, Mention, Paper, unique

_WORDS_KEPT: Final = 10_000
"""Words that spaCy's vocabulary may hold before it starts anew: it would grow with every paper."""
_WORD_ATTRIBUTES: Final = (NORM, PREFIX, SUFFIX, SHAPE, IS_SPACE)
"""What the components ask of a word; spaCy would find out some twenty more things of each new one."""
_LONG: Final = 8_000
"""Characters of a text, from which on it needs much more memory than others."""

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
"""Half of a character, which spaCy cannot take; one sign takes its place, so that offsets stay."""


class Extractor:
    """Finds the concepts of papers.

    Parameters
    ----------
    model
        The name of a model that comes with litloom, or the directory of one that `litloom train` wrote.
    min_confidence
        Mentions less sure than this, from 0 to 1, are left out.

    Attributes
    ----------
    name
        Name, version and content hash of the model: the same for the same model only.

    Examples
    --------
    >>> paper = Paper(title="LoRA", abstract="We propose LoRA for fine-tuning large language models.")
    >>> extraction = next(Extractor().extract([paper]))
    >>> all(paper.text[m.start : m.end] == m.text for m in extraction.mentions)
    True
    """

    def __init__(self, model: str | Path = "default", *, min_confidence: float = 0.0) -> None:
        if not 0 <= min_confidence <= 1:
            raise ModelError(f"the least confidence must lie between 0 and 1, not {min_confidence}")
        self._path = model_path(model)
        self._nlp = load_pipeline(self._path)
        self._tokenizer: Any = self._nlp.tokenizer
        _ask_little(self._nlp.vocab)
        self._min_confidence = min_confidence
        self._threads = ThreadpoolController()
        self.name: str = model_name(self._path)

    def extract(
        self, papers: Iterable[Paper], *, batch_size: int = 32, processes: int = 1
    ) -> Iterator[Extraction]:
        """Find the concepts of papers, one extraction for each, in their order.

        Parameters
        ----------
        papers
            Read as results are taken, never all at once.
        batch_size
            How many papers travel to a process together. It changes no result.
        processes
            How many processes share the work; each uses one core.

        Yields
        ------
        Extraction
            What was found in each paper.
        """
        if processes <= 1:
            yield from self.extract_texts((paper.id, paper.text) for paper in papers)
        else:
            # Where processes are forked, they share the model that is loaded already.
            with Workers(partial(_itself, self), processes) as workers:
                yield from workers.extract(papers, batch_size=batch_size)

    def extract_texts(self, texts: Iterable[tuple[str, str]]) -> Iterator[Extraction]:
        """Yield what is found in each text, given with the id of its paper."""
        for paper_id, text in texts:
            with self._threads.limit(limits=1):
                extraction = self._extract_one(paper_id, text)
            if len(text) > _LONG:
                give_back()
            yield extraction

    def __reduce__(self) -> tuple[partial[Extractor], tuple[Path]]:
        """Travel to another process by name: it loads the model there."""
        return partial(type(self), min_confidence=self._min_confidence), (self._path,)

    def _tokens(self, text: str) -> Doc:
        """Cut a text into tokens, whose words join a vocabulary that starts anew when it has grown large."""
        if len(self._tokenizer.vocab) > _WORDS_KEPT:
            rules = self._tokenizer.to_bytes(exclude=["vocab"])
            self._tokenizer = None
            # The old vocabulary holds itself; Python would find that out several vocabularies later.
            give_back()
            blank: Any = spacy.blank(self._nlp.lang or "en")
            self._tokenizer = blank.tokenizer.from_bytes(rules, exclude=["vocab"])
            _ask_little(blank.vocab)
        doc: Doc = self._tokenizer(text)
        return doc

    def _extract_one(self, paper_id: str, text: str) -> Extraction:
        doc = self._nlp(self._tokens(_LONE_SURROGATE.sub("\ufffd", text)))
        names: dict[str, str] = doc._.concept_names
        readable = tokens_of(doc).text
        sentences = Sentences(text)
        mentions = tuple(
            Mention(
                start=found.start,
                end=found.end,
                text=text[found.start : found.end],
                kind=found.kind,
                confidence=found.confidence,
                concept=names[readable[found.start : found.end]],
                sentence=sentences.around(found.start, found.end),
            )
            for found in doc._.found
            if found.confidence >= self._min_confidence
        )
        introduced = set(doc._.introduces)
        return Extraction(
            paper_id=paper_id,
            mentions=mentions,
            introduces=unique(m.text for m in mentions if readable[m.start : m.end] in introduced),
            abbreviations=tuple((pair.short, pair.long) for pair in doc._.abbreviations),
            model=self.name,
        )


def _ask_little(vocabulary: Any) -> None:
    """Let a vocabulary find out of each new word only what the components ask."""
    getters = vocabulary.lex_attr_getters
    vocabulary.lex_attr_getters = {at: getters[at] for at in _WORD_ATTRIBUTES if at in getters}


def _itself(extractor: Extractor) -> Extractor:
    return extractor

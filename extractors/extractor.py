"""`Extractor`: papers in, extractions out."""

from __future__ import annotations

import ctypes
import gc
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
from litloom.extractors.evidence.document import tokens_of
from litloom.extractors.evidence.sentences import Sentences
from litloom.extractors.model_files import model_name, model_path
from litloom.extractors.pipeline import load_pipeline
from litloom.extractors.workers import Workers
from litloom.records import Extraction, Mention, Paper, unique

_MAX_WORDS: Final = 10_000
"""Size of spaCy's vocabulary at which it is replaced by an empty one: it grows with every paper."""
_WORD_ATTRIBUTES: Final = (NORM, PREFIX, SUFFIX, SHAPE, IS_SPACE)
"""The lexical attributes that the components use; spaCy would compute some twenty more of each new word."""
_LONG: Final = 8_000
"""Characters from which on a text needs much more memory than others."""
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
"""Not valid in spaCy; one replacement character keeps the offsets."""


class Extractor:
    """Finds the concepts of papers; `name` is name, version and content digest of the model.

    Parameters
    ----------
    model
        The name of a packaged model, or a directory that `litloom train` wrote.
    min_confidence
        Mentions of a lower confidence, from 0 to 1, are left out.

    Raises
    ------
    ModelError
        If there is no such model, it cannot be loaded, or `min_confidence` is out of range.

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
        _limit_attributes(self._nlp.vocab)
        self._min_confidence = min_confidence
        self._threads = ThreadpoolController()
        self.name: str = model_name(self._path)

    def extract(
        self, papers: Iterable[Paper], *, batch_size: int = 32, processes: int = 1
    ) -> Iterator[Extraction]:
        """Yield one extraction for each paper, in their order.

        Parameters
        ----------
        papers
            Consumed as results are taken, never all at once.
        batch_size
            Papers that are sent to a process together. It changes no result.
        processes
            The number of processes; each uses one core.
        """
        if processes <= 1:
            yield from self.extract_texts((paper.id, paper.text) for paper in papers)
        else:
            # Where processes are forked, they share the model that is loaded already.
            with Workers(partial(_same, self), processes) as workers:
                yield from workers.extract(papers, batch_size=batch_size)

    def extract_texts(self, texts: Iterable[tuple[str, str]]) -> Iterator[Extraction]:
        """Yield the extraction of each text, given with the id of its paper."""
        for paper_id, text in texts:
            with self._threads.limit(limits=1):
                extraction = self._extract_one(paper_id, text)
            if len(text) > _LONG:
                release_memory()
            yield extraction

    def __reduce__(self) -> tuple[partial[Extractor], tuple[Path]]:
        """Pickle the path only: another process loads the model itself."""
        return partial(type(self), min_confidence=self._min_confidence), (self._path,)

    def _tokenize(self, text: str) -> Doc:
        """Tokenize a text, with a new vocabulary if the present one has grown large."""
        if len(self._tokenizer.vocab) > _MAX_WORDS:
            rules = self._tokenizer.to_bytes(exclude=["vocab"])
            self._tokenizer = None
            # The old vocabulary is part of a reference cycle; collect it before the next one grows.
            release_memory()
            blank: Any = spacy.blank(self._nlp.lang or "en")
            self._tokenizer = blank.tokenizer.from_bytes(rules, exclude=["vocab"])
            _limit_attributes(blank.vocab)
        doc: Doc = self._tokenizer(text)
        return doc

    def _extract_one(self, paper_id: str, text: str) -> Extraction:
        doc = self._nlp(self._tokenize(_LONE_SURROGATE.sub("\ufffd", text)))
        names: dict[str, str] = doc._.concept_names
        readable = tokens_of(doc).text
        sentences = Sentences(text)
        mentions = tuple(
            Mention(
                start=start,
                end=end,
                text=text[start:end],
                kind=kind,
                confidence=confidence,
                concept=names[readable[start:end]],
                sentence=sentences.around(start, end),
            )
            for start, end, kind, confidence in doc._.concept_spans
            if confidence >= self._min_confidence
        )
        introduced = set(doc._.introduces)
        return Extraction(
            paper_id=paper_id,
            mentions=mentions,
            introduces=unique(m.text for m in mentions if readable[m.start : m.end] in introduced),
            abbreviations=tuple((pair.short, pair.long) for pair in doc._.abbreviations),
            model=self.name,
        )


def _limit_attributes(vocabulary: Any) -> None:
    getters = vocabulary.lex_attr_getters
    vocabulary.lex_attr_getters = {at: getters[at] for at in _WORD_ATTRIBUTES if at in getters}


def release_memory() -> None:
    """Collect garbage, and return free memory to the system where the C library can (glibc).

    Otherwise a process that extracts for hours would hold the most that any text ever needed.
    """
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        return


def _same(extractor: Extractor) -> Extractor:
    return extractor

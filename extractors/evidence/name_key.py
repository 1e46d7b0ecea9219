"""One key for the many spellings of a concept's name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from litloom.normalize import fold_case, singular

_HEAD_WORDS: Final = """
model models dataset datasets benchmark benchmarks corpus algorithm algorithms optimizer optimizers
optimiser framework frameworks method methods approach architecture architectures library system simulator
score scores metric metrics processor processors
"""
HEADS: Final = frozenset(_HEAD_WORDS.split())
"""Heads that a name may trail without becoming another name."""
_GENERIC_WORDS: Final = """
language diffusion generative graph genetic neural network networks learning deep large small time series
world reward foundation base general mixture hidden latent gaussian linear mixed probabilistic vision
speech image text code data evolutionary greedy quantum randomized approximation operating recommender
recommendation multi agent expert control file embedded distributed dynamic dynamical markov bayesian
statistical causal topic acoustic sequence autoregressive pre trained pretrained teacher student proxy
scoring surrogate energy policy cost memory open real synthetic training test evaluation kernel tree
search optimization sampling stochastic gradient online offline local global parallel ensemble attention
transformer convolutional recurrent spiking variational encoder decoder retrieval dialogue tracking f1
brier silhouette similarity fidelity quality signal graphics tensor vector digital matrix domain specific
word embedding
"""
_GENERIC: Final = HEADS | frozenset(_GENERIC_WORDS.split())
_SEPARATORS: Final = re.compile(r"[\s\-_\u2010-\u2015\u2212/]+")
_CLITIC: Final = re.compile(r"['\u2019]s(?=\s|$)")


@lru_cache(maxsize=1 << 13)
def concept_key(name: str) -> str:
    """Return what the spellings of one concept's name have in common.

    Case, compatibility characters (NFKC), hyphens, underscores and spaces, the plural of the last word, and a
    trailing generic head ("model", "dataset", "optimizer", …) after words that stand alone as a name, are
    what it removes.

    Parameters
    ----------
    name
        Any text.

    Returns
    -------
    str
        The key. Taking the key of a key changes nothing.

    Examples
    --------
    >>> concept_key("Large Language Models") == concept_key("large-language model")
    True
    >>> [concept_key(name) for name in ("the BERT model", "Adam optimizer", "ImageNet dataset", "GANs")]
    ['bert', 'adam', 'imagenet', 'gan']
    >>> concept_key("diffusion models"), concept_key("genetic algorithm")
    ('diffusion model', 'genetic algorithm')
    """
    previous, key = None, name
    for _ in range(8):
        if key == previous:
            break
        previous, key = key, _reduced(key)
    return key


def _reduced(name: str) -> str:
    words = [word for word in _SEPARATORS.split(_CLITIC.sub("", fold_case(name))) if word]
    if len(words) > 1 and words[0] in {"the", "a", "an"}:
        words = words[1:]
    if (
        len(words) > 1
        and words[-1] in HEADS
        and not set(words[:-1]) <= _GENERIC
        and _stands_alone(words[:-1])
    ):
        words = words[:-1]
    if words:
        words[-1] = singular(words[-1])
    return " ".join(words)


def _stands_alone(words: list[str]) -> bool:
    """Tell whether a name needs no head: it is one word, and no word of the everyday technical language."""
    return len(words) == 1 and words[0] not in _GENERIC

"""The words of a concept's name, without what spellings differ in.

Case, Unicode and LaTeX forms, hyphens, British and American spelling, plurals and near forms of one stem fall
away; the words and their order stay.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from litloom.normalize import fold_case, singular

Words = tuple[str, ...]


@cache
def wordlist(name: str) -> frozenset[str]:
    """Return a list of words that play a part in names, from ``data/names.toml``.

    Examples
    --------
    >>> "nvidia" in wordlist("makers")
    True
    """
    text = (files("litloom.graph") / "data" / "names.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)[name])


def data_rows(name: str) -> list[list[str]]:
    """Return the rows of a table in the folder ``data``."""
    text = (files("litloom.graph") / "data" / f"{name}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


SMALL_WORDS: Final = wordlist("small_words")
LONGEST_CAPITALS: Final = 6
"""A longer word in capitals is no abbreviation; the S of a shorter one is no plural: "GPS"."""

_LATEX: Final = re.compile(r"\\[a-zA-Z]+|[{}~$]")
_POSSESSIVE: Final = re.compile(r"['’]s?\b")
_VERSION_LETTER: Final = re.compile(r"(?<=[A-Za-z])[vV](?=\d)")
_TOKEN: Final = re.compile(r"\d+[dD]\b|[^\W\d_]+|\d+(?:\.\d+)*|[+#*]+")
_DIMENSIONS: Final = re.compile(r"(?<=\d)[\s\-](?=d\b)", re.IGNORECASE)
_PREFIX: Final = re.compile(
    r"\b(co|meta|multi|non|pre|self|semi|sub|un)[\s\-–]+(?=[^\W\d_]{3})", re.IGNORECASE
)
_ISE: Final = re.compile(r"(?<=[a-z]{4})is(e|ed|ing|er|ation)$")
_OUR: Final = re.compile(r"(?<=[a-z]{3})our$")
_SOUNDS_ISE: Final = re.compile(
    r"(noise|noised|noising|[pv]ised?|[pv]ising|cise|wise|raise|arise|promise|exercise)$"
)


@lru_cache(maxsize=1 << 18)
def name_words(name: str) -> Words:
    """Return the words of a name in their normal form, small words left out.

    They are in lower case; letters and digits are words of their own. A name of other characters only is one
    word.

    Examples
    --------
    >>> name_words("Llama2-7b") == name_words("LLaMA-2 7B")
    True
    >>> name_words("robotic manipulators"), name_words("nearest-neighbour")
    (('robot', 'manipulator'), ('nearest', 'neighbor'))
    """
    return tuple(map(_normal_form, content_tokens(name))) or (name.strip().casefold() or "?",)


@lru_cache(maxsize=1 << 16)
def content_tokens(name: str) -> Words:
    """Return the `tokens` of a name without small words, unless it has no others.

    Examples
    --------
    >>> content_tokens("swarm of robots"), content_tokens("ImageNet-A")
    (('swarm', 'robots'), ('ImageNet', 'A'))
    """
    written = tokens(name)
    return tuple(word for place, word in enumerate(written) if not _is_small(word, place)) or written


def _is_small(word: str, place: int) -> bool:
    is_letter_of_name = place > 0 and len(word) == 1 and word.isupper()
    return word.casefold() in SMALL_WORDS and not is_letter_of_name


@lru_cache(maxsize=1 << 18)
def raw_words(name: str) -> Words:
    """Return the words of a name in their normal form, small words too."""
    return tuple(map(_normal_form, tokens(name)))


@lru_cache(maxsize=1 << 18)
def spelling_key(name: str) -> str:
    """Return what the spellings of a name or an abbreviation have in common.

    Examples
    --------
    >>> spelling_key("Low-Rank Adaptations"), spelling_key("LLMs")
    ('low rank adaptation', 'llm')
    """
    return " ".join(raw_words(name))


@lru_cache(maxsize=1 << 16)
def tokens(name: str) -> Words:
    """Return the words and numbers of a name as they are written, without LaTeX and possessives.

    Examples
    --------
    >>> tokens("MobileNetV2's pre-training in 3-D")
    ('MobileNet', 'v', '2', 'pretraining', 'in', '3D')
    """
    if name.isascii() and name.isalpha():
        return (name,)
    text = _DIMENSIONS.sub("", _PREFIX.sub(r"\1", unicodedata.normalize("NFKC", name)))
    text = _LATEX.sub(lambda found: " " if found[0] == "~" or found[0].startswith("\\") else "", text)
    return tuple(_TOKEN.findall(_POSSESSIVE.sub("", _VERSION_LETTER.sub(" v", text))))


def text_words(text: str) -> frozenset[str]:
    """Return the normal words of a whole text, in no order.

    Examples
    --------
    >>> sorted(text_words("GANs are generative adversarial networks."))
    ['adversarial', 'are', 'gan', 'generative', 'network']
    """
    return frozenset(map(_normal_form, set(_TOKEN.findall(_PREFIX.sub(r"\1", text)))))


@lru_cache(maxsize=1 << 18)
def _normal_form(word: str) -> str:
    initialism = word.removesuffix("s")
    if initialism.isupper() and 1 < len(initialism) <= LONGEST_CAPITALS:
        return initialism.casefold()
    word = singular(word.casefold())
    if not _SOUNDS_ISE.search(word):
        word = _ISE.sub(r"iz\1", word)
    if len(word) > 5 and word not in ("detour", "contour"):
        word = _OUR.sub("or", word)
    return _word_forms().get(word, word)


@cache
def _word_forms() -> dict[str, str]:
    return {row[0]: row[1] for row in data_rows("word-forms")}


def looks_abbreviated(word: str) -> bool:
    """Tell whether a word may be an abbreviation: short, with at least two capitals.

    Examples
    --------
    >>> [looks_abbreviated(word) for word in ("MoE", "LLMs", "Adam", "TRANSFORMER", "k")]
    [True, True, False, False, False]
    """
    return 2 <= len(word) <= 8 and not word.islower() and sum(map(str.isupper, word)) >= 2


def slug(name: str) -> str:
    """Return a name as ids hold it: lower case, words joined by hyphens.

    Examples
    --------
    >>> slug("LLaMA-2 7B"), slug("C++"), slug("Gödel machine")
    ('llama-2-7b', 'c++', 'gödel-machine')
    """
    return re.sub(r"[^\w+#.]+", "-", fold_case(name)).strip("-") or "unnamed"

"""Parse names of people in any order, in full or with initials.

``Ada van Poe``, ``van Poe, Ada``, ``A. van Poe`` and ``van Poe A`` are equivalent. Without a comma or an
initial, the last word is the surname.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from litloom.normalize import fold_text, split_words

_PARTICLE: Final = re.compile(
    "al|bin|da|dal|de|degli|del|della|den|der|des|di|do|dos|du|el|ibn|la|le|ten|ter|van|von|zu|zur"
)
SUFFIXES: Final = frozenset(["jr", "sr", "ii", "iii", "iv", "phd", "md"])
_NOBODY: Final = frozenset({"anonymous", "anonymous authors", "et al", "others", "unknown", "na", "none"})
_INITIALS: Final = re.compile(r"[^\W\d_]{1,2}")
_WITHIN_WORDS: Final = re.compile(r"\\[^A-Za-z\s]|['’ʼ`´-]")
"""Accents in LaTeX, apostrophes, hyphens."""
_PLAIN: Final = re.compile("[A-Z][a-z]+(?: [A-Z][a-z]+)+")
"""Most names; they need no further parsing."""
TYPO_LETTERS: Final = 6
"""The fewest letters of surnames that may differ by a typo."""


@dataclass(frozen=True, slots=True)
class Name:
    """The normalized words of a name: given names or initials, and the surname with its particles."""

    given: tuple[str, ...]
    surname: tuple[str, ...]

    @property
    def key(self) -> str:
        """Given names and surname, equal for all spellings of a full name."""
        return " ".join((*self.given, *self.surname))

    @property
    def surnames(self) -> frozenset[str]:
        """The surname as one word, with and without its particles."""
        core = [word for word in self.surname if not _PARTICLE.fullmatch(word)] or self.surname
        return frozenset({"".join(self.surname), "".join(core)})


@lru_cache(maxsize=1 << 18)
def parse_name(text: str) -> Name | None:
    """Parse a name; return ``None`` for a placeholder such as ``Anonymous``.

    >>> [parse_name(name).key for name in ("Ada van Poe", "van Poe, Ada", "ADA VAN POE")]
    ['ada van poe', 'ada van poe', 'ada van poe']
    >>> parse_name("Poe AB"), parse_name("Anonymous")
    (Name(given=('a', 'b'), surname=('poe',)), None)
    """
    if _PLAIN.fullmatch(text) and not SUFFIXES.intersection(words := tuple(text.lower().split())):
        return _in_order(words)
    parts = [part for part in _WITHIN_WORDS.sub("", text).split(",") if not set(_words(part)) <= SUFFIXES]
    before, after = parts[0] if parts else "", parts[1] if len(parts) > 1 else ""
    words = tuple(word for word in _words(before) if word not in SUFFIXES)
    if after:
        return _name(_initials(after) or _words(after), words)
    if len(words) < 2:
        return _name((), words)
    if (initials := _initials(before.split()[-1])) and not before.isupper() and len(words[0]) > 1:
        return _name(initials, _words(before.rpartition(before.split()[-1])[0]))
    return _in_order(words)


def person_key(text: str) -> str:
    """Return what the spellings of one full name have in common; a text that names nobody is its own key.

    Examples
    --------
    >>> person_key("van Poe, Ada"), person_key("Anonymous")
    ('ada van poe', 'Anonymous')
    """
    name = parse_name(text)
    return text if name is None else name.key


def _in_order(words: tuple[str, ...]) -> Name | None:
    """Return the name with its surname last."""
    start = len(words) - 1
    while start > 1 and _PARTICLE.fullmatch(words[start - 1]):
        start -= 1
    return _name(words[:start], words[start:])


def may_be_one_person(name: Name, other: Name) -> bool:
    """Whether two authors of one work can be one person, by surname and first initial.

    >>> may_be_one_person(parse_name("Poe, A."), parse_name("Ada Poe"))
    True
    >>> may_be_one_person(parse_name("Li Bo"), parse_name("Bo Li"))
    True
    >>> may_be_one_person(parse_name("Bo Poe"), parse_name("Ada Poe"))
    False
    """
    if sorted(name.key.split()) == sorted(other.key.split()):
        return True
    if name.given and other.given and name.given[0][0] != other.given[0][0]:
        return False
    return any(_same_surname(a, b) for a in name.surnames for b in other.surnames)


def _same_surname(a: str, b: str) -> bool:
    return a == b or (min(len(a), len(b)) >= TYPO_LETTERS and OSA.distance(a, b, score_cutoff=1) == 1)


def _name(given: tuple[str, ...], surname: tuple[str, ...]) -> Name | None:
    name = Name(given, surname)
    return name if surname and name.key not in _NOBODY else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in split_words(fold_text(text)) if not word.isdigit())


def _initials(text: str) -> tuple[str, ...]:
    """Return the letters of ``A``, ``AB`` or ``A. B.``."""
    letters = re.sub(r"[\s.]", "", text)
    return tuple(fold_text(letters)) if _INITIALS.fullmatch(letters) and letters.isupper() else ()

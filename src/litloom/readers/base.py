"""What every reader of a file format has in common.

A reader is a module of this package that holds a constant ``FORMAT``. `litloom.readers.registry` finds it
there, so adding a format is adding a module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from litloom.errors import InputError
from litloom.records import Paper

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_GAPS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
INVISIBLE: Final = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person may ask of any reader.

    Parameters
    ----------
    skip_bad
        Whether a malformed record is left out instead of ending the reading.
    page_year
        The year of dates that are written without one.
    on_skip
        Told of every record that is left out.
    """

    skip_bad: bool = False
    page_year: int | None = None
    on_skip: Callable[[InputError], None] | None = None

    def bad(self, error: InputError) -> None:
        """Raise the error, or report it where bad records are to be left out."""
        if not self.skip_bad:
            raise error
        if self.on_skip is not None:
            self.on_skip(error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A file format and how to read it.

    Parameters
    ----------
    name
        What ``format=`` and ``--format`` call it.
    suffixes
        Endings of file names by which a folder's files are picked; ``.gz`` may follow any of them.
    sniff
        How sure it is, from 0 to 1, that a text which begins so is of this format.
    read
        Turns lines (without their ends) into papers, given the name of the source and the options.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[str], float]
    read: Callable[[Iterable[str], str, Options], Iterator[Paper]]


def one_line(text: str) -> str:
    r"""Return the text with every run of spaces, line ends and control characters as one space.

    Examples
    --------
    >>> one_line(" Attention Is\n  All You\tNeed ")
    'Attention Is All You Need'
    """
    return _GAPS.sub(" ", text).strip(" " + INVISIBLE)


def lines_of(text: str | Iterable[str]) -> Iterable[str]:
    r"""Return the lines of a text, whichever way they end; an iterable is taken for lines already.

    Examples
    --------
    >>> lines_of("one\r\ntwo\rthree\n")
    ['one', 'two', 'three', '']
    """
    return _LINE_END.split(text) if isinstance(text, str) else text

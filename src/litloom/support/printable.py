"""Texts from papers and files, as they may be shown in a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Return a text with spaces for line ends, halves of characters, and what could rule the terminal.

    Examples
    --------
    >>> printable("a\tb\x1b[31m")
    'a b [31m'
    """
    return "".join(c if c.isprintable() else " " for c in text)

"""Text that is safe to print on a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Replace line ends, lone surrogates and control characters by spaces.

    Examples
    --------
    >>> printable("a\tb\x1b[31m")
    'a b [31m'
    """
    return "".join(c if c.isprintable() else " " for c in text)

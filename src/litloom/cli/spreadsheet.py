"""Cells of CSV and TSV, which people open in spreadsheets."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from litloom.support.printable import printable

FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the beginning of a formula, full-width signs included."""
NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")


def cell(value: Any) -> Any:
    r"""Return a value as one cell: one line, without control characters, and not a formula.

    Control characters and others that cannot be seen become spaces, as in the terminal: a line end begins a
    row in some programs, and a change of direction makes one text look like another. As OWASP advises, an
    apostrophe goes before a text that a spreadsheet would take for a formula, but never before a number. CSV
    cannot mark that apostrophe, so programs should read JSON, which has the exact text.

    Parameters
    ----------
    value
        A text, a number, ``None``, or lists and dicts of them.

    Examples
    --------
    >>> cell("=1+1"), cell("\t@SUM(A1)"), cell("-1.5"), cell(-1.5), cell(["a", "b"])
    ("'=1+1", "' @SUM(A1)", '-1.5', -1.5, 'a; b')
    """
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    if not isinstance(value, str):
        return value
    text = printable(value)
    begins = text.lstrip()
    return f"'{text}" if begins.startswith(FORMULA_BEGINS) and not NUMBER.fullmatch(begins) else text

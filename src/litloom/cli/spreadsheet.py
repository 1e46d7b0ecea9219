"""Cells of CSV and TSV files for spreadsheets."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from litloom.support.printable import printable

FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Signs that begin a formula in spreadsheets, full-width ones included."""
NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")


def cell(value: Any) -> Any:
    r"""Return a value as one cell: one line, without control characters, and not a formula.

    Characters that cannot be seen become spaces. As OWASP advises, text that a spreadsheet would take for a
    formula gets an apostrophe; numbers do not. JSON output has the exact text.

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

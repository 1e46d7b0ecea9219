r"""Text as comparisons see it: without LaTeX, markup, accents and case.

What is folded is compared and never shown. So LaTeX is not typeset: accents and formatting are dropped, the
names of symbols are kept (``\alpha`` and ``α`` both become ``alpha``), and so is what stands in braces.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

_COMMAND: Final = re.compile(r"\\([A-Za-z]+)[ \t]*")
_LETTERS: Final = {
    "ss": "ss",
    "ae": "ae",
    "oe": "oe",
    "o": "o",
    "l": "l",
    "aa": "a",
    "i": "i",
    "j": "j",
    "ell": "l",
}
"""Commands that are letters, by their name in lower case."""
_FORMATTING: Final = re.compile(
    "b|bf|boldsymbol|c|d|em|emph|ensuremath|h|it|k|left|mathbb|mathbf|mathcal|mathfrak|mathit|mathrm|mathsf"
    "|mbox|mathscr|operatorname|r|right|rm|sc|sf|small|t|text|textbf|textit|textrm|textsc|textsf|textsl"
    "|texttt|tt|u|underline|uppercase|url|v"
)
_SILENT: Final = re.compile(r"\\[^A-Za-z&]|[{}$^_]|</?[A-Za-z][^<>]{0,80}>")
_GREEK: Final = {
    code: unicodedata.name(chr(code)).rpartition(" ")[2].lower().replace("lamda", "lambda")
    for code in (*range(0x391, 0x3CA), 0x3D5, 0x3F5)
    if re.fullmatch(r"GREEK \w+ LETTER \w+", unicodedata.name(chr(code), ""))
} | {0x3C2: "sigma", 0x3D5: "phi", 0x3F5: "epsilon"}
_UNDECOMPOSED: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_ACCENTS: Final = dict.fromkeys(range(0x300, 0x370))


def folded(text: str) -> str:
    r"""Return a text without LaTeX, markup, accents and case.

    Examples
    --------
    >>> folded(r"Schr{\"o}dinger's $\alpha$-Divergences"), folded("Schrödinger’s α-divergences")
    ("schrodinger's  alpha -divergences", 'schrodinger’s alpha-divergences')
    >>> folded("H<sub>2</sub>O &amp; \\emph{CO$_2$}")
    'h2o & co2'
    """
    if "&" in text and ";" in text:
        text = html.unescape(text)
    if "\\" in text or "$" in text or "{" in text or "<" in text or "_" in text:
        text = _SILENT.sub("", _COMMAND.sub(_spelled, text.replace("\\&", "&")))
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_ACCENTS)
    return unicodedata.normalize("NFKC", plain.translate(_UNDECOMPOSED).translate(_GREEK)).casefold()


def _spelled(command: re.Match[str]) -> str:
    name = command[1].lower()
    return "" if _FORMATTING.fullmatch(name) else _LETTERS.get(name, f" {name} ")

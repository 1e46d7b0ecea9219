r"""Steps that remove what spellings of a name or title differ in, of which every kind of key is composed.

==============  =======================================================================================
`fold_case`     case and compatibility characters: ``ﬁne-Tuning`` becomes ``fine-tuning``
`fold_accents`  the same, and accents; Greek letters get their names: ``Ö α`` becomes ``o alpha``
`fold_markup`   LaTeX and HTML: ``\emph{CO$_2$}`` becomes ``CO2``
`fold_text`     markup, accents and case
`split_words`   the runs of letters and digits
`singular`      the plural of the last word
==============  =======================================================================================
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)[ \t]*")
_LETTERS: Final = {name: name for name in ("ss", "ae", "oe", "o", "l", "i", "j")} | {"aa": "a", "ell": "l"}
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

_SINGULARS: Final = re.compile(
    ".*(?:ss|us|is|ics)|alias|atlas|bayes|bias|canvas|chaos|cmos|cosmos|diabetes|ethos|gibbs|hawkes|lens|macos"
    "|news|pandas|pathos|(?:time)?series|species"
)
"""Words that are no plurals in spite of their s …"""
_PLURALS: Final = re.compile(
    "[bcdgintvx]pus|apis|grus|guis|imus|menus|pois|relus|rois"
    "|(?:characterist|clin|con|crit|fabr|geodes|harmon|heurist|log|metr|mosa|quadr|top)ics"
)
"""… and those of them that are."""
_ES: Final = ("sses", "shes", "ches", "xes", "zzes", "iases")
_IRREGULAR: Final = {
    "atlases": "atlas",
    "caches": "cache",
    "cookies": "cookie",
    "hypotheses": "hypothesis",
    "indices": "index",
    "lenses": "lens",
    "matrices": "matrix",
    "movies": "movie",
    "selfies": "selfie",
    "vertices": "vertex",
}


def fold_case(text: str) -> str:
    """Return a text in lower case, compatibility characters as plain ones (NFKC).

    Examples
    --------
    >>> fold_case("ﬁne-Tuning of Straße²")
    'fine-tuning of strasse2'
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def fold_accents(text: str) -> str:
    """Return a text in lower case without accents, Greek letters by their names.

    Examples
    --------
    >>> fold_accents("Schrödinger’s α-Divergences")
    'schrodinger’s alpha-divergences'
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_ACCENTS)
    return fold_case(plain.translate(_UNDECOMPOSED).translate(_GREEK))


def fold_markup(text: str) -> str:
    r"""Return a text without LaTeX and HTML; symbols keep their names, and braces what stands in them.

    Examples
    --------
    >>> fold_markup(r"Schr{\"o}dinger's $\alpha$-Divergences")
    "Schrodinger's  alpha -Divergences"
    >>> fold_markup("H<sub>2</sub>O &amp; \\emph{CO$_2$}")
    'H2O & CO2'
    """
    if "&" in text and ";" in text:
        text = html.unescape(text)
    if "\\" in text or "$" in text or "{" in text or "<" in text or "_" in text:
        text = _SILENT.sub("", _COMMAND.sub(_command, text.replace("\\&", "&")))
    return text


def _command(command: re.Match[str]) -> str:
    name = command[1].lower()
    return "" if _FORMATTING.fullmatch(name) else _LETTERS.get(name, f" {name} ")


def fold_text(text: str) -> str:
    r"""Return a text in lower case without markup and accents.

    Examples
    --------
    >>> fold_text(r"G{\"o}del's \textbf{$\alpha$-Test}"), fold_text("Gödel’s α-Test")
    ("godel's  alpha -test", 'godel’s alpha-test')
    """
    return fold_accents(fold_markup(text))


def split_words(text: str) -> tuple[str, ...]:
    """Return the runs of letters and digits of a text.

    Examples
    --------
    >>> split_words("LLM-Quantization, 2nd ed.")
    ('LLM', 'Quantization', '2nd', 'ed')
    """
    return tuple(_WORD.findall(text))


def singular(text: str) -> str:
    """Return a word in lower case, or a phrase by its last word, in the singular.

    Examples
    --------
    >>> [singular(word) for word in ("graph networks", "policies", "classes", "gpus", "metrics", "matrices")]
    ['graph network', 'policy', 'class', 'gpu', 'metric', 'matrix']
    >>> [singular(word) for word in ("loss", "corpus", "analysis", "robotics", "bias", "gas")]
    ['loss', 'corpus', 'analysis', 'robotics', 'bias', 'gas']
    """
    if not text.endswith("s"):
        return text
    word = text.rpartition(" ")[2]
    if len(word) < 4 or not word[-2].isalnum():
        return text
    if word in _IRREGULAR:
        return text.removesuffix(word) + _IRREGULAR[word]
    if _SINGULARS.fullmatch(word) and not _PLURALS.fullmatch(word):
        return text
    if word.endswith("ies") and len(word) > 4:
        return f"{text[:-3]}y"
    return text[:-2] if word.endswith(_ES) else text[:-1]

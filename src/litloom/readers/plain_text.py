r"""Convert HTML, JATS, MathML and LaTeX in titles and abstracts to plain text.

Plain text may contain "if a < b and c > d", "50% of $5" and "AT&T", so only unambiguous markup is converted:
known tags of HTML, JATS and MathML, entities that end in ``;``, commands with a backslash, and ``$...$`` by
the rules of Pandoc (no space inside the dollars, no digit after them).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from litloom.readers.base import BadRecordError, one_line, tidy
from litloom.readers.limits import LONGEST_TEXT

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

LONGEST_LATEX: Final = 20_000
"""Characters of a formula or group; a longer one is not converted."""
DEEPEST: Final = 100
_INLINE: Final = (
    "a abbr b big cite code em emph font i ins kbd mark q s samp small span strike strong sub sup tt u var "
    "bold italic monospace overline roman sans-serif sc underline xref ext-link inline-formula "
    "inline-graphic named-content styled-content fixed-case alternatives semantics math mi mn mo mrow mtext "
    "msub msup msubsup mfrac msqrt mroot mover munder munderover mstyle mspace mtable mtr mtd mfenced "
    "mpadded mphantom menclose mmultiscripts mprescripts none"
)
_BLOCK: Final = (
    "abstract article blockquote body br div dd dl dt h1 h2 h3 h4 h5 h6 hr html li list list-item ol p sec "
    "section table tbody td th thead title tr ul disp-formula disp-quote label break"
)
_TAGS: Final = dict.fromkeys(_INLINE.split(), "") | dict.fromkeys(_BLOCK.split(), "\n")
_TAG: Final = re.compile(r"</?(?:[a-z]{2,5}:)?([a-z][a-z0-9-]*)(?:\s[^<>]{0,1000})?/?>", re.IGNORECASE)
_FORMULA_SOURCE: Final = re.compile(
    r"<(/?)((?:[a-z]{2,5}:)?(?:annotation(?:-xml)?|tex-math|script|style))\b[^<>]*>", re.IGNORECASE
)
"""Tags whose content is not text for the reader."""
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_CDATA: Final = re.compile(r"<!\[CDATA\[|\]\]>")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_BLANK_LINES: Final = re.compile(r"(?<![ \t])[ \t]*\n[ \t\n]*")
_COMMAND: Final = re.compile(r"\\(?:[A-Za-z]+|[\"'`^~=.$%&_#{}\-])")
_FORMULA: Final = re.compile(r"(?<!\\)\$(?=[^\s$])[^$]{0,500}?(?<=[^\s\\])\$(?!\d)")
_SPECIAL: Final = re.compile(r"(?<!\\)[$&#_^]")
_PERCENT: Final = re.compile(r"(?<!\\)%")
_MATH_LETTERS: Final = re.compile("[\u210a-\u2134\U0001d400-\U0001d7ff]")
"""Mathematical letters (script, bold, …), which become plain letters."""
_LATEX: Final = re.compile(r"[\\{}$~]|--|``|''")
_WORDS: Final = re.compile(r"[^\\{}$~]*\s(?=\S)|\S+|\s+")
"""Plain words up to one with LaTeX, or a word with LaTeX."""
_MARKS: Final = re.compile(r"(?<!\\)[{}$]")
_OPEN_COMMAND: Final = re.compile(r"\\(?:[A-Za-z]+|[^A-Za-z$&%#_{}])$")
"""A command that drops the space after it, or takes the next word as its argument."""
_CITATION: Final = re.compile(r"~?\\(?:cite[a-z]*|ref|eqref|label)\*?(?:\[[^\[\]]*\]){0,4}\{[^{}]*\}")
_LINK: Final = re.compile(r"\\(?:url|href\{[^{}]*\})\{([^{}]*)\}")
_APPROXIMATELY: Final = re.compile(r"(?<!\S)~(?=\d)")


def plain_title(text: str, *, latex: bool = False) -> str:
    r"""Return a title as plain text on one line.

    >>> plain_title("H<sub>2</sub>O &amp; <i>E. coli</i>"), plain_title("If a < b, AT&T")
    ('H2O & E. coli', 'If a < b, AT&T')
    >>> plain_title(r"{BERT} meets G{\"o}del", latex=True)
    'BERT meets Gödel'
    """
    return one_line(_plain(text, latex))


def plain_abstract(text: str, *, latex: bool = False) -> str:
    r"""Return an abstract as plain text, one line per paragraph; braces are removed only from LaTeX.

    >>> plain_abstract("<jats:title>Abstract</jats:title><jats:p>We look at <i>looms</i>.</jats:p>")
    'We look at looms.'
    >>> plain_abstract(r"An $\mathcal{O}(n)$ loom for \$5, or 50\% of that")
    'An O(n) loom for $5, or 50% of that'
    """
    plain = tidy(_plain(text, latex))
    return re.sub(r"\A(?:abstract|summary)(?:\s*[.:]\s*|\s*\n\s*)(?=\S)", "", plain, flags=re.IGNORECASE)


def latex_abstract(text: str) -> str:
    r"""Return a LaTeX abstract as plain text, with the lines of each paragraph joined.

    >>> latex_abstract("We look at\n  looms.\n\nThey weave\n$n$ threads.\n")
    'We look at looms.\nThey weave n threads.'
    """
    paragraphs = re.split(r"\n[ \t]*\n\s*", text.replace("\r\n", "\n"))
    plain = (one_line(plain_abstract(paragraph, latex=True)) for paragraph in paragraphs)
    return "\n".join(filter(None, plain))


def _plain(text: str, latex: bool) -> str:
    if len(text) > LONGEST_TEXT:
        raise BadRecordError(f"has a text of more than {LONGEST_TEXT:,} characters")
    if "<" in text:
        text = _without_tags(text)
    for _ in range(2):  # some services escape twice
        if "&" in text:
            text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
            if "<" in text:
                text = _without_tags(text)
    if _COMMAND.search(text) or (latex and re.search(r"[{}~]|``|''|--", text)) or _FORMULA.search(text):
        text = _typeset(text)
    return text


def _without_tags(text: str) -> str:
    stripped = _TAG.sub(
        lambda tag: _TAGS.get(tag[1].lower(), tag[0]),
        _without_formula_sources(_CDATA.sub("", _without_comments(text))),
    )
    return text if stripped == text else _BLANK_LINES.sub("\n", stripped)


def _without_comments(text: str) -> str:
    end = text.rfind("-->") + 3  # stop at the last end, to keep the time linear
    return _COMMENT.sub("", text[:end]) + text[end:] if end > 2 else text


def _without_formula_sources(text: str) -> str:
    ends: dict[str, list[re.Match[str]]] = {}
    tags = list(_FORMULA_SOURCE.finditer(text))
    for tag in reversed(tags):
        if tag[1]:
            ends.setdefault(tag[2].lower(), []).append(tag)
    if not ends:
        return text
    kept, at = [], 0
    for tag in tags:
        closing = ends.get(tag[2].lower(), [])
        while closing and closing[-1].start() < tag.end():
            closing.pop()
        if tag.start() >= at and not tag[1] and closing:
            kept.append(text[at : tag.start()])
            at = closing[-1].end()
    return "".join([*kept, text[at:]])


def _typeset(text: str) -> str:
    # Characters that are special in LaTeX but common in plain text are escaped first.
    text = _LINK.sub(r"\1", _CITATION.sub("", text))
    text = _PERCENT.sub(r"\\%", _APPROXIMATELY.sub(r"\\textasciitilde{}", text))
    pieces, at = [], 0
    for formula in _FORMULA.finditer(text):
        pieces += [_SPECIAL.sub(r"\\\g<0>", text[at : formula.start()]), formula[0]]
        at = formula.end()
    pieces.append(_SPECIAL.sub(r"\\\g<0>", text[at:]))
    escaped = "".join(pieces)
    parts = [escaped] if "\\begin" in escaped else _parts(escaped)
    return "".join(_convert_part(part) if _LATEX.search(part) else part for part in parts)


def _parts(text: str) -> Iterator[str]:
    """Split LaTeX at spaces outside braces and formulas, since most words need no conversion."""
    part, depth, formula = "", 0, False
    for word in _WORDS.findall(text):
        part += word
        if "{" in word or "}" in word or "$" in word:
            marks = _MARKS.findall(word)
            depth = max(0, depth + marks.count("{") - marks.count("}"))
            formula ^= marks.count("$") % 2 == 1
        if not depth and not formula and not ("\\" in word and _OPEN_COMMAND.search(word)):
            yield part
            part = ""
    yield part


def _convert_part(part: str) -> str:
    return _convert_short(part) if len(part) < 200 else _convert(part)


def _convert(latex: str) -> str:
    if len(latex) > LONGEST_LATEX:
        if _depth(latex) > DEEPEST:
            raise BadRecordError("is nested too deeply")
        return latex
    try:
        plain = _converter().latex_to_text(latex).replace("\xa0", " ")
    except RecursionError:
        raise
    except Exception:  # keep the text if it cannot be converted
        return latex
    return _MATH_LETTERS.sub(lambda letter: unicodedata.normalize("NFKC", letter[0]), plain)


def _depth(latex: str) -> int:
    steps = ({"{": 1, "}": -1}.get(mark, 0) for mark in _MARKS.findall(latex))
    return max(accumulate(steps), default=0)


_convert_short = lru_cache(maxsize=10_000)(_convert)


@cache
def _converter() -> LatexNodes2Text:
    import logging

    from pylatexenc.latex2text import LatexNodes2Text

    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    return LatexNodes2Text(math_mode="text", strict_latex_spaces=False)

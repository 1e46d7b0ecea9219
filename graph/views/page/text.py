"""Sanitised text of papers: it must not run scripts, break the page or reverse its writing direction."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

# Control characters, and those that change the direction of text beyond their own paragraph.
_INVISIBLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+")
_JSON_ESCAPES: Final = str.maketrans(
    {"<": r"\u003c", ">": r"\u003e", "&": r"\u0026", "\u2028": r"\u2028", "\u2029": r"\u2029"}
)


def clean(value: object, limit: int = 20_000) -> str:
    r"""Return a value as text without control characters, truncated to `limit` characters; None as ``""``.

    Examples
    --------
    >>> clean("a\x00b\u202ec"), clean(None), clean("abcdef", limit=4)
    ('abc', '', 'abc…')
    """
    if value is None:
        return ""
    text = str(value)[: 2 * limit]
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return cut(_INVISIBLE.sub("", text).strip(), limit)


def texts(value: object, limit: int = 200) -> list[str]:
    """Return the texts of an attribute that may be None, a text or a collection of texts."""
    if value is None:
        return []
    values = [value] if isinstance(value, str) or not isinstance(value, Iterable) else value
    return [text for text in (clean(v, limit) for v in values) if text]


def cut(text: str, limit: int) -> str:
    """Return the text, truncated with an ellipsis if it is longer than the limit."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def short_title(title: str, limit: int = 34) -> str:
    """Return a short form of a title for a picture: the part before its colon, or its beginning.

    Examples
    --------
    >>> short_title("FlatQuant: Flatness Matters for LLM Quantization")
    'FlatQuant'
    >>> short_title("A Survey of Everything that was Ever Measured on a GPU")
    'A Survey of Everything that was…'
    """
    head, colon, _ = title.partition(":")
    if colon and 2 <= len(head.strip()) <= limit:
        return head.strip()
    if len(title) <= limit:
        return title
    words = title[: limit - 1].rsplit(" ", 1)[0]
    return (words if 2 * len(words) > limit else title[: limit - 1]).rstrip(" ,;.-") + "…"


def isolated(text: str) -> str:
    """Return the text between Unicode isolates, so that its writing direction affects no other text."""
    return f"\u2068{text}\u2069" if text else ""


def safe_url(value: object) -> str:
    """Return the value if it is a web address that is safe to link to, else ``""``.

    Examples
    --------
    >>> safe_url("https://arxiv.org/abs/2106.09685")
    'https://arxiv.org/abs/2106.09685'
    >>> safe_url("javascript:alert(1)"), safe_url("data:text/html,x"), safe_url("//evil.example")
    ('', '', '')
    """
    text = clean(value, 2_000)
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    usable = parts.scheme in {"http", "https"} and parts.netloc and not re.search(r"\s", text)
    return text if usable else ""


def script_json(value: Any) -> str:
    r"""Return a value as JSON that is safe inside a ``<script>`` element.

    Examples
    --------
    >>> print(script_json({"title": "</script> & co"}))
    {"title":"\u003c/script\u003e \u0026 co"}
    """
    plain = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return plain.translate(_JSON_ESCAPES)

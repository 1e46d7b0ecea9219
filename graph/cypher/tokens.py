"""Tokens of Cypher text.

The databases differ in some details of comments, strings and white space. Text that they could split
differently is refused, so that nothing hides a clause from `litloom.graph.cypher.gate`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from litloom.errors import QueryError

TokenType = Literal["word", "quoted", "text", "number", "parameter", "sign", "end"]

_TOKEN: Final = re.compile(
    r"""
      (?P<space> [ \t\n\r\f\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+
               | //[^\n\r]*
               | /\*(?:[^*]|\*(?!/))*\*/ )
    | (?P<text> '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" )
    | (?P<quoted> `[^`]*` )
    | (?P<parameter> \$(?:\w+|`[^`]*`) )
    | (?P<number> 0[xX][0-9a-fA-F]+ | \d+(?:\.\d+)?(?:[eE][+-]?\d+)? | \.\d+(?:[eE][+-]?\d+)? )
    | (?P<word> [^\W\d]\w* )
    | (?P<sign> \.\. | [-(){}\[\]<>,.:;|&!=+*/%^~$] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ASCII_ESCAPE: Final = re.compile(r"\\[uU]+(?:0000)?00[0-7]")
"""An escape of an ASCII character; Neo4j replaces them before it looks for quotes."""


class Token(NamedTuple):
    """One token of a query, the index of its first character, and its text; words are in upper case.

    The type ``quoted`` is a name in backticks, ``text`` a string, and ``end`` follows the last token.
    """

    type: TokenType
    text: str
    place: int


def tokens(query: str) -> Iterator[Token]:
    """Yield the tokens of a query without white space and comments, and an ``end`` after them.

    Raises
    ------
    QueryError
        If a string, name or comment does not end, or the databases might read a character differently.

    Examples
    --------
    >>> [token.text for token in tokens("RETURN p.title // of the paper")]
    ['RETURN', 'P', '.', 'TITLE', '']
    """
    if escape := _ASCII_ESCAPE.search(query):
        raise QueryError(f"{place_of(query, escape.start())}: write the character itself instead of its code")
    place = 0
    while place < len(query):
        match = _TOKEN.match(query, place)
        if match is None:
            raise QueryError(f"{place_of(query, place)}: {_unread(query[place])}")
        type_, text = str(match.lastgroup), match.group()
        if type_ != "space":
            yield Token(type_, text.upper() if type_ == "word" else text, place)  # type: ignore[arg-type]
        elif text.startswith("/*") and "**" in text[2:]:
            raise QueryError(f"{place_of(query, place)}: write the comment without **")
        place = match.end()
    yield Token("end", "", place)


def _unread(character: str) -> str:
    if character in "'\"`":
        return f"the {character} has no partner"
    return f"U+{ord(character):04X} ({character}) cannot stand outside quotes"


def place_of(query: str, place: int) -> str:
    """Return line and column, counted from 1, of the character at an index."""
    line = query.count("\n", 0, place) + 1
    return f"line {line}, column {place - query.rfind(chr(10), 0, place)}"

"""The check that every query passes before a database sees it.

It has a list of what may run (`litloom.graph.cypher.clauses`): a clause that a later release of a database
adds is refused until it is listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from litloom.errors import QueryError
from litloom.graph.cypher import clauses
from litloom.graph.cypher.clauses import Dialect
from litloom.graph.cypher.tokens import Token, place_of, tokens


@lru_cache(maxsize=512)
def check_query(query: str, dialect: Dialect, *, write: bool = False) -> None:
    """Refuse a query that could do more than read the graph, or with `write` more than change it.

    Raises
    ------
    QueryError
        If there are several statements, or a clause, procedure or function that is not listed in
        `litloom.graph.cypher.clauses`.

    Examples
    --------
    >>> check_query("MATCH (p:Paper) WHERE p.`set` = 'CREATE' RETURN p.load", "ladybug")
    >>> check_query("RETURN 1; CHECKPOINT", "ladybug")
    Traceback (most recent call last):
    ...
    litloom.errors.QueryError: give one statement at a time
    """
    _Check(query, dialect, write).run()


class _Check:
    """One pass over the tokens of a query.

    Two operands never follow each other in Cypher. So a word right after a complete operand belongs to a
    clause, which must be allowed; anywhere else a word is a name, or starts an expression.
    """

    def __init__(self, query: str, dialect: Dialect, write: bool) -> None:
        self._query = query
        self._tokens: Sequence[Token] = list(tokens(query))
        self._dialect = dialect
        self._write = write
        self._begins = clauses.BEGINS[dialect] | (clauses.WRITES if write else frozenset())
        self._at = 0
        self._complete = False
        """Whether the previous token ends an operand."""

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    @property
    def _next(self) -> Token:
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    @property
    def _before(self) -> str:
        return self._tokens[self._at - 1].text if self._at else ""

    def run(self) -> None:
        self._options()
        self._begin()
        while self._token.type != "end":
            if self._token.type == "word" and not self._is_only_a_name():
                self._word(self._token)
                continue
            if self._token.type == "sign":
                self._sign(self._token)
            else:
                self._complete = True
                self._function()
            self._at += 1

    def _options(self) -> None:
        """Skip what may precede a query: ``CYPHER 25 runtime=slotted``, ``EXPLAIN``."""
        if self._dialect == "neo4j" and self._is_word("CYPHER"):
            self._at += 1
            while self._token.type == "number" or self._next.text == "=":
                self._at += 1 if self._token.type == "number" else 3
        while self._is_word(*clauses.BEFORE_QUERY):
            self._at += 1

    def _begin(self) -> None:
        if not self._is_word(*self._begins):
            raise self._refusal()
        self._clause()

    def _word(self, word: Token) -> None:
        begins = word.text in self._begins
        in_foreach = self._write and self._before == "|" and word.text in clauses.WRITES
        if self._complete or in_foreach or (begins and self._before == "{"):
            if begins:
                self._clause()
            elif word.text in clauses.CONTINUES:
                self._continue(word)
            elif self._write and word.text == "ON":
                self._expect("CREATE", "MATCH")
                self._at += 1
            else:
                raise self._refusal()
        elif word.text in clauses.NEVER_NAMES:
            raise self._refusal()
        else:
            self._complete = word.text not in clauses.OPENS
            self._function()
            self._at += 1

    def _clause(self) -> None:
        """Check an allowed clause, up to where its expression or pattern begins."""
        word = self._token.text
        self._complete = word in clauses.COMPLETE
        if word in ("CREATE", "MERGE", "INSERT"):  # and not CREATE DATABASE
            pattern = self._tokens[self._at + 1 : self._at + 3]
            if pattern[0].text != "(" and pattern[-1].text != "=":
                raise self._refusal()
        self._at += 1
        match word:
            case "OPTIONAL":
                self._at -= 1
                self._expect("MATCH", "CALL")
                self._clause()
            case "DETACH" | "NODETACH":
                self._at -= 1
                self._expect("DELETE")
                self._at += 1
            case "CALL":
                self._call()
            case "SHOW":
                self._show()

    def _continue(self, word: Token) -> None:
        self._at += 1
        self._complete = word.text in clauses.COMPLETE
        if word.text == "UNION":
            if self._is_word("ALL", "DISTINCT"):
                self._at += 1
            self._begin()
        elif word.text == "USING":
            while self._is_word(*clauses.HINTS):
                self._at += 1

    def _sign(self, sign: Token) -> None:
        if sign.text == ";" and self._next.type != "end":
            raise QueryError("give one statement at a time")
        starred = sign.text == "*" and not self._complete  # as in RETURN * and count(*)
        self._complete = starred or sign.text in (")", "]", "}")

    def _call(self) -> None:
        """Check what is called: a listed procedure, or a subquery."""
        if self._dialect == "neo4j" and self._token.text in ("{", "("):
            if self._token.text == "(":
                while self._token.type == "word" or self._token.text in ("(", ",", "*"):
                    self._at += 1
                self._at += 1
            if self._token.text != "{":
                raise self._refusal()
            self._at += 1
            self._begin()
            return
        name = ""
        while self._token.type in ("word", "quoted") or self._token.text == ".":
            name += self._token.text.strip("`").lower()
            self._at += 1
        if name not in clauses.PROCEDURES[self._dialect] or self._token.text == "=":
            allowed = ", ".join(sorted(clauses.PROCEDURES[self._dialect]))
            raise QueryError(f"CALL {name}: not allowed; what may be called is {allowed}")
        self._complete = True

    def _show(self) -> None:
        """Check what is shown: ``SHOW INDEXES``, ``SHOW ALL CONSTRAINTS``."""
        for at, token in enumerate(self._tokens[self._at : self._at + 4], self._at):
            if token.type == "word" and token.text in clauses.SHOWN:
                self._at = at + 1
                self._complete = True
                return
        self._at -= 1
        raise self._refusal()

    def _function(self) -> None:
        """Refuse a call of a function, at the last part of its name, if its namespace is not listed."""
        if self._token.type not in ("word", "quoted") or self._next.text != "(":
            return
        first = self._at
        while first >= 2 and self._tokens[first - 1].text == ".":
            first -= 2
        parts = (token.text.strip("`").lower() for token in self._tokens[first : max(self._at - 1, first)])
        if (namespace := "".join(parts)) and namespace not in clauses.FUNCTION_NAMESPACES:
            allowed = ", ".join(sorted(clauses.FUNCTION_NAMESPACES))
            raise QueryError(f"functions of {namespace}: not allowed; of namespaces, only {allowed} are")

    def _is_only_a_name(self) -> bool:
        """Return whether a word can only be a property, a label, or the key of a map."""
        return self._before in (".", ":") or (self._next.text == ":" and self._before in ("{", ","))

    def _is_word(self, *words: str) -> bool:
        return self._token.type == "word" and self._token.text in words

    def _expect(self, *words: str) -> None:
        """Go to the next token, which must be one of these words."""
        self._at += 1
        if not self._is_word(*words):
            raise self._refusal()

    def _refusal(self) -> QueryError:
        """Return the error for the current token."""
        token = self._token
        if token.type == "end":
            return QueryError("the query is empty" if self._at == 0 else "the query ends too early")
        place = place_of(self._query, token.place)
        if token.text in clauses.WRITES and not self._write:
            return QueryError(WOULD_WRITE[self._dialect])
        if token.text in clauses.NEVER_NAMES and not self._complete and self._before and token.text != "LOAD":
            return QueryError(f"{place}: {token.text} cannot be a name; write `{token.text.lower()}`")
        return QueryError(f"{place}: {token.text} is not allowed; {MAY[self._write]}")


MAY: Final = {
    False: "a query may only read the graph, with MATCH, UNWIND, CALL, WITH, RETURN and their subclauses",
    True: "a query may only read and change nodes and relationships, not indexes, settings, users or files",
}
WOULD_WRITE: Final[dict[Dialect, str]] = {
    "ladybug": "the query would write, but access is read-only; only litloom build writes a graph in a file",
    "neo4j": "the query would write, but access is read-only; use litloom cypher --write",
}

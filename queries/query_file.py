"""The format of canned queries: ``.cypher`` files with a header.

The header is TOML in the comments at the top of the file::

    // name = "most-used"
    // question = "Which concepts do most papers mention?"
    // columns = ["concept", "kind", "papers"]
    // parameters.kind = { type = "text", default = "any", choices = ["any", "Task"], about = "which kind" }
    // parameters.top = { type = "int", default = 10, about = "how many rows", example = 5 }
    MATCH … RETURN …

``name``, ``question`` and ``columns`` are required; further columns of the Cypher are dropped. A parameter
has a ``type`` of `PARAMETER_TYPES`, and ``about``; one without ``default`` is required, and has an
``example``. Names of papers and concepts are resolved to their ids.

Optional fields:

``order``
    Columns to sort the rows by, descending with ``-`` before the name. Needed after ``UNION``, where
    ``ORDER BY`` sorts one part only.
``sorted``
    Columns of lists to sort, since the order of ``collect`` is undefined.
``differ``
    Two parameters that must be different papers or concepts.
``computed``
    The name of a function in `litloom.queries.computed` that computes the rows from the result of the Cypher.
    Cypher without parameters is run once for an open graph.
``found``
    Parameters that the function computes. The header is followed by two statements, separated by ``;``: the
    first, without parameters, is run once for an open graph; the second uses the computed parameters.

If the Cypher of the stores differs, a second file ``NAME.STORE.cypher``, such as
``shortest-chain.neo4j.cypher``, has the same header, except for ``computed`` and ``found``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any, Final, Literal, get_args

from litloom.errors import QueryError

Value = int | float | str | tuple[str, ...]
ParameterType = Literal[
    "int",
    "number",
    "text",
    "paper",
    "concept",
    "method",
    "dataset",
    "hardware",
    "metric",
    "task",
    "concepts",
    "paper-or-concept",
]
PARAMETER_TYPES: Final[tuple[ParameterType, ...]] = get_args(ParameterType)

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_BETWEEN_STATEMENTS: Final = re.compile(r";[ \t]*\n\s*")
# An unclosed string extends to the end.
_STRING_OR_COMMENT: Final = re.compile(
    r"'(?:\\.|[^'\\])*(?:'|\\?\Z)|\"(?:\\.|[^\"\\])*(?:\"|\\?\Z)|`[^`]*(?:`|\Z)|//[^\n]*", re.DOTALL
)
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
LONGEST: Final = 2**18
"""Characters of a file."""
LARGEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a canned query, required if ``default`` is ``None``."""

    name: str
    type: ParameterType
    about: str
    default: Value | None = None
    example: Value | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedQuery:
    """A canned query; for the fields see the module."""

    name: str
    question: str
    columns: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()
    order: tuple[str, ...] = ()
    sorted: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    computed: str | None = field(default=None, compare=False)
    found: tuple[str, ...] = field(default=(), compare=False)
    first: str = field(default="", compare=False)
    """The statement before the one that uses `found`."""
    cypher: str = field(compare=False)
    dialects: Mapping[str, CannedQuery] = field(default_factory=dict, compare=False)
    """The query for other stores, by the name of the store."""

    def for_dialect(self, dialect: str) -> CannedQuery:
        """Return the query for a store."""
        return self.dialects.get(dialect, self)


def parse_query(text: str, source: str) -> CannedQuery:
    r"""Parse a ``.cypher`` file.

    Raises
    ------
    QueryError
        If the header is missing or invalid.

    Examples
    --------
    >>> header = '// name = "all"\n// question = "All?"\n// columns = ["n"]'
    >>> query = parse_query(f"{header}\nMATCH (n) RETURN n", "all.cypher")
    >>> query.name, query.cypher
    ('all', 'MATCH (n) RETURN n')
    """
    lines = _lines(text, source)
    end = next((i for i, line in enumerate(lines) if not line.startswith("//")), len(lines))
    try:
        header = tomllib.loads("\n".join(line.removeprefix("//").strip() for line in lines[:end]))
        query = _query(header, "\n".join(lines[end:]).strip())
        _check(query)
    except KeyError as error:
        raise QueryError(f"{source}: the header lacks {error.args[0]}") from error
    except RecursionError as error:
        raise QueryError(f"{source}: the header is nested too deeply") from error
    except (tomllib.TOMLDecodeError, AttributeError, TypeError, ValueError) as error:
        reason = str(error) if len(str(error)) <= 300 else f"{str(error)[:297]}..."
        raise QueryError(f"{source}: the header is not right: {reason}") from error
    return query


def _lines(text: str, source: str) -> list[str]:
    if len(text) > LONGEST:
        raise QueryError(f"{source}: is longer than {LONGEST:,} characters, so no query")
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        if found := _UNSEEN.search(line):
            raise QueryError(f"{source}:{number}: the character {found[0]!a} must not stand in a query")
    return lines


def parameters_used(cypher: str) -> frozenset[str]:
    """Return the names of the parameters in Cypher, outside strings and comments.

    Examples
    --------
    >>> sorted(parameters_used("MATCH (p {id: $paper}) RETURN '$5' // $none"))
    ['paper']
    """
    return frozenset(re.findall(r"\$(\w+)", _STRING_OR_COMMENT.sub("", cypher)))


def _query(header: Mapping[str, Any], cypher: str) -> CannedQuery:
    known = {"name", "question", "columns", "parameters", "order", "sorted", "differ", "computed", "found"}
    if unknown := sorted(set(header) - known):
        raise ValueError(f"it has {', '.join(unknown)}, not one of {', '.join(sorted(known))}")
    parameters = tuple(_parameter(name, given) for name, given in header.get("parameters", {}).items())
    found = _texts(header.get("found", []))
    first, cypher = _two_statements(cypher) if found else ("", cypher)
    return CannedQuery(
        name=_text(header, "name"),
        question=_text(header, "question"),
        columns=_texts(header["columns"]),
        parameters=parameters,
        order=_texts(header.get("order", [])),
        sorted=_texts(header.get("sorted", [])),
        differ=_texts(header.get("differ", [])),
        computed=_text(header, "computed") if "computed" in header else None,
        found=found,
        first=first,
        cypher=cypher,
    )


def _two_statements(cypher: str) -> tuple[str, str]:
    first, *then = _BETWEEN_STATEMENTS.split(cypher)
    if len(then) != 1:
        raise ValueError("where there is found, two statements follow, with ; between them")
    return first, then[0]


def _parameter(name: str, given: Mapping[str, Any]) -> Parameter:
    kind = given["type"]
    if kind not in PARAMETER_TYPES:
        raise ValueError(f"parameter {name} has type {kind!r}, not one of {', '.join(PARAMETER_TYPES)}")
    if not name.isidentifier() or iskeyword(name):
        raise ValueError(f"parameter {name!r} cannot be the name of a parameter in Python")
    values = {key: _value(kind, given[key], name) for key in ("default", "example") if key in given}
    parameter = Parameter(
        name=name, about=_text(given, "about"), choices=_texts(given.get("choices", [])), type=kind, **values
    )
    if unknown := sorted(set(given) - set(Parameter.__dataclass_fields__)):
        raise ValueError(f"parameter {name} has {', '.join(unknown)}, which is not known")
    if parameter.default is None and parameter.example is None:
        raise ValueError(f"parameter {name} has neither a default nor an example")
    if parameter.choices and parameter.default is not None and parameter.default not in parameter.choices:
        raise ValueError(f"the default of parameter {name} is not one of its choices")
    return parameter


def _value(kind: ParameterType, value: object, name: str) -> Value:
    wanted: tuple[type, ...] = {"int": (int,), "number": (int, float), "concepts": (list,)}.get(kind, (str,))
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise ValueError(f"parameter {name} is of type {kind}, which {value!r} is not")
    if isinstance(value, list):
        return _texts(value)
    assert isinstance(value, int | float | str)  # by the types that are wanted
    if isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:
        raise ValueError(f"parameter {name} has a number that is too large, or none")
    return _printable(value, name) if isinstance(value, str) else value


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields[name]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} must be a text")
    return _printable(value, name)


def _printable(text: str, name: str) -> str:
    if not text.isprintable():
        raise ValueError(f"{name} holds a character that cannot be shown: {text[:60]!a}")
    return text


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{value!r} must be a list of texts")
    return tuple(_printable(item, "a list") for item in value)


def _check(query: CannedQuery) -> None:
    if not _NAME.fullmatch(query.name):
        raise ValueError(f"the name {query.name!r} must be of lower-case words with hyphens between them")
    if not query.cypher:
        raise ValueError("no Cypher follows it")
    names = {parameter.name for parameter in query.parameters}
    if unknown := sorted(parameters_used(query.cypher) - names - set(query.found)):
        raise ValueError(f"the Cypher uses ${', $'.join(unknown)}, which it does not describe")
    if query.computed is None and (unused := sorted(names - parameters_used(query.cypher))):
        raise ValueError(f"the Cypher does not use the parameter {', '.join(unused)}")
    if query.found and query.computed is None:
        raise ValueError("nothing is found where nothing is computed")
    if parameters_used(query.first):
        raise ValueError("the first statement is run once, and takes no parameters")
    if len(query.differ) not in (0, 2) or set(query.differ) - names:
        raise ValueError("differ must name two parameters")

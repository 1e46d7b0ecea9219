"""The canned queries: one ``.cypher`` file each, opened by a header that says what it answers.

The header is TOML in the comments at the top of the file::

    // name = "most-used"
    // question = "Which concepts do most papers mention?"
    // columns = ["concept", "kind", "papers"]
    // parameters.top = { type = "int", default = 10, about = "how many rows" }
    MATCH … RETURN …

A parameter without a default must be given. ``type`` is one of `PARAMETER_TYPES`: papers and concepts are
named as a person would, and reach the Cypher as their id.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, get_args

from litloom.errors import QueryError

ParameterType = Literal["int", "text", "paper", "concept", "method", "dataset", "hardware", "metric", "task"]
PARAMETER_TYPES: Final[tuple[ParameterType, ...]] = get_args(ParameterType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a canned query; ``default`` is ``None`` where it must be given."""

    name: str
    type: ParameterType
    about: str
    default: int | str | None = None
    example: int | str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedQuery:
    """A question that litloom can answer about any graph of papers."""

    name: str
    question: str
    columns: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    cypher: str


def parse_query(text: str, source: str) -> CannedQuery:
    r"""Return the canned query that a ``.cypher`` file holds.

    Raises
    ------
    QueryError
        If the header is missing or wrong; it names `source`.

    Examples
    --------
    >>> header = '// name = "all"\n// question = "All?"\n// columns = ["n"]'
    >>> query = parse_query(f"{header}\nMATCH (n) RETURN n", "all.cypher")
    >>> query.name, query.cypher
    ('all', 'MATCH (n) RETURN n')
    """
    lines = text.splitlines()
    end = next((i for i, line in enumerate(lines) if not line.startswith("//")), len(lines))
    try:
        header = tomllib.loads("\n".join(line.removeprefix("//").strip() for line in lines[:end]))
        parameters = tuple(_parameter(name, given) for name, given in header.get("parameters", {}).items())
        return CannedQuery(
            name=header["name"],
            question=header["question"],
            columns=tuple(header["columns"]),
            parameters=parameters,
            cypher="\n".join(lines[end:]).strip(),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise QueryError(f"{source}: the header is not right: {error}") from error


def _parameter(name: str, given: Mapping[str, Any]) -> Parameter:
    if given["type"] not in PARAMETER_TYPES:
        raise ValueError(
            f"parameter {name} has type {given['type']!r}, not one of {', '.join(PARAMETER_TYPES)}"
        )
    return Parameter(name=name, **given)


@cache
def catalogue() -> Mapping[str, CannedQuery]:
    """Return all canned queries by name, in the order of their names."""
    folder = files("litloom.queries")
    found = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".cypher")), key=lambda e: e.name
    )
    queries = [parse_query(entry.read_text(encoding="utf-8"), entry.name) for entry in found]
    return {query.name: query for query in queries}

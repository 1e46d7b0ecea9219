"""Arguments of canned queries: validation, and names resolved to ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from litloom.errors import QueryError
from litloom.queries.names import Names
from litloom.queries.query_file import CannedQuery, Parameter


def bind(
    query: CannedQuery, arguments: Mapping[str, object], names: Names
) -> tuple[dict[str, Any], list[str]]:
    """Return the values of all parameters, with papers and concepts as ids, and notes on guessed names.

    Raises
    ------
    QueryError
        If a parameter is unknown or missing, or a value is invalid.
    """
    if unknown := sorted(set(arguments) - {parameter.name for parameter in query.parameters}):
        taken = ", ".join(parameter.name for parameter in query.parameters) or "none"
        raise QueryError(f"{query.name} has no parameter {', '.join(unknown)}; it takes: {taken}")
    notes: list[str] = []
    bound = {p.name: _bound(query, p, arguments.get(p.name), names, notes) for p in query.parameters}
    if query.differ and bound[query.differ[0]] == bound[query.differ[1]]:
        one, other = query.differ
        raise QueryError(f"{query.name}: {one} and {other} are both {bound[one]}; give two that differ")
    return bound, notes


def _bound(query: CannedQuery, parameter: Parameter, given: object, names: Names, notes: list[str]) -> Any:
    value = parameter.default if given is None else given
    if value is None:
        raise QueryError(f"{query.name} needs {parameter.name}: {parameter.about}")
    if parameter.type == "int":
        return _number(query, parameter, value, int)
    if parameter.type == "number":
        return _number(query, parameter, value, float)
    if parameter.type == "text":
        return _text(query, parameter, str(value))
    if parameter.type == "concepts":
        found = [_found(parameter, name, names, notes) for name in _several(value)]
        return list(dict.fromkeys(found))
    return str(value) if value == parameter.default else _found(parameter, str(value), names, notes)


def _found(parameter: Parameter, wanted: str, names: Names, notes: list[str]) -> str:
    found, note = names.of_type(parameter.type, wanted)
    if note:
        notes.append(note)
    return found


def _several(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(item) for item in value]  # type: ignore[attr-defined]


def _number(query: CannedQuery, parameter: Parameter, value: object, kind: type[int] | type[float]) -> Any:
    what = "a whole number" if kind is int else "a number"
    try:
        number = kind(str(value))
    except ValueError:
        number = -1
    if not 0 <= number < 2**53:
        raise QueryError(f"{query.name}: {parameter.name} must be {what} from 0 up, not {value!r}")
    return number


def _text(query: CannedQuery, parameter: Parameter, value: str) -> str:
    if not parameter.choices:
        return value
    for choice in parameter.choices:
        if choice.casefold() == value.strip().casefold():
            return choice
    raise QueryError(f"{query.name}: {parameter.name} must be {_either(parameter.choices)}, not {value!r}")


def _either(choices: Iterable[str]) -> str:
    *most, last = choices
    return f"{', '.join(most)} or {last}" if most else last

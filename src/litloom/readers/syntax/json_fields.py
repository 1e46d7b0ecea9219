"""Fields of a JSON record, checked for their type."""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

from litloom.readers.base import BadRecordError

Record = dict[str, Any]
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
Item = TypeVar("Item")
_KINDS: Final[dict[type, str]] = {
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


def kind_of(value: object) -> str:
    """Return the type of a JSON value in words."""
    return "null" if value is None else _KINDS[type(value)]


def wrong_type(name: str, wanted: str, value: object) -> BadRecordError:
    """Return the error of a field that has another type than it must."""
    return BadRecordError(f"{name!r} must be {wanted}, not {kind_of(value)}")


def string(record: Record, name: str) -> str:
    """Return a stripped string; ``""`` if it is missing."""
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong_type(name, "a string", value)
    return value.strip()


def required_string(record: Record, name: str) -> str:
    """Return a string unchanged, because offsets count in it; raise an error if it is missing."""
    value = record.get(name)
    if value is None:
        raise BadRecordError(f"has no {name!r}")
    return valid_string(value, name)


def valid_string(value: object, name: str) -> str:
    """Return a value that must be a string without unpaired surrogates."""
    if not isinstance(value, str):
        raise wrong_type(name, "a string", value)
    if not value.isascii() and _SURROGATE.search(value):
        raise BadRecordError(f"{name!r} contains half of a surrogate pair")
    return value


def quoted(value: object) -> str:
    """Return the beginning of a string, or the type of another value, for an error message."""
    text = value if isinstance(value, str) else kind_of(value)
    return ascii(text if len(text) <= 60 else f"{text[:57]}...")


def id_string(record: Record) -> str:
    """Return an ``id`` that is a string or a whole number."""
    value = record.get("id")
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_integer else required_string(record, "id")


def year(record: Record, name: str) -> int | None:
    """Return a year, which may be a string of digits; ``None`` if it is missing or not in 1 to 9999."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str | None):
        raise wrong_type(name, "a whole number", value)
    if isinstance(value, str):
        value = int(value) if value.strip().isdecimal() and len(value) < 20 else None
    return int(value) if value is not None and 1 <= value <= 9999 and value == value // 1 else None


def inner(record: Record, name: str) -> Record:
    """Return an object; an empty one if it is missing."""
    return _typed(record, name, dict) or {}


def array(record: Record, name: str) -> list[Any]:
    """Return a list; an empty one if it is missing."""
    return _typed(record, name, list) or []


def records(record: Record, name: str) -> list[Record]:
    """Return the objects of a list, without nulls."""
    return _items(record, name, dict, "a list of objects")


def strings(record: Record, name: str) -> list[str]:
    """Return the strings of a list, without nulls."""
    return _items(record, name, str, "a list of strings")


def _typed(record: Record, name: str, kind: type[Item]) -> Item | None:
    value = record.get(name)
    if value is None or isinstance(value, kind):
        return value
    raise wrong_type(name, _KINDS[kind], value)


def _items(record: Record, name: str, kind: type[Item], wanted: str) -> list[Item]:
    items = [item for item in array(record, name) if item is not None]
    for item in items:
        if not isinstance(item, kind):
            raise wrong_type(name, wanted, item)
    return items

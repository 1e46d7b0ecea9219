"""Fields of a JSON record, taken with the type that they must have."""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

from litloom.readers.base import BadRecordError

Record = dict[str, Any]
_HALF: Final = re.compile("[\ud800-\udfff]")
Item = TypeVar("Item")
_KINDS: Final = {
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


def kind_of(value: object) -> str:
    """Return what a JSON value is, in words."""
    return "null" if value is None else _KINDS[type(value)]


def wrong_type(name: str, wanted: str, value: object) -> BadRecordError:
    """Return the error of a field that has another type than it must."""
    return BadRecordError(f"{name!r} must be {wanted}, not {kind_of(value)}")


def string(record: Record, name: str) -> str:
    """Return a string without the space around it; ``""`` where it is absent.

    Examples
    --------
    >>> string({"title": " On Looms "}, "title"), string({}, "title")
    ('On Looms', '')
    """
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong_type(name, "a string", value)
    return value.strip()


def required_string(record: Record, name: str) -> str:
    """Return a string as it stands, for offsets count in it; it must be there.

    Examples
    --------
    >>> required_string({"title": " On Looms"}, "title")
    ' On Looms'
    """
    value = record.get(name)
    if value is None:
        raise BadRecordError(f"it has no {name!r}")
    return valid_string(value, name)


def valid_string(value: object, name: str) -> str:
    """Return a value that must be a string of whole characters."""
    if not isinstance(value, str):
        raise wrong_type(name, "a string", value)
    if not value.isascii() and _HALF.search(value):
        raise BadRecordError(f"{name!r} holds half of a character")
    return value


def quoted(value: object) -> str:
    """Return the beginning of a value, as an error shows it."""
    text = value if isinstance(value, str) else kind_of(value)
    return ascii(text if len(text) <= 60 else f"{text[:57]}...")


def id_string(record: Record) -> str:
    """Return an ``id`` that is a string or a whole number."""
    value = record.get("id")
    return (
        str(value)
        if isinstance(value, int) and not isinstance(value, bool)
        else required_string(record, "id")
    )


def number(record: Record, name: str) -> int | None:
    """Return a whole number, also where it is written as a string or as the digits of an id."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str | None):
        raise wrong_type(name, "a whole number", value)
    if isinstance(value, str):
        value = int(value) if value.strip().isdecimal() and len(value) < 20 else None
    return int(value) if value is not None and value == value // 1 and abs(value) < 2**63 else None


def year(record: Record, name: str) -> int | None:
    """Return a year from 1 to 9999; ``None`` where it is absent or none."""
    value = number(record, name)
    return value if value is not None and 1 <= value <= 9999 else None


def records(record: Record, name: str) -> list[Record]:
    """Return the objects of a list; what is null in it is left out."""
    return _items(record, name, dict, "a list of objects")


def strings(record: Record, name: str) -> list[str]:
    """Return the strings of a list; what is null in it is left out."""
    return _items(record, name, str, "a list of strings")


def inner(record: Record, name: str) -> Record:
    """Return an object; an empty one where it is absent."""
    value = record.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise wrong_type(name, "an object", value)
    return value


def _items(record: Record, name: str, kind: type[Item], wanted: str) -> list[Item]:
    value = record.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise wrong_type(name, "a list", value)
    found = [item for item in value if item is not None]
    for item in found:
        if not isinstance(item, kind):
            raise wrong_type(name, wanted, item)
    return found

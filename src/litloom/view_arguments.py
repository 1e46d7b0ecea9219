"""The arguments of a view: from what a user gives to what the drawing function gets."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from operator import index
from typing import Any, Final

from litloom.errors import QueryError
from litloom.graph.views.declaration import Argument, Option, ViewDeclaration
from litloom.queries.questions import Questions

PLAIN_TYPES: Final[Mapping[Any, tuple[type, str]]] = {
    str: (str, "a text"),
    bool: (bool, "True or False"),
    Mapping[str, Any] | None: (Mapping, "a dictionary"),
}
"""By the type of an argument, the class of its values and its description in error messages."""


def bind(
    view: ViewDeclaration, names: Sequence[object], options: Mapping[str, Any], questions: Questions
) -> tuple[inspect.BoundArguments, list[str]]:
    """Return the arguments bound to the view's signature, and notes on names that were guessed.

    `names` are its arguments by position, `options` by keyword; None stands for the default.

    Raises
    ------
    QueryError
        If an argument is unknown, missing, of the wrong type or out of bounds, or a name matches no paper
        or concept.
    """
    given = {name: value for name, value in options.items() if value is not None}
    taken = [argument.name for argument in view.arguments]
    if view.keywords is None and (unknown := [name for name in given if name not in taken]):
        raise QueryError(
            f"the view {view.name!r} has no option {', '.join(unknown)}; it takes: {', '.join(taken)}"
        )
    for argument in view.arguments[len(names) :]:
        if argument.required and argument.name not in given:
            raise QueryError(f"the view {view.name!r} needs {argument.name}: {argument.option.help}")
    try:
        bound = view.signature.bind(*names, **given)
    except TypeError as error:
        raise QueryError(f"wrong arguments for the view {view.name!r}: {error}") from error
    notes = []
    for argument in view.arguments:
        if argument.name in bound.arguments:
            value, note = _value(argument, bound.arguments[argument.name], questions)
            bound.arguments[argument.name] = value
            notes += [note] if note else []
    return bound, notes


def _value(argument: Argument, value: Any, questions: Questions) -> tuple[Any, str]:
    """Return what the drawing function gets, and a note if a name was guessed."""
    option = argument.option
    if argument.type in (int, int | None):
        return _number(argument.name, option, value), ""
    if option.choices:
        return _chosen(argument.name, option.choices, value), ""
    if argument.type in PLAIN_TYPES:
        kind, description = PLAIN_TYPES[argument.type]
        if not isinstance(value, kind):
            raise QueryError(f"{argument.name} must be {description}, not {value!r}")
    return questions.names.of_type(option.names, value) if option.names else (value, "")


def _number(name: str, option: Option, value: Any) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise QueryError(f"{name} must be a whole number, not {value!r}")
    number = index(value)
    least, most = option.least, option.most
    if (least is not None and number < least) or (most is not None and number > most):
        raise QueryError(f"{name} must be {bounds(option)}, not {number}")
    return number


def bounds(option: Option) -> str:
    """Return the bounds of a number in words.

    Examples
    --------
    >>> bounds(Option(help="", least=1, most=4)), bounds(Option(help="", least=1))
    ('from 1 to 4', 'at least 1')
    """
    if option.least is not None and option.most is not None:
        return f"from {option.least} to {option.most}"
    if option.least is not None:
        return f"at least {option.least}"
    return "" if option.most is None else f"at most {option.most}"


def _chosen(name: str, choices: Sequence[str], value: Any) -> list[str]:
    """Return the choices that one or several texts name, in any case."""
    given = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    spelled = {choice.casefold(): choice for choice in choices}
    unknown = [text for text in given if str(text).casefold() not in spelled]
    if unknown or not given:
        found = f"not {', '.join(map(repr, unknown))}" if unknown else "but none is given"
        raise QueryError(f"{name} must be among {', '.join(choices)}, {found}")
    return list(dict.fromkeys(spelled[str(text).casefold()] for text in given))

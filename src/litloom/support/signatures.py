"""Signatures of functions that are generated at run time."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


def with_signature(
    function: Function,
    name: str,
    parameters: Sequence[inspect.Parameter],
    doc: str,
    returns: Any = inspect.Signature.empty,
) -> Function:
    """Set the name, signature and docstring of a function, and return it; the signature is not enforced.

    Examples
    --------
    >>> count = inspect.Parameter("count", inspect.Parameter.KEYWORD_ONLY, annotation=int, default=1)
    >>> made = with_signature(lambda **given: given, "made", [count], "Return what is given.")
    >>> print(made.__name__, inspect.signature(made))
    made (*, count: int = 1)
    """
    signature = inspect.Signature(parameters, return_annotation=returns)
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    function.__signature__ = signature  # type: ignore[attr-defined]
    function.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    if returns is not inspect.Signature.empty:
        function.__annotations__["return"] = returns
    return function

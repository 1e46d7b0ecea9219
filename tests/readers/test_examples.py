"""The examples in the docstrings of the readers run."""

import doctest
import importlib
import pkgutil

import pytest

import litloom.merge
import litloom.readers

MODULES = [f"litloom.readers.{info.name}" for info in pkgutil.iter_modules(litloom.readers.__path__)]


@pytest.mark.parametrize("name", ["litloom.merge", "litloom.readers", *MODULES])
def test_examples_run(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0

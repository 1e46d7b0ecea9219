"""The examples in the docstrings of the readers run."""

import doctest
import importlib
import pkgutil

import pytest

import litloom.papers.merge
import litloom.readers

MODULES = [info.name for info in pkgutil.walk_packages(litloom.readers.__path__, "litloom.readers.")]


@pytest.mark.parametrize("name", ["litloom.papers.merge", "litloom.readers", *MODULES])
def test_examples_run(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0

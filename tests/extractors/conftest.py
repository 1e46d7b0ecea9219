"""What the tests of recognition share."""

from pathlib import Path

import pytest

from litloom.extractors import Extractor


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor("fast")


@pytest.fixture(scope="session")
def annotation(shared: Path) -> Path:
    return shared / "annotation"

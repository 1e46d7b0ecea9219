"""What the tests of recognition share."""

import json
from pathlib import Path

import pytest

from litloom.extractors import Extractor

NAMES = ("Alpha", "Bravo", "Carol", "Delta", "Eagle", "Frost", "Gamma", "Hydra", "Indigo", "Juno")


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor("fast")


@pytest.fixture(scope="session")
def annotation(shared: Path) -> Path:
    return shared / "annotation"


@pytest.fixture(scope="session")
def annotated(tmp_path_factory):
    path = tmp_path_factory.mktemp("gold") / "train.jsonl"
    records = [
        {
            "id": str(number),
            "title": f"{name}Net: a fast model",
            "abstract": f"We propose {name}Net, which reaches high accuracy on {other}Set with GPUs.",
            "mentions": [
                [f"{name}Net", "Method"],
                ["accuracy", "Metric"],
                [f"{other}Set", "Dataset"],
                ["GPUs", "Hardware"],
            ],
            "introduces": [f"{name}Net"],
        }
        for number, (name, other) in enumerate((a, b) for a in NAMES for b in NAMES[:5])
    ]
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def unannotated(tmp_path_factory):
    path = tmp_path_factory.mktemp("unannotated") / "papers.jsonl"
    lines = [
        {
            "id": f"u{number}",
            "title": f"{name}Net revisited",
            "abstract": f"We study {name}Net on {other}Set.",
        }
        for number, (name, other) in enumerate((a, b) for a in NAMES for b in NAMES[5:])
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path

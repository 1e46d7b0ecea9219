import json

import pytest
from typer.testing import CliRunner

from litloom.cli.app import app
from litloom.extractors import read_extractions

RUN = CliRunner()
PAPERS = [
    {
        "id": "a",
        "title": "LoRA: Low-Rank Adaptation",
        "abstract": "We propose LoRA for GPUs. LoRA wins.",
    },
    {"id": "b", "title": "Nothing", "abstract": ""},
    {
        "id": "a",
        "title": "LoRA: Low-Rank Adaptation",
        "abstract": "We propose LoRA for GPUs. LoRA wins.",
    },
]


@pytest.fixture
def papers(tmp_path):
    path = tmp_path / "papers.jsonl"
    path.write_text("\n".join(map(json.dumps, PAPERS)), encoding="utf-8")
    return path


@pytest.fixture
def gold(tmp_path):
    path = tmp_path / "gold.jsonl"
    record = {**PAPERS[0], "mentions": [["LoRA", "Method"], ["GPUs", "Hardware"]], "introduces": ["LoRA"]}
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_extract_writes_one_record_a_paper(papers, tmp_path, form):
    output = tmp_path / "out"
    result = RUN.invoke(app, ["extract", str(papers), "-o", str(output), "--format", form, "--model", "fast"])
    assert result.exit_code == 0, result.output
    extractions = list(read_extractions(output))
    assert [extraction.paper_id for extraction in extractions] == ["a", "b", "a"]
    assert "LoRA" in {mention.text for mention in extractions[0].mentions}


def test_evaluate_gives_figures_and_a_page(gold, tmp_path):
    page = tmp_path / "errors.html"
    arguments = ["evaluate", str(gold), "--model", "fast", "--format", "json", "--errors", str(page)]
    result = RUN.invoke(app, arguments)
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert figures["papers"] == 1
    assert figures["strict"]["All"]["gold"] == 4
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_evaluate_prints_tables(gold):
    result = RUN.invoke(app, ["evaluate", str(gold), "--model", "fast"])
    assert result.exit_code == 0, result.output
    assert "Hardware" in result.stdout

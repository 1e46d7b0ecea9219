"""The road of many papers, by its commands: extract in parts, weave, then load or export."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from litloom import build, open_graph
from litloom.cli.app import app
from litloom.graph.export.neo4j_bulk import export_neo4j_import
from tests.test_pipeline import whole

pytestmark = pytest.mark.slow

PAPERS = [
    {
        "id": "lora",
        "title": "LoRA: Low-Rank Adaptation of Large Language Models",
        "abstract": "We propose Low-Rank Adaptation (LoRA), which freezes GPT-3. It needs less GPU memory.",
        "year": 2021,
        "authors": ["Edward Hu"],
    },
    {
        "id": "qlora",
        "title": "QLoRA: Efficient Finetuning of Quantized LLMs",
        "abstract": "QLoRA trains LoRA adapters on a GPU, and is evaluated on MMLU. See also (Hu, 2021).",
        "year": 2023,
        "authors": ["Tim Dettmers", "Edward Hu"],
        "references": ["lora", "A work that nobody has"],
    },
    {
        "id": "bert",
        "title": "BERT: Pre-training of Deep Bidirectional Transformers",
        "abstract": "BERT is evaluated on the GLUE benchmark and on SQuAD, with GPT-3 on a GPU.",
        "year": 2018,
    },
]


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("road")
    (folder / "papers.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS))
    run(
        "extract",
        folder / "papers.jsonl",
        "-o",
        f"{folder / 'parts'}/",
        "--model",
        "fast",
        "--partition-size",
        2,
    )
    run("weave", folder / "parts", "-o", folder / "tables")
    build(str(folder / "papers.jsonl"), folder / "built.lbug", model="fast").close()
    return folder


def test_loaded_tables_are_the_graph_that_a_build_makes(folder):
    run("load", folder / "tables", "--store", folder / "loaded.lbug")
    assert whole(open_graph(folder / "loaded.lbug")) == whole(open_graph(folder / "built.lbug"))


def test_a_graph_that_is_there_is_not_replaced_unasked(folder, tmp_path):
    build(str(folder / "papers.jsonl"), tmp_path / "other.lbug", model="fast").close()
    command = ["load", str(folder / "tables"), "--store", str(tmp_path / "other.lbug")]
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code != 0
    assert "holds another graph" in str(refused.exception)
    run(*command, "--replace")
    run(*command)


def test_tables_are_exported_as_their_store_would_be(folder, tmp_path):
    run("export", "neo4j-import", tmp_path / "tables", "--tables", folder / "tables")
    with open_graph(folder / "built.lbug") as graph:
        export_neo4j_import(graph.store, tmp_path / "store")
    files = sorted(file.name for file in (tmp_path / "store").iterdir())
    assert sorted(file.name for file in (tmp_path / "tables").iterdir()) == files
    for name in set(files) - {"litloom.csv"}:
        told, expected = ((tmp_path / way / name).read_text().splitlines() for way in ("tables", "store"))
        assert told[0] == expected[0]
        assert sorted(told) == sorted(expected)

"""The examples in the documentation run, on the papers that come with litloom."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from litloom import build, open_graph, sample_corpus
from tests.command import programs, run_all
from tests.command import run as run_command
from tests.documentation import PAGES, ROOT, Block, blocks, name_of

SAMPLE = ROOT / "src" / "litloom" / "data" / "sample.jsonl"
QUERIES = ROOT / "docs" / "queries.md"
BIBTEX = """@article{{{paper.id},
  title = {{{paper.title}}},
  author = {{{authors}}},
  year = {{{paper.year}}},
  eprint = {{{paper.arxiv_id}}},
  archiveprefix = {{arXiv}},
}}
"""
EXAMPLES = {
    name_of(page): [block for block in blocks(page) if block.runs]
    for page in PAGES
    if page != QUERIES and page.name != "model-card.md"
}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with papers and their graph, as the examples have it."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "papers").mkdir()
    shutil.copy(SAMPLE, folder / "papers" / "more.jsonl")
    with_arxiv_id = [paper for paper in sample_corpus() if paper.arxiv_id][:3]
    (folder / "library.bib").write_text(
        "".join(BIBTEX.format(paper=paper, authors=" and ".join(paper.authors)) for paper in with_arxiv_id),
        encoding="utf-8",
    )
    build([folder / "library.bib", folder / "papers"], folder / "lit.lbug").close()
    return folder


@pytest.mark.parametrize("page", [name for name, examples in EXAMPLES.items() if examples])
def test_examples_run(page: str, built: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(built, tmp_path / "work")
    for example in EXAMPLES[page]:
        printed = run(example, folder)
        assert example.output in printed, example.place


def run(example: Block, folder: Path) -> str:
    environment = {
        **os.environ,
        "HOME": str(folder.parent),
        "XDG_CACHE_HOME": str(folder.parent / "cache"),
        "PATH": f"{programs()}{os.pathsep}{os.environ['PATH']}",
    }
    if example.language == "python":
        ended = run_command(folder=folder, code=example.text, **environment)
    else:
        shell = ["bash", "-euo", "pipefail", "-c", example.text]
        ended = subprocess.run(
            shell, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
        )
    assert ended.returncode == 0, f"{example.place}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


def test_examples_of_queries_run(built: Path, tmp_path: Path) -> None:
    examples = [block for block in blocks(QUERIES) if block.runs]
    commands = [shlex.split(block.text)[1:] for block in examples if block.language == "bash"]
    shutil.copytree(built, tmp_path / "cwd")
    for command, ended in zip(commands, run_all(commands, tmp_path), strict=True):
        assert ended.returncode == 0, f"{command}\n{ended.stderr}"
    with open_graph(tmp_path / "cwd" / "lit.lbug") as graph:
        for block in examples:
            if block.language == "python":
                assert len(eval(block.text, {"graph": graph})) > 0, block.place

"""The command, as a person runs it."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from litloom import Paper
from litloom.queries.catalogue import catalogue
from tests.command import Ended, run
from tests.test_pipeline import write_jsonl


def litloom(*arguments: object, folder: Path) -> Ended:
    return run(*arguments, folder=folder, COLUMNS="200")


def refused(*arguments: object, folder: Path) -> str:
    """Run what must end in exit status 2 and one line of error; return the line."""
    ended = litloom(*arguments, folder=folder)
    assert ended.returncode == 2, ended
    lines = [line for line in ended.stderr.splitlines() if line.startswith("litloom: ")]
    assert len(lines) == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    return lines[0]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, papers: tuple[Paper, ...]) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    write_jsonl(folder / "papers.jsonl", papers)
    ended = litloom("build", "papers.jsonl", "--store", "lit.lbug", folder=folder)
    assert ended.returncode == 0, ended.stderr
    assert "papers" in ended.stdout
    for stage in ("reading papers", "finding concepts", "linking papers", "loading the graph"):
        assert stage in ended.stderr
    return folder


def test_stats_in_every_format(built: Path) -> None:
    rows = json.loads(litloom("stats", "--store", "lit.lbug", "--format", "json", folder=built).stdout)
    assert {"what": "papers", "count": 4} in rows
    lines = litloom("stats", "--store", "lit.lbug", "--format", "csv", folder=built).stdout
    assert [{**row, "count": int(row["count"])} for row in csv.DictReader(io.StringIO(lines))] == rows
    assert "SHARES_CONCEPTS" in litloom("stats", "--store", "lit.lbug", folder=built).stdout


def test_cypher_with_parameters(built: Path) -> None:
    query = (
        "MATCH (p:Paper) WHERE p.year >= $year RETURN p.title AS title, p.year AS year ORDER BY year LIMIT 2"
    )
    ended = litloom(
        "cypher", query, "-p", "year=2021", "--store", "lit.lbug", "--format", "json", folder=built
    )
    assert [row["year"] for row in json.loads(ended.stdout)] == [2021, 2023]


def test_a_crash_of_the_embedded_database_is_told_in_one_line(built: Path) -> None:
    paths = (
        "MATCH p = (a:Paper {{id: 'lora'}})-[:CITES* ALL SHORTEST 1..4]-(b:Paper {{id: '{}'}}) "
        "RETURN length(p) AS steps"
    )
    assert "LadybugDB crashed" in refused("cypher", paths.format("lora"), "--store", "lit.lbug", folder=built)
    ended = litloom("cypher", paths.format("qlora"), "--store", "lit.lbug", "--format", "json", folder=built)
    assert json.loads(ended.stdout) == [{"steps": 1}]
    assert "Parser" in refused("cypher", "MATCH ALL SHORTEST", "--store", "lit.lbug", folder=built)


def test_a_canned_query(built: Path) -> None:
    ended = litloom("query", "similar", "--paper", "qlora", "--store", "lit.lbug", folder=built)
    assert "LoRA: Low-Rank Adaptation" in ended.stdout


def test_help_teaches(tmp_path: Path) -> None:
    listed = litloom("query", "--list", folder=tmp_path).stdout
    assert all(name in listed for name in catalogue())
    assert "--concept" in litloom("query", "papers-mentioning", "--help", folder=tmp_path).stdout
    top = litloom("--help", folder=tmp_path).stdout
    for command in (
        "demo",
        "build",
        "query",
        "cypher",
        "view",
        "extract",
        "stats",
        "evaluate",
        "train",
        "remove",
    ):
        assert command in top


def test_a_view_is_written(built: Path) -> None:
    ended = litloom("view", "--store", "lit.lbug", "-o", "graph.html", folder=built)
    assert ended.returncode == 0, ended.stderr
    assert "QLoRA" in (built / "graph.html").read_text(encoding="utf-8")


def test_what_a_person_can_mend_is_one_line_and_status_2(built: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"title": "Fine", "abstract": "It is."}\n{"title": oops}\n', encoding="utf-8")
    assert "bad.jsonl:2" in refused("build", bad, "--store", tmp_path / "new.lbug", folder=built)
    assert not (tmp_path / "new.lbug").exists()
    assert "none.txt" in refused("build", "none.txt", folder=tmp_path)
    assert "litloom build" in refused("stats", "--store", "none.lbug", folder=built)
    assert "read-only" in refused("cypher", "CREATE (:Paper {id: 'x'})", "--store", "lit.lbug", folder=built)
    assert "no paper fits" in refused(
        "query", "citations", "--paper", "zzz", "--store", "lit.lbug", folder=built
    )
    assert "similar" in refused("query", "simlar", "--store", "lit.lbug", folder=built)
    assert "no-such-folder" in refused(
        "view", "--store", "lit.lbug", "-o", "no-such-folder/x.html", folder=built
    )


def test_bad_lines_are_skipped_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "mixed.jsonl").write_text(
        '{"title": "A Network", "abstract": "We train a CNN on ImageNet."}\n{"title": oops}\n',
        encoding="utf-8",
    )
    ended = litloom("build", "mixed.jsonl", "--skip-bad", "--store", "g.lbug", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "mixed.jsonl:2" in ended.stderr


def test_a_format_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("A Network\nWe train a CNN on ImageNet.\n", encoding="utf-8")
    ended = litloom("build", "page.txt", "--format", "daily-papers", "--store", "g.lbug", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "page.txt" in refused("build", "page.txt", "--format", "jsonl", folder=tmp_path)
    assert "daily-papers" in refused("build", "page.txt", "--format", "endnote", folder=tmp_path)


@pytest.mark.slow
def test_the_demo_answers_and_draws(tmp_path: Path) -> None:
    ended = litloom("demo", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("litloom query ") == 3
    page = Path(ended.stdout.split()[-1])
    assert page.read_text(encoding="utf-8").startswith("<!")


def test_importing_is_quick_because_it_imports_little() -> None:
    heavy = ("spacy", "pyarrow", "ladybug", "networkx", "numpy", "rich")
    script = f"import sys, litloom; print([name for name in {heavy} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ended.stdout.strip() == "[]"

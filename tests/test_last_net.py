"""Whatever goes wrong, the command ends in one line and exit status 2."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import litloom
from litloom import Paper

pytestmark = pytest.mark.slow

MAIN = "from litloom.cli import main; main()"
TITLE = "Étude über 图 \U0001f600"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("net")
    papers = [
        Paper(title=TITLE, abstract="We propose LoRA."),
        Paper(title="LoRA", abstract="LoRA for GPT-3."),
    ]
    litloom.build(papers, folder / "lit.lbug", model="fast").close()
    return folder


def shell(line: str, folder: Path, code: str = MAIN, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which LITLOOM is the command."""
    command = f'set -o pipefail; LITLOOM() {{ \'{sys.executable}\' -c "$CODE" "$@"; }}; {line}'
    given = {**os.environ, "CODE": code, **environment}
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=given,
        capture_output=True,
        timeout=100,
        encoding="utf-8",
        errors="backslashreplace",
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("LITLOOM stats --store lit.lbug >&-", "litloom: standard output: closed\n"),
        ("LITLOOM --version >&-", "litloom: standard output: closed\n"),
        ("LITLOOM stats --store lit.lbug > /dev/full", "litloom: standard output: No space left on device\n"),
        (
            "LITLOOM stats --store lit.lbug --format json > /dev/full",
            "litloom: standard output: No space left on device\n",
        ),
        ("LITLOOM stats --store none.lbug 2>&-", ""),
        ("LITLOOM stats --store none.lbug 2> /dev/full", ""),
        ("LITLOOM stats --store none.lbug >&- 2>&- <&-", ""),
    ],
)
def test_a_stream_that_cannot_be_written_is_one_line(folder: Path, line: str, says: str) -> None:
    ended = shell(line, folder)
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", says)


def test_a_closed_standard_output_does_not_get_into_a_file(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "lit.lbug"
    (tmp_path / "papers.jsonl").write_text('{"title": "LoRA", "abstract": "LoRA for GPT-3."}')
    ended = shell(f"LITLOOM build papers.jsonl --store {store} >&- <&-", tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.endswith("litloom: standard output: closed\n")
    with litloom.open_graph(store) as graph:  # it had been built
        assert graph.cypher("MATCH (p:Paper) RETURN p.title AS title")[0] == {"title": "LoRA"}


def test_who_stops_reading_is_no_error(folder: Path) -> None:
    for line in ("LITLOOM stats --store lit.lbug | head -c 1", "LITLOOM stats --store lit.lbug | true"):
        ended = shell(line, folder)
        assert ended.returncode in (0, 1)  # 0: it had written all before
        assert ended.stderr == ""


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1:strict"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    ],
)
def test_what_cannot_be_encoded_is_escaped(folder: Path, environment: dict[str, str]) -> None:
    ask = (
        "LITLOOM cypher 'MATCH (p:Paper) WHERE p.title <> \"LoRA\" RETURN p.title AS title' --store lit.lbug"
    )
    for form in ("table", "csv", "md", "json"):
        ended = shell(f"{ask} --format {form}", folder, **environment)
        assert (ended.returncode, ended.stderr) == (0, "")
        if form == "json":
            assert json.loads(ended.stdout) == [{"title": TITLE}]
        else:
            assert r"\u56fe \U0001f600" in ended.stdout
        if form == "csv":
            assert next(csv.reader(io.StringIO(ended.stdout))) == ["title"]
    ended = shell("LITLOOM view map --store lit.lbug -o map.html", folder, **environment)
    assert (ended.returncode, ended.stdout) == (0, "map.html\n")
    ended = shell("LITLOOM stats --store none-图.lbug", folder, **environment)
    assert ended.returncode == 2
    assert ended.stderr.startswith("litloom: none-")


BROKEN = """
import litloom.api
def broken(*_, **__):
    raise KeyError("neo4j://ada:pW9xqZ7k@host\\nsecond line")
litloom.api.open_graph = broken
from litloom.cli import main; main()
"""


def test_an_unexpected_error_is_one_line(folder: Path) -> None:
    ended = shell("LITLOOM stats --store lit.lbug", folder, BROKEN)
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert line.startswith("litloom: unexpected error: KeyError: ")
    assert "--debug" in line
    assert "pW9xqZ7k" not in line


@pytest.mark.parametrize(
    ("line", "environment"),
    [
        ("LITLOOM --debug stats --store lit.lbug", {}),
        ("LITLOOM stats --store lit.lbug --debug", {}),
        ("LITLOOM stats --debug --store lit.lbug", {}),
        ("LITLOOM stats --store lit.lbug", {"LITLOOM_DEBUG": "1"}),
    ],
)
def test_debug_prints_the_traceback_without_passwords(
    folder: Path, line: str, environment: dict[str, str]
) -> None:
    ended = shell(line, folder, BROKEN, **environment)
    assert ended.returncode == 2
    assert "Traceback (most recent call last)" in ended.stderr
    assert "in broken" in ended.stderr
    assert ended.stderr.splitlines()[-1].startswith("litloom: unexpected error: KeyError: ")
    assert "pW9xqZ7k" not in ended.stderr


def test_debug_is_in_the_help(folder: Path) -> None:
    assert "--debug" in shell("LITLOOM --help", folder).stdout
    assert "Traceback" not in shell("LITLOOM stats --store none", folder, LITLOOM_DEBUG="0").stderr


@pytest.mark.parametrize(
    "error",
    ["MemoryError()", 'RuntimeError("can\'t start new thread")', 'OSError(12, "Cannot allocate memory")'],
)
def test_too_little_memory_is_one_line(folder: Path, error: str) -> None:
    ended = shell("LITLOOM stats --store lit.lbug", folder, BROKEN.replace("KeyError(", f"{error} #"))
    assert ended.returncode == 2
    assert ended.stderr.startswith("litloom: too little memory; ")
    assert len(ended.stderr.splitlines()) == 1

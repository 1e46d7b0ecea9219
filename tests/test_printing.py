"""What is printed can rule neither a terminal nor a spreadsheet, and JSON loses nothing."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import litloom
from litloom import InputError, Paper
from litloom.cli.output import Format, markdown, print_rows
from litloom.cli.skipped import skipped_to
from litloom.cli.spreadsheet import cell
from litloom.graph.stores.base import Rows
from tests.command import run_all

HOSTILE = "=A1\x1b]0;x\x07\x9b31m\u202etxt\u200b\u2028\r\n\t|b"
ROWS = Rows((HOSTILE, "=n"), ((HOSTILE, -1), ([HOSTILE, "b"], {"k": HOSTILE})))


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")

    def run(form: Format) -> str:
        print_rows(ROWS, form)
        return capsys.readouterr().out.removeprefix("\ufeff")

    return run


@pytest.mark.parametrize("form", Format)
def test_no_form_has_what_rules_the_terminal(printed, form: Format) -> None:
    assert [c for c in printed(form) if not c.isprintable() and c != "\n"] == []


def test_json_is_exact(printed) -> None:
    assert json.loads(printed(Format.json)) == list(ROWS)


def test_csv_has_a_line_a_row_and_no_formula(printed) -> None:
    rows = list(csv.reader(io.StringIO(printed(Format.csv))))
    assert len(rows) == 3
    assert [row[0][:4] for row in rows] == ["'=A1"] * 3
    assert rows[0][1] == "'=n"
    assert rows[1][1] == "-1"


def test_markdown_has_a_line_a_row_and_no_markup_in_its_head() -> None:
    lines = markdown(ROWS).split("\n")
    assert len(lines) == 5
    assert r"\|b" in lines[0]


@pytest.mark.parametrize("number", ["-1", "+1.5", "-2e10", -1, -1.5, 0, None, True])
def test_a_number_is_no_formula(number: object) -> None:
    assert cell(number) == number


@given(st.text())
def test_no_cell_is_a_formula(text: str) -> None:
    made = cell(text)
    assert made.isprintable()
    assert not made.lstrip().startswith(("=", "@", "＝", "＠"))
    if text.isprintable() and not text.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")):
        assert made == text


def test_the_list_of_skipped_records_is_safe_in_a_spreadsheet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with skipped_to(tmp_path / "skipped.tsv") as skip:
        skip(InputError("=a\x1b.bib", "@string\tis \x9b31m not\nclosed", line=3))
    lines = list(csv.reader((tmp_path / "skipped.tsv").open(encoding="utf-8"), delimiter="\t"))
    assert lines[1] == ["'=a .bib", "3", "", "'@string is  31m not closed"]
    assert "\x1b" not in capsys.readouterr().err


def test_whatever_a_title_holds_no_command_prints_it_raw(tmp_path: Path) -> None:
    title = "LoRA \x9b31m\u202edeep\u200b"
    (tmp_path / "cwd").mkdir()
    store = tmp_path / "cwd/x\x1b[31m.lbug"
    paper = Paper(
        title="LoRA", abstract="We propose LoRA to fine-tune GPT-3 on NVIDIA V100 GPUs.", id="a\x9bb"
    )
    with litloom.build([paper, Paper(title=title, venue="\u202e=x")], store, model="fast") as graph:
        assert graph.stats()
    place = ["--store", store.name]
    alias = "MATCH (p:Paper) RETURN p AS `=\x1b\u202e`"
    cases = [
        ["stats", *place],
        *(["cypher", alias, *place, "--format", form.value] for form in Format),
        ["query", "similar", "--paper", "LoRA", *place],
        ["view", "map", *place, "-o", "g\x1b.html"],
        ["export", "--format", "graphml", *place, "-o", "g\x1b.graphml"],
        ["remove", "LoRA", *place, "--dry-run"],
        ["remove", "a\x9bb", *place],
        ["concepts", *place],
        ["stats", "--store", "no\x1b[31m.lbug"],
    ]
    for arguments, ended in zip(cases, run_all(cases, tmp_path), strict=True):
        raw = [c for c in ended.stdout + ended.stderr if not c.isprintable() and c not in "\n\ufeff"]
        assert raw == [], (arguments, ended)
        assert ended.returncode == 0 or ended.stderr.startswith("litloom: "), (arguments, ended)

"""The options of the command that concern reading."""

import csv

from litloom.cli.options import FORMATS
from litloom.readers import known_formats
from tests.command import run

GOOD = '{"title": "A Network", "abstract": "We train a CNN on ImageNet."}\n'


def extract(folder, *arguments, stdin=""):
    return run("extract", *arguments, "-o", "out.jsonl", "--model", "fast", folder=folder, given=stdin)


def titles(folder):
    return (folder / "out.jsonl").read_text(encoding="utf-8").count("\n")


def test_the_help_names_all_formats():
    assert ", ".join(known_formats()) == FORMATS


def test_skipped_records_are_counted_and_listed(tmp_path):
    (tmp_path / "a.jsonl").write_text(GOOD + '{"abstract": "x"}\n' * 9 + GOOD, encoding="utf-8")
    (tmp_path / "b.csv").write_bytes(b"title,abstract\nA,B\nT\xf6pfer,x\nC,D\n")
    ended = extract(tmp_path, "a.jsonl", "b.csv", "--skip-bad", "--skipped", "left.tsv")
    assert ended.returncode == 0, ended.stderr
    assert titles(tmp_path) == 4
    assert "10 were left out: see left.tsv" in ended.stderr
    assert "a.jsonl:2: has no title" in ended.stderr
    with (tmp_path / "left.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(rows) == 10
    assert rows[0] == {"source": "a.jsonl", "line": "2", "record": "", "reason": "has no title"}
    assert (rows[9]["source"], rows[9]["line"]) == ("b.csv", "3")
    assert "0xf6 is not UTF-8" in rows[9]["reason"]


def test_bad_records_break_neither_list_nor_terminal(tmp_path):
    (tmp_path / "a.bib").write_bytes(b"@article{a,\n title={A},\n b\xff\x1b[2J }\n@article{c, title={C}}\n")
    ended = extract(tmp_path, "a.bib", "--skip-bad", "--skipped", "left.tsv")
    assert ended.returncode == 0, ended.stderr
    assert titles(tmp_path) == 1
    assert "\x1b" not in ended.stderr
    assert "after entry key" in (tmp_path / "left.tsv").read_text(encoding="utf-8")


def test_nothing_is_listed_if_nothing_is_skipped(tmp_path):
    (tmp_path / "a.jsonl").write_text(GOOD, encoding="utf-8")
    ended = extract(tmp_path, "a.jsonl", "--skip-bad")
    assert ended.returncode == 0, ended.stderr
    assert not (tmp_path / "skipped.tsv").exists()


def test_a_bad_record_ends_in_one_line_and_nothing_is_written(tmp_path):
    (tmp_path / "a.jsonl").write_text(GOOD + '{"abstract": "x"}\n', encoding="utf-8")
    ended = extract(tmp_path, "a.jsonl")
    assert ended.returncode == 2
    assert ended.stderr.strip().splitlines()[-1] == "litloom: a.jsonl:2: has no title"
    assert not (tmp_path / "out.jsonl").exists()


def test_standard_input_and_columns_are_named(tmp_path):
    ended = extract(
        tmp_path,
        "-",
        "--map",
        "title=Name",
        "--map",
        "abstract=What",
        stdin="Name;What\nOn Looms;We train BERT.\n",
    )
    assert ended.returncode == 0, ended.stderr
    assert titles(tmp_path) == 1


def test_an_unknown_column_is_an_error(tmp_path):
    table = "Name;What\nOn Looms;We look.\n"
    assert (
        "has no column 'Nome'; its columns are Name, What"
        in extract(tmp_path, "-", "--map", "title=Nome", stdin=table).stderr
    )
    ended = extract(tmp_path, "-", "--map", "title", stdin=table)
    assert (ended.returncode, "is not like title=COLUMN" in ended.stderr) == (2, True)
    assert "unknown field 'colour'" in extract(tmp_path, "-", "--map", "colour=Name", stdin=table).stderr

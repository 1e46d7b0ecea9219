"""Asking as a person does: mistyped names, methods in Python, queries of one's own, rows in other forms."""

import csv
import inspect
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, get_type_hints

import pytest

from litloom import Extraction, Graph, Paper, QueryError, open_graph
from litloom.cli.output import Format, markdown, print_rows
from litloom.graph.stores.base import Rows, open_store
from litloom.graph.weave import weave
from litloom.queries.catalogue import catalogue
from litloom.queries.names import AmbiguousNameError
from litloom.queries.query_file import parse_query

OWN = """// name = "titles"
// question = "Which papers are called so?"
// columns = ["paper"]
// parameters.part = { type = "text", about = "a part of the title", example = "Loom" }
MATCH (p:Paper) WHERE p.title CONTAINS $part RETURN p.title AS paper ORDER BY paper
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    titles = (
        "FlatQuant: Flatness Matters for LLM Quantization",
        "Attention Is All You Need",
        "Attention on Looms",
        "Quilting by Machine",
        "Quilting by Hand",
    )
    papers = [Paper(title=title) for title in titles]
    about = {"version": "0", "model": "", "fingerprint": "", "corrections": ""}
    place = tmp_path_factory.mktemp("asking") / "g.lbug"
    with open_store(place, must_exist=False) as store:
        store.replace(weave(papers, [Extraction(paper_id=paper.id) for paper in papers], about=about))
    return place


@pytest.fixture(scope="module")
def looms(path: Path) -> Iterator[Graph]:
    with open_graph(path) as graph:
        yield graph


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "titles.cypher").write_text(OWN, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "typed",
    ["flatqant", "FlatQunat", "flatness maters for", "atention is all yuo need", "atention on looms"],
)
def test_a_small_mistake_is_guessed_and_told(looms: Graph, typed: str) -> None:
    with pytest.warns(UserWarning, match=r"taken as .*(FlatQuant|All You Need|on Looms)"):
        looms.similar(paper=typed)


@pytest.mark.parametrize(
    "typed", ["flatquant", "flat quant: flatness matters for llm quantization", "ALL you need", "hand"]
)
def test_a_part_in_any_case_needs_no_guess(
    looms: Graph, typed: str, recwarn: pytest.WarningsRecorder
) -> None:
    looms.similar(paper=typed)
    assert not recwarn.list


def test_several_that_fit_can_be_chosen_from(looms: Graph) -> None:
    with pytest.raises(AmbiguousNameError) as error:
        looms.similar(paper="quilting")
    assert [node.name for node in error.value.matches] == ["Quilting by Hand", "Quilting by Machine"]
    assert looms.similar(paper=error.value.matches[0].id).values == ()


def test_another_short_name_is_no_mistake(looms: Graph) -> None:
    with pytest.raises(QueryError, match="no paper fits"):
        looms.similar(paper="LMM")


def test_methods_show_what_the_header_says(looms: Graph) -> None:
    signature = inspect.signature(looms.similar)
    assert list(signature.parameters) == ["paper", "top"]
    assert signature.parameters["top"].default == 10
    assert get_type_hints(looms.papers_with)["all_of"] == Sequence[str]
    assert get_type_hints(looms.marks)["by"] == Literal["venue", "author"]
    assert catalogue()["similar"].question in (inspect.getdoc(looms.similar) or "")
    assert {name.replace("-", "_") for name in catalogue()} <= set(dir(looms))
    assert (
        looms.similar("attention is", 3).values == looms.query("similar", paper="attention is", top=3).values
    )
    with pytest.raises(TypeError, match="limit"):
        looms.similar(paper="attention is", limit=3)
    with pytest.raises(AttributeError, match="nothing"):
        _ = looms.nothing


def test_a_folder_of_ones_own_joins(path: Path, folder: Path) -> None:
    with open_graph(path, queries=folder) as graph:
        assert len(graph.titles(part="Quilting")) == 2
        assert "similar" in graph.questions.catalogue


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("similar", OWN.replace("titles", "similar"), "already"),
        ("view", OWN.replace("titles", "view"), "a graph has that already"),
        ("other", OWN, r"should be called titles\.cypher"),
        ("titles.oracle", OWN, r"should be called titles\.cypher"),
        ("titles", OWN.replace("$part", "$parts"), r"\$parts"),
        ("titles", OWN.replace(', example = "Loom"', ""), "neither a default nor an example"),
        ("titles", OWN.replace('"text"', '"int"'), "'Loom' is not"),
        ("titles", OWN.replace("question", "qestion"), "question"),
        ("titles", OWN.replace("part =", "class =").replace("$part", "$class"), "Python"),
    ],
)
def test_a_query_that_is_wrong_is_named(path: Path, tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / f"{name}.cypher").write_text(text, encoding="utf-8")
    with pytest.raises(QueryError, match=says) as error:
        open_graph(path, queries=tmp_path)
    assert "\n" not in str(error.value)


def test_a_file_for_another_store_must_have_the_same_header(path: Path, folder: Path) -> None:
    other = folder / "titles.neo4j.cypher"
    other.write_text(OWN, encoding="utf-8")
    with open_graph(path, queries=folder) as graph:
        assert set(graph.questions.catalogue["titles"].dialects) == {"neo4j"}
    other.write_text(OWN.replace("called so", "called thus"), encoding="utf-8")
    later = folder.rename(folder.with_name("later"))
    with pytest.raises(QueryError, match="not the same"):
        open_graph(path, queries=later)


def test_a_folder_without_queries_is_told(path: Path, tmp_path: Path) -> None:
    for place, says in ((tmp_path / "none", "no such folder"), (tmp_path, "no .cypher file")):
        with pytest.raises(QueryError, match=says):
            open_graph(path, queries=place)


def test_dollars_in_strings_and_comments_are_no_parameters() -> None:
    text = OWN.replace("RETURN p.title AS paper", "RETURN p.title + '$x' AS paper // $y\n")
    assert parse_query(text, "titles.cypher").name == "titles"


ROWS = Rows(
    ("paper", "year", "score", "sure", "shared"),
    (
        ('=HYPERLINK("x")', 2021, 0.5, True, ["a", "b"]),
        ("<b>Ünder|</b> [x](y)", None, 1.0, False, []),
        ("-", 3, 2.0, True, ["-"]),
    ),
)


def test_json_keeps_types(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, Format.json)
    assert json.loads(capsys.readouterr().out) == list(ROWS)


def test_csv_opens_right_in_a_spreadsheet(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, Format.csv)
    printed = capsys.readouterr().out
    assert printed.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(printed.removeprefix("\ufeff"))))
    assert rows[0] == list(ROWS.columns)
    assert [row[0] for row in rows[1:]] == ['\'=HYPERLINK("x")', "<b>Ünder|</b> [x](y)", "'-"]
    assert rows[1][4] == "a; b"
    print_rows(Rows(("n",), ((-1,),)), Format.csv)
    assert capsys.readouterr().out == "n\n-1\n"


@pytest.mark.parametrize(
    "begin", ["=", "+", "-", "@", "\t=", "\r=", "\n=", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_no_text_is_a_formula(capsys: pytest.CaptureFixture[str], begin: str) -> None:
    text = f"{begin}cmd|' /C calc'!A0"
    print_rows(Rows(("paper", "shared"), ((text, ["a\r=b", "b"]),)), Format.csv)
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out.removeprefix("\ufeff"), newline=""))
    assert row == {
        "paper": f"'{text}".replace("\r", " ").replace("\n", " ").replace("\t", " "),
        "shared": "a =b; b",
    }


def test_numbers_stand_at_the_right_where_some_are_missing(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(Rows(("name", "papers"), (("a", 12345), ("b", None), ("c", 7))), Format.table)
    assert "     7 " in capsys.readouterr().out


def test_markdown_takes_no_text_for_markup() -> None:
    lines = markdown(ROWS).splitlines()
    assert lines[:2] == ["| paper | year | score | sure | shared |", "| --- | --- | --- | --- | --- |"]
    assert lines[3].startswith(r"| \<b\>Ünder\|\</b\> \[x\](y) |  |")


def test_rows_become_frames_of_pandas_and_polars() -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    frame = ROWS.to_pandas()
    assert list(frame.columns) == list(ROWS.columns)
    assert frame["year"].dtype == pandas.Int64Dtype()
    assert frame["year"].tolist() == [2021, pandas.NA, 3] or frame["year"].isna().tolist() == [
        False,
        True,
        False,
    ]
    other = ROWS.to_polars()
    assert other.schema["year"] == polars.Int64
    assert other["year"].to_list() == [2021, None, 3]
    assert other["shared"].to_list() == [["a", "b"], [], ["-"]]
    assert Rows(("a",), ()).to_polars().shape == Rows(("a",), ()).to_pandas().shape == (0, 1)


def test_a_notebook_shows_a_table_and_no_markup_of_papers() -> None:
    shown = ROWS._repr_html_()
    assert "<td>&lt;b&gt;Ünder|&lt;/b&gt; [x](y)</td>" in shown
    assert "<td>a; b</td>" in shown

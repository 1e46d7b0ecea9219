"""The lexicon of known names keeps to its form: kinds, order, one row to a name, and families that exist."""

from collections import Counter
from importlib.resources import files

import pytest

from litloom.graph.names.normalize import spelling_key
from litloom.records import KINDS

COLUMNS = 5
FEWEST_ROWS = 600
FEWEST_OF_A_KIND = 80
DOUBTFUL = ("MAE", "DP", "SSM", "AD", "PC", "SM", "CL", "SC", "AE", "AP", "mAP", "FPS", "IS", "SAM", "GQA")
"""Abbreviations with several meanings, which may not stand for one."""

Row = tuple[str, str, tuple[str, ...], str, str]


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return (files("litloom.graph") / "data" / "known-names.tsv").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def rows(lines: list[str]) -> list[Row]:
    cells = [line.split("\t") for line in lines if not line.startswith("#")]
    return [
        (kind, name, tuple(filter(None, aliases.split(" | "))), *rest) for kind, name, aliases, *rest in cells
    ]


def test_every_line_is_a_comment_or_five_trimmed_columns(lines: list[str]) -> None:
    assert lines[0].startswith("#")
    for line in lines:
        if not line.startswith("#"):
            cells = line.split("\t")
            assert len(cells) == COLUMNS, line
            assert [cell.strip() for cell in cells] == cells, line
            aliases = cells[2].split("|") if cells[2] else []
            assert " | ".join(alias.strip() for alias in aliases) == cells[2], line
            assert all(alias.strip() for alias in aliases), line


def test_kinds_are_known_and_all_well_stocked(rows: list[Row]) -> None:
    counts = Counter(kind for kind, *_ in rows)
    assert set(counts) == set(KINDS)
    assert len(rows) >= FEWEST_ROWS
    assert min(counts.values()) >= FEWEST_OF_A_KIND, counts


def test_rows_are_sorted_by_kind_and_name(rows: list[Row]) -> None:
    order = [(kind, name.casefold(), name) for kind, name, *_ in rows]
    assert order == sorted(order)


def test_a_spelling_belongs_to_one_row_and_stands_there_once(rows: list[Row]) -> None:
    counts = Counter(spelling_key(spelling) for _, name, aliases, *_ in rows for spelling in (name, *aliases))
    assert [key for key, count in counts.items() if count > 1] == []


def test_families_are_rows_of_the_same_kind(rows: list[Row]) -> None:
    names = {(kind, name) for kind, name, *_ in rows}
    assert [row for row in rows if row[3] and (row[0], row[3]) not in names] == []


def test_no_name_is_its_own_ancestor(rows: list[Row]) -> None:
    family = {(kind, name): (kind, parent) for kind, name, _, parent, _ in rows if parent}
    for name in family:
        line = [name]
        while line[-1] in family:
            line.append(family[line[-1]])
            assert line[-1] not in line[:-1], line


def test_every_row_has_a_name_and_a_source(rows: list[Row]) -> None:
    assert [row for row in rows if not row[1] or not row[4]] == []


@pytest.mark.parametrize("abbreviation", DOUBTFUL)
def test_abbreviations_with_several_meanings_stand_for_none(rows: list[Row], abbreviation: str) -> None:
    spellings = {spelling for _, name, aliases, *_ in rows for spelling in (name, *aliases)}
    assert spelling_key(abbreviation) not in {spelling_key(spelling) for spelling in spellings}

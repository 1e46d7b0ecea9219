"""Evaluations for people: tables for a terminal, and an HTML page that shows every error in its context.

The page is one self-contained file; all text from papers is escaped.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from litloom.extractors.evaluation.gold import GoldPaper, Span
from litloom.extractors.evaluation.scoring import Counts, Evaluation
from litloom.records import KINDS, Extraction
from litloom.support.output_file import output_file
from litloom.support.printable import printable

if TYPE_CHECKING:
    from rich.table import Table

_COLOURS: Final = dict(zip(KINDS, ("#cfe2ff", "#d1f2d9", "#ffe2c2", "#ead7ff", "#fff3b0"), strict=True))
_STYLE: Final = Path(__file__).parents[1] / "data" / "errors.css"


def tables(evaluation: Evaluation) -> list[Table]:
    """Return the tables that `litloom evaluate` prints."""
    by_place = [(gold, *found.values()) for gold, found in evaluation.confusion.items()]
    names = ("name", "type", "papers")
    return [
        _scores(f"By exact span and type, {evaluation.papers} papers", evaluation.strict, evaluation),
        _scores("By distinct (name, type) of a paper", evaluation.by_name),
        _scores("What a paper introduces", {"introduces": evaluation.introduces}),
        _table("Types of the same span", ("gold \\ found", *evaluation.confusion), by_place),
        _table(
            "Reliability of the confidence",
            ("from", "to", "mentions", "mean confidence", "right"),
            evaluation.reliability,
        ),
        _table("Most frequent misses", names, evaluation.misses),
        _table("Most frequent false positives", names, evaluation.false_positives),
    ]


def _scores(title: str, counts: dict[str, Counts], evaluation: Evaluation | None = None) -> Table:
    header = ["", "precision", "recall", "F1", "gold", "found"] + (["95% interval"] if evaluation else [])
    rows = []
    for group, count in counts.items():
        figures = (count.precision, count.recall, count.f1)
        row = [group, *(f"{figure:.3f}" for figure in figures), count.gold, count.found]
        if evaluation is not None:
            row.append("{:.3f} to {:.3f}".format(*evaluation.interval[group]))
        rows.append(row)
    return _table(title, header, rows)


def _table(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for at, name in enumerate(header):
        table.add_column(name, justify="left" if at == 0 or name == "type" else "right")
    for row in rows:
        cells = (f"{cell:g}" if isinstance(cell, float) else printable(str(cell)) for cell in row)
        table.add_row(*map(escape, cells))
    return table


def error_page(gold: Sequence[GoldPaper], extractions: Sequence[Extraction]) -> str:
    """Return a page with the annotation and extraction of each paper side by side, errors outlined."""
    style = _STYLE.read_text(encoding="utf-8")
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>litloom: errors</title>",
        f"<style>{style}</style></head><body><h1>Annotation and extraction</h1><p>",
        " ".join(f"<mark style='background:{colour}'>{kind}</mark>" for kind, colour in _COLOURS.items()),
        " Outlined: misses on the left, false positives on the right.</p>",
    ]
    for paper, extraction in zip(gold, extractions, strict=True):
        wanted = set(paper.spans)
        found = {Span(m.start, m.end, m.kind): f"{m.confidence:.2f}" for m in extraction.mentions}
        right = len(found.keys() & wanted)
        parts += [
            f"<h2>{html.escape(paper.id)}: {right} right, {len(wanted) - right} missed, "
            f"{len(found) - right} wrong</h2><div class='pair'>",
            _side("Annotation", paper.text, dict.fromkeys(wanted, ""), found, paper.introduces),
            _side("Extraction", paper.text, found, wanted, extraction.introduces),
            "</div>",
        ]
    return "".join([*parts, "</body></html>\n"])


def write_error_page(path: str | Path, gold: Sequence[GoldPaper], extractions: Sequence[Extraction]) -> None:
    """Write `error_page` to a file that a user names."""
    page = error_page(gold, extractions)
    with output_file(path) as unfinished:
        unfinished.write_text(page, encoding="utf-8", errors="xmlcharrefreplace")


def _side(
    title: str, text: str, notes: dict[Span, str], others: Iterable[Span], introduces: Sequence[str]
) -> str:
    """Return one side; spans that are not among the others are outlined."""
    right = set(others)
    pieces: list[str] = []
    at = 0
    for span, note in sorted(notes.items()):
        wrong = "" if span in right else " class='wrong'"
        pieces += [
            _escaped(text[at : span.start]),
            f"<mark{wrong} style='background:{_COLOURS[span.kind]}' title='{span.kind} {note}'>",
            _escaped(text[span.start : span.end]),
            f"<small>{note}</small></mark>" if note else "</mark>",
        ]
        at = span.end
    pieces.append(_escaped(text[at:]))
    new = ", ".join(map(html.escape, introduces)) or "nothing"
    body = f"<p>{''.join(pieces)}</p><p class='new'>introduces: {new}</p>"
    return f"<div class='side'><h3>{title}</h3>{body}</div>"


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")

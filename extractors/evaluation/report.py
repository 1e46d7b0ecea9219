"""Evaluations for people: tables for a terminal, and a page that shows every error in its place.

The page is one self-contained file. All that comes from papers is escaped.
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
_STYLE: Final = """
body{font:15px/1.6 system-ui,sans-serif;max-width:110em;margin:2em auto;padding:0 1em;color:#222}
h2{font-size:1.05em;margin:2.2em 0 .4em;border-top:1px solid #ddd;padding-top:1em}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:2em}
.side h3{font-size:.8em;color:#666;margin:0}
p{margin:.3em 0}
mark{padding:.1em .25em;border-radius:.25em;color:inherit}
mark.wrong{outline:2px solid #c62828}
small{color:#555;font-size:.7em;margin-left:.3em}
.new{font-size:.85em;color:#444}
"""


def tables(evaluation: Evaluation) -> list[Table]:
    """Return the tables that `litloom evaluate` prints."""
    return [
        _scores(f"By exact span and type, {evaluation.papers} papers", evaluation.strict, evaluation),
        _scores("By distinct (name, type) of a paper", evaluation.by_name),
        _scores("What a paper introduces", {"introduces": evaluation.introduces}),
        _confusion(evaluation),
        _rows(
            "Reliability of the confidence",
            ("from", "to", "mentions", "mean confidence", "right"),
            evaluation.reliability,
        ),
        _rows("Commonest misses", ("name", "type", "papers"), evaluation.misses),
        _rows("Commonest inventions", ("name", "type", "papers"), evaluation.inventions),
    ]


def _scores(title: str, counts: dict[str, Counts], evaluation: Evaluation | None = None) -> Table:
    header = ["", "precision", "recall", "F1", "gold", "found"] + (["95% interval"] if evaluation else [])
    rows = []
    for group, count in counts.items():
        row = [
            group,
            f"{count.precision:.3f}",
            f"{count.recall:.3f}",
            f"{count.f1:.3f}",
            count.gold,
            count.found,
        ]
        if evaluation is not None:
            low, high = evaluation.interval[group]
            row.append(f"{low:.3f} to {high:.3f}")
        rows.append(row)
    return _rows(title, header, rows)


def _confusion(evaluation: Evaluation) -> Table:
    header = ("gold \\ found", *evaluation.confusion)
    rows = [(gold, *found.values()) for gold, found in evaluation.confusion.items()]
    return _rows("Types at the same place", header, rows)


def _rows(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for at, name in enumerate(header):
        table.add_column(name, justify="left" if at == 0 or name == "type" else "right")
    for row in rows:
        table.add_row(
            *(escape(f"{cell:g}" if isinstance(cell, float) else printable(str(cell))) for cell in row)
        )
    return table


def error_page(gold: Sequence[GoldPaper], extractions: Sequence[Extraction]) -> str:
    """Return a page with each paper's annotation and extraction side by side, errors outlined.

    Parameters
    ----------
    gold, extractions
        The same papers, in the same order.
    """
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>litloom: errors</title>",
        f"<style>{_STYLE}</style></head><body><h1>Annotation and extraction</h1><p>",
        " ".join(f"<mark style='background:{colour}'>{kind}</mark>" for kind, colour in _COLOURS.items()),
        " Outlined: on the left what was missed, on the right what is wrong.</p>",
    ]
    for paper, extraction in zip(gold, extractions, strict=True):
        wanted = set(paper.spans)
        found = {Span(m.start, m.end, m.kind) for m in extraction.mentions}
        notes = {(m.start, m.end): f"{m.confidence:.2f}" for m in extraction.mentions}
        parts += [
            f"<h2>{html.escape(paper.id)}: {len(found & wanted)} right, {len(wanted - found)} missed, "
            f"{len(found - wanted)} wrong</h2><div class='pair'>",
            _side("Annotation", paper.text, wanted, found, {}, paper.introduces),
            _side("Extraction", paper.text, found, wanted, notes, extraction.introduces),
            "</div>",
        ]
    parts.append("</body></html>\n")
    return "".join(parts)


def write_error_page(path: str | Path, gold: Sequence[GoldPaper], extractions: Sequence[Extraction]) -> None:
    """Write `error_page` to a file that a user names."""
    page = error_page(gold, extractions)
    with output_file(path) as unfinished:
        unfinished.write_text(page, encoding="utf-8", errors="xmlcharrefreplace")


def _side(
    name: str,
    text: str,
    spans: set[Span],
    others: set[Span],
    notes: dict[tuple[int, int], str],
    introduces: Sequence[str],
) -> str:
    pieces: list[str] = []
    at = 0
    for span in sorted(spans):
        wrong = "" if span in others else " class='wrong'"
        note = notes.get(span[:2], "")
        pieces += [
            _escaped(text[at : span.start]),
            f"<mark{wrong} style='background:{_COLOURS[span.kind]}' title='{span.kind} {note}'>",
            _escaped(text[span.start : span.end]),
            f"<small>{note}</small></mark>" if note else "</mark>",
        ]
        at = span.end
    pieces.append(_escaped(text[at:]))
    new = ", ".join(map(html.escape, introduces)) or "nothing"
    return (
        f"<div class='side'><h3>{name}</h3><p>{''.join(pieces)}</p><p class='new'>introduces: {new}</p></div>"
    )


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")

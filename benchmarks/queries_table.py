"""The table of `benchmarks.queries` in Markdown, from the file that its ``--json`` wrote.

    python -m benchmarks.queries_table FILE.json

One of several stores is called Neo4j where its name is an address or ``neo4j``, else file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

MEASURES = ("first", "median", "p95", "max")
Times = Mapping[str, Mapping[str, Mapping[str, float]]]
"""Milliseconds by question, store and measure."""


def lines(found: Times) -> Iterator[str]:
    """Yield the lines of the table."""
    stores = list(next(iter(found.values())))
    columns = [f"{_name(store)}: {measure}" for store in stores for measure in MEASURES]
    yield f"| question | {' | '.join(columns)} |"
    yield "| --- |" + " ---: |" * len(columns)
    for question, row in found.items():
        cells = [_milliseconds(row[store][measure]) for store in stores for measure in MEASURES]
        yield f"| {question} | {' | '.join(cells)} |"


def _name(store: str) -> str:
    return "Neo4j" if store == "neo4j" or "://" in store else "file"


def _milliseconds(value: float) -> str:
    """Return milliseconds as they are read: two figures of the small, whole ones of the others.

    Examples
    --------
    >>> [_milliseconds(value) for value in (0.44, 8.25, 1234.5)]
    ['0.4', '8.2', '1,234']
    """
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def main() -> None:
    """Print the table."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("\n".join(lines(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))


if __name__ == "__main__":
    main()

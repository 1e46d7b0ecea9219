"""All canned queries by name: those of this folder, and those of a user's folder.

To add a query, add a file; its format is described in `litloom.queries.query_file`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from litloom.errors import QueryError
from litloom.queries.query_file import LONGEST, CannedQuery, parameters_used, parse_query

SUFFIX: Final = ".cypher"
DIALECTS: Final = ("ladybug", "neo4j")
Catalogue = Mapping[str, CannedQuery]


@cache
def catalogue(folder: Path | None = None) -> Catalogue:
    """Return all canned queries by name, with those of a folder of additional queries.

    Raises
    ------
    QueryError
        If a header is invalid, or a query of the folder has the name of another.

    Examples
    --------
    >>> catalogue()["similar"].question
    'Which papers are most similar to this one, and by which concepts?'
    """
    own = _read_all(
        (entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("litloom.queries").iterdir()
        if entry.name.endswith(SUFFIX)
    )
    if folder is None:
        return own
    added = read_folder(folder)
    if taken := sorted(own.keys() & added.keys()):
        raise QueryError(f"{folder}: litloom has a query {', '.join(taken)} already; give it another name")
    return dict(sorted({**own, **added}.items()))


def read_folder(folder: Path) -> Catalogue:
    """Return the queries of a folder by name.

    Raises
    ------
    QueryError
        If there is no such folder, it has no query, or a query is invalid.
    """
    if not folder.is_dir():
        raise QueryError(f"{folder}: no such folder of queries")
    try:
        texts = [(str(path), _text_of(path)) for path in sorted(folder.glob(f"*{SUFFIX}"))]
    except OSError as error:
        raise QueryError(f"{folder}: a query in it cannot be read ({error})") from error
    if not texts:
        raise QueryError(f"{folder}: no {SUFFIX} file is in it")
    return _read_all(texts)


def _text_of(path: Path) -> str:
    if not path.is_file():
        raise QueryError(f"{path}: is not a file")
    with path.open("rb") as file:
        content = file.read(4 * LONGEST + 1)
    if len(content) > 4 * LONGEST:
        raise QueryError(f"{path}: is longer than {LONGEST:,} characters, so no query")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise QueryError(f"{path}:{line}: is not UTF-8; save it as UTF-8") from error


def _read_all(texts: Iterable[tuple[str, str]]) -> Catalogue:
    """Return the queries of files (name, text); files for a dialect are attached to the other one."""
    found: dict[str, CannedQuery] = {}
    of_dialects: list[tuple[str, str, CannedQuery]] = []
    for source, text in texts:
        query = parse_query(text, source)
        stem, _, dialect = Path(source).name.removesuffix(SUFFIX).partition(".")
        if stem != query.name or dialect not in ("", *DIALECTS):
            dialects = " or ".join(f"{query.name}.{dialect}{SUFFIX}" for dialect in DIALECTS)
            raise QueryError(
                f"{source}: should be called {query.name}{SUFFIX} as the query is, or {dialects}"
            )
        if dialect:
            of_dialects.append((source, dialect, query))
        else:
            found[query.name] = query
    for source, dialect, query in of_dialects:
        if found.get(query.name) != query:
            raise QueryError(f"{source}: its header is not the same as that of {query.name}{SUFFIX}")
        found[query.name] = _with_dialect(found[query.name], dialect, query)
    return dict(sorted(found.items()))


def _with_dialect(query: CannedQuery, dialect: str, other: CannedQuery) -> CannedQuery:
    if query.computed is None and parameters_used(other.cypher) != parameters_used(query.cypher):
        raise QueryError(f"{query.name}: the Cypher for {dialect} uses other parameters")
    return replace(query, dialects={**query.dialects, dialect: other})

"""Piles of papers whose graphs are frozen, and a digest of each table of a graph."""

import hashlib
import importlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from litloom import Paper, read_papers, sample_corpus
from litloom.extractors import Extractor
from litloom.graph.tables import GraphTables
from litloom.papers.merge import merge_papers
from litloom.records import Extraction

Pile = tuple[list[Paper], list[Extraction]]

CORPUS = "corpus/conference-papers.jsonl.gz"
MODEL = "fast"


def extracted(papers: Sequence[Paper], processes: int = 1) -> Pile:
    """Return the papers, each once, and their extractions by the model `fast`."""
    merged = merge_papers(papers)
    return merged, list(Extractor(MODEL).extract(merged, processes=processes))


def sample() -> Pile:
    return extracted(sample_corpus())


def pages(shared: Path) -> Pile:
    return extracted(_read(*sorted((shared / "seeds").glob("*.txt"))))


def corpus_papers(shared: Path, count: int) -> list[Paper]:
    return _read(shared / CORPUS, count=count)


def _read(*files: Path, count: int | None = None) -> list[Paper]:
    """Return papers whose sources are named without the folder, which is another one on each machine."""
    papers = itertools.islice(read_papers(files), count)
    return [replace(paper, sources=tuple(Path(file).name for file in paper.sources)) for paper in papers]


def cited(shared: Path, count: int) -> Pile:
    """Return papers with made references and the names that a dictionary finds in them."""
    dictionary = importlib.import_module("benchmarks.dictionary_graph")
    papers, keywords = dictionary.read(shared / CORPUS, count)
    names = {**dict.fromkeys(keywords, "Task"), **dictionary.lexicon_names()}
    coined = dictionary.coined_names(papers)
    found = [dictionary.extraction(paper, names, coined) for paper in papers]
    return dictionary.with_references(papers, found, coined), found


def digests(tables: GraphTables) -> dict[str, str]:
    """Return the number of rows and a digest of the rows of each table, whatever their order.

    Parameters
    ----------
    tables
        A graph; its table `Litloom`, which names the version, is left out.
    """
    found = {**tables.nodes, **{"-".join(key): table for key, table in tables.edges.items()}}
    return {
        name: f"{table.num_rows} {digest(table.to_pylist())}"
        for name, table in sorted(found.items())
        if table.num_rows and name != "Litloom"
    }


def digest(rows: Sequence[dict[str, object]]) -> str:
    """Return a digest of rows that does not depend on their order."""
    total = sum(int.from_bytes(hashlib.sha256(row).digest(), "big") for row in _encoded(rows))
    return f"{total % (1 << 256):064x}"[:16]


def _encoded(rows: Sequence[dict[str, object]]) -> Iterator[bytes]:
    for row in rows:
        yield repr(sorted(row.items())).encode("utf-8", "surrogatepass")

"""The rows of known graphs, frozen as digests: whoever changes how a graph is woven sees what it changes."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from litloom.extractors import read_extractions, write_extractions
from litloom.graph.weave import weave
from tests.campaign import scale
from tests.graph import frozen

pytestmark = pytest.mark.slow

FROZEN = json.loads(Path(__file__).with_name("frozen.json").read_text(encoding="utf-8"))
CORPUS_PAPERS = 10_000
CITED_PAPERS = 4_000


def assert_frozen(name: str, pile: frozen.Pile) -> None:
    papers, found = pile
    assert frozen.digests(weave(papers, found, about={"version": "0"})) == FROZEN[name]


def test_the_sample_corpus() -> None:
    assert_frozen("sample", frozen.sample())


@pytest.mark.shared
def test_pages_of_daily_papers(shared: Path) -> None:
    assert_frozen("pages", frozen.pages(shared))


@pytest.mark.shared
def test_papers_with_references(shared: Path) -> None:
    assert_frozen("cited", frozen.cited(shared, CITED_PAPERS))


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.skipif(not scale.FULL, reason="takes minutes; LITLOOM_CAMPAIGN=full runs it")
@pytest.mark.timeout(1200)
def test_papers_of_conferences(shared: Path, pytestconfig: pytest.Config) -> None:
    """The extractions are kept among pytest's cached files, since finding them takes minutes."""
    assert pytestconfig.cache is not None
    kept = pytestconfig.cache.mkdir("frozen") / f"{CORPUS_PAPERS}.parquet"
    if kept.exists() and pq.read_metadata(kept).num_rows == CORPUS_PAPERS:
        pile = frozen.corpus_papers(shared, CORPUS_PAPERS), list(read_extractions(kept))
    else:
        pile = frozen.extracted(frozen.corpus_papers(shared, CORPUS_PAPERS), processes=2)
        write_extractions(pile[1], kept, "parquet")
    assert_frozen("corpus", pile)

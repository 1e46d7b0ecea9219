"""The page about the queries says what they are and answer now."""

from litloom import build, sample_corpus
from litloom.queries.catalogue import catalogue
from scripts.queries_page import PAGE, page


def test_the_page_is_current() -> None:
    with build(sample_corpus()) as graph:
        written = page(graph)
    assert PAGE.read_text(encoding="utf-8") == written, "write it with: python scripts/queries_page.py"
    assert all(f"\n### {name}\n" in written for name in catalogue())
    assert "No rows." not in written, "an example has no answer in the sample corpus"

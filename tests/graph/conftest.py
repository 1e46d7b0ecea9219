"""One browser for all tests of pages, and one Neo4j for all tests of its store."""

from collections.abc import Iterator

import pytest

from litloom import Graph, Paper, build, sample_corpus
from tests.browser import Browser
from tests.neo4j_server import TestServer, serve

HOSTILE = "x' }) DETACH DELETE n //"


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.driver.quit()


@pytest.fixture(scope="session")
def neo4j_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    yield from serve(tmp_path_factory.mktemp("neo4j"))


@pytest.fixture
def server(
    neo4j_running: TestServer, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> TestServer:
    """A Neo4j with an empty database, which the environment says how to log in to."""
    neo4j_running.empty()
    for name, value in neo4j_running.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    return neo4j_running


@pytest.fixture(scope="session")
def corpus(papers: tuple[Paper, ...]) -> list[Paper]:
    """The sample corpus, and papers that lack this and that, or try to be Cypher or CSV."""
    odd = [
        Paper(title=HOSTILE, abstract=f"We train {HOSTILE} on ImageNet with Adam.", authors=(HOSTILE, "")),
        Paper(title="No year", abstract="A ResNet is trained on ImageNet.\r\n\tIt is 3% better.", year=None),
        Paper(title='"Quoted", and; with\u00e9 \U0001f600', abstract="", venue="\\"),
        Paper(
            title=f'"Odd", {HOSTILE}; \\ \u00e9 \U0001f600',
            abstract='Adam on ImageNet.\r\n\n"It", said Ada,\nis \'3%\' better; a;b,c \\" \\n',
            authors=("Ada, Countess", "", 'Bo "B" O;Brien'),
            venue=" ",
        ),
        Paper(
            id="cited",
            title="On Adam",
            abstract="Adam.",
            year=2018,
            authors=("Ada Poe", "Bo Fox"),
            author_ids=("orcid:0000-0001-2345-6789", ""),
            ids=("openalex:W1", "s2:abc"),
            sources=("a.bib",),
        ),
        Paper(
            id="citing",
            title="On ImageNet",
            abstract="We follow (Poe and Fox, 2018) and train a ResNet on ImageNet.",
            year=2020,
            authors=("Cy Fox", "Bo Fox", f"{HOSTILE} Fox"),
            author_ids=("", "", ""),
            references=("doi:10.9/none", f"A Missing Work; {HOSTILE}", "s2:missing"),
            sources=("a.bib", "b.bib"),
        ),
    ]
    return [*papers, *sample_corpus(), *odd]


@pytest.fixture(scope="session")
def embedded(corpus: list[Paper]) -> Iterator[Graph]:
    """The embedded store's graph of `corpus`, found by the fast model."""
    with build(corpus, model="fast") as graph:
        yield graph

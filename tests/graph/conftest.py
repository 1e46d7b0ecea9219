"""What tests of the graph share: a corpus with odd papers, and its graph."""

from collections.abc import Iterator

import pytest

from litloom import Graph, Paper, build, sample_corpus

HOSTILE = "x' }) DETACH DELETE n //"


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

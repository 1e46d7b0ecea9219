"""Papers are linked by the concepts that tell them apart from the rest."""

import math
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from litloom.graph.links import shared_concept_links

CORPORA = st.dictionaries(
    st.text("pqr", min_size=1, max_size=3), st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=14
)


def cosine(one: set[str], other: set[str], idf: dict[str, float]) -> float:
    overlap = sum(idf[c] ** 2 for c in one & other)
    lengths = [math.sqrt(sum(idf[c] ** 2 for c in paper)) for paper in (one, other)]
    return overlap / math.prod(lengths) if overlap else 0.0


@given(CORPORA, st.integers(1, 4))
def test_links_are_the_best_pairs_by_plain_cosine(corpus: dict[str, list[str]], best: int) -> None:
    sets = {paper: set(concepts) for paper, concepts in corpus.items()}
    idf = {
        c: math.ceil(math.log2(1 + len(sets))) - math.floor(math.log2(sum(c in s for s in sets.values())))
        for c in "abcdefgh"
        if any(c in s for s in sets.values())
    }
    scores = {
        pair: s
        for pair in combinations(sorted(sets), 2)
        if (s := cosine(sets[pair[0]], sets[pair[1]], idf)) > 0
    }
    expected = set()
    for paper in sets:
        own = sorted((-round(s, 9), pair) for pair, s in scores.items() if paper in pair)
        cut = own[best - 1][0] if len(own) >= best else 0.0
        expected |= {pair for score, pair in own if score < cut}
    links = {(link.source, link.target): link for link in shared_concept_links(corpus, best=best)}
    assert expected <= links.keys() <= scores.keys()
    for pair, link in links.items():
        assert math.isclose(link.score, scores[pair], abs_tol=1e-5)
        assert set(link.shared) == sets[pair[0]] & sets[pair[1]]


def test_a_concept_of_many_papers_links_little() -> None:
    corpus = {f"p{i}": ["common", f"own{i}"] for i in range(20)}
    corpus |= {"x": ["common", "rare"], "y": ["common", "rare"]}
    links = {(link.source, link.target): link for link in shared_concept_links(corpus)}
    assert links["x", "y"].score > 10 * links["p0", "p1"].score
    assert links["x", "y"].shared == ("rare", "common")


def test_progress_counts_every_paper_once() -> None:
    done: list[int] = []
    shared_concept_links({f"p{i}": ["c"] for i in range(1200)}, advance=done.append)
    assert sum(done) == 1200
    assert len(done) > 1

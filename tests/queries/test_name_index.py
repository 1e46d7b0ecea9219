"""Names are found among many, whatever is in them."""

from hypothesis import given
from hypothesis import strategies as st

from litloom.queries.name_index import NameIndex
from litloom.queries.word_index import WordIndex
from litloom.records import normalised_title


def index(*spellings: str, owners: list[int] | None = None) -> NameIndex:
    places = list(range(len(spellings))) if owners is None else owners
    nodes = [(f"id{place}", f"node {place}", place) for place in sorted(set(places))]
    return NameIndex(nodes, "\n".join(spellings), places, str.lower)


@given(
    st.lists(st.text("ab \n", max_size=4).map(normalised_title), min_size=1, max_size=8),
    st.text("ab ", max_size=3),
)
def test_what_is_found_is_what_each_spelling_alone_says(spellings: list[str], wanted: str) -> None:
    key = normalised_title(wanted)
    if not key:
        return
    found = index(*spellings)

    def fitting(fits: list[bool]) -> list[str]:
        return [f"id{place}" for place, fit in enumerate(fits) if fit]

    whole = fitting([s == key for s in spellings])
    together = fitting([s.replace(" ", "") == key.replace(" ", "") for s in spellings])
    assert [node.id for node in found.whole(key)] == (whole or together)
    assert [node.id for node in found.beginning(key)] == fitting([s.startswith(f"{key} ") for s in spellings])
    assert [node.id for node in found.part(key)] == fitting([key in s for s in spellings])
    words = fitting([f" {key} " in f"{s} " for s in spellings])
    assert sorted(node.id for node in found.words(key)) == words


def test_a_node_is_found_once_by_several_spellings() -> None:
    found = index("graph neural network", "gnn", "network of graphs and network", owners=[0, 1, 0])
    assert [node.name for node in found.part("network")] == ["node 0"]
    assert [node.name for node in found.words("network")] == ["node 0"]
    assert found.with_id("id1") == found.whole("gnn")
    assert not found.with_id("none")


def test_no_names_are_no_names() -> None:
    found = index()
    assert not found.whole("a") + found.part("a") + found.beginning("a") + found.words("a")
    assert not found.nearest("a", 5) + found.corrected("aaaa")


def test_what_shares_words_or_words_that_look_alike_is_near() -> None:
    found = index("attention is all you need", "all you need is data", "weaving with looms", "looms at large")
    assert found.nearest("attenton is al you nede", 5)[0] == "node 0"
    assert found.nearest("weving lomms", 1) == ["node 2"]
    assert found.nearest("large loom", 1) == ["node 3"]
    assert not found.nearest("xqzv wrtpl", 5)


@given(st.lists(st.text("ab ", max_size=8), max_size=8), st.text("ab ", max_size=8))
def test_lines_that_share_a_word_are_those_that_have_it(lines: list[str], key: str) -> None:
    sharing = WordIndex(lines).sharing(key, len(lines))
    words = set(key.split())
    assert len(sharing) == len(set(sharing))
    assert {number for number, line in enumerate(lines) if words & set(line.split())} <= set(sharing)


def test_the_rarer_a_shared_word_the_nearer() -> None:
    lines = ["deep loom", "deep quilt", "deep net", "weft"]
    assert WordIndex(lines).sharing("deep quilt of cotton", 3) == [1, 0, 2]
    assert WordIndex(lines).sharing("deep weft", 1) == [3]

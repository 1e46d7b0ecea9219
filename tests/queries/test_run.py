"""Questions are answered as a person asks them."""

import pytest

from litloom import Graph, Paper, QueryError, build


def test_papers_are_named_by_part_of_a_title_in_any_case(graph: Graph) -> None:
    by_title = graph.query("paper-concepts", paper="qlora")
    assert by_title.values == graph.query("paper-concepts", paper="efficient FINETUNING").values
    assert (
        by_title.values
        == graph.query("paper-concepts", paper="QLoRA: Efficient Finetuning of Quantized LLMs").values
    )
    assert by_title.values


def test_the_wording_of_a_concept_does_not_matter(graph: Graph) -> None:
    (paper,) = [row["paper"] for row in graph.query("papers-mentioning", concept="imagenet")]
    assert paper.startswith("Deep Residual Learning")


def test_a_title_that_begins_so_wins_over_one_that_only_has_it() -> None:
    papers = [
        Paper(title="Adam: A Method", abstract="Adam is fast."),
        Paper(title="On Adam", abstract="Adam is slow."),
    ]
    with build(papers) as graph:
        rows = graph.query("paper-concepts", paper="adam")
    assert rows.values == () or "fast" in rows[0]["evidence"] or "Adam: A Method" in rows[0]["evidence"]


def test_a_name_that_fits_nothing_gets_the_nearest(graph: Graph) -> None:
    with pytest.raises(QueryError, match=r"nearest: .*BERT: Pre-training"):
        graph.query("paper-concepts", paper="BRT pretraining")


def test_a_name_that_fits_several_gets_them_listed(graph: Graph) -> None:
    with pytest.raises(QueryError, match="more than one paper fits 'language'") as error:
        graph.query("paper-concepts", paper="language")
    assert "LoRA: Low-Rank" in str(error.value)
    assert "(bert)" in str(error.value)


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("paper-concept", {}, "paper-concepts"),
        ("paper-concepts", {}, "needs paper"),
        ("paper-concepts", {"paper": "bert", "limit": 3}, "no parameter limit"),
        ("most-used", {"top": "many"}, "whole number"),
        ("most-used", {"top": -1}, "whole number"),
        ("methods-for-task", {"task": "LoRA"}, "no task"),
    ],
)
def test_mistakes_are_told_in_one_line(
    graph: Graph, name: str, arguments: dict[str, object], says: str
) -> None:
    with pytest.raises(QueryError, match=says) as error:
        graph.query(name, **arguments)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["citations", "builds-on"])
def test_both_directions_come_in_one_order_by_year(sample: Graph, name: str) -> None:
    rows = list(sample.query(name, paper="BERT: Pre-training"))
    keys = [(row["direction"], row["year"], row["paper"]) for row in rows]
    assert len({direction for direction, _, _ in keys}) == 2
    assert keys == sorted(keys)


def test_names_from_outside_are_never_cypher(graph: Graph) -> None:
    before = graph.stats().values
    for name in ("x' }) DETACH DELETE n //", "$paper", "*", "\\", "'"):
        with pytest.raises(QueryError):
            graph.query("paper-concepts", paper=name)
    assert graph.stats().values == before

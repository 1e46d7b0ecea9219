"""What is shown to a person as perhaps one concept, and how it is measured."""

from pathlib import Path

import pytest

from litloom import Graph, InputError, Paper, build
from litloom.graph.curation.near_duplicates import NamedConcept, near_duplicates
from litloom.graph.curation.suggested_corrections import suggestions
from litloom.graph.names.corrections import parse_corrections
from litloom.graph.names.pairs import judge, read_pairs, scores

PAIR = (
    '{"id": 1, "a": {"name": "GNNs", "kind": "Method", "paper": "x", "title": "T", "abstract": ""}, '
    '"b": {"name": "graph neural network", "kind": "Task", "paper": "y", "title": "T", "abstract": ""}'
)


def twins(*names: str) -> list[tuple[str, str]]:
    concepts = [NamedConcept(f"method:{name}", name, "Method", 3) for name in names]
    return [(pair.one.name, pair.other.name) for pair in near_duplicates(concepts)]


def test_forms_of_one_word_are_twins() -> None:
    assert twins("quantum computer", "quantum computing", "image sensor") == [
        ("quantum computer", "quantum computing")
    ]


def test_versions_and_other_qualities_are_not() -> None:
    assert twins("CIFAR-10", "CIFAR-100") == []
    assert twins("time complexity", "sample complexity") == []
    assert twins("one") == twins() == []


def test_those_of_more_papers_come_first() -> None:
    names = [("parallel computer", 2), ("parallel computing", 2), ("graph kernel", 9), ("graph kernels x", 1)]
    names += [("quantum simulator", 7), ("quantum simulation", 8)]
    found = near_duplicates([NamedConcept(name, name, "Method", papers) for name, papers in names])
    assert found[0].one.name.startswith("quantum")


def test_suggestions_are_a_file_of_corrections_that_changes_the_graph(tmp_path: Path) -> None:
    papers = [
        Paper(
            id=f"p{i}",
            title=f"Paper {i}",
            abstract=f"We train a {name} on ImageNet with GPUs for image classification.",
        )
        for i, name in enumerate(["convolutional neural network", "graph neural network"])
    ]
    with build(papers, tmp_path / "g.lbug") as graph:
        text = suggestions(graph.store, 20)
        parse_corrections(text, "suggested")
    mine = tmp_path / "mine.yaml"
    mine.write_text("same:\n  - [ImageNet, GPUs]\ndrop: [image classification]\n", encoding="utf-8")
    with build(papers, tmp_path / "g.lbug", concepts=mine) as graph:
        assert joined(graph) == {"ImageNet", "GPUs"}
    with build(papers, tmp_path / "g.lbug") as graph:
        assert joined(graph) == {"ImageNet", "GPUs"}, "the graph keeps its corrections"


def joined(graph: Graph) -> set[str]:
    rows = graph.cypher("MATCH (c:Dataset|Hardware|Task) RETURN c.name AS name, c.aliases AS aliases")
    assert not any(row["name"] == "image classification" for row in rows)
    return next(
        {row["name"], *row["aliases"]} for row in rows if "ImageNet" in (row["name"], *row["aliases"])
    )


def test_pairs_are_judged_and_scored(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text(PAIR + ', "label": "same"}\n' + PAIR + "}\n", encoding="utf-8")
    judged = list(judge(read_pairs(file)))
    assert [predicted for _, predicted in judged] == ["same", "same"]
    assert next(iter(scores(judged[:1]))) == {
        "label": "same",
        "pairs": 1,
        "precision": 1.0,
        "recall": 1.0,
        "f1": 1.0,
    }


@pytest.mark.parametrize(
    "line", ["{", "[]", "3", '{"id": 1}', '{"id": 1, "a": {}, "b": {}}', PAIR.replace("Task", "x") + "}"]
)
def test_what_is_no_pair_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text(PAIR + "}\n" + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"pairs\.jsonl:2"):
        list(read_pairs(file))


@pytest.mark.shared
def test_the_judged_pairs_of_names(shared: Path) -> None:
    rows = {row["label"]: row for row in scores(judge(read_pairs(shared / "annotation" / "pairs-dev.jsonl")))}
    assert rows["same"]["precision"] >= 0.97
    assert rows["same"]["recall"] >= 0.85
    assert rows["variant"]["f1"] >= 0.85

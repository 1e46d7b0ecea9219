"""Mentions of many papers come to one concept where they name one thing, and only there."""

from dataclasses import dataclass

import pytest

from litloom import Extraction, InputError, Mention, Paper
from litloom.extractors.components.abbreviations import find_abbreviations
from litloom.graph.names.corrections import parse_corrections
from litloom.records import Kind
from tests.graph import woven


def extraction(paper: str, *names: str, kind: Kind = "Method", **abbreviations: str) -> Extraction:
    return Extraction(
        paper_id=paper,
        mentions=tuple(Mention(0, len(name), name, kind, 0.9, name, name) for name in names),
        abbreviations=tuple(abbreviations.items()),
    )


@dataclass(frozen=True)
class Concept:
    id: str
    name: str
    kind: str
    kind_share: float
    aliases: tuple[str, ...]
    papers: frozenset[str]


def graph_of(*extractions: Extraction, corrections: str = "") -> woven.Graph:
    papers = [
        Paper(id=one.paper_id, title="", abstract=" ".join(mention.text for mention in one.mentions))
        for one in extractions
    ]
    return woven.graph_of(papers, extractions, corrections)


def concepts(*extractions: Extraction, corrections: str = "") -> dict[str, Concept]:
    graph = graph_of(*extractions, corrections=corrections)
    mentions = woven.edges(graph, "MENTIONS")
    return {
        row["name"]: Concept(
            key,
            row["name"],
            row["kind"],
            row["kind_share"],
            tuple(row["aliases"]),
            frozenset(paper for paper, concept in mentions if concept == key),
        )
        for key, row in woven.concepts(graph).items()
    }


def variants(*extractions: Extraction, corrections: str = "") -> set[tuple[str, str]]:
    graph = graph_of(*extractions, corrections=corrections)
    names = {key: row["name"] for key, row in woven.concepts(graph).items()}
    return {(names[variant], names[family]) for variant, family in woven.edges(graph, "VARIANT_OF")}


def test_the_commonest_spelling_is_the_name_and_the_others_are_aliases() -> None:
    (concept,) = concepts(
        extraction("a", "Large Language Models"),
        extraction("b", "large language models"),
        extraction("c", "large language models"),
    ).values()
    assert (concept.id, concept.name) == ("method:llm", "large language models")
    assert concept.aliases == ("Large Language Models",)
    assert sorted(concept.papers) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "spellings",
    [
        ("mixture of experts", "Mixture-of-Experts", "MoE", "MoEs"),
        ("nearest neighbour", "nearest-neighbors"),
        ("optimisation of schedules", "optimization of schedules"),
        ("Adam", "Adam optimizer", "Adam algorithm"),
        ("naïve Bayes", "nai\u0308ve Bayes"),
        ("LLaMA-2 7B", "Llama2-7b"),
        ("super-resolution", "superresolution", "super resolution"),
        ("event camera", "event-based camera"),
        ("AIME 2024", "AIME24"),
    ],
)
def test_spellings_of_one_name_are_one_concept(spellings: tuple[str, ...]) -> None:
    assert len(concepts(*(extraction(f"p{i}", name) for i, name in enumerate(spellings)))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BERT", "RoBERTa"),
        ("CIFAR-10", "CIFAR-100"),
        ("LLaMA-2-7B", "LLaMA-2-70B"),
        ("top-1 accuracy", "accuracy"),
        ("A100", "A10"),
        ("evolutionary algorithm", "evolutionary strategies"),
        ("Newton's method", "Newton"),
        ("LLM", "LLM-based algorithms"),
    ],
)
def test_apart_stays_apart(one: str, other: str) -> None:
    assert len(concepts(extraction("a", one), extraction("b", other))) == 2
    assert len(concepts(extraction("a", one, other))) == 2


def test_an_abbreviation_that_only_the_title_has_is_the_name_that_the_abstract_spells_out() -> None:
    (concept,) = concepts(extraction("a", "FOAM", "fast optimizer of adaptive moments")).values()
    assert {concept.name, *concept.aliases} == {"FOAM", "fast optimizer of adaptive moments"}
    assert len(concepts(extraction("a", "FOAM"), extraction("b", "fast optimizer of adaptive moments"))) == 2


@pytest.mark.parametrize(
    "abstract",
    [
        "We train mixtures of frogs (MoFs). The MoF wins.",
        "We train MoFs (mixtures of frogs). A mixture of frogs wins.",
    ],
)
def test_a_definition_may_be_plural_and_stand_either_way_round(abstract: str) -> None:
    pairs = {pair.short: pair.long for pair in find_abbreviations(abstract)}
    assert (
        len(concepts(extraction("a", "MoFs", "MoF", "mixtures of frogs", "mixture of frogs", **pairs))) == 1
    )


def test_an_abbreviation_means_what_its_paper_says() -> None:
    graph = graph_of(
        extraction("a", "FOOM", "fast optical ordering machine", FOOM="fast optical ordering machine"),
        extraction("b", "FOOM", FOOM="flexible object-oriented memory"),
        extraction("c", "FOOM"),
    )
    mentions = woven.edges(graph, "MENTIONS")
    assert sorted(paper for paper, _ in mentions) == ["a", "b", "c"]
    assert len(woven.concepts(graph)) == 3


def test_an_abbreviation_of_several_meanings_goes_by_its_company() -> None:
    found = concepts(
        extraction("a", "differential privacy"), extraction("b", "DP", "differential", "privacy budget")
    )
    assert sorted(found["DP"].papers if "DP" in found else found["differential privacy"].papers) == ["a", "b"]


def test_the_kind_is_that_of_most_papers_and_its_share_is_kept() -> None:
    (concept,) = concepts(
        extraction("a", "Atari", kind="Task"),
        extraction("b", "Atari", kind="Dataset"),
        extraction("c", "Atari", kind="Dataset"),
    ).values()
    assert (concept.kind, concept.id, round(concept.kind_share, 2)) == ("Dataset", "dataset:atari", 0.67)


def test_a_name_that_many_papers_use_both_ways_is_two_concepts() -> None:
    papers = [extraction(f"m{i}", "LiDAR", kind="Hardware") for i in range(12)]
    papers += [extraction(f"d{i}", "LiDAR", kind="Dataset") for i in range(10)]
    graph = graph_of(*papers)
    assert {key: row["paper_count"] for key, row in woven.concepts(graph).items()} == {
        "dataset:lidar": 10,
        "hardware:lidar": 12,
    }


def test_versions_and_sizes_are_variants_of_the_nearest_family() -> None:
    names = ("LLaMA", "LLaMA-2", "LLaMA-2-7B", "CIFAR-10", "CIFAR", "A100", "BERT", "RoBERTa")
    assert variants(extraction("a", *names)) == {
        ("LLaMA-2-7B", "LLaMA-2"),
        ("LLaMA-2", "LLaMA"),
        ("CIFAR-10", "CIFAR"),
    }


def test_a_person_can_correct_all_of_it() -> None:
    corrections = """
        same: [[LoRA, adapters of low rank]]
        apart: [[super-resolution, superresolution]]
        kind: {Atari: Dataset}
        variant: {SenCLIP: CLIP}
        drop: [our methods]
        """
    papers = (
        extraction("a", "LoRA", "super-resolution", "SenCLIP", "our method"),
        extraction("b", "adapter of low rank", "superresolution", "CLIP"),
        extraction("c", "Atari", kind="Task"),
    )
    found = concepts(*papers, corrections=corrections)
    assert sorted(found) == sorted(
        ["LoRA", "super-resolution", "superresolution", "SenCLIP", "CLIP", "Atari"]
    )
    assert found["LoRA"].aliases == ("adapter of low rank",)
    assert found["Atari"].kind == "Dataset"
    assert variants(*papers, corrections=corrections) == {("SenCLIP", "CLIP")}


@pytest.mark.parametrize(
    "text",
    ["same: [LoRA, adapters]", "same: [[LoRA]]", "kind: {Atari: Game}", "[", "other: 1", "same: 3", "a: : b"],
)
def test_a_wrong_file_of_corrections_is_named(text: str) -> None:
    with pytest.raises(InputError, match=r"mine\.yaml"):
        parse_corrections(text, "mine.yaml")


def test_the_order_of_the_papers_changes_nothing() -> None:
    papers = [
        extraction(p, "LoRA", "lora", "GLUE", "LLaMA-2", "LLaMA", GLUE=f"general {p} lu e") for p in "abc"
    ]
    assert graph_of(*papers) == graph_of(*papers[::-1])

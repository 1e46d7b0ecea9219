"""Mentions of many papers come to one concept where they name one thing."""

from litloom import Extraction, Mention
from litloom.graph.resolve import resolve_concepts
from litloom.records import Kind


def extraction(
    paper: str, *mentions: tuple[str, Kind], abbreviations: tuple[tuple[str, str], ...] = ()
) -> Extraction:
    full = dict(abbreviations)
    return Extraction(
        paper_id=paper,
        mentions=tuple(Mention(0, len(t), t, kind, 0.9, full.get(t, t), t) for t, kind in mentions),
        abbreviations=abbreviations,
    )


def names(*extractions: Extraction) -> dict[str, tuple[str, ...]]:
    return {concept.name: concept.aliases for concept in resolve_concepts(extractions)}


def test_spellings_of_one_name_are_one_concept_under_the_commonest() -> None:
    found = resolve_concepts(
        [
            extraction("a", ("Large Language Models", "Method")),
            extraction("b", ("large language models", "Method")),
            extraction("c", ("large language models", "Method")),
        ]
    )
    assert [(c.id, c.name, c.aliases) for c in found] == [
        ("method:large-language-models", "large language models", ("Large Language Models",))
    ]
    assert sorted(found[0].papers) == ["a", "b", "c"]


def test_an_abbreviation_that_the_papers_agree_on_is_its_full_name_everywhere() -> None:
    pair = (("MoE", "mixture of experts"),)
    found = names(
        extraction("a", ("mixture of experts", "Method"), ("MoE", "Method"), abbreviations=pair),
        extraction("b", ("MoE", "Method")),
    )
    assert found == {"MoE": ("mixture of experts",)}


def test_an_abbreviation_with_two_meanings_stays_apart_where_it_is_not_defined() -> None:
    concepts = resolve_concepts(
        [
            extraction("a", ("SSM", "Method"), abbreviations=(("SSM", "state space model"),)),
            extraction("b", ("SSM", "Method"), abbreviations=(("SSM", "semantic similarity matrix"),)),
            extraction("c", ("SSM", "Method")),
        ]
    )
    assert sorted(sorted(concept.papers) for concept in concepts) == [["a"], ["b"], ["c"]]
    assert len({concept.id for concept in concepts}) == 3


def test_the_kind_is_that_of_most_papers() -> None:
    (concept,) = resolve_concepts(
        [
            extraction("a", ("Atari", "Task"), ("Atari", "Task")),
            extraction("b", ("Atari", "Dataset")),
            extraction("c", ("Atari", "Dataset")),
        ]
    )
    assert concept.id == "dataset:atari"


def test_the_order_of_the_papers_changes_nothing() -> None:
    extractions = [extraction(p, ("LoRA", "Method"), ("lora", "Method"), ("GLUE", "Dataset")) for p in "abc"]
    assert resolve_concepts(extractions) == resolve_concepts(extractions[::-1])

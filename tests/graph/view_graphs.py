"""Graphs for the tests of views: one of four papers, one of hostile text, and large ones like real piles."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter, defaultdict
from functools import cache
from typing import Any

import networkx as nx

Graph = nx.MultiDiGraph

HOSTILE = (
    "<script>window.hit = 1</script>",
    "</script><script>window.hit = 2</script>",
    "<img src=x onerror='window.hit = 3'>",
    '" onmouseover="window.hit = 4" \'`',
    "{{7*7}} {% for x in y %} ${window.hit=5} <%= 6 %>",
    "<!-- <script> --> ]]> <svg onload=window.hit=7>",
    "\u202egnp.exe\u2066 \u05e9\u05dc\u05d5\u05dd \u0627\u0644\u0633\u0644\u0627\u0645",
    "x" * 10_000,
    "line\u2028separator\u2029s \x00\x1b[31m \ud800 end",
    "javascript:window.hit=8",
)


def add(graph: Graph, tail: str, label: str, head: str, /, **attributes: Any) -> None:
    graph.add_edge(tail, head, label, label=label, **attributes)


def small() -> Graph:
    graph: Graph = nx.MultiDiGraph()
    graph.add_node(
        "arxiv:2106.09685",
        kind="Paper",
        title="LoRA: Low-Rank Adaptation of Large Language Models",
        abstract="\U0001f9ec We freeze the weights. LoRA trains small matrices on one GPU. It is cheap.",
        date="2021-06-17",
        year=2021,
        url="https://arxiv.org/abs/2106.09685",
        venue="ICLR",
        authors=["Edward Hu", "Yelong Shen"],
        author_count=8,
    )
    graph.add_node(
        "q", kind="Paper", title="QLoRA: Finetuning of Quantized LLMs", year=2023, organization="UW"
    )
    graph.add_node(
        "a", kind="Paper", title="Adapters for Transfer", date="--06-10", url="javascript:alert(1)"
    )
    graph.add_node("bare", kind="Paper", title=None, abstract=None, authors=None)
    graph.add_node("method:lora", kind="Method", name="LoRA", aliases=["Low-Rank Adaptation"], paper_count=2)
    graph.add_node("hardware:gpu", kind="Hardware", name="GPU", aliases=["GPUs"], paper_count=2)
    graph.add_node("dataset:glue", kind="Dataset", name="GLUE", paper_count=1)
    graph.add_node("metric:accuracy", kind="Metric", name="accuracy", paper_count=1)
    graph.add_node("task:qa", kind="Task", name="question answering", paper_count=1)
    proof = {"evidence": "LoRA trains small matrices on one GPU.", "confidence": 0.9}
    add(graph, "arxiv:2106.09685", "INTRODUCES", "method:lora", **proof)
    add(graph, "arxiv:2106.09685", "MENTIONS", "method:lora", count=2, in_title=True, surface="LoRA", **proof)
    add(graph, "arxiv:2106.09685", "MENTIONS", "hardware:gpu", count=1, surface="GPU", **proof)
    add(graph, "q", "MENTIONS", "method:lora", count=1, evidence="Through LoRA adapters.")
    add(graph, "q", "MENTIONS", "hardware:gpu", count=None, evidence="On 48 GB GPUs.", surface="GPUs")
    add(graph, "q", "MENTIONS", "task:qa")
    add(graph, "a", "MENTIONS", "dataset:glue", evidence="We use GLUE & more.")
    add(graph, "a", "MENTIONS", "metric:accuracy")
    add(graph, "q", "CITES", "arxiv:2106.09685", source="metadata")
    add(graph, "q", "BUILDS_ON", "arxiv:2106.09685", via=["LoRA"])
    add(graph, "a", "SHARES_CONCEPTS", "q", score=0.3, shared=["adapters"])
    return graph


def hostile() -> Graph:
    graph: Graph = nx.MultiDiGraph()
    for i, text in enumerate(HOSTILE):
        graph.add_node(
            f"p{i}{text[:300]}",
            kind="Paper",
            title=text,
            abstract=f"{text} in an abstract",
            venue=text,
            date=text,
            url=text,
            authors=[text, text],
            organization=text,
        )
        graph.add_node(f"c{i}", kind="Method", name=text, aliases=[text + "!", text])
    papers = [n for n in graph if n.startswith("p")]
    for i, (paper, text) in enumerate(zip(papers, HOSTILE, strict=True)):
        add(graph, paper, "MENTIONS", f"c{i}", evidence=text, surface=text)
        add(graph, paper, "MENTIONS", "c0", evidence=f"{text} in an abstract", surface=text)
        add(graph, paper, "SHARES_CONCEPTS", papers[i - 1], shared=[text], score=float("nan"))
    return graph


@cache
def pile(papers: int = 375, *, seed: int = 1, concepts: int = 20) -> Graph:
    """Return papers of a few fields, whose concepts are few and common, or many and rare."""
    rng = random.Random(seed)
    graph: Graph = nx.MultiDiGraph()
    kinds = rng.choices(["Method", "Metric", "Task", "Dataset", "Hardware"], [8, 3, 4, 3, 1], k=9_000)
    syllables = [
        "quan",
        "ti",
        "flow",
        "net",
        "lo",
        "ra",
        "ten",
        "sor",
        "gra",
        "ph",
        "dif",
        "fu",
        "bert",
        "mo",
        "e",
    ]
    names = [
        "".join(rng.choices(syllables, k=rng.randint(2, 4)))
        + rng.choice(["", "", " training", "-2", " model"])
        for _ in kinds
    ]
    ranks = [int(i) for i in itertools.accumulate([1] * 9_000)]
    weights = [1 / rank**0.85 for rank in ranks]
    holders: dict[str, list[str]] = defaultdict(list)
    for p in range(papers):
        field = rng.randrange(6)
        paper = f"title:{p:05d}"
        words = [rng.choice(names) for _ in range(170)]
        abstract = ". ".join(" ".join(words[k : k + 17]) for k in range(0, 170, 17)) + "."
        graph.add_node(
            paper,
            kind="Paper",
            title=f"{names[p].title()}: {' '.join(words[:6]).title()}",
            abstract=abstract,
            date=f"{rng.randint(2016, 2025)}-0{rng.randint(1, 9)}-17",
            year=2020,
            url=f"https://example.org/{p}",
            authors=["Ada Lovelace", "Alan Turing", "Grace Hopper"],
            author_count=5,
        )
        drawn = dict.fromkeys(rng.choices(range(9_000), weights, k=concepts))
        for c in drawn:
            # Most concepts belong to a field: the same rank is another concept in another field.
            number = c if c < 12 else (c + 1_500 * field) % 9_000
            concept = f"{kinds[number].lower()}:{number}"
            graph.add_node(concept, kind=kinds[number], name=names[number], aliases=[])
            sentence = abstract.split(". ")[number % 9]
            proof = {"count": rng.randint(1, 4), "confidence": 0.8, "evidence": sentence}
            add(graph, paper, "MENTIONS", concept, in_title=rng.random() < 0.1, surface=sentence[:9], **proof)
            holders[concept].append(paper)
    for concept, held in holders.items():
        graph.nodes[concept]["paper_count"] = len(held)
    _share(graph, holders, papers)
    for later, earlier in [
        (f"title:{rng.randrange(papers):05d}", f"title:{rng.randrange(papers):05d}")
        for _ in range(papers // 4)
    ]:
        add(graph, later, "CITES", earlier, source="metadata")
    return graph


def _share(graph: Graph, holders: dict[str, list[str]], papers: int) -> None:
    scores: Counter[tuple[str, str]] = Counter()
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for concept, held in holders.items():
        if 2 <= len(held) <= 40:
            for pair in itertools.combinations(sorted(held), 2):
                scores[pair] += math.log(papers / len(held))
                shared[pair].append(graph.nodes[concept]["name"])
    best: Counter[str] = Counter()
    for (one, other), score in scores.most_common():
        if best[one] < 10 and best[other] < 10:
            best.update((one, other))
            add(graph, one, "SHARES_CONCEPTS", other, score=score / 20, shared=shared[one, other][:5])


def dense(nodes: int = 2_000, edges: int = 10_000) -> Graph:
    """Return a graph that has exactly so many nodes and pairs, half of them papers."""
    rng = random.Random(2)
    graph: Graph = nx.MultiDiGraph()
    half = nodes // 2
    for i in range(half):
        graph.add_node(f"p{i}", kind="Paper", title=f"Paper {i}: on things", abstract="We do things. " * 80)
        graph.add_node(f"c{i}", kind="Method", name=f"thing {i}", paper_count=10)
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < edges:
        pairs.add(
            (rng.randrange(half), min(half - 1, int(rng.paretovariate(0.6)) - 1 + rng.randrange(half) // 2))
        )
    for p, c in sorted(pairs):
        add(graph, f"p{p}", "MENTIONS", f"c{c}", count=1, evidence="We do things.")
    return graph


def unpacked(data: dict[str, Any]) -> dict[str, Any]:
    """Return a page's data with its items as the page's script unpacks them."""
    kinds = list(data["kinds"])
    items = []
    for kind, name, *more in data["items"]:
        key, rest = (*more, "", {})[:2] if not more else (*more, {})[:2]
        made = f"{kinds[kind]}:{name}".lower()
        items.append({"kind": kinds[kind], "name": name, "key": key or made, **(rest or {})})
    return data | {"items": items}

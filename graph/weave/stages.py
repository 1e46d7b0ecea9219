"""The stages in their order, and how each is cut into tasks.

::

    mentions ─ definitions ─▶ names ─▶ keys ─▶ concepts ─▶ MENTIONS, INTRODUCES, VARIANT_OF, BUILDS_ON
                                                  └──────▶ SHARES_CONCEPTS
    papers ─▶ authors ─▶ WROTE;  references, abstracts ─▶ CITES
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, Protocol, TypeVar

from litloom.graph.weave import citations, concepts, edges, families, keys, links, mentions, names, papers
from litloom.graph.weave.plan import Plan
from litloom.graph.weave.task import Task

Result = TypeVar("Result")

CONCEPT_STAGES: Final = 13
LINK_STAGES: Final = 3
"""How many stages are run on parts, buckets and blocks."""


class Run(Protocol):
    """Runs a stage on tasks, here or elsewhere, and returns the results in any order."""

    def __call__(self, stage: Callable[[Task], Result], tasks: Sequence[Task]) -> list[Result]:
        """Return the result of each task."""


def task_count(plan: Plan) -> int:
    """Return how many tasks all stages have, those that find repeated papers included."""
    return 10 * len(plan.parts) + 13 * plan.buckets + 2 * plan.blocks + 1


class Stages:
    """The stages of a plan, of which `run` runs the tasks."""

    def __init__(self, plan: Plan, run: Run) -> None:
        self._plan = plan
        self._run = run
        self._one = Task(plan)

    def find_concepts(self) -> None:
        """Write concepts, and what papers mention and introduce."""
        self._parts(mentions.write_mentions)
        names.write_definitions(self._one, self._parts(names.count_definitions))
        self._parts(names.write_names)
        keys.write_components(self._one, self._buckets(keys.count_papers))
        keys.merge_listed(self._one, self._buckets(keys.merge_compact))
        self._buckets(keys.write_final_keys)
        self._parts(keys.write_keyed_mentions)
        self._buckets(concepts.find_concepts)
        self._buckets(concepts.number_concepts)
        self._buckets(edges.write_concepts)
        families.write_corrected_variants(self._one, self._buckets(families.match_families))
        self._buckets(families.write_variants)
        self._buckets(edges.write_builds_on)

    def link_papers(self) -> None:
        """Write which papers share concepts; after `find_concepts`."""
        self._run(links.number_papers, [self._one])
        self._blocks(links.link_block)
        self._blocks(links.write_links)

    def write_papers(self) -> None:
        """Write papers, their authors, and what they cite."""
        papers.write_same_people(self._one, self._parts(papers.write_papers))
        self._parts(papers.identify_authors)
        self._buckets(papers.write_authors)
        references = sum(self._parts(citations.count_references))
        self._parts(partial(citations.write_keys, references=references))
        self._buckets(citations.match_keys)
        self._parts(citations.write_citations)
        self._buckets(citations.write_stubs)

    def _parts(self, stage: Callable[[Task], Result]) -> list[Result]:
        return self._tasks(stage, len(self._plan.parts))

    def _buckets(self, stage: Callable[[Task], Result]) -> list[Result]:
        return self._tasks(stage, self._plan.buckets)

    def _blocks(self, stage: Callable[[Task], Result]) -> list[Result]:
        return self._tasks(stage, self._plan.blocks)

    def _tasks(self, stage: Callable[[Task], Result], count: int) -> list[Result]:
        return self._run(stage, [Task(self._plan, number) for number in range(count)])


def run_here(papers: int = 0, stages: int = 1, advance: Callable[[int], object] = lambda papers: None) -> Run:
    """Return what runs tasks one after the other in this process.

    After each of so many stages, `advance` is called with its share of the papers.
    """
    done = 0

    def run(stage: Callable[[Task], Result], tasks: Iterable[Task]) -> list[Result]:
        nonlocal done
        results = [stage(task) for task in tasks]
        advance(papers * (done + 1) // stages - papers * done // stages)
        done += 1
        return results

    return run

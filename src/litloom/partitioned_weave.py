"""Weaving a folder of parts into tables, a partition at a time; see `litloom.graph.partitioned`."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeVar

from litloom.engines import Engine
from litloom.graph import partitioned_citations as citations
from litloom.graph import partitioned_concepts as concepts
from litloom.graph import partitioned_links as links
from litloom.graph import partitioned_names as names
from litloom.graph import partitioned_papers as papers_of_parts
from litloom.graph.authors import SamePeople
from litloom.graph.partitioned import PartTask, Plan, Task
from litloom.graph.partitions import Partition, Reading, read_partitions
from litloom.graph.schema import SCHEMA_VERSION
from litloom.graph.stored_tables import finish_tables, start_tables
from litloom.progress import Advance, Progress, silent

Result = TypeVar("Result")

PAPERS_PER_BUCKET: Final = 10_000
PAPERS_PER_BLOCK: Final = 20_000


@dataclass(frozen=True, slots=True)
class Woven:
    """What `weave_parts` did: how many papers, and how many records were left out, as their id was there."""

    papers: int
    left_out: int


def weave_parts(
    folder: str | Path,
    tables: str | Path,
    *,
    engine: Engine,
    corrections: str = "",
    buckets: int | None = None,
    blocks: int | None = None,
    progress: Progress = silent,
) -> Woven:
    """Weave the papers of a folder of parts into the tables of a graph.

    They have the rows that `litloom.graph.weave.weave` gives for these papers. No task holds more than a
    part, a bucket or two blocks of them.

    Parameters
    ----------
    folder
        What `litloom.partitioned_extraction.extract_parts` wrote.
    tables
        The folder to write; tables that are there are replaced.
    engine
        Where the work is done; all workers must see both folders.
    corrections
        What a person says of the concepts, as `litloom.graph.corrections.read_corrections` returns it.
    buckets, blocks
        In how many pieces names and papers are cut; by their number if not given. It changes no row.
    progress
        Told of the tasks that are done.

    Raises
    ------
    InputError
        If the folder holds no parts, or some are not read yet.
    EngineError
        If workers are lost.
    """
    reading, parts = read_partitions(Path(folder).resolve())
    # The same part may be listed twice, where a file was named twice.
    parts = list({part.name: part for part in parts}.values())
    records = sum(part.papers for part in parts)
    target = Path(tables).resolve()
    start_tables(target)
    work = Path(tempfile.mkdtemp(prefix=".work-", dir=target))
    plan = Plan(
        work=work,
        tables=target,
        parts=len(parts),
        buckets=buckets or 1 + records // PAPERS_PER_BUCKET,
        corrections=corrections,
    )
    blocks = blocks or 1 + records // PAPERS_PER_BLOCK
    try:
        with progress("weave", 9 * len(parts) + 11 * plan.buckets + 3 * blocks) as advance:
            woven = _Weaving(plan, parts, blocks, engine, advance).weave()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    finish_tables(target, _about(reading, parts, corrections))
    return Woven(woven, records - woven)


class _Weaving:
    """The stages, in their order."""

    def __init__(
        self, plan: Plan, parts: list[Partition], blocks: int, engine: Engine, advance: Advance
    ) -> None:
        self._plan = plan
        self._parts = parts
        self._blocks = blocks
        self._left_out: dict[int, set[int]] = defaultdict(set)
        self._engine = engine
        self._advance = advance

    def weave(self) -> int:
        """Run all stages, and return the number of papers."""
        self._of_parts(names.list_papers)
        for repeated in self._of_buckets(names.repeated_papers):
            for part, row in repeated:
                self._left_out[part].add(row)
        self._plan = replace(
            self._plan,
            papers=sum(part.papers for part in self._parts) - sum(map(len, self._left_out.values())),
        )
        self._name()
        self._find_concepts()
        self._link()
        self._find_authors()
        self._find_citations()
        return self._plan.papers

    def _name(self) -> None:
        counts: Counter[tuple[str, str]] = Counter()
        sample: list[str] = []
        for defined, ids in self._of_parts(names.definitions):
            counts.update(defined)
            sample += ids
        self._plan = replace(self._plan, boundaries=_boundaries(sample, self._blocks))
        names.write_meanings(self._plan, counts)
        spelled = set().union(*self._of_parts(names.read_names))
        counted: dict[str, tuple[str, int]] = {}
        for some in self._of_buckets(names.count_keys, frozenset(key for _, key in spelled)):
            counted.update(some)
        united = names.united(spelled, counted, self._plan)
        names.join_united(
            self._plan, [key for some in self._of_buckets(names.join_keys, united) for key in some]
        )
        self._of_buckets(names.answer_keys)
        self._of_parts(names.place_mentions)

    def _find_concepts(self) -> None:
        self._of_buckets(concepts.find_concepts)
        numbered: dict[concepts.Place, str] = {}
        for some in self._of_buckets(concepts.number_concepts):
            numbered.update(some)
        self._of_buckets(concepts.write_concepts, numbered)
        asked = concepts.said_families(self._plan)
        found: dict[str, str] = {}
        for named in self._of_buckets(concepts.find_families, frozenset((*asked, *asked.values()))):
            found.update(named)
        concepts.write_said_families(self._plan, found)
        self._of_buckets(concepts.write_variants)

    def _link(self) -> None:
        blocks = range(self._plan.blocks)
        sizes = dict(self._run(links.write_block, [Task(self._plan, block) for block in blocks]))
        given = tuple(sizes[block] for block in blocks)
        self._run(links.link_block, [Task(self._plan, block, given) for block in blocks])
        self._run(links.write_links, [Task(self._plan, block) for block in blocks])

    def _find_authors(self) -> None:
        written = self._of_parts(papers_of_parts.write_papers)
        same = SamePeople(group for groups in written for group in groups)
        self._of_parts(papers_of_parts.name_authors, same)
        self._of_buckets(papers_of_parts.write_authors)

    def _find_citations(self) -> None:
        references = sum(self._of_parts(citations.count_references))
        self._of_parts(citations.want_works, references > 0)
        self._of_buckets(citations.offer_works)
        self._of_parts(citations.write_citations)
        self._of_buckets(citations.write_stubs, self._plan.parts)

    def _of_parts(self, stage: Callable[[PartTask], Result], given: Any = None) -> list[Result]:
        return self._run(
            stage,
            [
                PartTask(self._plan, number, part, frozenset(self._left_out.get(number, ())), given)
                for number, part in enumerate(self._parts)
            ],
        )

    def _of_buckets(self, stage: Callable[[Task], Result], given: Any = None) -> list[Result]:
        return self._run(stage, [Task(self._plan, bucket, given) for bucket in range(self._plan.buckets)])

    def _run(self, stage: Callable[[Any], Result], tasks: Iterable[Any]) -> list[Result]:
        results = []
        with closing(self._engine.run(stage, tasks)) as done:
            for result in done:
                results.append(result)
                self._advance(1)
        return results


def _boundaries(sample: list[str], blocks: int) -> tuple[str, ...]:
    """Return the ids that cut all of them, of which these are a sample, into blocks of about one size."""
    ordered = sorted(sample)
    places = (number * len(ordered) // blocks for number in range(1, blocks))
    return tuple(sorted({ordered[place] for place in places}))


def _about(reading: Reading, parts: Iterable[Partition], corrections: str) -> Mapping[str, Any]:
    digest = hashlib.sha256("\n".join(sorted(part.name for part in parts)).encode()).hexdigest()
    return {
        "id": "litloom",
        "schema_version": SCHEMA_VERSION,
        "version": version("litloom"),
        "model": reading.model,
        "fingerprint": f"parts:{digest}",
        "corrections": corrections,
    }

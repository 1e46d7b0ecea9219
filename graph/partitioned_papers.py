"""Weaving by partition, fourth: papers and their authors."""

from __future__ import annotations

from litloom.graph.authors import Authorship, InSource, authorships, gathered, one_person
from litloom.graph.nodes import author_properties, paper_properties
from litloom.graph.partitioned import PartTask, Task
from litloom.graph.weave import author_rows


def write_papers(task: PartTask) -> list[list[InSource]]:
    """Write the papers of a part; return which names are one person, for papers that several sources have."""
    papers = task.papers()
    task.plan.write_nodes("Paper", task.number, map(paper_properties, papers))
    return [group for paper in papers for group in one_person(paper)]


def name_authors(task: PartTask) -> None:
    """Say who wrote the papers of a part; `task.given` are the names that are one person."""
    rows = [row._asdict() for paper in task.papers() for row in authorships(paper, task.given)]
    task.plan.write("authorships", f"{task.number:06}", rows)


def write_authors(task: Task) -> None:
    """Write the authors of a bucket, and what they wrote."""
    authors = gathered(Authorship(**row) for row in task.plan.read("authorships", task.number))
    task.plan.write_nodes("Author", task.number, map(author_properties, authors))
    task.plan.write_edges(("WROTE", "Author", "Paper"), task.number, author_rows(authors))

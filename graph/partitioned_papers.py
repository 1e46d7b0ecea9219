"""Weaving by partition, fourth: the papers themselves."""

from __future__ import annotations

from litloom.graph.nodes import paper_properties
from litloom.graph.partitioned import PartTask


def write_papers(task: PartTask) -> int:
    """Write the papers of a part, and return how many."""
    papers = task.papers()
    task.plan.write_nodes("Paper", task.number, map(paper_properties, papers))
    return len(papers)

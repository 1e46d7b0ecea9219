"""Draws how the time per paper and the memory of a build grow with the number of papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def draw(builds: Sequence[Mapping[str, Any]], stages: Sequence[str], path: Path) -> None:
    """Write the picture, in the format that the ending of its name tells.

    Parameters
    ----------
    builds
        As `scale` keeps them: ``papers``, seconds by stage, and bytes held at the peak.
    stages
        The stages to show, from the lowest.
    path
        The picture.
    """
    from matplotlib.figure import Figure

    sizes = [build["papers"] for build in builds]
    figure = Figure(figsize=(10, 4), layout="constrained")
    time, memory = figure.subplots(1, 2)
    parts = [
        [1000 * build["stages"].get(stage, 0.0) / build["papers"] for build in builds] for stage in stages
    ]
    time.stackplot(sizes, parts, labels=stages, alpha=0.8)
    time.set_ylabel("milliseconds a paper")
    time.legend(loc="lower right")
    for key, label in (("peak", "all processes"), ("workers", "processes that extract")):
        memory.plot(sizes, [build[key] / 2**20 for build in builds], "o-", label=label)
    memory.set_ylabel("MiB at the peak")
    memory.set_ylim(bottom=0)
    memory.legend()
    for axes in (time, memory):
        axes.set_xscale("log")
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.minorticks_off()
        axes.set_xlabel("papers")
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)

"""What `scale` measured, as tables beside what is aimed at."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil
from rich.table import Table

from benchmarks.recognition import FULL, Speed, speed_table

STAGES = ("read", "stored", "merge", "recall", "extract", "resolve", "link", "load")
"""Stages of a build that take time, in order."""
GROWN_FROM = 10_000
MADE_OF = ("litloom", "spacy", "numpy", "scipy", "ladybug", "pyarrow")


def machine() -> dict[str, Any]:
    """Return what the measures were taken on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = {}
    for name in MADE_OF:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    return {
        "processor": _processor(),
        "cores": cores,
        "memory": psutil.virtual_memory().total,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        **versions,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "unknown processor")


def tables(found: Mapping[str, Any]) -> Iterator[Table]:
    """Yield the tables: the targets; the rates of extraction; the curve of growth."""
    on = found["machine"]
    title = (
        f"{found['of']['file']}, model {found['of']['model']}; {on['processor']}, {on['cores']} cores, "
        f"{on['memory'] / 2**30:.0f} GiB, Python {on['python']}, "
        + ", ".join(f"{name} {on[name]}" for name in MADE_OF)
    )
    targets = Table("what", "measured", "aim", "", title=title)
    for what, measured, aim, held in _targets(found):
        targets.add_row(what, measured, aim, "[green]✓" if held else "[red]✗")
    yield targets
    if "extraction" in found:
        speeds = {name: Speed(**one) for name, one in found["extraction"]["speeds"].items()}
        yield speed_table(speeds, f"extraction, {found['extraction']['papers']:,} papers")
    if "builds" in found:
        yield _growth(_builds(found), found.get("adding"))


def _targets(found: Mapping[str, Any]) -> Iterator[tuple[str, str, str, bool]]:
    if "extraction" in found:
        speeds = {name: Speed(**one) for name, one in found["extraction"]["speeds"].items()}
        name, own = next((name, one) for name, one in speeds.items() if name.startswith("litloom"))
        if FULL in speeds:
            ratio = own.one / speeds[FULL].one
            yield f"extraction: {name} to {FULL}", f"{ratio:.2f}", "at least 1.5", ratio >= 1.5
        gain = own.two / own.one
        yield "extraction: two processes to one", f"{gain:.2f}", "at least 1.8", gain >= 1.8
    if "all" in found.get("builds", {}):
        whole = found["builds"]["all"]
        yield _within(f"building {whole['papers']:,} papers", whole["seconds"], 20 * 60)
        linking = sum(whole["stages"].get(stage, 0.0) for stage in ("resolve", "link"))
        yield _within("linking them", linking, 2 * 60)
        peak = whole["peak"] / 2**30
        yield "memory at the peak", f"{peak:.2f} GiB, in {whole['peak in']}", "under 4 GiB", peak < 4
    builds = _builds(found)
    first = next((build for build in builds if build["papers"] >= GROWN_FROM), None)
    if first is not None and first is not builds[-1]:
        span = f"from {first['papers']:,} to {builds[-1]['papers']:,} papers"
        slower = _each(builds[-1]) / _each(first) - 1
        larger = builds[-1]["workers"] / max(first["workers"], 1) - 1
        yield f"time per paper, {span}", f"{slower:+.1%}", "at most +15%", slower <= 0.15
        yield f"memory of extraction, {span}", f"{larger:+.1%}", "no growth", larger <= 0.02
        held = builds[-1].get("workers by tenth", ())
        if len(held) == 10:
            longer = held[-1] / max(held[1], 1) - 1
            of = f"from the second to the last tenth of {builds[-1]['papers']:,} papers"
            yield f"memory of extraction, {of}", f"{longer:+.1%}", "no growth", longer <= 0.02
    for key in ("adding", "removing"):
        if key in found:
            yield _within(f"{key} {found[key]['papers']} papers", found[key]["seconds"], 20)


def _within(what: str, seconds: float, limit: float) -> tuple[str, str, str, bool]:
    return what, _time(seconds), f"under {_time(limit)}", seconds < limit


def _growth(builds: Sequence[Mapping[str, Any]], adding: Mapping[str, Any] | None) -> Table:
    table = Table(title="builds, and the stages of each")
    for heading in ("papers", "time", "ms a paper", *STAGES, "peak, MiB", "extracting processes, MiB"):
        table.add_column(heading, justify="right")
    for build in [*builds, *([adding] if adding else [])]:
        table.add_row(
            f"{build['papers']:,}" + (" added" if build is adding else ""),
            _time(build["seconds"]),
            f"{_each(build):.2f}",
            *(_time(build["stages"].get(stage, 0.0)) for stage in STAGES),
            f"{build['peak'] / 2**20:,.0f}",
            f"{build['workers'] / 2**20:,.0f}",
        )
    return table


def _builds(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return sorted(found.get("builds", {}).values(), key=lambda build: build["papers"])


def _each(build: Mapping[str, Any]) -> float:
    return 1000 * float(build["seconds"]) / float(build["papers"])


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 200 else f"{seconds / 60:.1f} min"

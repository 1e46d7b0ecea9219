"""Many runs of the command, each in a process forked from one that has imported it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCRIPT = """
import json, os, sys
import litloom, litloom.cli.app, litloom.api, litloom.build_graph, litloom.load_tables, typer.rich_utils
import litloom.extractors, litloom.graph.export.graph_formats, litloom.queries.catalogue
import litloom.remove_papers
from litloom.cli import main
cases = json.load(sys.stdin)
for number, arguments in enumerate(cases):
    sys.stdout.flush()
    child = os.fork()
    if not child:
        for descriptor, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(f"{number}.{name}", os.O_WRONLY | os.O_CREAT), descriptor)
        os.chdir("cwd")
        sys.argv = ["litloom", *arguments]
        try:
            main()
        except SystemExit as ended:
            sys.stdout.flush()
            os._exit(ended.code or 0)
        except BaseException:
            import traceback
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    status: int
    out: str
    err: str


def run_all(cases: Sequence[Sequence[str]], folder: Path, **environment: str) -> list[Ended]:
    """Run the command with each of some lists of arguments, one after another, in ``folder/cwd``."""
    (folder / "cwd").mkdir(exist_ok=True)
    given = {
        **os.environ,
        "HOME": str(folder / "home"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        **environment,
    }
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=folder,
        env=given,
        input=json.dumps(cases),
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    printed = [
        [(folder / f"{number}.{name}").read_text("utf-8", "replace") for name in ("out", "err")]
        for number in range(len(cases))
    ]
    return [Ended(int(s), *p) for s, p in zip(ended.stdout.split(), printed, strict=True)]

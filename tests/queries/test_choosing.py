"""Ambiguous names: at a terminal, a prompt offers the matches; elsewhere, the error lists them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from litloom import Extraction, Mention, Paper
from litloom.graph.stores.base import open_store
from litloom.graph.weave import weave
from tests.command import Running, run, start

pytestmark = pytest.mark.slow

pty = pytest.importorskip("pty", reason="needs a terminal as POSIX has them")

PROMPT = re.compile(r"\(1 to \d+\): $")
INTERRUPT = "\x03"
END = "\x04"
WEFT = "Weft Net and Weft Solver are new."


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    papers = [
        Paper(id="loom", title="Looms at Large", abstract=WEFT),
        Paper(id="hand", title="Quilting by Hand"),
        Paper(id="machine", title="Quilting by Machine \x1b[31m", references=("loom",)),
        *(Paper(title=f"Spindle {number:02}") for number in range(25)),
    ]
    mentions = tuple(
        Mention(start, start + len(name), name, "Method", 0.9, name, WEFT)
        for name in ("Weft Net", "Weft Solver")
        for start in [papers[0].text.index(name)]
    )
    found = [Extraction(paper_id=p.id, mentions=mentions if p.id == "loom" else ()) for p in papers]
    about = {"version": "0", "model": "", "fingerprint": "", "corrections": ""}
    path = tmp_path_factory.mktemp("choosing") / "g.lbug"
    with open_store(path, must_exist=False) as opened:
        opened.replace(weave(papers, found, about=about))
    return path


@pytest.fixture
def at_terminal(store: Path) -> Callable[..., tuple[int, str]]:
    """Ask at a terminal, type an answer at each prompt; return the exit status and all that is shown."""

    def ask(*arguments: str, typed: Sequence[str]) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        process = start(
            *("query", *arguments, "--store", store),
            folder=store.parent,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            new_session=True,
            environment={**os.environ, "COLUMNS": "150", "NO_COLOR": "1"},
        )
        os.close(theirs)
        shown, answers, begin = "", list(typed), 0
        while text := _read(ours):
            shown += text
            if PROMPT.search(shown[begin:]):
                begin = len(shown)
                assert answers, shown
                answer = answers.pop(0)
                if answer == INTERRUPT:
                    _interrupt(process)
                else:
                    os.write(ours, answer.encode())
        os.close(ours)
        assert not answers, shown
        return process.wait(), shown.replace("\r\n", "\n")

    return ask


def _interrupt(process: Running) -> None:
    """Press until it is heard: in the instant between showing a prompt and reading, Python misses it."""
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 4096).decode()
    except OSError:  # the other end is closed
        return ""


def test_a_number_chooses_and_anything_else_is_asked_again(
    at_terminal: Callable[..., tuple[int, str]],
) -> None:
    typed = ["0\n", "3\n", "x\n", "-1\n", "1.5\n", " 2 \n"]
    status, shown = at_terminal("citations", "--paper", "quilting", typed=typed)
    assert status == 0, shown
    assert "  1  Quilting by Hand (hand)" in shown
    assert "  2  Quilting by Machine" in shown
    assert shown.count("a number from 1 to 2") == len(typed) - 1
    assert "Looms at Large" in shown
    assert "\x1b[31m" not in shown


def test_each_name_that_fits_several_is_asked_for(at_terminal: Callable[..., tuple[int, str]]) -> None:
    status, shown = at_terminal("coupled", "--paper", "spindle", "--format", "csv", typed=["20\n"])
    assert status == 0, shown
    assert " 20  Spindle 19 (" in shown
    assert "Spindle 20" not in shown
    assert "5 more" in shown
    status, shown = at_terminal("compare", "--paper", "quilting", "--other", "spindle", typed=["1\n", "3\n"])
    assert status == 0, shown
    status, shown = at_terminal("papers-with", "--all-of", "weft", "--all-of", "Weft Net", typed=["2\n"])
    assert status == 0, shown
    assert "Looms at Large" in shown


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("key", [INTERRUPT, END])
def test_nothing_is_chosen_when_one_leaves(at_terminal: Callable[..., tuple[int, str]], key: str) -> None:
    status, shown = at_terminal("similar", "--paper", "quilting", typed=[key])
    assert status == 1
    assert shown.rstrip().endswith("Aborted.")
    assert "Traceback" not in shown


def test_without_a_terminal_they_are_told_in_one_line(store: Path) -> None:
    ended = run("query", "similar", "--paper", "quilting", "--store", store, folder=store.parent)
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("litloom: more than one paper fits 'quilting': Quilting by Hand (hand); ")
    assert line.isprintable()

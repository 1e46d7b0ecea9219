"""Temporary folders are gone when their process is, however it ended."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from litloom.graph.stores.scratch import Scratch, remove_leftovers

KILLED = """
import os, signal
from litloom.graph.stores.scratch import Scratch
scratch = Scratch()
(scratch.path / "table.parquet").write_text("half")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills a process the POSIX way")
def test_only_what_dead_processes_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    assert subprocess.run([sys.executable, "-c", KILLED], env=environment).returncode == -signal.SIGKILL
    (tmp_path / "litloom-of-somebody").mkdir()
    with Scratch() as living:
        assert len(list(tmp_path.iterdir())) == 5
        remove_leftovers()
        assert living.path.is_dir()
        assert len(list(tmp_path.iterdir())) == 3
    assert [entry.name for entry in tmp_path.iterdir()] == ["litloom-of-somebody"]

"""Fuzzing of all readers: papers or one error, in little time and memory, whatever the bytes are.

`tests.campaign.scale` says how long; ``LITLOOM_CAMPAIGN_SEED`` repeats a run.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.campaign.scale import SECONDS, SEED

STUCK = 240.0
"""Seconds without a new input after which a reader counts as stuck."""


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 2 * STUCK)
def test_whatever_the_bytes_are_papers_or_one_error(tmp_path):
    sys.stdout.write(f"LITLOOM_CAMPAIGN_SEED={SEED}\n")
    output, current = tmp_path / "output", tmp_path / "current"
    command = [sys.executable, "-m", "tests.campaign.reader_fuzzer", str(SEED), str(SECONDS), str(tmp_path)]
    with output.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, cwd=Path(__file__).parents[2])
        begun = time.time()
        while process.poll() is None:
            time.sleep(0.2)
            last = current.stat().st_mtime if current.exists() else begun
            if time.time() - last > STUCK:
                process.kill()
    said = output.read_text(encoding="utf-8")
    assert process.returncode == 0, f"seed {SEED}: {said}\nlast input: {current.read_bytes()!r}"
    *failures, counts = map(json.loads, said.splitlines())
    sys.stdout.write(f"{counts}\n")
    shown = "\n".join(f"{f['target']} {f['file']}\n{f['failure']}\n{f['input']}" for f in failures[:10])
    assert not failures, f"seed {SEED}: {counts}\n{shown}"
    assert counts["papers"], "the seeds are no longer read as papers"
    assert counts["peak_mib"] < 1024, f"seed {SEED}: {counts}"

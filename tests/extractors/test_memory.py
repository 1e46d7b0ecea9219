import platform
import subprocess
import sys

import pytest

MEASURED = """
from pathlib import Path
from litloom.extractors.extractor import Extractor, release_memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

extractor = Extractor("fast")
usual = "LoRA tunes GPT-3 on NVIDIA V100 GPUs. We weave graphs of papers with Looms on ImageNet. "
list(extractor.extract_texts([("usual", usual)]))
release_memory()
before = resident()
list(extractor.extract_texts([("long", usual * 200)]))
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives free memory back when asked")
def test_what_a_long_text_needed_is_given_back():
    done = subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 8 * 2**20

"""Fuzz every reader with atheris, which is to be installed by hand.

Run ``python -m tests.readers.fuzz -max_total_time=600 [FOLDER]``. The first byte of an input chooses the
format and whether bad records are left out; the rest is the file. The example files are the seeds. Whatever
ends in anything but papers or an `InputError` is a crash, which libFuzzer writes to a file: make it a test.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["litloom.readers"]):
    from litloom.errors import InputError
    from litloom.readers import Options, Stream, formats
    from litloom.readers.registry import format_of

FORMATS = list(formats().values())
DATA = Path(__file__).parent / "data"


def read(content: bytes) -> None:
    if not content:
        return
    which, skip_bad = content[0] // 2, bool(content[0] % 2)
    options = Options(skip_bad=skip_bad)
    try:
        stream = Stream(io.BytesIO(content[1:]), "fuzz", options)
        known = FORMATS[which] if which < len(FORMATS) else format_of(stream.head, "fuzz")
        for paper in known.read(stream, options):
            assert paper.title
            paper.text.encode()
    except InputError as refusal:
        told = str(refusal)
    else:
        return
    assert "\n" not in told, told


def main() -> None:
    seeds = Path(tempfile.mkdtemp())
    for file in DATA.iterdir():
        content = file.read_bytes()
        name = format_of(content.decode(), file.name).name
        which = [known.name for known in FORMATS].index(name)
        for first in (2 * which, 2 * which + 1, 254):
            (seeds / f"{first}-{file.name}").write_bytes(bytes([first]) + content)
    atheris.Setup([*sys.argv, str(seeds)], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

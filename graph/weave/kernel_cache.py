"""What kernels made of their inputs in the last build, so that a change computes what is new.

Each file holds a row for each input, and is named by its content: one that is damaged counts as none. The
folder may be deleted at any time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import xxhash

SUFFIX: Final = ".rows"
"""Of the files, which are Parquet."""


def cached_file(folder: Path, name: str) -> Path | None:
    """Return the file of a kernel, if there is a whole one.

    Parameters
    ----------
    folder
        The folder of the cache.
    name
        The name of the kernel.
    """
    for file in sorted(folder.glob(f"{name}-*{SUFFIX}")):
        if file.stem.rpartition("-")[2] == content_digest(file):
            return file
    return None


def keep_file(file: Path, folder: Path, name: str) -> Path:
    """Move a file into the cache, in place of that of the same name, and return its place.

    Parameters
    ----------
    file
        A complete file on the same file system.
    folder
        The folder of the cache.
    name
        The name of the kernel.
    """
    place = folder / f"{name}-{content_digest(file)}{SUFFIX}"
    file.replace(place)
    for other in folder.glob(f"{name}-*{SUFFIX}"):
        if other != place:
            other.unlink()
    return place


def content_digest(file: Path) -> str:
    """Return a digest of a file's content."""
    return xxhash.xxh3_128_hexdigest(file.read_bytes())

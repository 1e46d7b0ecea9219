"""Files with a digest of their content, so that damage is noticed.

A sealed Parquet file has two more entries in the metadata of its footer: ``litloom.of`` names what the file
belongs to, and ``litloom.seal`` is a BLAKE2b digest of the file with zeros in place of the digest. A sealed
JSON file is an object whose ``digest`` is that of the other members.
"""

from __future__ import annotations

import hashlib
import json
import mmap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from litloom.support.atomic_file import atomic_file

_KEY: Final = "litloom.seal"
_OF: Final = "litloom.of"
_BEGINS: Final = b"litloom-blake2b:"
_SIZE: Final = 16
_ZEROS: Final = b"0" * (2 * _SIZE)


class DamagedError(Exception):
    """A sealed file was changed since it was written, or has no seal."""


def write_parquet(table: pa.Table, path: Path, of: str = "") -> None:
    """Write a table to a sealed file, atomically; `of` is what it belongs to.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "n.parquet"
    ...     write_parquet(pa.table({"n": [1, 2]}), path, of="numbers")
    ...     read_parquet(path, "numbers").num_rows
    2
    """
    with atomic_file(path) as unfinished:
        with unfinished.open("wb") as file, sealed_writer(file, table.schema, of) as writer:
            writer.write_table(table)
        seal(unfinished)


def read_parquet(path: Path, *of: str) -> pa.Table:
    """Return the table in a sealed file; for arguments and errors see `read_sealed`."""
    content = read_sealed(path, *of)
    try:
        return parquet_table(content)
    except (pa.ArrowException, ValueError, OSError) as error:
        raise DamagedError(str(error).partition("\n")[0]) from error


def parquet_table(content: bytes, columns: list[str] | None = None) -> pa.Table:
    """Parse the content of a Parquet file on this thread only.

    A thread of Arrow's own that lets go of a Python object while the interpreter exits aborts the process
    (https://github.com/apache/arrow/issues/34314).
    """
    return pq.ParquetFile(pa.BufferReader(content)).read(columns, use_threads=False)


@contextmanager
def sealed_writer(file: IO[bytes], schema: pa.Schema, of: str = "") -> Iterator[pq.ParquetWriter]:
    """Open a Parquet writer that leaves room for the digest; call `seal` when the file is closed."""
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        yield writer
        writer.add_key_value_metadata({_OF: of, _KEY: (_BEGINS + _ZEROS).decode()})


def seal(path: Path) -> None:
    """Write the digest into a file of `sealed_writer`."""
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as content:
        place = _place(content)
        if place is None:
            raise ValueError(f"{path}: has no room for a digest")
        content[place : place + len(_ZEROS)] = _digest(content, place)


def read_sealed(path: Path, *of: str) -> bytes:
    """Return the content of a sealed file that belongs to one of `of`, if any are given.

    Raises
    ------
    DamagedError
        If the content was changed, or belongs to something else.
    FileNotFoundError
        If there is no file.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DamagedError(error.strerror or str(error)) from error
    place = _place(content)
    if place is None:
        raise DamagedError("it has no digest")
    if content[place : place + len(_ZEROS)] != _digest(content, place):
        raise DamagedError("its digest does not match")
    if of and _of(content) not in of:
        raise DamagedError("it belongs to something else")
    return content


def check_if_sealed(path: Path) -> None:
    """Raise `DamagedError` if a file has a seal and was changed; it may be larger than memory."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        place = _place(content)
        if place is not None and content[place : place + len(_ZEROS)] != _digest(content, place):
            raise DamagedError("its digest does not match")


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write a JSON object with a digest, atomically."""
    with atomic_file(path) as unfinished:
        sealed = {**values, "digest": _json_digest(values)}
        unfinished.write_text(json.dumps(sealed, indent=1) + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Return the object of `write_json`, without the digest; for errors see `read_sealed`."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise DamagedError(str(error)) from error
    if not isinstance(values, dict) or "digest" not in values:
        raise DamagedError("it has no digest")
    if values.pop("digest") != _json_digest(values):
        raise DamagedError("its digest does not match")
    return values


def digest(*contents: Any, size: int = _SIZE) -> bytes:
    """Return the BLAKE2b digest of several contents in a row."""
    hashing = hashlib.blake2b(digest_size=size)
    for content in contents:
        hashing.update(content)
    return hashing.digest()


def _place(content: bytes | mmap.mmap) -> int | None:
    """Return the offset of the digest: the last one, since it is in the footer."""
    found = content.rfind(_BEGINS)
    place = found + len(_BEGINS)
    return None if found < 0 or place + len(_ZEROS) > len(content) else place


def _digest(content: bytes | mmap.mmap, place: int) -> bytes:
    with (
        memoryview(content) as whole,
        whole[:place] as before,
        whole[place + len(_ZEROS) :] as after,
    ):
        return digest(before, _ZEROS, after).hex().encode()


def _of(content: bytes) -> str:
    entries = pq.read_metadata(pa.BufferReader(content)).metadata or {}
    return bytes(entries.get(_OF.encode(), b"")).decode("utf-8", "replace")


def _json_digest(values: Mapping[str, Any]) -> str:
    return digest(json.dumps(values, sort_keys=True).encode()).hex()

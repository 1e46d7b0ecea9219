"""What was woven, in a file beside the graph: a file for each graph, named by what that graph is made of.

A file is written whole before its graph is, and those of other graphs are removed after it: at any moment
there is one that fits the graph that is held, or none. One that is damaged, or of another litloom, is as good
as none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from litloom.graph.grouped import Grouped
from litloom.graph.vocabulary import Vocabulary
from litloom.graph.woven import Woven, nothing
from litloom.whole_file import whole_file

FORM: Final = 2
"""Of these files; another one is not read."""
_DIGEST_SIZE: Final = 64


def write_woven(woven: Woven, folder: Path, about: Mapping[str, Any]) -> None:
    """Write what was woven of a graph; `about` is what the graph's `Litloom` node says.

    Where it cannot be written, the next change of the graph takes longer, and that is all.
    """
    columns = dict(_flat(woven, "woven"))
    lists = {
        name: pa.LargeListArray.from_arrays(pa.array([0, len(values)], pa.int64()), values)
        for name, values in columns.items()
    }
    place = _place(folder, about)
    with suppress(OSError), whole_file(place) as unfinished, unfinished.open("wb") as file:
        hashing = _Hashing(file, place.name)
        table = pa.table(lists)
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with pa.ipc.new_stream(pa.PythonFile(hashing, "w"), table.schema, options=options) as writer:
            writer.write_table(table)
        file.write(hashing.digest.digest())


def read_woven(folder: Path, about: Mapping[str, Any]) -> Woven | None:
    """Return what was woven of the graph whose `Litloom` node says `about`, if that is known."""
    try:
        place = _place(folder, about)
        with pa.memory_map(str(place)) as file:
            whole = file.read_buffer()
            content = whole.slice(0, whole.size - _DIGEST_SIZE)
            digest = _digest_of(place.name)
            digest.update(content)
            if digest.digest() != whole.slice(content.size).to_pybytes():
                return None
            table = pa.ipc.open_stream(content).read_all()
            columns = {name: table[name].chunk(0).values for name in table.column_names}
            woven: Woven = _filled(nothing(), "woven", columns)
            return woven
    except (OSError, pa.ArrowException, ValueError, KeyError, IndexError):
        return None


def keep_only(folder: Path, about: Mapping[str, Any]) -> None:
    """Remove what was woven of any other graph."""
    kept = _place(folder, about)
    with suppress(OSError):
        for entry in folder.glob("*woven-*"):
            if entry != kept:
                entry.unlink(missing_ok=True)


def _place(folder: Path, about: Mapping[str, Any]) -> Path:
    named = repr((FORM, sorted((name, value) for name, value in about.items() if name != "id")))
    return folder / f"woven-{hashlib.sha256(named.encode()).hexdigest()[:16]}.arrow"


def _digest_of(name: str) -> hashlib.blake2b:
    """Return a digest that begins with the name of a file: that of another graph is not taken for it."""
    return hashlib.blake2b(name.encode(), digest_size=_DIGEST_SIZE)


class _Hashing:
    """A file that is written, and a digest of it."""

    def __init__(self, file: Any, name: str) -> None:
        self._file = file
        self.digest = _digest_of(name)
        self.closed = False

    def write(self, data: Any) -> int:
        self.digest.update(data)
        written: int = self._file.write(data)
        return written

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self.closed = True


def _flat(value: Any, name: str) -> Any:
    """Yield the columns of a record of records, by name."""
    if isinstance(value, Vocabulary):
        yield name, value.values
    elif isinstance(value, np.ndarray):
        yield name, pa.array(_small(value.ravel()))
    elif isinstance(value, pa.Array):
        yield name, value
    elif isinstance(value, pa.Table):
        for column in value.column_names:
            yield f"{name}.{column}", value[column].combine_chunks()
    elif isinstance(value, str):
        yield name, pa.array([value])
    elif isinstance(value, Grouped):
        yield from _flat(value.starts, f"{name}.starts")
        for column, values in value.columns.items():
            yield from _flat(values, f"{name}.{column}")
    else:
        for field in fields(value):
            yield from _flat(getattr(value, field.name), f"{name}.{field.name}")


def _small(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if values.dtype == np.int64 and (not len(values) or abs(values).max() < 2**31):
        return values.astype(np.int32)
    return values


def _filled(like: Any, name: str, columns: Mapping[str, pa.Array]) -> Any:
    """Return a record like another one, with the values of the columns."""
    if isinstance(like, Vocabulary):
        return Vocabulary(columns[name])
    if isinstance(like, np.ndarray):
        values = columns[name].to_numpy(zero_copy_only=False).astype(like.dtype)
        return values.reshape(*like.shape[:-1], -1)
    if isinstance(like, pa.Array):
        return columns[name]
    if isinstance(like, pa.Table):
        return pa.table([columns[f"{name}.{column}"] for column in like.column_names], schema=like.schema)
    if isinstance(like, str):
        return columns[name][0].as_py()
    if isinstance(like, Grouped):
        starts = _filled(like.starts, f"{name}.starts", columns)
        return Grouped(starts, {c: _filled(v, f"{name}.{c}", columns) for c, v in like.columns.items()})
    assert is_dataclass(like)
    parts = {part.name: getattr(like, part.name) for part in fields(like)}
    made: Any = type(like)
    return made(**{part: _filled(value, f"{name}.{part}", columns) for part, value in parts.items()})

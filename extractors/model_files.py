"""The files of a model folder: what they are, that they are undamaged, and reading them without running any.

``meta.json`` has, under ``litloom``, a digest of every other file (``files``) and one of itself (``digest``).
A folder without digests, as written by an earlier version, is read as well. Nothing that a folder holds is
run: weights are plain numbers, no file is a pickle, and no symbolic link is followed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from litloom.errors import ModelError

META: Final = "meta.json"
MODELS: Final = Path(__file__).parent / "models"
MOST_BYTES: Final = 2**32
"""What one file may hold, unpacked."""
CHUNK: Final = 1 << 20
"""Bytes that are unpacked at a time."""
MOST_FILES: Final = 1000
_LONGEST_NAME: Final = 100
REMEDY: Final = "train it again with litloom train, or copy it again from where it came"


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Let whatever goes wrong while a file of a model is read be a `ModelError` that names it."""
    try:
        yield
    except ModelError:
        raise
    except Exception as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        if isinstance(error, OSError) and error.strerror:
            reason = error.strerror
        raise ModelError(f"{file}: cannot be loaded as part of a model ({reason}); {REMEDY}") from error


def read_meta(folder: Path) -> dict[str, Any]:
    """Return what a model says of itself.

    Raises
    ------
    ModelError
        If it says nothing that can be read, or its ``meta.json`` is damaged.
    """
    file = folder / META
    _check_kind(file, folder)
    with reading(file):
        meta = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(meta, dict) or not isinstance(meta.get("litloom"), dict):
            raise ModelError(f"{file}: cannot be loaded: it is not of a model that litloom trained; {REMEDY}")
        for key in ("name", "version"):
            value = meta.get(key)
            if not isinstance(value, str) or not value or len(value) > _LONGEST_NAME:
                raise ModelError(f"{file}: cannot be loaded: {key!r} is not a short text; {REMEDY}")
        about = meta["litloom"]
        if ("files" in about) != ("digest" in about) or (
            is_sealed(meta) and about["digest"] != _digest(meta)
        ):
            raise ModelError(f"{file}: cannot be loaded: it is damaged; {REMEDY}")
    return meta


def is_sealed(meta: Mapping[str, Any]) -> bool:
    """Tell whether a model has digests."""
    return "digest" in meta["litloom"]


def identity(folder: Path) -> str:
    """Return name, version and a digest of the content of a model: the same for the same model only."""
    meta = read_meta(folder)
    digest = meta["litloom"]["digest"] if is_sealed(meta) else _digest_of_all(folder)
    return f"{meta['name']}-{meta['version']}+{digest[:12]}"


def seal(folder: Path) -> None:
    """Write the digests of a model's files into its ``meta.json``."""
    file = folder / META
    meta = json.loads(file.read_text(encoding="utf-8"))
    about = meta.setdefault("litloom", {})
    about.pop("digest", None)
    about["files"] = {name: _file_digest(folder / name) for name in _files(folder) if name != META}
    about["digest"] = _digest(meta)
    file.write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")


def check_files(folder: Path, meta: Mapping[str, Any]) -> None:
    """Check that the files of a model are what they were when it was written.

    Raises
    ------
    ModelError
        If one is missing, damaged, added, a link, or no regular file.
    """
    present = _files(folder)
    if not is_sealed(meta):
        return
    listed = meta["litloom"]["files"]
    for name, digest in listed.items():
        file = folder / name
        if name not in present:
            raise ModelError(f"{file}: cannot be loaded: it is missing; {REMEDY}")
        with reading(file):
            if _file_digest(file) != digest:
                raise ModelError(f"{file}: cannot be loaded: it is damaged; {REMEDY}")
    parts = {Path(name).parts[0] for name in listed if "/" in name}
    for name in present:
        if name not in listed and Path(name).parts[0] in parts:
            raise ModelError(f"{folder / name}: cannot be loaded: it does not belong to the model; remove it")


def load_arrays(file: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a NumPy archive: numbers only, no objects.

    Raises
    ------
    ModelError
        If it is no such archive, or a number is not finite.
    """
    with reading(file):
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise ModelError(f"{file}: cannot be loaded: it is too large for a model")
        with np.load(file, allow_pickle=False) as arrays:
            loaded = {name: arrays[name] for name in arrays.files}
        for name, values in loaded.items():
            if values.dtype.kind not in "iufb" or not np.isfinite(values).all():
                raise ModelError(
                    f"{file}: cannot be loaded: {name!r} holds something other than finite numbers; {REMEDY}"
                )
    return loaded


def read_settings(file: Path) -> dict[str, Any]:
    """Return the JSON object that a file holds."""
    with reading(file):
        settings = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(settings, dict):
            raise ModelError(f"{file}: cannot be loaded: it holds no settings; {REMEDY}")
    return settings


def share(settings: Mapping[str, Any], name: str, file: Path) -> float:
    """Return a setting that is a number from 0 to 1."""
    with reading(file):
        value = float(settings[name])
        if not 0 <= value <= 1:
            raise ModelError(f"{file}: cannot be loaded: {name!r} must lie between 0 and 1, not {value}")
    return value


def unpacked(file: Path) -> str:
    """Return the text of a file packed by gzip."""
    with reading(file), gzip.open(file) as packed:
        data = bytearray()
        while len(data) <= MOST_BYTES and (chunk := packed.read(CHUNK)):
            data += chunk
        if not data and not file.stat().st_size:
            raise ModelError(f"{file}: cannot be loaded: it is empty; {REMEDY}")
        if len(data) > MOST_BYTES:
            raise ModelError(f"{file}: cannot be loaded: it is too large for a model")
        return data.decode("utf-8")


def _files(folder: Path) -> list[str]:
    """Return the names of the files of a model, sorted; hidden ones are nobody's business."""
    found: list[str] = []
    waiting = [folder]
    while waiting:
        for entry in sorted(waiting.pop().iterdir()):
            if entry.name.startswith("."):
                continue
            _check_kind(entry, folder)
            if entry.is_dir():
                waiting.append(entry)
            else:
                found.append(entry.relative_to(folder).as_posix())
            if len(found) + len(waiting) > MOST_FILES:
                raise ModelError(f"{folder}: cannot be loaded: it holds too many files for a model")
    return sorted(found)


def _check_kind(file: Path, folder: Path) -> None:
    """Refuse links, which may lead out of the folder, and pipes and devices, which may never end.

    The models of litloom's own package are excepted: some installers make all files of a package links.
    """
    with reading(file):
        mode = os.lstat(file).st_mode
        if stat.S_ISLNK(mode) and folder.parent == MODELS:
            mode = file.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            kind = "a symbolic link" if stat.S_ISLNK(mode) else "no regular file"
            raise ModelError(f"{file}: cannot be loaded: it is {kind}, which a model may not hold")


def _file_digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, _blake2b).hexdigest()


def _digest(meta: Mapping[str, Any]) -> str:
    about = {key: value for key, value in meta["litloom"].items() if key != "digest"}
    return _blake2b(json.dumps({**meta, "litloom": about}, sort_keys=True).encode()).hexdigest()


def _blake2b(data: bytes = b"") -> hashlib.blake2b:
    return hashlib.blake2b(data, digest_size=16)


def _digest_of_all(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(entry for entry in folder.rglob("*") if entry.is_file()):
        digest.update(file.relative_to(folder).as_posix().encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()

"""Model folders: where they are, their digests, and safe reading of their files.

``meta.json`` has, under ``litloom``, a BLAKE2b digest of every other file (``files``) and one of itself
(``digest``). A folder without digests is read as well. Nothing in a folder is executed: weights are plain
numbers, no file is a pickle, and no symbolic link is followed.
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
_ALIASES: Final = {"default": "accurate"}
MOST_BYTES: Final = 2**32
"""The greatest size of one file, decompressed."""
_CHUNK: Final = 1 << 20
_MOST_FILES: Final = 1000
_LONGEST_NAME: Final = 100
_REMEDY: Final = "train it again with litloom train, or copy it again from where it came"


def model_path(model: str | Path) -> Path:
    """Return the folder of a model, given the name of a packaged model or a folder.

    Raises
    ------
    ModelError
        If there is no such model.
    """
    for path in (MODELS / _ALIASES.get(str(model), str(model)), Path(model)):
        if (path / META).is_file():
            return path
    known = ", ".join(sorted({*_ALIASES, *(path.parent.name for path in MODELS.glob("*/meta.json"))}))
    raise ModelError(
        f"{model}: no such model; give a directory that `litloom train` wrote, or one of {known}"
    )


def model_name(folder: Path) -> str:
    """Return name, version and a digest of the content of a model: equal for equal models only."""
    meta = read_meta(folder)
    digest = meta["litloom"]["digest"] if is_sealed(meta) else _digest_of_all(folder)
    return f"{meta['name']}-{meta['version']}+{digest[:12]}"


def unusable(file: Path, reason: str, remedy: str = _REMEDY) -> ModelError:
    """Return the error for a file of a model that cannot be loaded."""
    return ModelError(f"{file}: cannot be loaded: {reason}; {remedy}")


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Turn any exception while a file of a model is read into a `ModelError` that names the file."""
    try:
        yield
    except ModelError:
        raise
    except Exception as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        if isinstance(error, OSError) and error.strerror:
            reason = error.strerror
        raise ModelError(f"{file}: cannot be loaded as part of a model ({reason}); {_REMEDY}") from error


def read_meta(folder: Path) -> dict[str, Any]:
    """Return the content of ``meta.json``.

    Raises
    ------
    ModelError
        If it is missing, damaged, or not of a model that litloom trained.
    """
    file = folder / META
    _check_kind(file, folder)
    with reading(file):
        meta = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(meta, dict) or not isinstance(meta.get("litloom"), dict):
            raise unusable(file, "it is not of a model that litloom trained")
        for key in ("name", "version"):
            value = meta.get(key)
            if not isinstance(value, str) or not value or len(value) > _LONGEST_NAME:
                raise unusable(file, f"{key!r} is not a short text")
        about = meta["litloom"]
        if ("files" in about) != is_sealed(meta) or (is_sealed(meta) and about["digest"] != _digest(meta)):
            raise unusable(file, "it is damaged")
    return meta


def is_sealed(meta: Mapping[str, Any]) -> bool:
    """Return whether a model has digests."""
    return "digest" in meta["litloom"]


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
    """Check that the files of a model are those that were written.

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
            raise unusable(file, "it is missing")
        with reading(file):
            if _file_digest(file) != digest:
                raise unusable(file, "it is damaged")
    parts = {Path(name).parts[0] for name in listed if "/" in name}
    for name in present:
        if name not in listed and Path(name).parts[0] in parts:
            raise unusable(folder / name, "it does not belong to the model", "remove it")


def load_arrays(file: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a NumPy archive.

    Raises
    ------
    ModelError
        If it is no such archive, too large, or holds anything but finite numbers.
    """
    with reading(file):
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise unusable(file, "it is too large for a model")
        with np.load(file, allow_pickle=False) as arrays:
            loaded = {name: arrays[name] for name in arrays.files}
        for name, values in loaded.items():
            if values.dtype.kind not in "iufb" or not np.isfinite(values).all():
                raise unusable(file, f"{name!r} holds something other than finite numbers")
    return loaded


def read_settings(file: Path) -> dict[str, Any]:
    """Return the JSON object of a file."""
    with reading(file):
        settings = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(settings, dict):
            raise unusable(file, "it holds no settings")
    return settings


def share(settings: Mapping[str, Any], name: str, file: Path) -> float:
    """Return a setting that must be a number from 0 to 1."""
    with reading(file):
        value = float(settings[name])
        if not 0 <= value <= 1:
            raise unusable(file, f"{name!r} must lie between 0 and 1, not {value}")
    return value


def unpacked(file: Path) -> str:
    """Return the text of a gzip file."""
    with reading(file), gzip.open(file) as packed:
        data = bytearray()
        while len(data) <= MOST_BYTES and (chunk := packed.read(_CHUNK)):
            data += chunk
        if not data and not file.stat().st_size:
            raise unusable(file, "it is empty")
        if len(data) > MOST_BYTES:
            raise unusable(file, "it is too large for a model")
        return data.decode("utf-8")


def _files(folder: Path) -> list[str]:
    """Return the names of the files of a model, sorted, without hidden ones."""
    files: list[str] = []
    folders = [folder]
    while folders:
        for entry in sorted(folders.pop().iterdir()):
            if entry.name.startswith("."):
                continue
            _check_kind(entry, folder)
            if entry.is_dir():
                folders.append(entry)
            else:
                files.append(entry.relative_to(folder).as_posix())
            if len(files) + len(folders) > _MOST_FILES:
                raise unusable(folder, "it holds too many files for a model")
    return sorted(files)


def _check_kind(file: Path, folder: Path) -> None:
    """Refuse links, which may lead out of the folder, and pipes and devices, which may never end.

    Links within litloom's own package are fine: some installers make every file of a package a link.
    """
    with reading(file):
        mode = os.lstat(file).st_mode
        if stat.S_ISLNK(mode) and folder.parent == MODELS:
            mode = file.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            kind = "a symbolic link" if stat.S_ISLNK(mode) else "no regular file"
            raise unusable(file, f"it is {kind}, which a model may not hold")


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

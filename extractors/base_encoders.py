"""Encoders to begin training with: where they are found, and how their files become the arrays of `encoder`.

``data/base_encoders.toml`` lists them. One comes as a Python package; another is fetched once from an archive
on the net, whose SHA-256 is known, and kept under ``~/.cache/litloom/encoders``. Weights are read from
safetensors and ONNX files. Only training needs them.
"""

from __future__ import annotations

import hashlib
import io
import json
import tomllib
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from litloom.errors import InputError
from litloom.extractors.cnn import OUTPUTS
from litloom.extractors.tagging import Floats32
from litloom.extractors.wordpiece import CASES
from litloom.user_cache import user_cache
from litloom.whole_file import whole_file

DEFAULT_BASE: Final = "minilm-l6"
_DATA: Final = Path(__file__).parent / "data"
_INSTALL: Final = 'is not installed; training needs: pip install "litloom[train]"'
_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseEncoder:
    """One encoder.

    Parameters
    ----------
    archive
        A zip archive: the address of one, or the path of one within `package`.
    weights, vocabulary
        Files in the archive: the weights, and the ``tokenizer.json`` that holds the pieces.
    package
        A Python package that brings the archive along.
    sha256
        The digest of an archive on the net.
    """

    archive: str
    weights: str
    vocabulary: str
    package: str = ""
    sha256: str = ""


def base_weights(seed: int, base: str = DEFAULT_BASE) -> tuple[dict[str, Floats32], list[str]]:
    """Return the weights to begin with, named as in `encoder`, and their vocabulary.

    Of the vocabulary, only the pieces that occur in papers are kept, and single signs: half of it. How tokens
    are written counts for nothing at first, and the head is drawn by chance.

    Raises
    ------
    InputError
        Where there is no such encoder, or it cannot be fetched, or a package to read it is missing.
    """
    entry = _listed(base)
    with zipfile.ZipFile(_archive(base, entry)) as archive:
        arrays = READERS[Path(entry.weights).suffix](archive.read(entry.weights))
        pieces = json.loads(archive.read(entry.vocabulary))["model"]["vocab"]
    weights = renamed(arrays)
    width = weights["word"].shape[1]
    weights["case"] = np.zeros((2 * CASES, width), dtype=np.float32)
    weights["head.weight"] = (
        np.random.default_rng(seed).normal(scale=0.02, size=(2 * width, OUTPUTS)).astype(np.float32)
    )
    weights["head.bias"] = np.zeros(OUTPUTS, dtype=np.float32)
    known = (_DATA / "pieces.txt").read_text(encoding="utf-8").split("\n")
    kept = [piece for piece in known if piece in pieces]
    weights["word"] = weights["word"][[int(pieces[piece]) for piece in kept]]
    return weights, kept


def _listed(base: str) -> BaseEncoder:
    entries = tomllib.loads((_DATA / "base_encoders.toml").read_text(encoding="utf-8"))
    if base not in entries:
        raise InputError(base, f"is no encoder to begin with; take one of {', '.join(sorted(entries))}")
    return BaseEncoder(**entries[base])


def _archive(base: str, entry: BaseEncoder) -> Path:
    if not entry.package:
        return _fetched(base, entry)
    spec = find_spec(entry.package)
    if spec is None or spec.origin is None:
        raise InputError(entry.package, _INSTALL)
    return Path(spec.origin).parent / entry.archive


def _fetched(base: str, entry: BaseEncoder) -> Path:
    """Return the archive, fetched if it is not there yet; nothing but what the digest promises is kept."""
    path = user_cache("encoders", f"{base}.zip")
    if not path.exists():
        try:
            with urllib.request.urlopen(entry.archive, timeout=_SECONDS) as answer:
                data: bytes = answer.read()
        except (OSError, urllib.error.URLError) as error:
            raise InputError(entry.archive, f"cannot be fetched: {error}; or put it at {path}") from error
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise InputError(entry.archive, "is not the file that was expected (its SHA-256 differs)")
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as unfinished:
            unfinished.write_bytes(data)
    return path


def read_safetensors(data: bytes) -> dict[str, Floats32]:
    """Return the 32-bit arrays of a file in the safetensors format: a header in JSON, then raw numbers."""
    stream = io.BytesIO(data)
    size = int.from_bytes(stream.read(8), "little")
    header = json.loads(stream.read(size))
    arrays: dict[str, Floats32] = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            low, high = (8 + size + offset for offset in entry["data_offsets"])
            arrays[name] = np.frombuffer(data[low:high], dtype="<f4").reshape(entry["shape"]).copy()
    return arrays


def read_onnx(data: bytes) -> dict[str, Floats32]:
    """Return the 32-bit arrays of an ONNX graph, named as in the model that was exported.

    Matrices lose their names in an export; each is named again after the product that it is used in, such as
    ``/encoder/layer.0/output/dense/MatMul``, and laid out (out, in) as it was.
    """
    if find_spec("onnx") is None:
        raise InputError("onnx", _INSTALL)
    onnx: Any = import_module("onnx")
    graph = onnx.load_from_string(data).graph
    arrays = {array.name: onnx.numpy_helper.to_array(array) for array in graph.initializer}
    products = {
        node.name.strip("/").removesuffix("/MatMul").replace("/", ".") + ".weight": arrays[node.input[1]].T
        for node in graph.node
        if node.op_type == "MatMul" and node.input[1] in arrays
    }
    return {name: array for name, array in (arrays | products).items() if array.dtype == np.float32}


READERS: Final[Mapping[str, Callable[[bytes], dict[str, Floats32]]]] = {
    ".safetensors": read_safetensors,
    ".onnx": read_onnx,
}


def renamed(arrays: Mapping[str, Floats32]) -> dict[str, Floats32]:
    """Return the arrays of a BERT-like encoder as `encoder` names them, matrices laid out (in, out)."""
    embeddings = "embeddings."
    weights = {
        "word": arrays[embeddings + "word_embeddings.weight"],
        "position": arrays[embeddings + "position_embeddings.weight"]
        + arrays[embeddings + "token_type_embeddings.weight"][0],
        "norm.weight": arrays[embeddings + "LayerNorm.weight"],
        "norm.bias": arrays[embeddings + "LayerNorm.bias"],
    }
    number = 0
    while (old := f"encoder.layer.{number}.") + "output.dense.weight" in arrays:
        new = f"layer{number}."
        attention = [old + f"attention.self.{part}." for part in ("query", "key", "value")]
        weights[new + "qkv.weight"] = np.concatenate([arrays[part + "weight"] for part in attention]).T.copy()
        weights[new + "qkv.bias"] = np.concatenate([arrays[part + "bias"] for part in attention])
        for mine, theirs in (
            ("out", "attention.output.dense"),
            ("up", "intermediate.dense"),
            ("down", "output.dense"),
        ):
            weights[f"{new}{mine}.weight"] = arrays[f"{old}{theirs}.weight"].T.copy()
            weights[f"{new}{mine}.bias"] = arrays[f"{old}{theirs}.bias"]
        for mine, theirs in (("norm1", "attention.output.LayerNorm"), ("norm2", "output.LayerNorm")):
            for part in ("weight", "bias"):
                weights[f"{new}{mine}.{part}"] = arrays[f"{old}{theirs}.{part}"]
        number += 1
    return weights

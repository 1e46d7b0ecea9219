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
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from litloom.errors import InputError
from litloom.extractors.components.cnn import OUTPUTS
from litloom.extractors.components.encoder import RELATIVE
from litloom.extractors.components.wordpiece import CASES
from litloom.extractors.evidence.span_decoding import Floats32
from litloom.support.atomic_file import atomic_file
from litloom.support.user_cache import user_cache

DEFAULT_BASE: Final = "minilm-l6"
_DATA: Final = Path(__file__).parents[1] / "data"
_INSTALL: Final = 'is not installed; training needs: pip install "litloom[train]"'
_SECONDS: Final = 60
_BERTS_NAMES: Final = {"<s>": "[CLS]", "</s>": "[SEP]"}
"""Other names of the pieces that begin and end a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseEncoder:
    """One encoder.

    Parameters
    ----------
    archive
        A zip archive: the address of one, or the path of one within `package`; with `parts`, the path of a
        part within each of them, where ``{}`` is its number.
    weights, vocabulary
        Files in the archive: the weights, and the ``tokenizer.json`` that holds the pieces.
    package
        A Python package that brings the archive along.
    parts
        Python packages that bring a part of the archive each.
    sha256
        The digest of an archive on the net, or of one in parts.
    """

    archive: str
    weights: str
    vocabulary: str
    package: str = ""
    parts: tuple[str, ...] = ()
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
    pieces = {_BERTS_NAMES.get(piece, piece): number for piece, number in pieces.items()}
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


def _archive(base: str, entry: BaseEncoder) -> Path | io.BytesIO:
    if entry.parts:
        return _joined(entry)
    if not entry.package:
        return _fetched(base, entry)
    spec = find_spec(entry.package)
    if spec is None or spec.origin is None:
        raise InputError(entry.package, _INSTALL)
    return Path(spec.origin).parent / entry.archive


def _joined(entry: BaseEncoder) -> io.BytesIO:
    """Return an archive whose parts are in installed packages."""
    whole = io.BytesIO()
    for number, name in enumerate(entry.parts, start=1):
        try:
            part = distribution(name).locate_file(entry.archive.format(number))
        except PackageNotFoundError as error:
            raise InputError(name, 'is not installed; pip install "litloom[teacher]"') from error
        whole.write(Path(str(part)).read_bytes())
    _check(whole.getbuffer(), entry, entry.parts[0])
    return whole


def _fetched(base: str, entry: BaseEncoder) -> Path:
    """Return the archive, fetched if it is not there yet; nothing but what the digest promises is kept."""
    path = user_cache("encoders", f"{base}.zip")
    if path.exists():
        _check(path.read_bytes(), entry, str(path))
    else:
        try:
            with urllib.request.urlopen(entry.archive, timeout=_SECONDS) as answer:
                data: bytes = answer.read()
        except (OSError, urllib.error.URLError) as error:
            raise InputError(entry.archive, f"cannot be fetched: {error}; or put it at {path}") from error
        _check(data, entry, entry.archive)
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as unfinished:
            unfinished.write_bytes(data)
    return path


def _check(data: bytes | memoryview, entry: BaseEncoder, source: str) -> None:
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        raise InputError(source, "is not the file that was expected (its SHA-256 differs)")


def for_training(package: str) -> Any:
    """Return a package that only training needs.

    Raises
    ------
    InputError
        Where it is missing.
    """
    if find_spec(package) is None:
        raise InputError(package, _INSTALL)
    return import_module(package)


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
    onnx = for_training("onnx")
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


class Names(NamedTuple):
    """How a family of encoders names its arrays; within a layer, after the layer."""

    attention: tuple[str, str, str]
    out: str
    norm1: str


BERT: Final = Names(
    ("attention.self.query", "attention.self.key", "attention.self.value"),
    "attention.output.dense",
    "attention.output.LayerNorm",
)
MPNET: Final = Names(
    ("attention.attn.q", "attention.attn.k", "attention.attn.v"), "attention.attn.o", "attention.LayerNorm"
)
_NEARNESS: Final = "encoder.relative_attention_bias.weight"
_BEFORE_THE_FIRST: Final = 2
"""Places that MPNet does not use."""


def renamed(arrays: Mapping[str, Floats32]) -> dict[str, Floats32]:
    """Return the arrays of an encoder like BERT or MPNet, named as in `encoder`; matrices are (in, out)."""
    weights = {
        "word": arrays["embeddings.word_embeddings.weight"],
        "position": arrays["embeddings.position_embeddings.weight"],
        "norm.weight": arrays["embeddings.LayerNorm.weight"],
        "norm.bias": arrays["embeddings.LayerNorm.bias"],
    }
    names = BERT
    if _NEARNESS in arrays:
        names = MPNET
        weights[RELATIVE] = arrays[_NEARNESS]
        weights["position"] = weights["position"][_BEFORE_THE_FIRST:]
    else:
        weights["position"] = weights["position"] + arrays["embeddings.token_type_embeddings.weight"][0]
    number = 0
    while (old := f"encoder.layer.{number}.") + "output.dense.weight" in arrays:
        weights |= {f"layer{number}.{name}": values for name, values in _layer(arrays, old, names).items()}
        number += 1
    return weights


def _layer(arrays: Mapping[str, Floats32], old: str, names: Names) -> dict[str, Floats32]:
    attention = [f"{old}{part}." for part in names.attention]
    weights = {
        "qkv.weight": np.concatenate([arrays[part + "weight"] for part in attention]).T.copy(),
        "qkv.bias": np.concatenate([arrays[part + "bias"] for part in attention]),
    }
    for mine, theirs in (("out", names.out), ("up", "intermediate.dense"), ("down", "output.dense")):
        weights[f"{mine}.weight"] = arrays[f"{old}{theirs}.weight"].T.copy()
        weights[f"{mine}.bias"] = arrays[f"{old}{theirs}.bias"]
    for mine, theirs in (("norm1", names.norm1), ("norm2", "output.LayerNorm")):
        for part in ("weight", "bias"):
            weights[f"{mine}.{part}"] = arrays[f"{old}{theirs}.{part}"]
    return weights

"""Pretrained encoders to start training from: fetching them, and renaming their arrays as in `encoder`.

``data/base_encoders.toml`` lists them. They come in Python packages, or are downloaded once from an archive
of known SHA-256 and cached in ``~/.cache/litloom/encoders``. Weights are read from safetensors and ONNX
files.
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
from typing import Any, Final

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
_TIMEOUT: Final = 60
_MARKERS: Final = {"<s>": "[CLS]", "</s>": "[SEP]"}
"""Names of the markers at the ends of a text that differ from BERT's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseEncoder:
    """One encoder.

    Attributes
    ----------
    archive
        A zip archive: its URL, or its path within `package` or each of `parts`, which are Python packages; in
        the latter, ``{}`` stands for the number of the part.
    sha256
        The digest of an archive that is downloaded or in parts.
    weights, vocabulary
        Files in the archive: the weights, and the ``tokenizer.json`` with the pieces.
    """

    archive: str
    weights: str
    vocabulary: str
    package: str = ""
    parts: tuple[str, ...] = ()
    sha256: str = ""


def base_weights(seed: int, base: str = DEFAULT_BASE) -> tuple[dict[str, Floats32], list[str]]:
    """Return initial weights, named as in `encoder`, and the pieces in the order of their ids.

    Only single characters and pieces that occur in papers (``data/pieces.txt``) are kept: half of the
    vocabulary. Case embeddings are zero; the head, ``(2 * width, OUTPUTS)``, is drawn from N(0, 0.02²).

    Raises
    ------
    InputError
        If there is no such encoder, it cannot be downloaded, or a package to read it is missing.
    """
    entries = tomllib.loads((_DATA / "base_encoders.toml").read_text(encoding="utf-8"))
    if base not in entries:
        raise InputError(base, f"is no encoder to begin with; take one of {', '.join(sorted(entries))}")
    entry = BaseEncoder(**entries[base])
    with zipfile.ZipFile(_archive(base, entry)) as archive:
        arrays = _READERS[Path(entry.weights).suffix](archive.read(entry.weights))
        pieces = json.loads(archive.read(entry.vocabulary))["model"]["vocab"]
    pieces = {_MARKERS.get(piece, piece): number for piece, number in pieces.items()}
    weights = renamed(arrays)
    width = weights["word"].shape[1]
    weights["case"] = np.zeros((2 * CASES, width), dtype=np.float32)
    head = np.random.default_rng(seed).normal(scale=0.02, size=(2 * width, OUTPUTS))
    weights["head.weight"] = head.astype(np.float32)
    weights["head.bias"] = np.zeros(OUTPUTS, dtype=np.float32)
    known = (_DATA / "pieces.txt").read_text(encoding="utf-8").split("\n")
    kept = [piece for piece in known if piece in pieces]
    weights["word"] = weights["word"][[int(pieces[piece]) for piece in kept]]
    return weights, kept


def _archive(base: str, entry: BaseEncoder) -> Path | io.BytesIO:
    if entry.parts:
        return _joined(entry)
    if not entry.package:
        return _downloaded(base, entry)
    spec = find_spec(entry.package)
    if spec is None or spec.origin is None:
        raise InputError(entry.package, _INSTALL)
    return Path(spec.origin).parent / entry.archive


def _joined(entry: BaseEncoder) -> io.BytesIO:
    archive = io.BytesIO()
    for number, name in enumerate(entry.parts, start=1):
        try:
            part = distribution(name).locate_file(entry.archive.format(number))
        except PackageNotFoundError as error:
            raise InputError(name, 'is not installed; pip install "litloom[teacher]"') from error
        archive.write(Path(str(part)).read_bytes())
    _check(archive.getbuffer(), entry, entry.parts[0])
    return archive


def _downloaded(base: str, entry: BaseEncoder) -> Path:
    """Return the archive, downloaded if it is not cached yet."""
    path = user_cache("encoders", f"{base}.zip")
    if path.exists():
        _check(path.read_bytes(), entry, str(path))
        return path
    try:
        with urllib.request.urlopen(entry.archive, timeout=_TIMEOUT) as answer:
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
    """Import a package that only training needs; an `InputError` says that it is missing."""
    if find_spec(package) is None:
        raise InputError(package, _INSTALL)
    return import_module(package)


def _read_safetensors(data: bytes) -> dict[str, Floats32]:
    """Return the float32 arrays of a safetensors file: a header in JSON, then raw numbers."""
    stream = io.BytesIO(data)
    size = int.from_bytes(stream.read(8), "little")
    header = json.loads(stream.read(size))
    arrays: dict[str, Floats32] = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            low, high = (8 + size + offset for offset in entry["data_offsets"])
            arrays[name] = np.frombuffer(data[low:high], dtype="<f4").reshape(entry["shape"]).copy()
    return arrays


def _read_onnx(data: bytes) -> dict[str, Floats32]:
    """Return the float32 arrays of an ONNX graph, named as in the model that was exported.

    Matrices lose their names in an export; each is named after the product that uses it, such as
    ``/encoder/layer.0/output/dense/MatMul``, and laid out ``(n_outputs, n_inputs)`` as before.
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


_READERS: Final[Mapping[str, Callable[[bytes], dict[str, Floats32]]]] = {
    ".safetensors": _read_safetensors,
    ".onnx": _read_onnx,
}

_LAYER: Final = {
    "out": "attention.output.dense",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm1": "attention.output.LayerNorm",
    "norm2": "output.LayerNorm",
}
"""The names of a layer's arrays in `encoder`, and in BERT."""
_MPNET_LAYER: Final = _LAYER | {"out": "attention.attn.o", "norm1": "attention.LayerNorm"}
_ATTENTION: Final = ("attention.self.query", "attention.self.key", "attention.self.value")
_MPNET_ATTENTION: Final = ("attention.attn.q", "attention.attn.k", "attention.attn.v")
_RELATIVE_BIAS: Final = "encoder.relative_attention_bias.weight"
_UNUSED_POSITIONS: Final = 2
"""Leading positions that MPNet does not use."""


def renamed(arrays: Mapping[str, Floats32]) -> dict[str, Floats32]:
    """Return the arrays of a BERT or MPNet, named as in `encoder`; matrices are ``(n_inputs, n_outputs)``."""
    weights = {
        "word": arrays["embeddings.word_embeddings.weight"],
        "position": arrays["embeddings.position_embeddings.weight"],
        "norm.weight": arrays["embeddings.LayerNorm.weight"],
        "norm.bias": arrays["embeddings.LayerNorm.bias"],
    }
    attention, layer = _ATTENTION, _LAYER
    if _RELATIVE_BIAS in arrays:
        attention, layer = _MPNET_ATTENTION, _MPNET_LAYER
        weights[RELATIVE] = arrays[_RELATIVE_BIAS]
        weights["position"] = weights["position"][_UNUSED_POSITIONS:]
    else:
        weights["position"] = weights["position"] + arrays["embeddings.token_type_embeddings.weight"][0]
    number = 0
    while (old := f"encoder.layer.{number}.") + "output.dense.weight" in arrays:
        new = f"layer{number}."
        for kind in ("weight", "bias"):
            parts = [arrays[f"{old}{part}.{kind}"] for part in attention]
            weights[f"{new}qkv.{kind}"] = np.concatenate(parts).T.copy()
        for name, theirs in layer.items():
            for kind in ("weight", "bias"):
                weights[f"{new}{name}.{kind}"] = arrays[f"{old}{theirs}.{kind}"].T.copy()
        number += 1
    return weights

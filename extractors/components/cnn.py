"""The recogniser `litloom_cnn`: convolutions over hashed features of the words.

Each token is its lower-case form, prefix, suffix and shape, each hashed into an embedding table (Svenstrup et
al. 2017, "Hash Embeddings for Efficient Word Representations"; spaCy's `HashEmbedCNN`). Convolutions with
residual connections mix in the neighbours, and a linear layer gives `OUTPUTS` logits a token. See
`document.add_scores` for what they become.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.ml.models import build_hash_embed_cnn_tok2vec
from spacy.tokens import Doc
from thinc.api import Linear, Model, NumpyOps, chain, with_array

from litloom.extractors.components.cnn_forward import CnnForward
from litloom.extractors.components.component import StoredComponent
from litloom.extractors.evidence.document import add_scores
from litloom.extractors.evidence.span_decoding import TAG_COUNT, Floats32
from litloom.extractors.model_files import load_arrays, unusable

OUTPUTS: Final = TAG_COUNT + 1
"""Logits of a token: one a tag, and one for being part of a name that the paper introduces."""
_WEIGHTS: Final = "weights.npz"


def build_cnn(*, width: int, depth: int, rows: int) -> Model[list[Doc], list[Floats32]]:
    """Return an untrained network: documents to logits, float32, ``(n_tokens, OUTPUTS)`` each.

    It has `width` units a token, `depth` convolutions over a token and its two neighbours, and at most `rows`
    rows in an embedding table.
    """
    tok2vec = build_hash_embed_cnn_tok2vec(
        width=width,
        depth=depth,
        embed_size=rows,
        window_size=1,
        maxout_pieces=3,
        subword_features=True,
        pretrained_vectors=None,
    )
    head: Model[Any, Any] = with_array(Linear(nO=OUTPUTS, nI=width))
    model: Model[list[Doc], list[Floats32]] = chain(tok2vec, head)
    return model


@Language.factory(
    "litloom_cnn",
    assigns=["doc._.tag_scores", "doc._.intro_scores"],
    default_config={"width": 128, "depth": 4, "rows": 4000},
)
class CnnRecogniser(StoredComponent):
    """The component; see `build_cnn` for its settings."""

    def __init__(self, nlp: Language, name: str, *, width: int, depth: int, rows: int) -> None:
        self.name = name
        self.model = build_cnn(width=width, depth=depth, rows=rows)
        self.model.initialize(X=[nlp.make_doc("A sample of text")])
        for node in self.model.walk():
            # NumPy's BLAS multiplies matrices over twice as fast as thinc's own.
            node.ops = NumpyOps(use_blis=False)
        self._forward = CnnForward(self.model)

    def __call__(self, doc: Doc) -> Doc:
        """Add scores to a document."""
        add_scores(doc, self._forward(doc) if len(doc) else np.zeros((0, OUTPUTS), dtype=np.float32))
        return doc

    def exact_weights(self) -> dict[str, NDArray[Any]]:
        """Return the float32 weights, not rounded, by the number of their layer and their name."""
        return {
            f"{number}.{name}": np.array(node.get_param(name))
            for number, node in enumerate(self.model.walk())
            for name in node.param_names
            if node.has_param(name)
        }

    def restore(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Set the weights, named as in `exact_weights`."""
        nodes = list(self.model.walk())
        for key, values in weights.items():
            number, name = key.split(".", 1)
            floats: Any = values.astype(np.float32)
            nodes[int(number)].set_param(name, floats)

    def save(self, folder: Path) -> None:
        """Write the weights as rounded float16."""
        arrays: dict[str, Any] = {key: _rounded(values) for key, values in self.exact_weights().items()}
        np.savez_compressed(folder / _WEIGHTS, **arrays)

    def load(self, folder: Path) -> None:
        """Read the weights."""
        weights = load_arrays(folder / _WEIGHTS)
        if _shapes(weights) != _shapes(self.exact_weights()):
            raise unusable(folder / _WEIGHTS, "its weights do not fit the network in config.cfg")
        self.restore(weights)


def _shapes(arrays: Mapping[str, NDArray[Any]]) -> dict[str, tuple[int, ...]]:
    return {key: values.shape for key, values in arrays.items()}


def _rounded(values: NDArray[Any]) -> NDArray[np.float16]:
    """Return float16 whose last four bits are 0, so that they compress: right to one in 128."""
    bits = np.asarray(values, dtype=np.float16).view(np.uint16)
    rounded: NDArray[np.float16] = ((bits + np.uint16(8)) & np.uint16(0xFFF0)).view(np.float16)
    return rounded

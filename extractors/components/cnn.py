"""The recogniser `cnn`: convolutions over hashed features of the words.

Each token is its lower-case form, prefix, suffix and shape, each hashed into an embedding table (Svenstrup et
al. 2017, "Hash Embeddings for Efficient Word Representations"; spaCy's `HashEmbedCNN`); convolutions mix in
its neighbours; a softmax gives the log-probability of each tag of `tagging`, and a last output tells how
likely the token is part of what the paper introduces.

The component only leaves these scores in ``doc._.tag_scores`` and ``doc._.intro_scores``; the components
`litloom_concepts` and `litloom_introduces` decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.ml.models import build_hash_embed_cnn_tok2vec
from spacy.tokens import Doc
from thinc.api import Linear, Model, NumpyOps, chain, with_array

from litloom.errors import ModelError
from litloom.extractors.components.cnn_forward import CnnForward
from litloom.extractors.evidence.span_decoding import TAG_COUNT, Floats32
from litloom.extractors.model_files import load_arrays

OUTPUTS: Final = TAG_COUNT + 1

for _extension in ("tag_scores", "intro_scores"):
    if not Doc.has_extension(_extension):
        Doc.set_extension(_extension, default=None)


def build_cnn(*, width: int, depth: int, rows: int) -> Model[list[Doc], list[Floats32]]:
    """Return an untrained network from documents to `OUTPUTS` raw scores per token."""
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


def add_scores(doc: Doc, raw: Floats32) -> None:
    """Leave a recogniser's raw scores on the document as (log-)probabilities, after those of others."""
    doc._.tag_scores = [*(doc._.tag_scores or ()), log_softmax(raw[:, :TAG_COUNT])]
    doc._.intro_scores = [*(doc._.intro_scores or ()), 1 / (1 + np.exp(-raw[:, TAG_COUNT]))]


def log_softmax(raw: Floats32) -> Floats32:
    """Return log-probabilities of rows of raw scores."""
    shifted = raw - raw.max(axis=1, keepdims=True)
    scores: Floats32 = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return scores


class CnnRecogniser:
    """The component; see the module.

    Parameters
    ----------
    nlp
        The pipeline.
    name
        The name in the pipeline.
    width, depth, rows
        The size of the network: units per token, layers, rows of the largest embedding table.
    """

    def __init__(self, nlp: Language, name: str, *, width: int, depth: int, rows: int) -> None:
        self.name = name
        self.model = build_cnn(width=width, depth=depth, rows=rows)
        self.model.initialize(X=[nlp.make_doc("A sample of text")])
        use_fast_blas(self.model)
        self._forward = CnnForward(self.model)

    def __call__(self, doc: Doc) -> Doc:
        """Score one document."""
        add_scores(doc, self._forward(doc) if len(doc) else np.zeros((0, OUTPUTS), dtype=np.float32))
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 32) -> Iterator[Doc]:
        """Score documents one by one, so that a batch gives to the bit what each gives alone."""
        return map(self, stream)

    def exact_weights(self) -> dict[str, NDArray[Any]]:
        """Return the weights, not rounded, by the number of their layer and their name."""
        return {
            f"{number}.{name}": np.array(node.get_param(name))
            for number, node in enumerate(self.model.walk())
            for name in node.param_names
            if node.has_param(name)
        }

    def restore(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take over what `exact_weights` returned."""
        nodes = list(self.model.walk())
        for key, values in weights.items():
            number, name = key.split(".", 1)
            floats: Any = values.astype(np.float32)
            nodes[int(number)].set_param(name, floats)

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the weights, in half precision and without its last bits, which would not compress."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {key: _short(values) for key, values in self.exact_weights().items()}
        np.savez_compressed(path / "weights.npz", **arrays)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> CnnRecogniser:
        """Read what `to_disk` wrote."""
        file = Path(path) / "weights.npz"
        weights = load_arrays(file)
        shapes = {key: values.shape for key, values in self.exact_weights().items()}
        if {key: values.shape for key, values in weights.items()} != shapes:
            raise ModelError(
                f"{file}: cannot be loaded: it holds weights of another network than config.cfg describes"
            )
        self.restore(weights)
        return self


def _short(values: Any) -> NDArray[np.float16]:
    """Return numbers of 16 bits whose last four are 0, nearest to the given ones: right to one in 128."""
    bits = np.asarray(values, dtype=np.float16).view(np.uint16)
    short: NDArray[np.float16] = ((bits + np.uint16(8)) & np.uint16(0xFFF0)).view(np.float16)
    return short


def use_fast_blas(model: Model[Any, Any]) -> None:
    """Let a network multiply matrices with NumPy's BLAS, which is over twice as fast as thinc's own."""
    for node in model.walk():
        node.ops = NumpyOps(use_blis=False)


@Language.factory(
    "litloom_cnn",
    assigns=["doc._.tag_scores", "doc._.intro_scores"],
    default_config={"width": 128, "depth": 4, "rows": 4000},
)
def make_cnn(nlp: Language, name: str, width: int, depth: int, rows: int) -> CnnRecogniser:
    """Make the component `litloom_cnn`."""
    return CnnRecogniser(nlp, name, width=width, depth=depth, rows=rows)

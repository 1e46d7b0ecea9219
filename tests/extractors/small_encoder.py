"""An encoder of one layer that nobody trained."""

import numpy as np

from litloom.extractors.components.cnn import OUTPUTS
from litloom.extractors.components.encoder import RELATIVE, distance_buckets
from litloom.extractors.components.wordpiece import CASES

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOCABULARY = [
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "graph",
    "net",
    "-",
    "1",
    *_LETTERS,
    *(f"##{one}" for one in _LETTERS),
]
WIDTH = 24
HEADS = 4


def small_weights(seed=0, *, relative=False):
    random = np.random.default_rng(seed)
    shapes = {
        "word": (len(VOCABULARY), WIDTH),
        "position": (512, WIDTH),
        "case": (2 * CASES, WIDTH),
        "layer0.qkv.weight": (WIDTH, 3 * WIDTH),
        "layer0.out.weight": (WIDTH, WIDTH),
        "layer0.up.weight": (WIDTH, 2 * WIDTH),
        "layer0.down.weight": (2 * WIDTH, WIDTH),
        "head.weight": (2 * WIDTH, OUTPUTS),
    }
    if relative:
        shapes[RELATIVE] = (int(distance_buckets(512).max()) + 1, HEADS)
    weights = {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    for name, size in (
        ("layer0.qkv.bias", 3 * WIDTH),
        ("layer0.out.bias", WIDTH),
        ("layer0.up.bias", 2 * WIDTH),
        ("layer0.down.bias", WIDTH),
        ("head.bias", OUTPUTS),
    ):
        weights[name] = np.zeros(size, dtype=np.float32)
    for name in ("norm", "layer0.norm1", "layer0.norm2"):
        weights[f"{name}.weight"] = np.ones(WIDTH, dtype=np.float32)
        weights[f"{name}.bias"] = np.zeros(WIDTH, dtype=np.float32)
    return weights

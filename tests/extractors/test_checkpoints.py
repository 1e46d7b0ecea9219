"""What a training has finished is kept, and done again where it is damaged."""

import numpy as np
import pytest

from litloom.extractors.training.checkpoints import Checkpoints

pytestmark = pytest.mark.slow


class Recogniser:
    def __init__(self):
        self.weights = {"a": np.zeros(3)}

    def exact_weights(self):
        return self.weights

    def restore(self, weights):
        self.weights = dict(weights)

    def train(self):
        self.weights = {"a": np.arange(3.0)}


def once(folder):
    """Return the weights after a stage, and whether it was trained."""
    trained = []
    recogniser = Recogniser()

    def train():
        trained.append(True)
        recogniser.train()

    Checkpoints(folder, "this run").once("seen", recogniser, train)
    return recogniser.weights["a"].tolist(), bool(trained)


@pytest.mark.parametrize("name", ["seen.npz", "seen.npz.digest"])
@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "remove"])
def test_a_damaged_stage_is_done_again(tmp_path, name, damage):
    folder = tmp_path / "stages"
    assert once(folder) == ([0, 1, 2], True)
    assert once(folder) == ([0, 1, 2], False)
    file = folder / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    damaged = {"flip": bytes(content), "cut": bytes(content[:-1]), "empty": b"", "remove": None}[damage]
    if damaged is None:
        file.unlink()
    else:
        file.write_bytes(damaged)
    assert once(folder) == ([0, 1, 2], True)
    assert once(folder) == ([0, 1, 2], False)

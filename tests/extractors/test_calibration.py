import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.extractors.evidence.calibration import Calibration, calibrate


def test_overconfidence_is_corrected():
    random = np.random.default_rng(0)
    predicted = random.uniform(0.4, 0.99, 4000)
    logits = np.log(predicted / (1 - predicted))
    right = random.random(4000) < 1 / (1 + np.exp(-0.5 * logits))
    calibration = calibrate(predicted.tolist(), right.tolist())
    assert calibration.slope == pytest.approx(0.5, abs=0.1)
    assert np.mean([calibration(p) for p in predicted]) == pytest.approx(right.mean(), abs=0.01)


def test_calibrated_probabilities_are_kept():
    random = np.random.default_rng(1)
    predicted = random.uniform(0.4, 0.99, 4000)
    calibration = calibrate(predicted.tolist(), (random.random(4000) < predicted).tolist())
    assert calibration.slope == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("right", [[], [True], [True] * 30, [False] * 30])
def test_few_or_one_sided_mentions_change_little(right):
    calibration = calibrate([0.9] * len(right), right)
    assert np.isfinite(calibration).all()
    assert 0 < calibration(0.5) < 1


@given(st.floats(0.05, 4), st.floats(-3, 3), st.floats(0, 1), st.floats(0, 1))
def test_order_is_kept(slope, shift, one, other):
    calibration = Calibration(slope, shift)
    low, high = sorted((one, other))
    assert 0 <= calibration(low) <= calibration(high) <= 1

"""Initialization: what equal weights do, exactly and in floating point."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.laboratory.principles.initialization import Initialization, unlikeness
from pellucid.laboratory.principles.network import Parameters, backward, forward, initialize


@pytest.mark.knowledge("F5")
def test_zero_weights_get_no_gradient_but_in_the_last_bias() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 2)), (np.arange(20) < 7).astype(float)[:, None]
    p = initialize((2, 5, 1), "zeros", rng)
    gradient = backward(p, forward(p, x), x, y)
    assert not gradient.W1.any()
    assert not gradient.b1.any()
    assert not gradient.W2.any()
    assert gradient.b2.any()


@pytest.mark.knowledge("F5")
def test_zeros_never_break_the_symmetry_and_draws_do() -> None:
    result = Initialization().run()
    assert result["unlikeness"]["zeros"] == 0
    assert result["early_unlikeness"]["constant"] < 1e-6 < 0.1 < result["early_unlikeness"]["small"]
    # what the network ends with from zeros is the entropy of the class shares: about log 2
    assert result["losses"]["zeros"][-1] == pytest.approx(np.log(2), abs=0.01)


def test_unlikeness_sees_the_biases() -> None:
    p = Parameters(np.ones((2, 3)), np.array([0.0, 0.0, 0.5]), np.ones((3, 1)), np.zeros(1))
    assert unlikeness(p) == 0.5

"""Dropout beside torch's own: the mask that torch drew gives torch's output; the mean stays."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.layers.regularization.dropout import dropout_mask, dropout_reference
from pellucid.foundation.errors import RangeError


@pytest.mark.knowledge("G8")
@pytest.mark.parametrize("probability", [0.0, 0.3, 0.8])
def test_torch_drops_in_the_same_way(probability: float) -> None:
    x = np.random.default_rng(0).uniform(1, 2, (50, 20))  # no zeros, so that a zero was dropped
    torch.manual_seed(0)
    theirs = torch.nn.functional.dropout(torch.tensor(x), probability).numpy()
    mask = (theirs != 0).astype(float)
    np.testing.assert_allclose(dropout_reference(x, mask, probability), theirs, rtol=1e-12)


@pytest.mark.knowledge("G8")
def test_the_mean_over_masks_is_what_prediction_gives() -> None:
    rng = np.random.default_rng(0)
    x, draws, p = np.array([1.0, -2.0, 5.0]), 20_000, 0.4
    mean = np.mean([dropout_reference(x, dropout_mask(x.shape, p, rng), p) for _ in range(draws)], axis=0)
    error = np.abs(x) * np.sqrt(p / (1 - p) / draws)  # standard error of a Bernoulli mean, scaled by 1 / (1 - p)
    assert (np.abs(mean - dropout_reference(x, np.zeros(3), p, training=False)) < 4 * error).all()


@pytest.mark.parametrize("probability", [-0.1, 1.0])
def test_dropping_everything_is_refused(probability: float) -> None:
    with pytest.raises(RangeError, match=f"at least 0 and below 1, got {probability}"):
        dropout_reference(np.ones(2), np.ones(2), probability)

"""The normalized network does not notice the gain of its weights; the plain one does."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.laboratory.normalization.activation_drift import ActivationDrift


@pytest.mark.knowledge("G7")
def test_a_factor_in_front_of_batch_norm_cancels() -> None:
    results = [ActivationDrift(gain=gain, steps=2, rate=0.0).run() for gain in (0.5, 2.0)]
    normalized = [result["loss with batch norm"][0] for result in results]
    plain = [result["spread without"][0, -1] for result in results]
    # the last layer has no normalization behind it: compare what the hidden layers receive
    spreads = [result["spread with batch norm"][0] for result in results]
    np.testing.assert_allclose(spreads[0], spreads[1], rtol=1e-2)
    assert plain[1] / plain[0] == pytest.approx(4.0**8, rel=1e-3)  # gain 4 times larger through 8 ReLU layers
    assert np.isfinite(normalized).all()

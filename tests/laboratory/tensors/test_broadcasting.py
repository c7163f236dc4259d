from __future__ import annotations

import numpy as np
import pytest

from pellucid.laboratory.tensors.broadcasting import Broadcasting


@pytest.mark.knowledge("J5", "C16")
def test_the_wrong_loss_is_the_mean_over_all_pairs() -> None:
    result = Broadcasting(n=7, seed=3).run()
    y, z = result["y"], 2 * result["x"] + 1
    assert result["differences"].shape == (7, 7)
    assert result["wrong"] == pytest.approx(np.mean([(a - b) ** 2 for a in z for b in y]))  # by hand, pair by pair
    assert result["right"] == pytest.approx(np.mean((z - y) ** 2))


@pytest.mark.knowledge("J5")
def test_the_right_shape_gives_least_squares_and_the_wrong_one_the_mean() -> None:
    result = Broadcasting(n=30).run()
    slope, height = np.polyfit(result["x"], result["y"], 1)
    np.testing.assert_allclose(result["right_fit"], [slope, height], atol=1e-6)
    np.testing.assert_allclose(result["wrong_fit"], [0, result["y"].mean()], atol=1e-6)

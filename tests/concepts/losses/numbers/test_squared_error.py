"""Squared error."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.losses.numbers.squared_error import squared_error, squared_error_reference


@pytest.mark.knowledge("C3", "C13")
def test_ones_against_threes_give_4() -> None:  # docs/knowledge.toml C13
    assert squared_error_reference(np.ones((2, 3)), np.full((2, 3), 3.0))[0] == 4
    assert squared_error(torch.ones(2, 3), torch.full((2, 3), 3.0)).item() == 4


def test_the_mean_is_the_best_constant() -> None:
    targets = np.array([0.0, 1.0, 5.0])
    _, gradient = squared_error_reference(np.full(3, targets.mean()), targets)
    assert gradient.sum() == pytest.approx(0, abs=1e-15)

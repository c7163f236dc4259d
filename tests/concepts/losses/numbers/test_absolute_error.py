"""Absolute error."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.losses.numbers.absolute_error import absolute_error, absolute_error_reference


@pytest.mark.knowledge("C2", "C13")
def test_ones_against_threes_give_2() -> None:  # docs/knowledge.toml C13
    assert absolute_error_reference(np.ones((2, 3)), np.full((2, 3), 3.0))[0] == 2
    assert absolute_error(torch.ones(2, 3), torch.full((2, 3), 3.0)).item() == 2


def test_the_median_is_the_best_constant_and_the_kink_has_gradient_0() -> None:
    _, gradient = absolute_error_reference(np.ones(3), np.array([0.0, 1.0, 5.0]))
    np.testing.assert_array_equal(gradient, [1 / 3, 0, -1 / 3])

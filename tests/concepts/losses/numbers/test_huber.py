"""Huber's loss."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.losses.numbers.absolute_error import absolute_error_reference
from pellucid.concepts.losses.numbers.huber import huber, huber_reference
from pellucid.concepts.losses.numbers.squared_error import squared_error_reference


@pytest.mark.parametrize("delta", [0.1, 1.0, 1.345, 20.0])
def test_every_delta_agrees_with_torch(delta: float) -> None:
    generator = np.random.default_rng(0)
    logits, targets = generator.normal(size=(2, 50)) * 3
    value, gradient = huber_reference(logits, targets, delta=delta)
    leaf = torch.tensor(logits, requires_grad=True)
    fast = huber(leaf, torch.tensor(targets), delta=delta)
    (fast_gradient,) = torch.autograd.grad(fast, leaf)
    assert fast.item() == pytest.approx(value, rel=1e-9)
    np.testing.assert_allclose(fast_gradient.numpy(), gradient, rtol=1e-7)


@pytest.mark.knowledge("C8")
def test_it_is_half_the_squared_error_near_and_delta_times_the_absolute_error_far() -> None:
    near, far, zero = np.array([0.1, -0.9]), np.array([50.0, -7.0]), np.zeros(2)  # with delta 1, by the formula
    assert huber_reference(near, zero)[0] == pytest.approx(squared_error_reference(near, zero)[0] / 2)
    assert huber_reference(far, zero)[0] == pytest.approx(absolute_error_reference(far, zero)[0] - 0.5)

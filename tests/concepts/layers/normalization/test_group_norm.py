"""Group normalization: its two ends, and what divides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from pellucid.concepts.layers.normalization.group_norm import (
    group_norm,
    group_norm_reference,
    group_norm_reference_backward,
)
from pellucid.concepts.layers.normalization.instance_norm import instance_norm_reference
from pellucid.foundation.errors import ShapeError


@pytest.mark.knowledge("G7")
def test_value_and_gradient_as_the_torch_module() -> None:
    rng = np.random.default_rng(0)
    module = torch.nn.GroupNorm(2, 6, dtype=torch.float64)
    x, upstream = rng.normal(size=(2, 3, 6, 4))
    leaf = torch.tensor(x, requires_grad=True)
    y = module(leaf)
    y.backward(torch.tensor(upstream))
    np.testing.assert_allclose(group_norm_reference(x, np.ones(6), np.zeros(6), groups=2), y.detach(), rtol=1e-9)
    gradient = group_norm_reference_backward(upstream, x, np.ones(6), np.zeros(6), groups=2)[0]
    np.testing.assert_allclose(gradient, leaf.grad, rtol=1e-7)


def test_as_many_groups_as_channels_is_instance_normalization() -> None:
    x, one, zero = np.random.default_rng(0).normal(size=(2, 4, 3, 3)), np.ones(4), np.zeros(4)
    np.testing.assert_allclose(group_norm_reference(x, one, zero, groups=4), instance_norm_reference(x, one, zero))


@pytest.mark.parametrize("groups", [0, 4, 2.0])
def test_groups_must_divide_the_channels(groups: Any) -> None:
    with pytest.raises(ShapeError, match=f"groups to divide the 6 channels, got {groups}"):
        group_norm_reference(np.ones((1, 6)), np.ones(6), np.zeros(6), groups=groups)


@pytest.mark.parametrize("n", [1, 5])  # torch refuses one example only
def test_a_group_of_one_value_is_refused(n: int) -> None:
    with pytest.raises(ShapeError, match=r"group_norm expected groups of two values or more, got 6 groups in x"):
        group_norm_reference(np.ones((n, 6)), np.ones(6), np.zeros(6), groups=6)
    with pytest.raises(ShapeError, match=r"group_norm expected groups of two values or more, got 6 groups in x"):
        group_norm(torch.ones(n, 6), torch.ones(6), torch.zeros(6), groups=6)

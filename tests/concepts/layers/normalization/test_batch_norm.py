"""Batch normalization beside torch.nn.BatchNorm1d, 2d, 3d: outputs, running statistics, gradients over batches."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.normalization.batch_norm import (
    BATCH_NORM,
    batch_norm_reference,
    batch_norm_reference_backward,
    running_statistics_reference,
)
from pellucid.foundation.errors import RangeError, ShapeError

BATCHES = 30
MODULES = [
    (torch.nn.BatchNorm1d, (7, 3)),
    (torch.nn.BatchNorm1d, (4, 3, 5)),
    (torch.nn.BatchNorm2d, (4, 6, 3, 2)),
    (torch.nn.BatchNorm3d, (2, 3, 2, 3, 2)),
]
every_module = pytest.mark.parametrize(("kind", "shape"), MODULES)


def same(module: torch.nn.Module, x: Floats, vectors: tuple[Floats, ...], training: bool) -> None:
    leaf = torch.tensor(x, requires_grad=True)
    module.zero_grad()
    y = module(leaf)
    upstream = np.random.default_rng(1).normal(size=x.shape)
    y.backward(torch.tensor(upstream))
    np.testing.assert_allclose(batch_norm_reference(x, *vectors, training=training), y.detach().numpy(), rtol=1e-9)
    gradients = batch_norm_reference_backward(upstream, x, *vectors, training=training)
    for ours, theirs in zip(gradients, (leaf.grad, module.weight.grad, module.bias.grad), strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-7, atol=1e-9)


@pytest.mark.knowledge("G7")
@every_module
@pytest.mark.parametrize("momentum", [0.1, 0.5])
def test_training_then_prediction_as_torch(kind: type, shape: tuple[int, ...], momentum: float) -> None:
    rng = np.random.default_rng(0)
    module = kind(shape[1], momentum=momentum, dtype=torch.float64)
    scale, shift = rng.normal(size=(2, shape[1]))
    with torch.no_grad():
        module.weight.copy_(torch.tensor(scale))
        module.bias.copy_(torch.tensor(shift))
    mean, variance = np.zeros(shape[1]), np.ones(shape[1])
    for batch in range(BATCHES):
        x = rng.normal(batch / 10, 2.0, shape)
        same(module, x, (scale, shift, mean, variance), training=True)
        mean, variance = running_statistics_reference(x, mean, variance, momentum)
        np.testing.assert_allclose(mean, module.running_mean.numpy(), rtol=1e-9)
        np.testing.assert_allclose(variance, module.running_var.numpy(), rtol=1e-9)
    module.eval()
    for _ in range(3):
        same(module, rng.normal(3, 2.0, shape), (scale, shift, mean, variance), training=False)


@pytest.mark.knowledge("G7")
def test_batch_norm_2d_of_six_is_for_six_channels() -> None:
    # torch.nn.BatchNorm2d(6) has 6 scales, 6 shifts, 6 running means, 6 running variances: 12 learnt numbers
    module = torch.nn.BatchNorm2d(6)
    assert [parameter.shape for parameter in module.parameters()] == [(6,), (6,)]
    one, zero = np.ones(6), np.zeros(6)
    x = np.random.default_rng(0).normal(5, 3, (8, 6, 4, 4))
    y = batch_norm_reference(x, one, zero, zero, one, epsilon=0.0)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), zero, atol=1e-12)  # over m p q = 8 * 4 * 4 values
    np.testing.assert_allclose(y.std(axis=(0, 2, 3)), one)
    with pytest.raises(ShapeError, match=r"scale of shape \(c,\) = \(5,\), got \(6,\)"):
        batch_norm_reference(x[:, :5], one, zero, zero, one)


def test_one_value_for_each_channel_is_refused_in_training_only() -> None:
    one, zero, x = np.ones(2), np.zeros(2), np.array([[3.0, 4.0]])
    with pytest.raises(ShapeError, match="two values for each channel or more"):
        batch_norm_reference(x, one, zero, zero, one)
    np.testing.assert_allclose(batch_norm_reference(x, one, zero, zero, one, training=False, epsilon=0.0), x)


def test_a_momentum_beyond_1_is_refused() -> None:
    with pytest.raises(RangeError, match="momentum from 0 to 1, got 9"):
        running_statistics_reference(np.ones((2, 1)), np.zeros(1), np.ones(1), momentum=9)


def test_permuting_examples_permutes_the_output() -> None:
    rng = np.random.default_rng(0)
    x, order = rng.normal(size=(6, 2)), rng.permutation(6)
    rest = (np.ones(2), np.zeros(2), np.zeros(2), np.ones(2))
    np.testing.assert_allclose(BATCH_NORM.reference(x[order], *rest), BATCH_NORM.reference(x, *rest)[order])

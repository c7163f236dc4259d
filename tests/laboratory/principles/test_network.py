"""The steps of a network with one hidden layer, against autograd and torch's initializers."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
import torch

from pellucid.foundation.errors import ShapeError, UnknownNameError
from pellucid.laboratory.principles.network import (
    Hidden,
    Output,
    Parameters,
    backward,
    forward,
    initialize,
    layer_sizes,
    loss,
    sigmoid,
    update,
)


def drawn(n: int = 7, d: int = 3, h: int = 4, k: int = 2) -> tuple[Parameters, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    p = Parameters(*(rng.standard_normal(shape) for shape in ((d, h), (h,), (h, k), (k,))))
    return p, rng.standard_normal((n, d)), rng.integers(0, 2, (n, k)).astype(float)


@pytest.mark.knowledge("F5")
@pytest.mark.parametrize("hidden", get_args(Hidden))
@pytest.mark.parametrize("output", get_args(Output))
def test_loss_and_gradient_are_those_of_autograd(hidden: Hidden, output: Output) -> None:
    p, x, y = drawn()
    values = forward(p, x, hidden, output)
    W1, b1, W2, b2 = leaves = [torch.tensor(one, requires_grad=True) for one in p]
    z2 = (torch.tanh if hidden == "tanh" else torch.sigmoid)(torch.tensor(x) @ W1 + b1) @ W2 + b2
    if output == "sigmoid":
        total = torch.nn.functional.binary_cross_entropy_with_logits(z2, torch.tensor(y), reduction="sum")
    else:
        total = torch.nn.functional.mse_loss(z2, torch.tensor(y), reduction="sum") / 2
    mean = total / len(x)
    assert loss(values, y, output) == pytest.approx(mean.item(), rel=1e-12)
    for own, theirs in zip(backward(p, values, x, y, hidden), torch.autograd.grad(mean, leaves), strict=True):
        np.testing.assert_allclose(own, theirs.numpy(), rtol=1e-10, atol=1e-14)


def test_biases_can_rest() -> None:
    p, x, y = drawn()
    gradient = backward(p, forward(p, x), x, y, biases=False)
    moved = update(p, gradient, 0.1)
    np.testing.assert_array_equal(moved.b1, p.b1)
    np.testing.assert_array_equal(moved.b2, p.b2)
    np.testing.assert_array_equal(gradient.W1, backward(p, forward(p, x), x, y).W1)


def test_extreme_sums_are_survived() -> None:
    assert sigmoid(np.array([-1e6, 1e6])).tolist() == [0, 1]
    p, x, y = drawn()
    far = Parameters(p.W1, p.b1, p.W2 * 1e6, p.b2)
    assert np.isfinite(loss(forward(far, x), y))


@pytest.mark.knowledge("F5")
@pytest.mark.parametrize(
    ("how", "deviation"), [("small", 0.01), ("Xavier", np.sqrt(2 / (300 + 200))), ("He", np.sqrt(2 / 300))]
)
def test_weights_are_drawn_with_the_stated_deviation(how: str, deviation: float) -> None:
    p = initialize((300, 200, 1), how, np.random.default_rng(0))
    # 60,000 draws: the deviation is known to 1 / sqrt(120,000) = 0.3 %
    assert p.W1.std() == pytest.approx(deviation, rel=0.015)
    assert abs(p.W1.mean()) < 5 * deviation / np.sqrt(60_000)
    assert not p.b1.any()
    assert not p.b2.any()


def test_torch_states_the_same_deviations() -> None:
    weight = torch.empty(200, 300)  # torch counts (out, in)
    torch.manual_seed(0)
    by_torch = [torch.nn.init.xavier_normal_(weight).std().item()]
    by_torch.append(torch.nn.init.kaiming_normal_(weight).std().item())
    ours = [initialize((300, 200, 1), how, np.random.default_rng(0)).W1.std() for how in ("Xavier", "He")]
    np.testing.assert_allclose(ours, by_torch, rtol=0.02)


def test_shapes_are_checked() -> None:
    with pytest.raises(ShapeError, match=r"layer_sizes expected x of shape \(n, d\) and y of shape \(n, k\)"):
        layer_sizes(np.zeros((3, 2)), np.zeros(3), 4)
    with pytest.raises(ShapeError, match="one row for each example"):
        layer_sizes(np.zeros((3, 2)), np.zeros((4, 1)), 4)


def test_an_unknown_initialization_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'Xavier'"):
        initialize((1, 1, 1), "xavier", np.random.default_rng(0))

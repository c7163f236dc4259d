"""RNN, GRU and LSTM beside torch.nn: outputs, last states and all gradients, over sizes, layers and directions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.recurrent.gru import GRU
from pellucid.concepts.layers.recurrent.lstm import LSTM
from pellucid.concepts.layers.recurrent.simple_rnn import SIMPLE_RNN
from pellucid.foundation.errors import RangeError, ShapeError

NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
KINDS: dict[str, tuple[Layer, Any, dict[str, str], dict[str, str]]] = {
    "tanh": (SIMPLE_RNN, torch.nn.RNN, {"nonlinearity": "tanh"}, {"nonlinearity": "tanh"}),
    "relu": (SIMPLE_RNN, torch.nn.RNN, {"nonlinearity": "relu"}, {"nonlinearity": "relu"}),
    "gru": (GRU, torch.nn.GRU, {}, {}),
    "lstm": (LSTM, torch.nn.LSTM, {}, {}),
}


def packed(module: torch.nn.Module, layers: int, directions: int, what: str = "data") -> list[np.ndarray]:
    """The module's weights, or their gradients, in our five arrays."""
    table: dict[str, list[np.ndarray]] = {name: [] for name in NAMES}
    for layer in range(layers):
        for direction in range(directions):
            for name in NAMES:
                parameter = getattr(module, f"{name}_l{layer}{'_reverse' if direction else ''}")
                table[name].append(getattr(parameter, what).numpy().copy())
    first, above = table["weight_ih"][:directions], table["weight_ih"][directions:]
    rows, h = table["weight_hh"][0].shape
    between = np.stack(above) if above else np.zeros((0, rows, directions * h))
    return [np.stack(first), between, *(np.stack(table[name]) for name in NAMES[1:])]


@pytest.mark.knowledge("G11")
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(1, 4), st.integers(1, 5)),
    layers=st.integers(1, 3),
    directions=st.integers(1, 2),
    seed=st.integers(0, 2**31),
)
def test_as_the_torch_module(
    kind: str, sizes: tuple[int, int, int, int], layers: int, directions: int, seed: int
) -> None:
    layer, module_kind, options, theirs = KINDS[kind]
    n, t, d, h = sizes
    torch.manual_seed(seed)
    module = module_kind(
        d, h, num_layers=layers, bidirectional=directions == 2, batch_first=True, dtype=torch.float64, **theirs
    )
    x = torch.randn(n, t, d, dtype=torch.float64, requires_grad=True)
    count = 2 if kind == "lstm" else 1
    starts = [torch.randn(layers * directions, n, h, dtype=torch.float64, requires_grad=True) for _ in range(count)]
    y, ends = module(x, tuple(starts) if kind == "lstm" else starts[0])
    outputs = (y, *(ends if kind == "lstm" else (ends,)))
    upstream = tuple(torch.randn_like(one) for one in outputs)
    torch.autograd.backward(outputs, upstream)

    inputs = [x.detach().numpy(), *(one.detach().numpy() for one in starts), *packed(module, layers, directions)]
    for ours, expected in zip(layer.reference(*inputs, **options), outputs, strict=True):
        np.testing.assert_allclose(ours, expected.detach().numpy(), rtol=1e-9, atol=1e-12)
    gradients = layer.reference_backward(tuple(one.numpy() for one in upstream), *inputs, **options)
    expected_gradients = [x.grad, *(one.grad for one in starts), *packed(module, layers, directions, "grad")]
    for ours, expected in zip(gradients, expected_gradients, strict=True):
        np.testing.assert_allclose(ours, np.asarray(expected), rtol=1e-7, atol=1e-9)


@pytest.mark.knowledge("G11")
def test_the_backward_half_ends_at_the_first_step() -> None:
    x, h, c = (np.random.default_rng(0).normal(size=shape) for shape in ((2, 4, 3), (2, 2, 5), (2, 2, 5)))
    rng = np.random.default_rng(1)
    weights = [rng.normal(size=shape) for shape in ((2, 20, 3), (0, 20, 10), (2, 20, 5), (2, 20), (2, 20))]
    y, last, _ = LSTM.reference(x, h, c, *weights)
    np.testing.assert_array_equal(y[:, -1, :5], last[0])
    np.testing.assert_array_equal(y[:, 0, 5:], last[1])
    assert not np.allclose(y[:, -1, 5:], last[1])


def test_no_directions_and_no_steps_are_refused() -> None:
    inputs, _ = SIMPLE_RNN.sample(np.random.default_rng(0))  # type: ignore[misc]
    x, h, w_input, *rest = inputs
    with pytest.raises(ShapeError, match="got 0 steps"):
        SIMPLE_RNN.reference(x[:, :0], h, w_input, *rest)
    with pytest.raises(ShapeError, match="3 directions"):
        SIMPLE_RNN.reference(x, h, np.concatenate([w_input] * 3)[:3], *rest)


def test_another_nonlinearity_is_refused() -> None:
    inputs, _ = SIMPLE_RNN.sample(np.random.default_rng(0))  # type: ignore[misc]
    with pytest.raises(RangeError, match="simple_rnn expected nonlinearity tanh or relu, got 'gelu'"):
        SIMPLE_RNN.reference(*inputs, nonlinearity="gelu")

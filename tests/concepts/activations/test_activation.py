"""Every activation keeps what it declares: range, shape, steepest slope, saturation, and torch's sub-gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pellucid.concepts import activations
from pellucid.concepts.activations.activation import Activation
from pellucid.concepts.activations.catalogue import ACTIVATIONS
from pellucid.foundation.errors import ShapeError

FAR = 1e4
GRID = np.linspace(-8, 8, 16_001)  # steps of 0.001
ELEMENTWISE = [one for one in ACTIVATIONS if one.elementwise]
every = pytest.mark.parametrize("activation", ELEMENTWISE, ids=lambda one: one.name)
known = pytest.mark.knowledge("E1", "E2", "E3", "E4", "E5", "E7", "E8")
numbers = st.floats(-FAR, FAR, allow_subnormal=False)


def f(activation: Activation, z: float) -> float:
    return float(activation.reference(np.array(z))[0])


@known
@every
@given(a=numbers, b=numbers, part=st.floats(0, 1))
def test_what_is_declared_true_holds_everywhere(activation: Activation, a: float, b: float, part: float) -> None:
    a, b = min(a, b), max(a, b)
    at_a, at_b = f(activation, a), f(activation, b)
    rounding = 1e-9 * max(1.0, abs(at_a), abs(at_b))
    assert activation.lowest is None or at_a >= activation.lowest - 1e-6
    assert activation.highest is None or at_b <= activation.highest
    if activation.monotone:
        assert at_a <= at_b + rounding
    if activation.odd:
        assert f(activation, -a) == pytest.approx(-at_a, rel=1e-12)
    if activation.convex:
        between = f(activation, part * a + (1 - part) * b)
        assert between <= part * at_a + (1 - part) * at_b + rounding
    assert abs(at_a - at_b) <= activation.steepest * (b - a) * (1 + 1e-6) + rounding


@every
def test_what_is_declared_false_has_a_counterexample(activation: Activation) -> None:
    value = activation.reference(GRID)[0]
    if not activation.monotone:
        assert np.diff(value).min() < -1e-6
    if not activation.odd:
        assert np.abs(value + value[::-1]).max() > 0.01
    if not activation.convex:
        assert np.diff(value, 2).min() < -1e-9


@every
def test_bounds_and_the_steepest_slope_are_reached(activation: Activation) -> None:
    value, slope = activation.reference(np.concatenate([GRID, [-FAR, FAR]]))[:2]
    assert np.abs(slope).max() == pytest.approx(activation.steepest, rel=2e-3)
    assert np.abs(slope).max() <= activation.steepest * (1 + 1e-6)
    for bound, reached in ((activation.lowest, value.min()), (activation.highest, value.max())):
        if bound is None:
            assert abs(reached) > 10
        else:
            assert reached == pytest.approx(bound, abs=2e-4)


@every
def test_it_saturates_on_the_declared_side(activation: Activation) -> None:
    left, right = np.abs(activation.reference(np.array([-FAR, FAR]))[1]) < 1e-6
    assert (left, right) == (activation.saturates in {"left", "both"}, activation.saturates in {"right", "both"})


@every
def test_kinks_are_where_the_derivative_jumps_and_torch_takes_the_same_subgradient(activation: Activation) -> None:
    jumps = np.flatnonzero(np.abs(np.diff(activation.reference(GRID)[1])) > 0.05)
    assert {round(float(GRID[place])) for place in jumps} == set(activation.kinks)
    z = torch.tensor([-3.0, 0.0, 3.0], dtype=torch.float64, requires_grad=True)
    by_torch = torch.autograd.grad(fast(activation, z).sum(), z)[0]
    np.testing.assert_allclose(activation.reference(z.detach().numpy())[1], by_torch.numpy(), rtol=1e-7)


def fast(activation: Activation, z: torch.Tensor) -> Any:
    return activation.fast(z, torch.tensor(0.25, dtype=z.dtype)) if activation.name == "prelu" else activation.fast(z)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda one: one.name)
@pytest.mark.parametrize("shape", [(0,), (0, 3), (1,), (2, 3), (2, 3, 4)])
def test_any_shape_and_large_numbers_stay_finite(activation: Activation, shape: tuple[int, ...]) -> None:
    for size in (FAR, -FAR):
        z = np.full(shape, size)
        value, slope = activation.reference(z)[:2]
        assert value.shape == shape
        assert slope.shape == (shape if activation.elementwise else (*shape, shape[-1]))
        assert np.isfinite(value).all()
        assert np.isfinite(slope).all()
        np.testing.assert_allclose(fast(activation, torch.tensor(z)).numpy(), value, rtol=1e-9, atol=1e-12)


@every
def test_a_single_number_is_an_input_too(activation: Activation) -> None:
    value = activation.reference(np.array(0.5))[0]
    assert np.shape(value) == ()
    assert float(fast(activation, torch.tensor(0.5, dtype=torch.float64))) == pytest.approx(float(value), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("elu", {"alpha": 0.3}),
        ("leaky_relu", {"negative_slope": 0.3}),
        ("softplus", {"beta": 2.5}),
        ("gelu", {"approximate": "tanh"}),
    ],
)
def test_options_as_in_torch(name: str, options: dict[str, Any]) -> None:
    activation = getattr(activations, name)
    z = torch.tensor(np.random.default_rng(0).normal(scale=5, size=200), requires_grad=True)
    by_torch = activation.fast(z, **options)
    value, slope = activation.reference(z.detach().numpy(), **options)
    np.testing.assert_allclose(value, by_torch.detach().numpy(), rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(slope, torch.autograd.grad(by_torch.sum(), z)[0].numpy(), rtol=1e-7, atol=1e-12)


@pytest.mark.knowledge("E8")
def test_prelu_learns_one_slope_for_all_or_one_for_each_and_refuses_others() -> None:
    # by hand: only negative entries of a column count, times the upstream gradient 1
    z = np.array([[-2.0, 3.0], [-1.0, -4.0]])
    for slope, expected in ((np.array([0.5, 0.1]), [-3.0, -4.0]), (np.array(0.5), -7.0)):
        gradient = activations.prelu.gradients_of(np.ones((2, 2)), (z, slope), {})[1]
        assert gradient.tolist() == expected
    with pytest.raises(ShapeError, match=r"prelu expected slope of shape \(\) or \(d,\)"):
        activations.prelu.reference(z, np.ones((2, 1)))


@pytest.mark.knowledge("E6")
@given(st.lists(numbers, min_size=2, max_size=6), numbers)
def test_softmax_sums_to_one_and_ignores_a_shift(row: list[float], shift: float) -> None:
    z = np.array(row)
    p, jacobian = activations.softmax.reference(z)
    assert p.sum() == pytest.approx(1, rel=1e-12)
    assert ((p >= 0) & (p <= 1)).all()
    assert (np.diff(p[np.argsort(z)]) >= 0).all()
    np.testing.assert_allclose(activations.softmax.reference(z + shift)[0], p, atol=1e-11)
    np.testing.assert_allclose(jacobian.sum(axis=1), 0, atol=1e-12)  # a shift of all logits changes nothing
    assert np.abs(jacobian).max() <= activations.softmax.steepest
    np.testing.assert_allclose(np.exp(activations.log_softmax.reference(z)[0]), p, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_a_row_is_needed(name: str) -> None:
    activation = getattr(activations, name)
    for form, z in ((activation.reference, np.array(1.0)), (activation.fast, torch.tensor(1.0))):
        with pytest.raises(ShapeError, match=f"{name} expected z of shape"):
            form(z)


@pytest.mark.knowledge("E7")
def test_linear_layers_with_the_identity_between_are_one_layer() -> None:
    rng = np.random.default_rng(0)
    x, first, second = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    two = activations.identity.reference(x @ first)[0] @ second
    np.testing.assert_allclose(two, x @ (first @ second), rtol=1e-12)
    assert np.abs(activations.relu.reference(x @ first)[0] @ second - x @ (first @ second)).max() > 0.1


@pytest.mark.knowledge("E3")
def test_a_dead_relu_gets_no_gradient_and_a_leaky_one_does() -> None:
    z = np.array([-5.0, -0.1])
    assert activations.relu.reference(z)[1].tolist() == [0.0, 0.0]
    assert activations.leaky_relu.reference(z)[1].tolist() == [0.01, 0.01]

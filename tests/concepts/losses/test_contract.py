"""What every loss keeps beyond what every differentiable concept keeps: reductions, refusals, declared properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.losses.catalogue import LOSSES, loss_called
from pellucid.concepts.losses.loss import Loss
from pellucid.foundation.errors import RangeError, ShapeError, UnknownNameError

SIZES = {"n": 6, "t": 2, "k": 12, "d": 2}
SEEDS = range(20)
SCALES = (1e-6, 1.0, 20.0, 1e4)
LARGE = 1e3  # a gradient beyond this, on these scales, is called unbounded
CLOSE = 0.9  # of a least upper bound: what some case must reach
TARGETS = {"zero or one": [0.0, 1.0], "minus or plus one": [-1.0, 1.0]}

every_loss = pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
Inputs = tuple[NDArray[Any], ...]


def array_like(one: Argument, shape: tuple[int, ...], scale: float, rng: np.random.Generator) -> NDArray[Any]:
    if one.values == "class indices":
        return rng.integers(0, SIZES["k"], shape)
    if one.values in TARGETS:
        return rng.choice(TARGETS[one.values], shape)
    if one.values == "counts":
        return rng.poisson(max(scale, 1.0), shape).astype(float)
    if one.values == "probabilities":
        return rng.random(shape) ** (1 + 8 * (scale < 1))  # also near 0
    if one.values in {"distributions", "log distributions"}:
        p = rng.dirichlet(np.full(shape[-1], 0.2), shape[:-1])
        return np.log(p) if one.values == "log distributions" else p
    return rng.normal(size=shape) * scale


def drawn(loss: Loss, seed: int, scale: float = 1.0, which: int = 0, n: int = SIZES["n"]) -> Inputs:
    """Inputs whose axes have the lengths in SIZES."""
    rng, sizes = np.random.default_rng(seed), {**SIZES, "n": n}
    shapes = [tuple(sizes[letter] for letter in re.findall(r"[a-z]", one.shapes[which])) for one in loss.arguments]
    return tuple(array_like(one, shape, scale, rng) for one, shape in zip(loss.arguments, shapes, strict=True))


def many(loss: Loss) -> Iterator[Inputs]:
    return (drawn(loss, seed, scale) for seed, scale in product(SEEDS, SCALES))


def first_gradient(loss: Loss, inputs: Inputs) -> Floats:
    gradient = loss.reference(*inputs, reduction="none")[1]
    return np.asarray(gradient[0] if isinstance(gradient, tuple) else gradient)


def by_torch(loss: Loss, inputs: Inputs, reduction: str) -> Floats:
    return np.asarray(loss.fast(*map(torch.tensor, inputs), reduction=reduction))


@every_loss
def test_reductions_agree_with_each_other_in_both_forms(loss: Loss) -> None:
    for seed, which in product(range(5), range(len(loss.arguments[0].shapes))):
        inputs = drawn(loss, seed, which=which)
        single, gradient = loss.reference(*inputs, reduction="none")
        total, gradient_of_total = loss.reference(*inputs, reduction="sum")
        mean, gradient_of_mean = loss.reference(*inputs)
        assert total == pytest.approx(single.sum(), rel=1e-12)
        assert mean == pytest.approx(single.mean(), rel=1e-12)
        np.testing.assert_array_equal(gradient_of_total, gradient)
        np.testing.assert_allclose(gradient_of_mean, np.asarray(gradient) / single.size, rtol=1e-12)
        for reduction, value in (("none", single), ("sum", total), ("mean", mean)):
            np.testing.assert_allclose(by_torch(loss, inputs, reduction), value, rtol=1e-9, atol=1e-12)


@every_loss
def test_one_element_is_its_own_mean(loss: Loss) -> None:
    inputs = drawn(loss, 0, n=1)
    (single,) = loss.reference(*inputs, reduction="none")[0]
    assert single == loss.reference(*inputs)[0] == loss.reference(*inputs, reduction="sum")[0]


@every_loss
def test_an_empty_batch_has_no_mean_a_sum_of_0_and_no_single_losses(loss: Loss) -> None:
    inputs = drawn(loss, 0, n=0)
    tensors = tuple(map(torch.tensor, inputs))
    sentence = "expected at least one element to take the mean of, got none: leave empty batches out"
    with pytest.raises(RangeError, match=sentence):
        loss.reference(*inputs)
    with pytest.raises(RangeError, match=sentence):
        loss.fast(*tensors)
    assert loss.reference(*inputs, reduction="sum")[0] == 0
    assert by_torch(loss, inputs, "sum") == 0
    assert loss.reference(*inputs, reduction="none")[0].shape == (0,)
    assert by_torch(loss, inputs, "none").shape == (0,)


@every_loss
def test_unknown_reductions_are_refused(loss: Loss) -> None:
    inputs = drawn(loss, 0)
    sentence = "expected reduction to be mean, sum or none, got 'average': pass one of these three"
    with pytest.raises(RangeError, match=sentence):
        loss.reference(*inputs, reduction="average")
    with pytest.raises(RangeError, match=sentence):
        by_torch(loss, inputs, "average")


@pytest.mark.knowledge("C16")
@every_loss
def test_a_column_against_a_row_is_refused_and_not_broadcast(loss: Loss) -> None:
    # (n,) with (n, 1) would silently give an n x n matrix
    inputs = drawn(loss, 0)
    column = inputs[-1].reshape(len(inputs[-1]), -1)[:, :1]
    row = (6,) if inputs[-1].ndim == 1 else inputs[-1].shape
    sentence = rf"^{loss.name} expected \w+ of shape .* = {re.escape(str(row))}, got \(6, 1\): pass "
    wrong = (*inputs[:-1], column)
    with pytest.raises(ShapeError, match=sentence):
        loss.reference(*wrong)
    with pytest.raises(ShapeError, match=sentence):
        loss.fast(*map(torch.tensor, wrong))


@pytest.mark.knowledge("C16")
@every_loss
def test_a_row_against_a_column_is_refused_and_not_broadcast(loss: Loss) -> None:
    inputs = drawn(loss, 0)
    wrong = (inputs[0].reshape(len(inputs[0]), -1)[:, 0], *(one.reshape(6, -1)[:, :1] for one in inputs[1:]))
    with pytest.raises(ShapeError, match=rf"^{loss.name} expected \w+ of shape .*, got .*: pass "):
        loss.reference(*wrong)
    with pytest.raises(ShapeError, match=rf"^{loss.name} expected \w+ of shape .*, got .*: pass "):
        loss.fast(*map(torch.tensor, wrong))


def sums(loss: Loss, first: Floats, rest: Inputs) -> float:
    return float(loss.reference(first, *rest, reduction="sum")[0])


@every_loss
def test_convex_is_declared_where_no_chord_lies_below(loss: Loss) -> None:
    below = []
    for seed, scale in product(SEEDS, (0.3, 1.0, 5.0)):
        first, *rest = drawn(loss, seed, scale)
        other = drawn(loss, seed + 1000, scale)[0]
        for place in range(len(first)):  # one row at a time: a sum could hide a violation
            ends = [first[place : place + 1], other[place : place + 1]]
            targets = tuple(one[place : place + 1] for one in rest)
            chord = (sums(loss, ends[0], targets) + sums(loss, ends[1], targets)) / 2
            middle = sums(loss, (ends[0] + ends[1]) / 2, targets)
            below.append(middle > chord + 1e-9 * (1 + abs(chord)))
    assert any(below) != loss.convex


def centre_of(first: Floats, rest: Inputs) -> Floats:
    """Where errors start from: the target; the true class's one-hot row; for probabilities one half."""
    like = [one for one in rest if one.shape == first.shape]
    return np.asarray(like[0] if like else np.eye(SIZES["k"])[rest[-1]])


@every_loss
def test_symmetric_is_declared_where_both_sides_cost_the_same(loss: Loss) -> None:
    same = []
    for seed in SEEDS:
        first, *rest = drawn(loss, seed)
        bounded = loss.arguments[0].values == "probabilities"
        centre = np.full_like(first, 0.5) if bounded else centre_of(first, tuple(rest))
        d = (first - 0.5) if bounded else first
        sides = [loss.reference(centre + side * d, *rest, reduction="none")[0] for side in (1, -1)]
        same.append(np.allclose(*sides, rtol=1e-9, atol=1e-12))
    assert all(same) == loss.symmetric


@every_loss
def test_scale_invariant_is_declared_where_a_positive_factor_changes_nothing(loss: Loss) -> None:
    same = []
    for seed, factor in product(SEEDS, (0.1, 0.5, 0.9)):
        first, *rest = drawn(loss, seed)
        before, after = (loss.reference(one, *rest, reduction="none")[0] for one in (first, factor * first))
        same.append(np.allclose(before, after, rtol=1e-6, atol=1e-9))
    assert all(same) == loss.scale_invariant


@every_loss
def test_the_gradient_bound_is_kept_and_reached(loss: Loss) -> None:
    with np.errstate(over="ignore"):  # exp(10000) is infinite, which is unbounded enough
        largest = max(np.abs(first_gradient(loss, inputs)).max() for inputs in many(loss))
    if loss.gradient_bound is None:
        assert largest > LARGE
    else:
        assert CLOSE * loss.gradient_bound <= largest <= loss.gradient_bound * (1 + 1e-6)


KINKS: list[tuple[str, tuple[list[Any], ...], float]] = [
    ("absolute_error", ([2.0], [2.0]), 0.0),
    ("quantile", ([2.0], [2.0]), 0.0),
    ("hinge", ([1.0], [1.0]), 0.0),
    ("hinge", ([-1.0], [-1.0]), 0.0),
    ("squared_hinge", ([1.0], [1.0]), 0.0),
    ("perceptron", ([0.0], [1.0]), -1.0),
    ("perceptron", ([0.0], [-1.0]), 1.0),
    ("zero_one", ([0.0], [1.0]), 0.0),
    ("huber", ([1.0], [0.0]), 1.0),
    ("smooth_l1", ([-1.0], [0.0]), -1.0),
    ("margin_ranking", ([2.0], [2.0], [1.0]), -1.0),
    ("multi_margin", ([[1.0, 0.0]], [0]), 0.0),
]


@pytest.mark.parametrize(("name", "inputs", "slope"), KINKS)
def test_at_a_kink_both_forms_give_the_sub_gradient_that_is_stated(
    name: str, inputs: tuple[list[Any], ...], slope: float
) -> None:
    loss = loss_called(name)
    arrays = tuple(map(np.array, inputs))
    assert first_gradient(loss, arrays).flat[0] == slope
    leaf = torch.tensor(arrays[0], requires_grad=True)
    (gradient,) = torch.autograd.grad(loss.fast(leaf, *map(torch.tensor, arrays[1:])), leaf)
    assert gradient.flatten()[0].item() == slope


TORCH: dict[str, Any] = {
    "squared_error": functional.mse_loss,
    "absolute_error": functional.l1_loss,
    "huber": functional.huber_loss,
    "smooth_l1": functional.smooth_l1_loss,
    "binary_cross_entropy": functional.binary_cross_entropy_with_logits,
    "bce_of_probabilities": functional.binary_cross_entropy,
    "cross_entropy": functional.cross_entropy,
    "nll": functional.nll_loss,
    "poisson": functional.poisson_nll_loss,
    "soft_margin": functional.soft_margin_loss,
    "multi_margin": functional.multi_margin_loss,
    "cosine_embedding": functional.cosine_embedding_loss,
    "margin_ranking": functional.margin_ranking_loss,
    "triplet_margin": functional.triplet_margin_loss,
}


@pytest.mark.knowledge("C2", "C3", "C4", "C8", "C9", "C10", "C11", "C12", "C14", "C15", "C16", "C17")
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("name", TORCH)
def test_the_reference_is_what_torch_computes_by_default(name: str, reduction: str) -> None:
    inputs = drawn(loss_called(name), 3)
    value, _ = loss_called(name).reference(*inputs, reduction=reduction)
    expected = TORCH[name](*map(torch.tensor, inputs), reduction=reduction).numpy()
    np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-12)


def test_a_loss_is_found_by_every_way_of_writing_it() -> None:
    assert loss_called("mean-squared-error") is loss_called("MSELoss") is loss_called("mse")
    with pytest.raises(UnknownNameError, match="did you mean 'hinge'"):
        loss_called("hings")

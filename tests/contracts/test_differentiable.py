"""What every differentiable concept must keep: NumPy and torch agree, gradients are right, extremes are survived.

Walks the catalogue: a new loss, activation, penalty, measure or layer is checked by being listed. Tolerances are those
that the project set itself: 1e-9 relative on values, 1e-7 on gradients, in float64.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from pellucid.concepts.catalogue import DIFFERENTIABLE
from pellucid.concepts.concept import Argument, Differentiable, Floats
from pellucid.foundation.errors import PellucidError, ShapeError

VALUE_TOLERANCE = 1e-9
GRADIENT_TOLERANCE = 1e-7
STEP = 1e-5  # of central differences: truncation STEP² and rounding 1e-16 / STEP balance near 1e-10
LONGEST = 4  # of a drawn axis
CLASSES = (2, 4)  # a distribution needs two classes
SENTENCE = r"^\w+ expected .+, got .+: .+"

Case = tuple[tuple[NDArray[Any], ...], dict[str, Any]]
every_concept = pytest.mark.parametrize("concept", DIFFERENTIABLE, ids=lambda one: f"{one.family}.{one.name}")
searching = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def letters_of(shape: str) -> list[str]:
    return re.findall(r"[a-z]\w*", shape)


def array_for(argument: Argument, shape: tuple[int, ...], classes: int, extreme: float) -> st.SearchStrategy[Any]:
    """Arrays that an argument takes."""
    match argument.values:
        case "class indices":
            return arrays(np.int64, shape, elements=st.integers(0, classes - 1))
        case "zero or one":
            return arrays(np.float64, shape, elements=st.sampled_from([0.0, 1.0]))
        case "minus or plus one":
            return arrays(np.float64, shape, elements=st.sampled_from([-1.0, 1.0]))
        case "counts":
            return arrays(np.float64, shape, elements=st.integers(0, 1000).map(float))
        case "positive":
            return arrays(np.float64, shape, elements=st.floats(0.01, min(extreme, 1e3)))
        case "probabilities":
            return arrays(np.float64, shape, elements=st.floats(0.01, 0.99))
        case "one-hot":
            return arrays(np.int64, shape[:-1], elements=st.integers(0, shape[-1] - 1)).map(
                np.eye(shape[-1]).__getitem__
            )
        case "distributions":
            return arrays(np.float64, shape, elements=st.floats(0.05, 1)).map(lambda p: p / p.sum(-1, keepdims=True))
        case "log distributions":
            return arrays(np.float64, shape, elements=st.floats(0.05, 1)).map(
                lambda p: np.log(p / p.sum(-1, keepdims=True))
            )
        case "numbers":
            return arrays(np.float64, shape, elements=st.floats(-extreme, extreme, allow_subnormal=False))


@st.composite
def cases(draw: st.DrawFn, concept: Differentiable, extreme: float) -> Case:
    """Inputs that fit together, of every declared shape; or the concept's own samples."""
    if concept.sample is not None:
        inputs, options = concept.sample(np.random.default_rng(draw(st.integers(0, 2**32))))
        return inputs, options
    which = draw(st.integers(0, len(concept.arguments[0].shapes) - 1))
    sizes: dict[str, int] = {}
    for argument in concept.arguments:
        for letter in letters_of(argument.shapes[which]):
            low = CLASSES[0] if letter == "k" else 1
            sizes.setdefault(letter, draw(st.integers(low, LONGEST)))
    classes = sizes.get("k", CLASSES[1])
    inputs = tuple(
        draw(array_for(one, tuple(sizes[letter] for letter in letters_of(one.shapes[which])), classes, extreme))
        for one in concept.arguments
    )
    return inputs, {}


def by_autograd(concept: Differentiable, case: Case, upstream: Floats | None) -> tuple[Floats, tuple[Floats, ...]]:
    inputs, options = case
    leaves = [torch.tensor(one) for one in inputs]
    for place in concept.differentiable:
        leaves[place].requires_grad_(True)
    output = concept.fast(*leaves, **options)
    flat = torch.cat([one.reshape(-1) for one in output]) if isinstance(output, tuple) else output
    weights = torch.ones_like(flat) if upstream is None else torch.tensor(upstream)
    wanted = [leaves[place] for place in concept.differentiable]
    gradients = torch.autograd.grad((flat * weights).sum(), wanted, allow_unused=True, materialize_grads=True)
    return flat.detach().numpy(), tuple(gradient.numpy() for gradient in gradients)


def upstream_for(value: Floats) -> Floats:
    """A gradient from above that is not constant, so that a transposed axis is noticed."""
    return np.asarray(np.cos(np.arange(value.size)).reshape(value.shape) + 0.5)


@every_concept
@searching
@given(data=st.data())
def test_numpy_and_torch_agree(concept: Differentiable, data: st.DataObject) -> None:
    case = data.draw(cases(concept, 5.0))
    compare(concept, case)


@every_concept
@searching
@given(data=st.data())
def test_numpy_and_torch_agree_at_extreme_values(concept: Differentiable, data: st.DataObject) -> None:
    extreme = 300.0 if any(one.values == "counts" for one in concept.arguments) else 1e4  # exp(300) = 1e130
    case = data.draw(cases(concept, extreme))
    compare(concept, case)


def compare(concept: Differentiable, case: Case) -> None:
    value = concept.value_of(*case)
    upstream = upstream_for(value)
    gradients = concept.gradients_of(upstream, *case)
    fast, fast_gradients = by_autograd(concept, case, upstream)
    assert np.isfinite(value).all()
    size = np.abs(value).max(initial=0.0)  # a sum of parts that cancel keeps digits of the largest
    np.testing.assert_allclose(fast, value, rtol=VALUE_TOLERANCE, atol=VALUE_TOLERANCE * max(size, 1e-3))
    for place, gradient, by_torch in zip(concept.differentiable, gradients, fast_gradients, strict=True):
        assert np.isfinite(gradient).all()
        assert gradient.shape == case[0][place].shape
        size = np.abs(gradient).max(initial=0.0)
        np.testing.assert_allclose(by_torch, gradient, rtol=GRADIENT_TOLERANCE, atol=GRADIENT_TOLERANCE * size + 1e-12)


@every_concept
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_the_gradient_is_the_finite_difference(concept: Differentiable, data: st.DataObject) -> None:
    inputs, options = data.draw(cases(concept, 3.0))
    upstream = upstream_for(concept.value_of(inputs, options))
    gradients = concept.gradients_of(upstream, inputs, options)
    for place, gradient in zip(concept.differentiable, gradients, strict=True):
        for index in list(np.ndindex(inputs[place].shape))[:12]:
            at = [total(concept, inputs, options, upstream, place, index, by * STEP) for by in (-2, -1, 0, 1, 2)]
            slopes = [(after - before) / STEP for before, after in pairwise(at)]
            scale = max(1.0, abs(at[2]), float(np.abs(gradient).max()))
            smooth = max(slopes) - min(slopes) < 1e-3 * scale  # no kink within two steps
            assume(smooth)
            difference = (at[3] - at[1]) / (2 * STEP)
            bends = [later - earlier for earlier, later in pairwise(slopes)]
            uneven = max(bends) - min(bends)  # 0 where there is a second derivative; at a bend like that of ELU, not
            assert gradient[index] == pytest.approx(difference, rel=1e-6, abs=GRADIENT_TOLERANCE * scale + uneven)


def total(
    concept: Differentiable,
    inputs: tuple[NDArray[Any], ...],
    options: dict[str, Any],
    upstream: Floats,
    place: int,
    index: tuple[int, ...],
    by: float,
) -> float:
    """The weighted sum of the outputs with one input moved."""
    moved = [one.copy() for one in inputs]
    moved[place][index] += by
    return float((upstream * concept.value_of(tuple(moved), options)).sum())


@every_concept
def test_the_fast_form_works_in_float32(concept: Differentiable) -> None:
    rng = np.random.default_rng(0)
    inputs, options = concept.sample(rng) if concept.sample else drawn_once(concept)
    value = concept.value_of(inputs, options)
    single = [torch.tensor(one, dtype=torch.float32 if one.dtype == np.float64 else None) for one in inputs]
    output = concept.fast(*single, **options)
    flat = torch.cat([one.reshape(-1) for one in output]) if isinstance(output, tuple) else output
    assert flat.dtype == torch.float32
    np.testing.assert_allclose(flat.numpy(), value, rtol=1e-4, atol=1e-4 * max(1.0, float(np.abs(value).max())))


@every_concept
def test_wrong_shapes_are_refused_and_never_broadcast(concept: Differentiable) -> None:
    """One axis too many on any argument: (n,) with (n, 1) would silently give an n x n matrix."""
    inputs, options = sample_with_most_axes(concept)
    if len(inputs) == 1:
        return
    for place in range(len(inputs)):
        wrong = [one[..., None] if number == place else one for number, one in enumerate(inputs)]
        with pytest.raises(ShapeError, match=SENTENCE):
            concept.value_of(tuple(wrong), options)
        with pytest.raises(ShapeError, match=SENTENCE):
            concept.fast(*map(torch.tensor, wrong), **options)


def sample_with_most_axes(concept: Differentiable) -> Case:
    """A case whose first input has as many axes as it may have: with fewer, one more can be another allowed shape."""
    if concept.sample is None:
        return drawn_once(concept)
    most = max(
        len([letters for letters in shape.strip("()").split(",") if letters]) for shape in concept.arguments[0].shapes
    )
    drawn = (concept.sample(np.random.default_rng(seed)) for seed in range(100))
    return next(case for case in drawn if case[0][0].ndim >= most)


def drawn_once(concept: Differentiable) -> Case:
    """One fixed case, small numbers."""
    rng = np.random.default_rng(1)
    sizes = {"k": 3}
    made: list[NDArray[Any]] = []
    for one in concept.arguments:
        shape = tuple(sizes.setdefault(letter, 4) for letter in letters_of(one.shapes[0]))
        made.append(fixed_array(one, shape, sizes["k"], rng))
    return tuple(made), {}


def fixed_array(argument: Argument, shape: tuple[int, ...], classes: int, rng: np.random.Generator) -> NDArray[Any]:
    match argument.values:
        case "class indices":
            return rng.integers(0, classes, shape)
        case "zero or one":
            return rng.integers(0, 2, shape).astype(float)
        case "minus or plus one":
            return rng.integers(0, 2, shape) * 2.0 - 1
        case "counts":
            return rng.integers(0, 9, shape).astype(float)
        case "one-hot":
            return np.eye(shape[-1])[rng.integers(0, shape[-1], shape[:-1])]
        case "distributions" | "log distributions":
            p = rng.dirichlet(np.ones(shape[-1]), shape[:-1])
            return np.log(p) if argument.values == "log distributions" else p
        case "positive" | "probabilities":
            return rng.uniform(0.1, 0.9, shape)
        case "numbers":
            return rng.normal(size=shape)


@pytest.mark.parametrize("examples", [0, 1], ids=["no example", "one example"])
@every_concept
def test_the_smallest_batches_agree_or_are_refused(concept: Differentiable, examples: int) -> None:
    """Both forms give the same, or both say the same sentence: never NaN, never a warning."""
    inputs, options = concept.sample(np.random.default_rng(0)) if concept.sample else drawn_once(concept)
    per_example = [argument.shapes[0].startswith("(n") for argument in concept.arguments]
    if not per_example[0]:
        return
    few = tuple(one[:examples] if cut else one for one, cut in zip(inputs, per_example, strict=True))
    try:
        value = concept.value_of(few, options)
    except PellucidError as refusal:
        with pytest.raises(type(refusal), match=re.escape(str(refusal))):
            concept.fast(*map(torch.tensor, few), **options)
        return
    upstream = upstream_for(value)
    fast, fast_gradients = by_autograd(concept, (few, options), upstream)
    np.testing.assert_allclose(fast, value, rtol=VALUE_TOLERANCE, atol=VALUE_TOLERANCE)
    gradients = concept.gradients_of(upstream, few, options)
    for place, gradient, by_torch in zip(concept.differentiable, gradients, fast_gradients, strict=True):
        assert gradient.shape == few[place].shape
        np.testing.assert_allclose(by_torch, gradient, rtol=GRADIENT_TOLERANCE, atol=1e-9)

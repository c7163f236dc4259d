"""What every loss in the catalogue must keep: NumPy and torch agree, gradients are right, shapes are guarded."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from pellucid.concepts.losses.catalogue import LOSSES
from pellucid.concepts.losses.loss import Floats, Loss
from pellucid.foundation.errors import ShapeError

VALUE_TOLERANCE = 1e-9  # KNOWLEDGE.md, head: relative, float64
GRADIENT_TOLERANCE = 1e-7
STEP = 1e-5  # of central differences: truncation STEP² and rounding 1e-16 / STEP balance near 1e-10
CLASSES = 4

every_loss = pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)

Case = tuple[Floats, NDArray[Any]]


def targets_like(loss: Loss, shape: tuple[int, ...]) -> st.SearchStrategy[NDArray[Any]]:
    """Targets that the loss takes, for logits of this shape."""
    match loss.target_values:
        case "class indices":
            return arrays(np.int64, shape[:1], elements=st.integers(0, shape[1] - 1))
        case "zero or one":
            return arrays(np.float64, shape, elements=st.sampled_from([0.0, 1.0]))
        case "counts":
            return arrays(np.float64, shape, elements=st.integers(0, 1000).map(float))
        case "numbers":
            return arrays(np.float64, shape, elements=st.floats(-1e6, 1e6))


@st.composite
def cases(draw: st.DrawFn, loss: Loss, extreme: float) -> Case:
    """Logits up to `extreme` in size, of every shape that the loss takes, with targets."""
    n, t = draw(st.integers(1, 6)), draw(st.integers(1, CLASSES))
    shape = (n, t) if loss.target_values == "class indices" or draw(st.booleans()) else (n,)
    logits = draw(arrays(np.float64, shape, elements=st.floats(-extreme, extreme)))
    return logits, draw(targets_like(loss, shape))


def by_autograd(loss: Loss, logits: Floats, targets: NDArray[Any]) -> tuple[float, Floats]:
    leaf = torch.tensor(logits, requires_grad=True)
    value = loss.fast(leaf, torch.tensor(targets))
    (gradient,) = torch.autograd.grad(value, leaf)
    return value.item(), gradient.numpy()


@every_loss
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_numpy_and_torch_agree_also_at_extreme_logits(loss: Loss, data: st.DataObject) -> None:
    extreme = 300.0 if loss.target_values == "counts" else 1e4  # exp(300) = 1e130: squares still fit float64
    logits, targets = data.draw(cases(loss, extreme))
    value, gradient = loss.reference(logits, targets)
    fast_value, fast_gradient = by_autograd(loss, logits, targets)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
    assert fast_value == pytest.approx(value, rel=VALUE_TOLERANCE, abs=VALUE_TOLERANCE)
    scale = np.abs(gradient).max()  # a sum of parts that cancel keeps digits of the largest
    np.testing.assert_allclose(
        fast_gradient, gradient, rtol=GRADIENT_TOLERANCE, atol=GRADIENT_TOLERANCE * scale + 1e-12
    )


@every_loss
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_gradient_is_the_finite_difference(loss: Loss, data: st.DataObject) -> None:
    logits, targets = data.draw(cases(loss, 3.0))
    if loss.target_values == "numbers":
        targets = targets / 1e6 + 10  # away from the kinks at z = y and |z - y| = delta
    _, gradient = loss.reference(logits, targets)
    for place in np.ndindex(logits.shape):
        above, below = logits.copy(), logits.copy()
        above[place] += STEP
        below[place] -= STEP
        difference = (loss.reference(above, targets)[0] - loss.reference(below, targets)[0]) / (2 * STEP)
        scale = max(1.0, abs(loss.reference(logits, targets)[0]))  # differences of large values lose digits
        assert gradient[place] == pytest.approx(difference, rel=GRADIENT_TOLERANCE, abs=GRADIENT_TOLERANCE * scale)


@every_loss
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_convex_losses_lie_below_their_chords(loss: Loss, data: st.DataObject) -> None:
    logits, targets = data.draw(cases(loss, 50.0))
    other = data.draw(arrays(np.float64, logits.shape, elements=st.floats(-50, 50)))
    assert loss.convex
    ends = [loss.reference(at, targets)[0] for at in (logits, other)]
    middle = loss.reference((logits + other) / 2, targets)[0]
    assert middle <= sum(ends) / 2 + 1e-9 * (1 + max(map(abs, ends)))


@every_loss
def test_the_fast_form_works_in_float32(loss: Loss) -> None:
    logits = np.array([[0.5, -1.0, 2.0], [3.0, 0.25, -2.0]])
    targets = np.array([2, 0]) if loss.target_values == "class indices" else np.array([[1.0, 0, 1], [0, 1, 1]])
    value, _ = loss.reference(logits, targets)
    wanted = torch.tensor(targets) if targets.dtype == np.int64 else torch.tensor(targets, dtype=torch.float32)
    fast = loss.fast(torch.tensor(logits, dtype=torch.float32), wanted)
    assert fast.dtype == torch.float32
    assert fast.item() == pytest.approx(value, rel=1e-5)


@every_loss
def test_a_column_against_a_row_is_refused_and_not_broadcast(loss: Loss) -> None:
    # KNOWLEDGE.md C16: (n,) with (n, 1) would silently give an n x n matrix
    logits = np.zeros((5, 3)) if loss.target_values == "class indices" else np.zeros(5)
    column = np.zeros((5, 1), dtype=np.int64 if loss.target_values == "class indices" else np.float64)
    sentence = re.escape(f"{loss.name} expected targets of shape (n,) = (5,), got (5, 1): pass targets[:, 0]")
    with pytest.raises(ShapeError, match=sentence):
        loss.reference(logits, column)
    with pytest.raises(ShapeError, match=sentence):
        loss.fast(torch.tensor(logits), torch.tensor(column))


@every_loss
def test_the_record_is_complete(loss: Loss) -> None:
    for field in ("name", "title", "formula", "latex", "logits", "targets", "when", "mistake", "source"):
        assert getattr(loss, field).strip(), field
    for form in (loss.reference, loss.fast):
        assert form.__doc__ is not None
        assert "Raises:" in form.__doc__
    for section in ("**Formula**", "Args:", "Returns:", "Example:"):
        assert section in (loss.reference.__doc__ or ""), section

"""All metrics: NumPy and PyTorch agree on random rows with ties and missing classes, ranges and best values hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from pellucid.concepts.metrics.catalogue import METRICS
from pellucid.concepts.metrics.metric import Metric
from pellucid.foundation.errors import PellucidError, RangeError, ShapeError

TOLERANCE = 1e-9
LONGEST = 12
CLASSES = 4
NUMBERS = [metric for metric in METRICS if metric.best is not None]
every_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda one: one.name)
every_number = pytest.mark.parametrize("metric", NUMBERS, ids=lambda one: one.name)


@st.composite
def inputs(draw: st.DrawFn, metric: Metric) -> tuple[tuple[NDArray[Any], NDArray[Any]], dict[str, Any]]:
    """Rows that a metric takes, and options: few distinct values, so that ties are frequent."""
    first, second = metric.arguments
    which = draw(st.integers(0, len(first.shapes) - 1))
    n = draw(st.integers(1, LONGEST))
    options: dict[str, Any] = {}
    names = {option.name for option in metric.options}
    if "average" in names:
        options |= {"average": draw(st.sampled_from(["binary", "macro", "micro", "weighted"])), "zero_division": 0.5}
    if "top" in names:
        options["top"] = draw(st.integers(1, CLASSES))
    if "bins" in names:
        options["bins"] = draw(st.integers(1, 12))
    table = first.shapes[which] == "(n, k)"
    several = table or (second.values == "class indices" and metric.name != "roc_auc" and metric.name != "log_loss")
    most = CLASSES if several and options.get("average") != "binary" else 2
    shape = (n, CLASSES) if table else (n,)
    kinds = {
        "class indices": st.integers(0, most - 1),
        "zero or one": st.integers(0, 1),
        "counts": st.integers(0, 9).map(float),
        "positive": st.sampled_from([0.25, 0.5, 1.0, 3.0, 40.0]),
        "probabilities": st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]),
        "numbers": st.sampled_from([-3.0, -0.5, 0.25, 1.0, 2.0, 2.5]),
    }
    drawn = [
        draw(
            arrays(
                np.int64 if one.values in ("class indices", "zero or one") else np.float64,
                size,
                elements=kinds[one.values],
            )
        )
        for one, size in ((first, shape), (second, (n,)))
    ]
    if metric.name == "log_loss" and table:
        drawn[0] = (drawn[0] + 0.1) / (drawn[0] + 0.1).sum(axis=1, keepdims=True)
    return (drawn[0], drawn[1]), options


def flat(result: Any) -> NDArray[Any]:
    """A number, a table or three arrays as one array."""
    parts = result if isinstance(result, tuple) else (result,)
    return np.concatenate([np.atleast_1d(np.asarray(part, dtype=float)).ravel() for part in parts])


def value_or_sentence(form: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[Any, str]:
    """The value and an empty text, or None and the sentence with which it is refused."""
    try:
        return form(*arguments, **options), ""
    except PellucidError as refused:
        return None, str(refused)


@every_metric
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_numpy_and_torch_agree_or_refuse_with_the_same_sentence(metric: Metric, data: st.DataObject) -> None:
    arrays_drawn, options = data.draw(inputs(metric))
    tensors = [torch.tensor(one) for one in arrays_drawn]
    value, said = value_or_sentence(metric.reference, *arrays_drawn, **options)
    fast, said_by_fast = value_or_sentence(metric.fast, *tensors, **options)
    assert said_by_fast == said
    if said:
        return
    assert not np.isnan(flat(value)).any()
    np.testing.assert_allclose(flat(fast), flat(value), rtol=TOLERANCE, atol=1e-12)


@every_number
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_values_lie_between_worst_and_best(metric: Metric, data: st.DataObject) -> None:
    arrays_drawn, options = data.draw(inputs(metric))
    try:
        value = metric.reference(*arrays_drawn, **options)
    except RangeError:
        return
    assert isinstance(value, float)
    assert metric.best is not None
    assert (value <= metric.best + 1e-12) if metric.greater_is_better else (value >= metric.best - 1e-12)
    if metric.worst is not None:
        assert (value >= metric.worst - 1e-12) if metric.greater_is_better else (value <= metric.worst + 1e-12)


@every_number
def test_perfect_predictions_reach_the_best_value(metric: Metric) -> None:
    truth = np.array([0, 1, 1, 0, 1])
    amounts = np.array([1.0, 4.0, 2.0, 7.0, 3.0])
    perfect = (np.eye(2)[truth], truth) if metric.arguments[0].shapes == ("(n, k)",) else (truth.astype(float), truth)
    if metric.arguments[1].values in ("numbers", "counts", "positive"):
        perfect = (amounts, amounts)
    elif metric.arguments[0].values in ("class indices", "zero or one"):
        perfect = (truth, truth)
    options = {"top": 1} if metric.name == "top_k_accuracy" else {}
    assert metric.reference(*perfect, **options) == pytest.approx(metric.best, abs=1e-12)


@every_metric
def test_a_column_against_a_row_of_targets_is_refused_by_both_forms(metric: Metric) -> None:
    # (n, 1) against (n,) would broadcast to (n, n) and give a plausible number
    if metric.arguments[0].shapes == ("(n, k)",):
        given_shape, expected = (3,), "expected scores of shape"
    else:
        given_shape, expected = (3, 1), "expected"
    first, second = np.ones(given_shape), np.ones((3, 1)) if len(given_shape) > 1 else np.ones(3)
    with pytest.raises(ShapeError, match=expected):
        metric.reference(first, second)
    with pytest.raises(ShapeError, match=expected):
        metric.fast(torch.tensor(first), torch.tensor(second))
    with pytest.raises(ShapeError, match=expected):
        metric.reference(np.ones((3, 2)), np.ones((3, 1)))


@every_metric
def test_no_row_is_refused(metric: Metric) -> None:
    shape = (0, 2) if metric.arguments[0].shapes == ("(n, k)",) else (0,)
    with pytest.raises(RangeError, match="expected at least one row, got none"):
        metric.reference(np.ones(shape), np.ones(0))


@every_metric
def test_the_fast_form_keeps_the_device(metric: Metric) -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    truth = torch.tensor([0, 1, 1, 0], device=device)
    shape = (4, 2) if metric.arguments[0].shapes == ("(n, k)",) else (4,)
    positive = metric.arguments[1].values in ("numbers", "counts", "positive")
    first = torch.full(shape, 1.0, device=device)
    options = {"top": 1} if metric.name == "top_k_accuracy" else {}
    result = (
        metric.fast(first, (truth + 1.0) if positive else truth, **options) if metric.name != "cohen_kappa" else truth
    )
    assert (result[0] if isinstance(result, tuple) else result).device.type == device

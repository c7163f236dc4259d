"""Numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pellucid.foundation.errors import DataError, NotTrainedError
from pellucid.tasks.regression import Regression, limits
from pellucid.tasks.task import Floats, Target


def number(name: str, *values: float) -> Target:
    return Target(name=name, kind="number", values=np.array(values))


PRICE = number("price", 100.0, 200.0, 600.0)


def test_targets_are_standardised_and_predictions_are_in_their_own_units() -> None:
    task = Regression(targets=("price",)).fitted([PRICE])
    encoded = task.encode([PRICE])
    assert encoded.mean() == pytest.approx(0, abs=1e-6)
    assert encoded.std() == pytest.approx(1, abs=1e-6)
    (prediction,) = task.predict(encoded.astype(np.float64))
    np.testing.assert_allclose(prediction.values.astype(float), PRICE.values.astype(float), rtol=1e-6)


def test_the_monitor_is_in_the_units_of_one_target_and_in_deviations_of_several() -> None:
    task = Regression(targets=("price",)).fitted([PRICE])
    targets = torch.tensor(task.encode([PRICE]))
    assert task.monitor(torch.zeros(3, 1), targets) == {"rmse": pytest.approx(np.std([100, 200, 600]))}
    both = Regression(targets=("price", "area")).fitted([PRICE, number("area", 1.0, 2.0, 3.0)])
    encoded = torch.tensor(both.encode([PRICE, number("area", 1.0, 2.0, 3.0)]))
    assert both.monitor(torch.zeros(3, 2), encoded) == {"rmse": pytest.approx(1)}


@pytest.mark.parametrize(
    ("error", "loss"), [("squared", "squared_error"), ("absolute", "absolute_error"), ("huber", "huber")]
)
def test_the_error_chooses_the_loss(error: str, loss: str) -> None:
    task = Regression(targets=("price",), error=error)  # type: ignore[arg-type]  # parametrised text
    assert task.loss == loss


def test_absolute_error_starts_at_the_median() -> None:
    task = Regression(targets=("price",), error="absolute").fitted([PRICE])
    encoded = task.encode([PRICE])
    assert task.initial_logits(encoded) == encoded[1]


def test_a_constant_target_is_refused() -> None:
    with pytest.raises(DataError, match="expected different values of price in the training part, got only 3"):
        Regression(targets=("price",)).fitted([number("price", 3.0, 3.0)])


def test_an_unfitted_task_says_so() -> None:
    with pytest.raises(
        NotTrainedError, match="expected centre and scale of price, got a task that has not been fitted"
    ):
        Regression(targets=("price",)).encode([PRICE])


@given(arrays(np.float64, st.integers(2, 40), elements=st.floats(-1e6, 1e6)))
def test_limits_hold_all_values_of_the_training_part(values: Floats) -> None:
    low, high = limits(values)
    assert low <= values.min() <= values.max() <= high
    if values.min() >= 0:
        assert low >= 0
    if values.max() <= 0:
        assert high <= 0


def test_predictions_stay_within_the_limits() -> None:
    task = Regression(targets=("price",)).fitted([PRICE])
    (prediction,) = task.predict(np.array([[-50.0], [50.0]]))
    np.testing.assert_array_equal(prediction.values, [0, 850])  # not below 0; 600 and half of 500


def test_a_scale_that_ends_ends_predictions() -> None:
    capped = np.concatenate([np.linspace(1, 4, 100), np.full(20, 5.0)])
    assert limits(capped) == (0.0, 5.0)
    assert limits(-capped) == (-5.0, 0.0)

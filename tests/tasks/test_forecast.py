"""Forecasts as a task: numbers by hand, the loss beside scikit-learn's mean pinball loss."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import mean_pinball_loss

from pellucid.foundation.errors import NotTrainedError, RangeError, ShapeError
from pellucid.tasks.forecast import QUANTILES, SMALLEST_SPREAD, Forecast
from pellucid.tasks.task import Target

RNG = np.random.default_rng(0)
VALUES = 10 + 2 * RNG.normal(size=(50, 3))
TARGET = Target(name="y", kind="number", values=VALUES)
OTHER = Target(name="x", kind="number", values=5 * VALUES - 3)
TASK = Forecast(targets=("y",), horizon=3, centre=(10.0,), scale=(2.0,), naive_error=(1.5,))
BOTH = Forecast(targets=("y", "x"), horizon=3, centre=(10.0, 47.0), scale=(2.0, 10.0))
OFFSET = np.concatenate([RNG.normal(size=(50, 1, 3)), RNG.uniform(0.5, 2, size=(50, 1, 1))], axis=2)


@pytest.mark.knowledge("B7")
def test_it_has_one_output_for_each_target_step_and_quantile() -> None:
    assert (TASK.outputs, BOTH.outputs) == (9, 18)
    assert (TASK.median, TASK.loss, TASK.parts, TASK.strata((TARGET,))) == (1, "quantile", (TASK,), None)


@pytest.mark.parametrize(
    "wrong",
    [{"horizon": 0}, {"quantiles": (0.5, 0.1)}, {"quantiles": (0.1, 0.9)}, {"quantiles": (0.0, 0.5)}],
    ids=["no step", "falling", "no median", "0"],
)
def test_what_is_no_forecast_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(RangeError, match="a horizon from 1 on and quantiles that rise between 0 and 1 with 0.5 among"):
        Forecast(**{"targets": ("y",), "horizon": 3, **wrong})


def test_the_spread_is_the_deviation_of_what_the_reference_leaves_over() -> None:
    plain = TASK.fitted((TARGET,))
    np.testing.assert_allclose(plain.spread, [VALUES.std(axis=0) / 2])
    left = ((VALUES - 10) / 2 - OFFSET[:, 0, :3]) / OFFSET[:, 0, 3:]
    np.testing.assert_allclose(TASK.fitted((TARGET,), OFFSET).spread, [left.std(axis=0)])
    exact = np.concatenate([(VALUES[:, None] - 10) / 2, np.ones((50, 1, 1))], axis=2)
    assert TASK.fitted((TARGET,), exact).spread == ((SMALLEST_SPREAD,) * 3,)


def test_predicting_undoes_what_encoding_did() -> None:
    task = TASK.fitted((TARGET,), OFFSET)
    encoded = task.encode((TARGET,), OFFSET)
    assert encoded.dtype == np.float32
    (prediction,) = task.predict(np.repeat(encoded, 3, axis=1).astype(np.float64), OFFSET)
    np.testing.assert_allclose(prediction.values, VALUES, rtol=1e-5)
    assert prediction.quantiles is not None
    assert (prediction.quantiles.shape, prediction.levels) == ((50, 3, 3), QUANTILES)


def test_of_several_targets_each_gets_its_own_units() -> None:
    task = BOTH.fitted((TARGET, OTHER))
    encoded = task.encode((TARGET, OTHER))
    np.testing.assert_allclose(encoded[:, :3], encoded[:, 3:], rtol=1e-4, atol=1e-5)  # the second is five of the first
    first, second = task.predict(np.repeat(encoded, 3, axis=1).astype(np.float64))
    np.testing.assert_allclose(5 * first.values - 3, second.values, rtol=1e-5)


def test_quantiles_that_cross_are_sorted() -> None:
    task = replace(TASK, spread=((1.0,) * 3,))
    (prediction,) = task.predict(np.tile([3.0, 1.0, 2.0], 3)[None])
    assert prediction.quantiles is not None
    np.testing.assert_array_equal(prediction.quantiles[0], [[12, 14, 16]] * 3)
    np.testing.assert_array_equal(prediction.values, [[14, 14, 14]])


def test_the_objective_is_scikit_learns_pinball_loss() -> None:
    task = replace(TASK, spread=((1.0, 1.0, 1.0),))
    logits, targets = RNG.normal(size=(50, 3, 3)), task.encode((TARGET,))
    found = task.objective()(torch.tensor(logits.reshape(50, 9)), torch.tensor(targets)).item()
    expected = [mean_pinball_loss(targets, logits[:, :, place], alpha=level) for place, level in enumerate(QUANTILES)]
    assert found == pytest.approx(np.mean(expected), rel=1e-6)


def test_a_step_counts_by_its_spread() -> None:
    task = replace(TASK, spread=((1.0, 2.0, 3.0),))
    logits = torch.zeros(1, 9)
    losses = [task.objective()(logits, torch.eye(3)[step : step + 1]).item() for step in range(3)]
    assert losses == pytest.approx([losses[0], 2 * losses[0], 3 * losses[0]])


def test_the_best_constant_is_the_quantiles_of_each_step() -> None:
    task = TASK.fitted((TARGET,))
    initial = task.initial_logits(task.encode((TARGET,)))
    np.testing.assert_allclose(
        task.predict(initial[None].astype(np.float64))[0].quantiles[0],  # type: ignore[index]  # a forecast has some
        np.quantile(VALUES, QUANTILES, axis=0).T,
        rtol=1e-5,
    )


def test_the_mean_absolute_error_is_watched_in_the_datas_units() -> None:
    task = TASK.fitted((TARGET,), OFFSET)
    targets = torch.tensor(task.encode((TARGET,), OFFSET))
    logits = torch.randn(50, 9, generator=torch.Generator().manual_seed(0))
    ordered = logits.view(50, 3, 3)[:, :, 1].numpy()
    reference, unit = OFFSET[:, 0, :3], OFFSET[:, 0, 3:]
    medians = 10 + 2 * (reference + unit * np.array(task.spread[0]) * ordered)
    found = task.monitor(logits, targets, torch.tensor(OFFSET, dtype=torch.float32))
    assert found == {"mae": pytest.approx(np.abs(medians - VALUES).mean(), rel=1e-5)}
    plain = TASK.fitted((TARGET,))
    assert plain.monitor(torch.zeros(50, 9), torch.tensor(plain.encode((TARGET,))))["mae"] == pytest.approx(
        np.abs(VALUES - 10).mean(), rel=1e-5
    )


def test_of_several_targets_the_error_is_watched_in_deviations() -> None:
    task = BOTH.fitted((TARGET, OTHER))
    watched = task.monitor(torch.zeros(50, 18), torch.tensor(task.encode((TARGET, OTHER))))
    assert watched["mae"] == pytest.approx(np.abs(VALUES - 10).mean() / 2, rel=1e-5)


def test_members_are_averaged() -> None:
    logits = torch.randn(4, 2, 9, generator=torch.Generator().manual_seed(0))
    ordered = logits.view(4, 2, 3, 3).sort(dim=3).values  # each member's quantiles
    torch.testing.assert_close(TASK.combine(logits), ordered.mean(dim=1).flatten(1))
    torch.testing.assert_close(TASK.combine(logits[:, 0]), logits[:, 0])


def test_calibration_moves_each_quantile_to_its_share_and_shrinks_a_change_that_goes_too_far() -> None:
    task = BOTH.fitted((TARGET, OTHER))
    rng = np.random.default_rng(1)
    signal = rng.normal(size=(2000, 2, 3))
    truth = signal * [[[0.5], [1.0]]] + 0.3 * rng.normal(size=signal.shape)
    logits = signal[..., None] + np.array([-0.1, 0.0, 0.1])  # twice too far for the first target, and too sure
    calibrated = task.calibrated(logits.reshape(2000, 18), truth.reshape(2000, 6).astype(np.float32))
    assert calibrated.gain == (0.5, 1.0)
    for place, prediction in enumerate(calibrated.predict(logits.reshape(2000, 18))):
        values = calibrated.centre[place] + calibrated.scale[place] * truth[:, place] * task.spread[place]
        assert prediction.quantiles is not None
        below = (values[..., None] <= prediction.quantiles).mean(axis=(0, 1))
        np.testing.assert_allclose(below, QUANTILES, atol=0.01)


def test_half_of_a_bias_is_believed() -> None:
    task, noise = TASK.fitted((TARGET,)), np.random.default_rng(1).normal(size=(2001, 3))
    calibrated = task.calibrated(np.zeros((2001, 9)), (noise + 0.6).astype(np.float32))
    low, middle, high = calibrated.shift[0]
    assert middle == pytest.approx(np.median(noise + 0.6) / 2, abs=1e-6)
    assert high - low == pytest.approx(np.quantile(noise, 0.9) - np.quantile(noise, 0.1), abs=1e-6)


def test_without_a_signal_the_reference_stays() -> None:
    task = TASK.fitted((TARGET,))
    rng = np.random.default_rng(1)
    logits = np.repeat(rng.normal(size=(2000, 3, 1)), 3, axis=2).reshape(2000, 9)
    calibrated = task.calibrated(logits, rng.normal(size=(2000, 3)).astype(np.float32))
    assert calibrated.gain == (0.0,)
    (prediction,) = calibrated.predict(logits)
    assert prediction.values.std(axis=0) == pytest.approx(np.zeros(3), abs=1e-12)


def test_what_is_not_fitted_or_of_another_shape_is_refused() -> None:
    with pytest.raises(NotTrainedError, match="forecast expected spread of y, got a task that has not been fitted"):
        TASK.objective()
    with pytest.raises(NotTrainedError, match="forecast expected centre and scale of y"):
        Forecast(targets=("y",), horizon=3).fitted((TARGET,))
    with pytest.raises(ShapeError, match=r"Forecast expected y with values of shape \(n, 2\), got \(50, 3\)"):
        replace(TASK, horizon=2).fitted((TARGET,))

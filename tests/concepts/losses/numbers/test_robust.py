"""Smooth L1, quantile and log-cosh."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import mean_pinball_loss

from pellucid.concepts.losses.numbers.absolute_error import absolute_error_reference
from pellucid.concepts.losses.numbers.huber import huber_reference
from pellucid.concepts.losses.numbers.log_cosh import log_cosh, log_cosh_reference
from pellucid.concepts.losses.numbers.quantile import quantile, quantile_reference
from pellucid.concepts.losses.numbers.smooth_l1 import smooth_l1, smooth_l1_reference

Z, Y = np.random.default_rng(0).normal(size=(2, 60)) * 3


@pytest.mark.knowledge("C8")
@pytest.mark.parametrize("beta", [0.1, 1.0, 4.0])
def test_smooth_l1_is_torchs_and_huber_divided_by_beta(beta: float) -> None:
    value, gradient = smooth_l1_reference(Z, Y, beta)
    assert smooth_l1(torch.tensor(Z), torch.tensor(Y), beta).item() == pytest.approx(value, rel=1e-9)
    huber_value, huber_gradient = huber_reference(Z, Y, delta=beta)
    assert value == pytest.approx(huber_value / beta, rel=1e-12)
    np.testing.assert_allclose(gradient, huber_gradient / beta, rtol=1e-12)


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_quantile_is_scikit_learns_pinball_loss(level: float) -> None:
    expected = mean_pinball_loss(Y, Z, alpha=level)
    assert quantile_reference(Z, Y, level)[0] == pytest.approx(expected, rel=1e-12)
    assert quantile(torch.tensor(Z), torch.tensor(Y), level).item() == pytest.approx(expected, rel=1e-9)


def test_the_best_constant_is_the_quantile() -> None:
    targets = np.arange(1.0, 101.0)
    costs = [quantile_reference(np.full(100, constant), targets)[0] for constant in targets]
    assert targets[np.argmin(costs)] in {90, 91}  # any number between the two is a 0.9-quantile


def test_at_one_half_it_is_half_the_absolute_error() -> None:
    assert quantile_reference(Z, Y, 0.5)[0] == pytest.approx(absolute_error_reference(Z, Y)[0] / 2, rel=1e-12)


def test_log_cosh_is_what_its_name_says_and_survives_where_cosh_does_not() -> None:
    np.testing.assert_allclose(log_cosh_reference(Z, Y, "none")[0], np.log(np.cosh(Z - Y)), rtol=1e-12, atol=1e-15)
    assert log_cosh_reference(np.array([1e4]), np.zeros(1))[0] == pytest.approx(1e4 - np.log(2), rel=1e-15)
    assert log_cosh(torch.tensor([-1e4]), torch.zeros(1)).item() == pytest.approx(1e4 - np.log(2), rel=1e-6)

"""Learning rates, schedules, warm-up, and the finder."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.optimization.learning_rates import LearningRates
from pellucid.laboratory.optimization.rate_finder import RateFinder
from pellucid.laboratory.optimization.rate_schedules import RateSchedules
from pellucid.laboratory.optimization.warm_up import WarmUp


@pytest.mark.knowledge("D10")
def test_four_rates_by_the_closed_form() -> None:
    result = LearningRates().run()
    factors = 1 - 2 * np.array([0.01, 0.4, 0.9, 1.05])
    np.testing.assert_allclose(list(result["ends"].values()), 10 * np.abs(factors) ** 20, rtol=1e-6)


def test_rates_that_are_all_small_do_not_keep_the_claims() -> None:
    result = LearningRates(rates=(0.001, 0.001, 0.001, 0.001)).run()
    assert [claim.holds for claim in result.claims] == [True, False, False, False]


def test_there_must_be_four_rates() -> None:
    with pytest.raises(RangeError, match="learning_rates expected four rates, got 2: write "):
        LearningRates(rates=(0.1, 0.2))


def test_a_start_at_the_minimum_is_drawn_too() -> None:
    assert LearningRates(start=0).run()["ends"]["right: 0.4"] == 0


@pytest.mark.knowledge("D10")
def test_the_schedules_are_what_they_are_called() -> None:
    rates = RateSchedules(rate=0.8, steps=100).run()["rates"]
    assert set(rates["steps"]) == {0.8, 0.2, 0.05, 0.0125}  # a quarter four times
    assert rates["exponential"][50] == pytest.approx(0.8 * 0.1)  # half of the way to a hundredth
    assert rates["cosine"][50] == pytest.approx(0.4)
    assert rates["warm-up, cosine"][0] == 0
    assert rates["warm-up, cosine"].argmax() == 10


@pytest.mark.knowledge("D10")
@pytest.mark.parametrize("rate", [0.1, 0.5, 1.0])
def test_the_noise_at_a_constant_rate_has_a_closed_form(rate: float) -> None:
    end = RateSchedules(rate=rate, steps=2000).run()["f"]["constant"][-300:].mean()
    assert end == pytest.approx(rate / (4 - 2 * rate), rel=0.05)  # stationary variance of an AR(1) process, halved


def test_without_noise_a_constant_rate_arrives() -> None:
    assert RateSchedules(noise=0).run().claims[0].holds


@pytest.mark.knowledge("D10")
def test_warm_up_of_one_step_is_none() -> None:
    result = WarmUp(warm=1).run()
    np.testing.assert_array_equal(result["warm"], result["at_once"])
    assert not result.claims[1].holds


def test_a_function_that_is_not_curved_at_the_start_needs_no_warm_up() -> None:
    result = WarmUp(function="-cos(x)", start=3.0).run()  # f'' < 0 there
    assert result["safe_rate"] == 0.1
    assert not result.claims[0].holds


@pytest.mark.knowledge("D10")
@pytest.mark.parametrize("spread", [1.0, 5.0])
def test_the_finder_follows_the_curvature(spread: float) -> None:
    result = RateFinder(spread=spread).run()
    assert result["limit"] == pytest.approx(2 / max(spread**2, 1.0), rel=0.25)  # inputs are independent
    assert result["suggested"] < result["limit"]


def test_a_finder_that_never_gets_to_the_wall_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pellucid.laboratory.optimization.rate_finder.HIGH", 1e-3)
    result = RateFinder().run()
    assert len(result["rates"]) == 150
    assert not result.claims[1].holds

"""Trials at other learning rates, on a parabola where each step is known."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.diagnosis.doctor import Doctor
from pellucid.diagnosis.rates import FACTORS, FEWEST, HIGHER, STEPS, best_of, rate_trials, said


def doctor(rate: float) -> Doctor:
    """Fit y = 0 to x = 1 by w x: the loss is w², its gradient 2 w, a step multiplies w by 1 - 2 rate."""
    torch.manual_seed(0)
    network = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        network.weight.fill_(1.0)
    x = torch.ones(64, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=rate)
    return Doctor.of(network, optimizer, nn.MSELoss(), [(x, torch.zeros(64, 1))], rules=())


def test_every_trial_follows_the_closed_form() -> None:
    trials = rate_trials(doctor(0.01).evidence)
    assert [trial.factor for trial in trials] == list(FACTORS)
    for trial in trials:
        assert trial.rate == pytest.approx(0.01 * trial.factor)
        assert trial.loss == pytest.approx((1 - 2 * trial.rate) ** (2 * FEWEST), rel=1e-3, abs=1e-12)


def test_the_best_one_is_told() -> None:
    trials = rate_trials(doctor(0.05).evidence)
    assert best_of(trials).factor == 10.0  # 0.5: the minimum in one step
    assert "on copies the loss is" in said(trials)


def test_trials_are_made_once_and_again_when_there_were_more_steps() -> None:
    evidence = doctor(0.01).evidence
    first = rate_trials(evidence)
    assert rate_trials(evidence) is first
    evidence.steps_taken = STEPS
    assert max(trial.steps for trial in rate_trials(evidence)) == STEPS


def test_without_an_optimizer_there_are_none() -> None:
    x = torch.ones(8, 1)
    assert rate_trials(Doctor.of(nn.Linear(1, 1), None, nn.MSELoss(), [(x, x)], rules=()).evidence) == ()


def test_where_the_highest_is_the_best_higher_ones_are_tried() -> None:
    """At 0.00005 the factors end at 0.005, which is still too low; 0.5 would be the minimum in one step."""
    trials = rate_trials(doctor(0.00005).evidence)
    assert [trial.factor for trial in trials] == [*FACTORS, *HIGHER]
    assert best_of(trials).rate == pytest.approx(0.5)

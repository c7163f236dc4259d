"""Trials at other learning rates, on a parabola where each step is known."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.diagnosis.doctor import Doctor
from pellucid.diagnosis.rates import FEWEST, HIGHER, LOWER, STEPS, best_of, higher_rates, lower_rates, said


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
    evidence = doctor(0.01).evidence
    lower, higher = lower_rates(evidence), higher_rates(evidence)
    assert [trial.factor for trial in lower] == list(LOWER)
    for trial in (*lower, *higher):
        assert trial.rate == pytest.approx(0.01 * trial.factor)
        assert trial.loss == pytest.approx((1 - 2 * trial.rate) ** (2 * FEWEST), rel=1e-3, abs=1e-12)


def test_the_best_one_is_told() -> None:
    trials = higher_rates(doctor(0.05).evidence)
    assert [trial.factor for trial in trials] == [10.0, 100.0]  # 0.5, the minimum in one step; 5 diverges
    assert best_of(trials).factor == 10.0
    assert "on copies the loss is" in said(trials)


def test_where_the_first_promises_nothing_no_others_are_tried() -> None:
    assert [trial.factor for trial in higher_rates(doctor(0.00005).evidence, lambda _: False)] == [10.0]


def test_trials_are_made_once_and_again_when_there_were_more_steps() -> None:
    evidence = doctor(0.01).evidence
    first = lower_rates(evidence)
    spent = evidence.probes.seconds_spent
    assert lower_rates(evidence) == first
    assert evidence.probes.seconds_spent == spent
    evidence.steps_taken = STEPS
    assert max(trial.steps for trial in lower_rates(evidence)) == STEPS


def test_without_an_optimizer_there_are_none() -> None:
    x = torch.ones(8, 1)
    evidence = Doctor.of(nn.Linear(1, 1), None, nn.MSELoss(), [(x, x)], rules=()).evidence
    assert (lower_rates(evidence), higher_rates(evidence)) == ((), ())


def test_where_the_highest_is_the_best_higher_ones_are_tried() -> None:
    """At 0.00005 the first two end at 0.005, which is still too low; 0.5 would be the minimum in one step."""
    trials = higher_rates(doctor(0.00005).evidence)
    assert [trial.factor for trial in trials] == list(HIGHER)
    assert best_of(trials).rate == pytest.approx(0.5)

"""Schedules that decay within a few steps, and schedules that last."""

from __future__ import annotations

from typing import Any

import torch

from pellucid.diagnosis.rules.scheduler_kills_lr import RULE, _start
from pellucid.diagnosis.watch import watch


def test_halving_at_every_step_is_found(watched: Any, dense: Any) -> None:
    doctor = watched(
        dense(2, 32, 2), rules=(RULE,),
        scheduler=lambda one: torch.optim.lr_scheduler.ExponentialLR(one, gamma=0.5),
    )  # fmt: skip
    (finding,) = doctor.findings
    assert finding.cause == "scheduler_kills_lr"
    assert finding.step is not None
    assert finding.step >= 8  # 0.5^7 is the first power below 1/100: the eighth step


def test_a_cosine_over_the_whole_training_is_not(watched: Any, dense: Any) -> None:
    doctor = watched(
        dense(2, 32, 2), rules=(RULE,), epochs=20,
        scheduler=lambda one: torch.optim.lr_scheduler.CosineAnnealingLR(one, T_max=160),
    )  # fmt: skip
    assert doctor.findings == ()


def test_of_several_groups_the_one_with_the_highest_rate_counts(dense: Any, rings: Any) -> None:
    network = dense(2, 32, 2)
    groups = [{"params": network[0].parameters(), "lr": 1e-4}, {"params": network[2].parameters()}]
    optimizer = torch.optim.Adam(groups, lr=0.02)
    x, y = rings()
    with watch(network, optimizer, torch.nn.CrossEntropyLoss(), [(x, y)]) as doctor:
        doctor.rules = (RULE,)
        for step in range(60):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(network(x), y).backward()
            optimizer.step()
            if step == 5:
                for group in optimizer.param_groups:
                    group["lr"] *= 1e-4
    (finding,) = doctor.findings
    assert "from 0.02 to 2.0e-06" in finding.measured


def test_between_two_known_rates_an_exponential_is_taken() -> None:
    """From 1 at step 0 to 10^-4 at step 100: 10^-2 at step 50."""
    assert _start((0, 1.0), (100, 1e-4), 1e-2) == 50
    assert _start((0, 1.0), (100, 0.0), 1e-2) == 100

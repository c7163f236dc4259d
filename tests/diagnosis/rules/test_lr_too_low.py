"""A learning rate with which nothing moves, beside usual ones."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from pellucid.diagnosis.rules.lr_too_low import RULE


def test_a_rate_with_which_hardly_anything_moves_is_found(watched: Any, dense: Any) -> None:
    doctor = watched(
        dense(2, 32, 2), optimizer=lambda some: torch.optim.SGD(some, lr=1e-4), epochs=16, rules=(RULE,)
    )  # fmt: skip
    (finding,) = doctor.findings
    assert finding.cause == "lr_too_low"
    assert finding.remedy in (
        "learning rate 0.1",
        "learning rate 1",
    )  # beyond the factors, for the highest was the best


@pytest.mark.parametrize("rate", [0.003, 0.01])
def test_usual_rates_are_left_alone(watched: Any, dense: Any, rate: float) -> None:
    doctor = watched(dense(2, 32, 2), optimizer=lambda some: torch.optim.Adam(some, lr=rate), rules=(RULE,))
    assert doctor.findings == ()


def test_a_short_training_is_not_called_slow(watched: Any, dense: Any) -> None:
    doctor = watched(dense(2, 32, 2), optimizer=lambda some: torch.optim.SGD(some, lr=1e-4), epochs=2, rules=(RULE,))
    assert doctor.findings == ()

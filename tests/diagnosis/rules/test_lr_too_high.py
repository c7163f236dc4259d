"""A learning rate that overshoots, beside one that is merely large."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from pellucid.diagnosis.rules.lr_too_high import RULE


@pytest.mark.parametrize(
    "optimizer", [lambda some: torch.optim.SGD(some, lr=30.0), lambda some: torch.optim.Adam(some, lr=1.0)]
)
def test_a_rate_that_overshoots_is_found(watched: Any, dense: Any, optimizer: Any) -> None:
    doctor = watched(dense(2, 32, 2), optimizer=optimizer, epochs=16, rules=(RULE,))
    (finding,) = doctor.findings
    assert finding.cause == "lr_too_high"
    assert "on copies the loss is" in finding.proof


def test_descent_on_a_parabola_beyond_two_by_curvature_is_found(watched: Any) -> None:
    """Least squares on x ~ U(0, 10): the largest curvature is 2 E x² = 66.7, so that rates above 0.03 diverge."""
    x = 10 * torch.rand(128, 1, generator=torch.Generator().manual_seed(0))
    made = {}
    for rate in (0.01, 0.05):
        torch.manual_seed(0)
        made[rate] = watched(
            torch.nn.Linear(1, 1), data=(x, 3 * x), loss_fn=torch.nn.MSELoss(), epochs=10, rules=(RULE,),
            optimizer=lambda some, rate=rate: torch.optim.SGD(some, lr=rate),
        )  # fmt: skip
    assert [one.cause for one in made[0.05].findings] == ["lr_too_high"]
    assert made[0.01].findings == ()


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.03])
def test_usual_rates_are_left_alone(watched: Any, dense: Any, rate: float) -> None:
    doctor = watched(dense(2, 32, 2), optimizer=lambda some: torch.optim.Adam(some, lr=rate), rules=(RULE,))
    assert doctor.findings == ()

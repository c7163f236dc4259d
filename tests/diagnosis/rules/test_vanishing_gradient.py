"""Ten sigmoids one after another, and ten ReLUs."""

from __future__ import annotations

from typing import Any

from torch import nn

from pellucid.diagnosis.rules.vanishing_gradient import RULE

WIDTHS = (2, *[16] * 10, 2)


def test_ten_sigmoids_let_no_gradient_through(watched: Any, dense: Any) -> None:
    (finding,) = watched(dense(*WIDTHS, activation=nn.Sigmoid), epochs=6, rules=(RULE,)).findings
    assert (finding.cause, finding.layer) == ("vanishing_gradient", "0.weight")


def test_shallow_sigmoids_and_living_networks_are_left_alone(watched: Any, dense: Any) -> None:
    assert watched(dense(2, 16, 2, activation=nn.Sigmoid), epochs=6, rules=(RULE,)).findings == ()
    assert watched(dense(2, 16, 16, 16, 2, activation=nn.Tanh), epochs=10, rules=(RULE,)).findings == ()

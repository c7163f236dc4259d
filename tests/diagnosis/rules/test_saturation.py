"""Sigmoids at the ends of their range."""

from __future__ import annotations

from typing import Any

import pytest
from torch import nn

from pellucid.diagnosis.rules.saturation import RULE


@pytest.mark.parametrize("activation", [nn.Sigmoid, nn.Tanh])
def test_inputs_in_the_thousands_saturate(watched: Any, dense: Any, rings: Any, activation: Any) -> None:
    """Every input is far from 0, so that two points of one class look the same to every unit."""
    x, y = rings()
    noise = y.new_tensor([0, 1]).repeat(len(y) // 2)
    doctor = watched(
        dense(2, 16, 2, activation=activation), data=(1000 + 3000 * x.abs(), noise), epochs=4, rules=(RULE,)
    )
    assert [one.cause for one in doctor.findings] == ["saturation"]


def test_standardised_inputs_do_not(watched: Any, dense: Any) -> None:
    assert watched(dense(2, 16, 2, activation=nn.Tanh), epochs=4, rules=(RULE,)).findings == ()

from __future__ import annotations

import pytest

from pellucid.laboratory.activations.dying_relu import DyingReLU


@pytest.mark.knowledge("E3", "E4")
def test_dead_units_never_come_back() -> None:
    result = DyingReLU(bias=-10, steps=50).run()
    assert result["dead"].tolist() == [1.0] * 50
    assert result["came back"] == 0


def test_ordinary_biases_leave_units_alive() -> None:
    result = DyingReLU(bias=0.0, steps=50).run()
    assert result["dead"][-1] < 0.1
    assert [claim.holds for claim in result.claims][2] is False  # where no unit is dead, leaky ReLU has no lead

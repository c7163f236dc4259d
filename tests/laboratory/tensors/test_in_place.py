from __future__ import annotations

import math

import pytest

from pellucid.laboratory.tensors.in_place import InPlace


@pytest.mark.knowledge("J5")
@pytest.mark.parametrize("x", [-1.0, 0.0, 2.0])
def test_gradients_by_hand(x: float) -> None:
    gradients = InPlace(x=x).run()["gradients"]
    assert gradients["y = x.exp() + 1"] == pytest.approx(math.exp(x))
    assert gradients["y = x * 2; y += 1"] == 2
    assert gradients["y = x.exp(); y.data += 1"] == pytest.approx(math.exp(x) + 1)  # wrong by exactly 1
    assert gradients["y = x.exp(); y += 1"] is None
    assert gradients["x += 1"] is None

"""A bias in front of batch normalization does nothing, however large; behind it, or without it, it does."""

from __future__ import annotations

import pytest

from pellucid.laboratory.normalization.norm_placement import NormPlacement


@pytest.mark.knowledge("G7")
@pytest.mark.parametrize("bias", [0.5, 8.0, 100.0])
def test_a_bias_is_subtracted_again(bias: float) -> None:
    result = NormPlacement(bias=bias).run()
    assert result["change behind batch norm"] < 1e-12 * max(bias, 1)
    assert result["change without"] == pytest.approx(bias, rel=0.2)  # the largest bias itself, where the unit is on

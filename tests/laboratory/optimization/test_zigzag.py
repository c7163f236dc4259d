"""The zig-zag: the closed form of the rate of convergence."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.laboratory.optimization.zigzag import ZigZag


@pytest.mark.knowledge("D2")
@pytest.mark.parametrize("stretch", [2.0, 20.0, 300.0])
def test_the_factor_is_that_of_the_condition_number(stretch: float) -> None:
    result = ZigZag(stretch=stretch).run()
    law = (stretch - 1) / (stretch + 1)  # Polyak 1987
    assert result["factor"] == pytest.approx(law, rel=1e-9)
    np.testing.assert_allclose(result["x"][:, 1], (-law) ** np.arange(len(result["x"])), rtol=1e-9)
    assert all(claim.holds for claim in result.claims)


def test_a_round_bowl_does_not_zigzag() -> None:
    result = ZigZag(stretch=1).run()
    assert result["distance"][1] == 0
    assert not result.claims[1].holds

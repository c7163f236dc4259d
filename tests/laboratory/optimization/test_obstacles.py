"""Local minima, saddle, plateau, vanishing gradient."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.optimization.local_minima import LocalMinima
from pellucid.laboratory.optimization.plateau import Plateau
from pellucid.laboratory.optimization.saddle import Saddle
from pellucid.laboratory.optimization.vanishing_gradient import VanishingGradient


@pytest.mark.knowledge("D7")
def test_the_minima_are_the_roots_of_the_slope() -> None:
    roots = np.roots([0.2, 0, -2, 0.5])  # f' = 0.2 x^3 - 2 x + 0.5; the middle one is the hilltop
    result = LocalMinima().run()
    np.testing.assert_allclose(result["minima"], np.sort(roots.real)[[0, 2]], atol=1e-3)
    starts, ends = result["x"][0], result["ends"]
    hilltop = np.sort(roots.real)[1]
    assert ((ends < 0) == (starts < hilltop)).all()


@pytest.mark.knowledge("D7")
def test_one_valley_is_one_minimum() -> None:
    result = LocalMinima(function="x**2").run()
    assert [claim.holds for claim in result.claims] == [False, False, False]  # no border without parting


def test_without_a_minimum_none_is_found() -> None:
    result = LocalMinima(function="x").run()
    assert len(result["minima"]) == 0
    assert result["share_of_lowest"] == 0


def test_an_empty_range_is_refused() -> None:
    with pytest.raises(RangeError, match="local_minima expected low below high, got 1 and 1: swap them"):
        LocalMinima(low=1, high=1)


@pytest.mark.knowledge("D7")
@pytest.mark.parametrize("disturbance", [1e-3, 1e-6, 1e-9])
def test_the_wait_at_the_saddle_grows_with_the_logarithm(disturbance: float) -> None:
    result = Saddle(disturbance=disturbance).run()
    assert result["escaped"] == pytest.approx(np.log(0.1 / disturbance) / np.log(1.1), abs=2)  # rate 0.1, curvature -1
    assert all(claim.holds for claim in result.claims)


@pytest.mark.knowledge("D7")
def test_a_bowl_is_no_saddle() -> None:
    result = Saddle(function="x1**2 + x2**2").run()
    assert not any(claim.holds for claim in result.claims)
    assert result["escaped"] is None


@pytest.mark.knowledge("D7")
def test_a_bowl_has_no_plateau() -> None:
    result = Plateau(function="x**2", start=8, rate=0.1).run()
    assert not any(claim.holds for claim in result.claims)


@pytest.mark.knowledge("D7")
def test_a_wide_plateau_is_never_left() -> None:
    result = Plateau(start=20, rate=0.01).run()
    assert result["on_plateau"] is None
    assert result["arrived"] is None


@pytest.mark.knowledge("D7")
def test_the_gradient_is_the_true_one() -> None:
    torch = pytest.importorskip("torch")
    result = VanishingGradient(depth=3, width=4, seed=5).run()
    from pellucid.foundation.seeds import numpy_generator

    draw = numpy_generator(5, "vanishing gradient")
    weights = [torch.tensor(np.sqrt(1 / 4) * draw.normal(size=(4, 4))) for _ in range(3)]
    h = [torch.tensor(draw.normal(size=4), requires_grad=True)]
    for W in weights:
        h.append(torch.tanh(W @ h[-1]))
    gradients = torch.autograd.grad(h[-1].sum() / 2, h)  # the upstream gradient is 4^(-1/2) everywhere
    np.testing.assert_allclose(result["tanh"], [float(g.norm()) for g in gradients], rtol=1e-12)


@pytest.mark.knowledge("D7")
def test_large_weights_explode() -> None:
    result = VanishingGradient(scale=3).run()
    assert result["ReLU"][0] > 1e6
    assert not result.claims[2].holds

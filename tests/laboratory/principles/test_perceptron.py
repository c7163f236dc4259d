"""The perceptron: stops where a line separates, within the bound; goes round on XOR; is SGD with the right kink."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Perceptron as SklearnPerceptron

from pellucid.foundation.errors import RangeError
from pellucid.laboratory.principles.perceptron import POINTS, XOR, Perceptron


@pytest.mark.knowledge("F1")
def test_it_is_scikit_learns_perceptron() -> None:
    table = np.array(POINTS)
    ours = Perceptron(order="given").run()
    theirs = SklearnPerceptron(shuffle=False, tol=None, max_iter=200).fit(table[:, :2], table[:, 2])
    np.testing.assert_allclose(ours["weights"][-1], [*theirs.coef_[0], theirs.intercept_[0]], rtol=1e-12)


@pytest.mark.knowledge("F1")
@pytest.mark.parametrize("start", [(0.0, 0.0, 0.0), (3.0, -2.0, 5.0), (-30.0, -30.0, 10.0)])
@pytest.mark.parametrize("rate", [0.1, 1.0, 7.0])
def test_the_bound_holds_from_any_start(start: tuple[float, ...], rate: float) -> None:
    result = Perceptron(start=start, rate=rate, passes=1000).run()
    assert result["mistakes"][-1] == 0
    assert result["mistakes"].sum() <= result["bound"]
    signed = np.array(POINTS)[:, 2] * (np.c_[np.array(POINTS)[:, :2], np.ones(len(POINTS))] @ result["weights"][-1])
    assert (signed > 0).all()


@pytest.mark.knowledge("F1")
def test_the_bound_from_zero_weights_is_novikoffs() -> None:
    result = Perceptron().run()
    radius = max(np.hypot(np.hypot(x1, x2), 1) for x1, x2, _ in POINTS)
    assert result["bound"] == pytest.approx((radius / result["margin"]) ** 2)


@pytest.mark.knowledge("F1")
def test_xor_comes_back_to_its_weights() -> None:
    result = Perceptron(points=XOR, order="given", passes=40).run()
    # by hand from zero weights: (0,0): b = -1; (0,1): w2 = 1, b = 0; (1,0): w1 = 1, b = 1; (1,1): all 0 again
    np.testing.assert_array_equal(result["weights"][:5], [[0, 0, 0], [0, 0, -1], [0, 1, 0], [1, 1, 1], [0, 0, 0]])
    assert (result["mistakes"] == 4).all()
    stops, circles, *_ = result.claims
    assert not stops.holds
    assert "no line separates" in stops.measured
    assert circles.holds
    assert "no line separates" in result.picture.alt


def test_too_few_passes_do_not_stop() -> None:
    stops, *_ = Perceptron(passes=2).run().claims
    assert not stops.holds


def test_points_that_are_right_already_need_no_correction() -> None:
    result = Perceptron(points=((1, 0, 1), (-1, 0, -1)), start=(1.0, 0.0, 0.0)).run()
    assert result["mistakes"].tolist() == [0]
    assert len(result.picture.frames) == 1


@pytest.mark.parametrize("points", [((1.0, 2.0),), ((1.0, 2.0, 0.0),)])
def test_points_need_two_numbers_and_a_label(points: tuple[tuple[float, ...], ...]) -> None:
    with pytest.raises(RangeError, match="perceptron expected points to be"):
        Perceptron(points=points)


def test_the_start_needs_three_numbers() -> None:
    with pytest.raises(RangeError, match="perceptron expected start to be three numbers"):
        Perceptron(start=(1.0, 2.0))


def test_a_point_out_of_range_is_refused() -> None:
    with pytest.raises(RangeError, match="perceptron expected points to be from -100 to 100, got 1000"):
        Perceptron(points=((1000.0, 0.0, 1.0),))

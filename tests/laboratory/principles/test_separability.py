"""The best separating line against a support vector machine, and the proof that there is none."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

from pellucid.laboratory.principles.separability import separation


@pytest.mark.parametrize("seed", range(5))
def test_the_margin_is_the_largest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(15, 2))
    y = np.where(x @ [1.0, -0.5] + 0.2 > 0, 1.0, -1.0)
    found = separation(x, y)
    signed = y[:, None] * np.c_[x, np.ones(len(x))]
    # the same problem by sequential quadratic programming: least |u|² with y u·(x, 1) >= 1
    start = found.direction + 0.1 if found.direction is not None else np.ones(3)
    other = minimize(
        lambda u: u @ u,
        start / (signed @ start).min() if (signed @ start).min() > 0 else 100 * start,
        constraints={"type": "ineq", "fun": lambda u: signed @ u - 1},
        method="SLSQP",
        options={"maxiter": 500},
    )
    assert other.success
    assert found.margin == pytest.approx(1 / np.linalg.norm(other.x), rel=1e-5)


@pytest.mark.parametrize("seed", range(20))
def test_it_agrees_with_linear_programming(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(5, 2)), rng.choice([-1.0, 1.0], 5)
    signed = y[:, None] * np.c_[x, np.ones(len(x))]
    feasible = linprog(np.zeros(3), -signed, -np.ones(5), bounds=(None, None)).status == 0
    found = separation(x, y)
    assert (found.direction is not None) == feasible
    assert (found.mixture >= 0).all()
    if found.direction is None:
        np.testing.assert_allclose(found.mixture @ signed, 0, atol=1e-9)
    else:
        assert found.margin > 0

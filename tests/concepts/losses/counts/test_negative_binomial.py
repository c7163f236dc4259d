"""Negative binomial loss (NB2)."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from pellucid.concepts.losses.counts.negative_binomial import negative_binomial, negative_binomial_reference
from pellucid.concepts.losses.counts.poisson import poisson_reference

LOGITS = np.array([-3.0, 0.0, 1.0, 4.0])
COUNTS = np.array([0.0, 2.0, 1.0, 90.0])


@pytest.mark.knowledge("C17", "B6")
def test_it_is_minus_the_log_likelihood_less_the_constant() -> None:
    # alpha = 1/2, mean = 3: two successes of chance 2 / (2 + 3), 4 failures before: C(5, 4) (2/5)^2 (3/5)^4
    log_likelihood = math.log(math.comb(5, 4) * 0.4**2 * 0.6**4)
    value, _ = negative_binomial_reference(np.array([math.log(3)]), np.array([4.0]), dispersion=0.5)
    assert value == pytest.approx(-log_likelihood - math.log(math.factorial(4)), rel=1e-12)


@pytest.mark.parametrize("dispersion", [1e-3, 0.3, 1.0, 40.0])
def test_every_dispersion_agrees_with_torch(dispersion: float) -> None:
    value, gradient = negative_binomial_reference(LOGITS, COUNTS, dispersion=dispersion)
    leaf = torch.tensor(LOGITS, requires_grad=True)
    fast = negative_binomial(leaf, torch.tensor(COUNTS), dispersion=dispersion)
    (fast_gradient,) = torch.autograd.grad(fast, leaf)
    assert fast.item() == pytest.approx(value, rel=1e-9)
    np.testing.assert_allclose(fast_gradient.numpy(), gradient, rtol=1e-7)


def test_the_gradient_in_the_dispersion_is_the_finite_difference() -> None:
    dispersion = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    loss = negative_binomial(torch.tensor(LOGITS), torch.tensor(COUNTS), dispersion)
    (gradient,) = torch.autograd.grad(loss, dispersion)
    above, below = (negative_binomial_reference(LOGITS, COUNTS, 0.7 + step)[0] for step in (1e-6, -1e-6))
    assert gradient.item() == pytest.approx((above - below) / 2e-6, rel=1e-7)


def test_without_dispersion_it_is_the_poisson_loss() -> None:
    value, gradient = negative_binomial_reference(LOGITS, COUNTS, dispersion=1e-7)
    poisson_value, poisson_gradient = poisson_reference(LOGITS, COUNTS)
    assert value == pytest.approx(poisson_value, abs=1e-3)  # the difference is of the order alpha mu²
    np.testing.assert_allclose(gradient, poisson_gradient, rtol=1e-4)

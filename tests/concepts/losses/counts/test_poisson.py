"""Poisson loss."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pellucid.concepts.losses.counts.poisson import poisson_reference


@pytest.mark.knowledge("C17", "B5")
def test_it_is_minus_the_log_likelihood_less_the_constant() -> None:
    mean, count = 2.5, 4  # by the definition of Poisson's law
    log_likelihood = math.log(mean**count * math.exp(-mean) / math.factorial(count))
    value, _ = poisson_reference(np.array([math.log(mean)]), np.array([float(count)]))
    assert value == pytest.approx(-log_likelihood - math.log(math.factorial(count)), rel=1e-12)


def test_the_log_of_the_mean_is_the_best_constant() -> None:
    counts = np.array([0.0, 1.0, 7.0])
    _, gradient = poisson_reference(np.full(3, np.log(counts.mean())), counts)
    assert gradient.sum() == pytest.approx(0, abs=1e-15)

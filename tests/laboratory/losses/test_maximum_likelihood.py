from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pellucid.laboratory.losses.maximum_likelihood import CASES, MaximumLikelihood

LOG_DENSITIES = {
    "Gaussian": lambda y, c: stats.norm.logpdf(y, c),
    "Laplace": lambda y, c: stats.laplace.logpdf(y, c),
    "Bernoulli": lambda y, c: stats.bernoulli.logpmf(y, c),
    "Poisson": lambda y, c: stats.poisson.logpmf(y, c),
}


@pytest.mark.knowledge("C2", "C3", "C4", "C17")
def test_the_likelihoods_are_scipys() -> None:
    result = MaximumLikelihood(n=31).run()
    for name, _, _, _, likelihood, _, _ in CASES:
        y = result["targets"][name]
        assert likelihood(0.4, y) == pytest.approx(-np.mean(LOG_DENSITIES[name](y, 0.4)))


def test_an_even_number_of_targets_has_no_single_best_median() -> None:
    result = MaximumLikelihood(n=40, seed=1).run()
    y = np.sort(result["targets"]["Laplace"])
    assert y[19] - 1e-6 <= result["least"]["Laplace"] <= y[20] + 1e-6

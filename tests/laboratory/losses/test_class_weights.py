from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from pellucid.laboratory.losses.class_weights import ClassWeights


@pytest.mark.knowledge("B1", "C12")
def test_a_hundred_to_nine_hundred_gives_nine() -> None:
    assert ClassWeights(positives=100, negatives=900).run()["pos_weight"] == 9  # docs/knowledge.toml


@pytest.mark.knowledge("C12")
def test_the_fits_are_scikit_learns() -> None:
    generator = np.random.default_rng(4)  # as the experiment draws them
    x = np.concatenate([generator.normal(size=900), generator.normal(1.5, size=100)])[:, None]
    y = np.repeat([0, 1], [900, 100])
    result = ClassWeights(seed=4).run()
    for name, weights in (("plain", None), ("weighted", {0: 1.0, 1: 9.0})):
        theirs = LogisticRegression(C=1e10, class_weight=weights, tol=1e-10, max_iter=1000).fit(x, y)
        np.testing.assert_allclose(result[name], [theirs.coef_[0, 0], theirs.intercept_[0]], rtol=1e-4)

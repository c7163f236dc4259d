"""scikit-learn's linear model, MLP and histogram gradient boosting with their defaults, on the rows of our splits."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression, PoissonRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor

from pellucid.evaluation.features import Features, for_linear, for_trees

Array = NDArray[Any]


def predictions(kind: str, train: Features, truth: Array, test: Features, seed: int) -> dict[str, Array]:
    """Return what each rival predicts: (n, k) probabilities of classes, (n,) numbers or (n,) mean counts.

    Counts get the Poisson loss from all three. Numbers are standardised for the MLP, or it diverges.
    """
    flat, trees = for_linear(train, test), for_trees(train, test)
    classes, count = kind in ("binary", "multiclass"), kind in ("poisson", "negative_binomial")
    models: dict[str, Any] = {
        "linear": LogisticRegression(max_iter=1000)
        if classes
        else PoissonRegressor(alpha=1e-4, max_iter=1000)
        if count
        else LinearRegression(),
        "MLP": MLPClassifier(random_state=seed)
        if classes
        else MLPRegressor(random_state=seed, loss="poisson" if count else "squared_error"),
        "boosting": HistGradientBoostingClassifier(random_state=seed, categorical_features=trees.categorical)
        if classes
        else HistGradientBoostingRegressor(
            random_state=seed, categorical_features=trees.categorical, loss="poisson" if count else "squared_error"
        ),
    }
    found = {}
    for name, model in models.items():
        x, x_test = (trees.train, trees.test) if name == "boosting" else (flat.train, flat.test)
        centre, scale = (truth.mean(), truth.std()) if name == "MLP" and kind == "regression" else (0.0, 1.0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # defaults are what is compared, converged or not
            model.fit(x, truth if classes or count else (truth - centre) / scale)
        found[name] = model.predict_proba(x_test) if classes else np.asarray(model.predict(x_test)) * scale + centre
    return found

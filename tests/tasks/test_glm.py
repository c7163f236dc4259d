"""A network without hidden layers is the generalized linear model: docs/knowledge.toml section B, last paragraph.

Each objective, minimised in float64 over one linear layer, must reach the coefficients of statsmodels to 1e-3 relative.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import statsmodels.api as sm
import torch
from sklearn import datasets

from pellucid.tasks.binary import Binary
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.negative_binomial import NegativeBinomial
from pellucid.tasks.objectives import NegativeBinomialObjective
from pellucid.tasks.poisson import Poisson
from pellucid.tasks.regression import Regression
from pellucid.tasks.task import Floats, Target, Task

TOLERANCE = 1e-3  # issue 2: relative


def standardised(features: Floats) -> Floats:
    return (features - features.mean(axis=0)) / features.std(axis=0)


def fit_linear(
    task: Task, features: Floats, targets: Sequence[Target], offset: Floats | None = None
) -> tuple[Task, Floats]:
    """Return the fitted task, and (o, 1 + d) coefficients with the intercept first."""
    task = task.fitted(targets, offset)
    encoded = task.encode(targets)
    wanted = torch.tensor(encoded) if encoded.dtype == np.int64 else torch.tensor(encoded, dtype=torch.float64)
    layer = torch.nn.Linear(features.shape[1], task.outputs, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.zero_()
        layer.bias.copy_(torch.tensor(task.initial_logits(encoded, offset)))
    objective, inputs = task.objective().double(), torch.tensor(features)
    log_exposure = None if offset is None else torch.tensor(offset)
    optimizer = torch.optim.LBFGS(
        [*layer.parameters(), *objective.parameters()],
        max_iter=500,
        tolerance_grad=1e-9,
        tolerance_change=1e-14,
        line_search_fn="strong_wolfe",
    )

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss: torch.Tensor = objective(layer(inputs), wanted, log_exposure)
        loss.backward()
        return loss

    optimizer.step(closure)
    coefficients = torch.cat([layer.bias[:, None], layer.weight], dim=1).detach().numpy()
    return task.learnt(objective), coefficients


def number(name: str, values: Floats) -> Target:
    return Target(name=name, kind="number", values=values.astype(np.float64))


def assert_close(ours: Floats, theirs: Floats) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE * np.abs(theirs).max() / 10)


def test_binary_is_logistic_regression() -> None:
    data = datasets.load_breast_cancer()
    features = standardised(data.data[:, [1, 4, 8]])  # three that do not separate the classes: finite coefficients
    _, ours = fit_linear(Binary(targets=("y",), classes=("0", "1")), features, [number("y", data.target)])
    theirs = sm.Logit(data.target, sm.add_constant(features)).fit(disp=0).params
    assert_close(ours[0], theirs)


def test_multiclass_is_softmax_regression() -> None:
    data = datasets.load_wine()
    features = standardised(data.data[:, [1, 2, 4]])
    task = Multiclass(targets=("y",), classes=("0", "1", "2"))
    _, ours = fit_linear(task, features, [number("y", data.target)])
    theirs = sm.MNLogit(data.target, sm.add_constant(features)).fit(disp=0).params  # against the first class
    assert_close(ours[1:] - ours[0], theirs.T)


def test_regression_is_least_squares() -> None:
    data = datasets.load_diabetes()
    task, ours = fit_linear(Regression(targets=("y",)), standardised(data.data), [number("y", data.target)])
    assert isinstance(task, Regression)
    in_units = ours[0] * task.scale[0]
    in_units[0] += task.centre[0]
    theirs = sm.OLS(data.target, sm.add_constant(standardised(data.data))).fit().params
    assert_close(in_units, theirs)


@pytest.fixture(scope="module")
def features() -> Floats:
    return np.random.default_rng(0).normal(size=(3000, 3))


@pytest.fixture(scope="module")
def exposure() -> Floats:
    return np.random.default_rng(1).uniform(0.2, 10, 3000)


def test_poisson_with_exposure_is_poisson_regression(features: Floats, exposure: Floats) -> None:
    counts = np.random.default_rng(2).poisson(exposure * np.exp(0.2 + features @ [0.5, -0.3, 0.1]))
    _, ours = fit_linear(Poisson(targets=("y",)), features, [number("y", counts)], np.log(exposure))
    family = sm.families.Poisson()
    theirs = sm.GLM(counts, sm.add_constant(features), family=family, offset=np.log(exposure)).fit().params
    assert_close(ours[0], theirs)


def test_negative_binomial_learns_coefficients_and_dispersion(features: Floats, exposure: Floats) -> None:
    means, size = exposure * np.exp(0.2 + features @ [0.5, -0.3, 0.1]), 1 / 0.7
    counts = np.random.default_rng(3).negative_binomial(size, size / (size + means))
    task, ours = fit_linear(NegativeBinomial(targets=("y",)), features, [number("y", counts)], np.log(exposure))
    model = sm.NegativeBinomial(counts, sm.add_constant(features), offset=np.log(exposure))
    theirs = model.fit(disp=0, maxiter=200).params  # alpha comes last
    assert_close(ours[0], theirs[:-1])
    assert isinstance(task, NegativeBinomial)
    assert task.dispersion == pytest.approx(theirs[-1], rel=TOLERANCE)
    assert NegativeBinomialObjective(task.dispersion).dispersion == pytest.approx(task.dispersion)

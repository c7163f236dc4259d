"""Through the whole product, a network without hidden layers is the generalized linear model of statsmodels.

Expected coefficients are those of statsmodels, fitted on the same rows; the tolerance of 1e-3 is the project's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import special
from sklearn import datasets

import pellucid
from pellucid import Run

TOLERANCE = 1e-3

Floats = NDArray[np.float64]


def fit_linear(source: Any, target: str, **options: Any) -> Run:
    return pellucid.fit(
        source,
        target=target,
        network="linear",
        test=0,
        validation=0,
        baselines=False,
        bootstrap=0,
        report=False,
        quiet=True,
        **options,
    )


def coefficients(run: Run) -> dict[str, Floats]:
    """Return the (o,) coefficients of each feature by its name."""
    assert run.record.trained is not None
    assert run.record.trained.stopped == "converged"
    return dict(zip(run.coefficients.names, run.coefficients.values, strict=True))


def check(found: dict[str, Floats], expected: pd.Series) -> None:
    assert list(found) == list(expected.index)
    np.testing.assert_allclose(np.array(list(found.values()))[:, 0], expected.to_numpy(), rtol=TOLERANCE)


def design(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return the design matrix whose columns are named as Pellucid names coefficients: `colour=red` is an indicator."""
    columns: dict[str, Any] = {}
    for name in names:
        column, equals, level = name.partition("=")
        columns[name] = (frame[column] == level) if equals else frame[name] if name in frame else np.ones(len(frame))
    return pd.DataFrame(columns).astype(float)


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    """Return 1,500 simulated rows: two numbers, a category of three levels, an exposure, and their expected count."""
    random = np.random.default_rng(0)
    rows = 1500
    frame = pd.DataFrame(
        {
            "dose": random.normal(size=rows),
            "age": random.uniform(0, 5, rows),
            "ward": random.choice(["north", "south", "west"], rows),
            "years": random.uniform(0.5, 4, rows),
        }
    )
    shift = frame["ward"].map({"north": 0.0, "south": 0.4, "west": -0.3})
    frame["mean"] = frame["years"] * np.exp(0.3 + 0.5 * frame["dose"] - 0.2 * frame["age"] + shift)
    return frame


def test_least_squares() -> None:
    frame = datasets.load_diabetes(as_frame=True).frame
    expected = sm.OLS(frame["target"], design(frame, ["(intercept)", *frame.columns[:-1]])).fit()
    run = fit_linear(frame, "target", task="regression")
    check(coefficients(run), expected.params)
    scores = {score.name: score.value for score in run.scores.targets[0].network.scores}
    assert scores["r2"] == pytest.approx(expected.rsquared, rel=TOLERANCE)


def test_logistic_regression() -> None:
    frame = datasets.load_breast_cancer(as_frame=True).frame
    frame = frame[["mean radius", "mean texture", "mean smoothness", "mean concavity", "target"]]
    expected = sm.Logit(frame["target"], design(frame, ["(intercept)", *frame.columns[:-1]])).fit(disp=0)
    run = fit_linear(frame, "target")
    check(coefficients(run), expected.params)
    scores = {score.name: score.value for score in run.scores.targets[0].network.scores}
    assert scores["log_loss"] == pytest.approx(-expected.llf / len(frame), rel=TOLERANCE)


def test_positive_class_turns_the_signs() -> None:
    frame = datasets.load_breast_cancer(as_frame=True).frame[["mean radius", "mean texture", "target"]]
    one = coefficients(fit_linear(frame, "target", positive="1"))
    other = coefficients(fit_linear(frame, "target", positive="0"))
    for name, values in one.items():
        np.testing.assert_allclose(values, -other[name], rtol=TOLERANCE)


def test_multinomial_up_to_the_free_constant() -> None:
    """Softmax does not change when the same is added to every class; differences to the first class are unique."""
    wine = datasets.load_wine(as_frame=True).frame[["ash", "magnesium", "hue", "target"]]
    classes = wine["target"].map({0: "a", 1: "b", 2: "c"})
    names = ["(intercept)", "ash", "magnesium", "hue"]
    expected = sm.MNLogit(wine["target"], design(wine, names)).fit(disp=0, method="newton", maxiter=100)
    found = coefficients(fit_linear(wine.assign(target=classes), "target"))
    values = np.array([found[name] for name in names])
    np.testing.assert_allclose(values[:, 1:] - values[:, :1], expected.params.to_numpy(), rtol=TOLERANCE)


def test_category_columns_have_treatment_coding(counts: pd.DataFrame) -> None:
    frame = counts.drop(columns="mean")
    frame["risk"] = np.where(counts["mean"] + np.random.default_rng(1).normal(size=len(counts)) > 2.5, "high", "low")
    names = ["(intercept)", "dose", "age", "years", "ward=south", "ward=west"]
    expected = sm.Logit((frame["risk"] == "high").astype(float), design(frame, names)).fit(disp=0)
    check(coefficients(fit_linear(frame, "risk", positive="high")), expected.params)


def test_poisson_with_exposure(counts: pd.DataFrame) -> None:
    frame = counts.assign(visits=np.random.default_rng(2).poisson(counts["mean"])).drop(columns="mean")
    names = ["(intercept)", "dose", "age", "ward=south", "ward=west"]
    family = sm.families.Poisson()
    expected = sm.GLM(frame["visits"], design(frame, names), family=family, exposure=frame["years"]).fit()
    run = fit_linear(frame, "visits", exposure="years", task="poisson")
    check(coefficients(run), expected.params)
    assert deviance(run) == pytest.approx(expected.deviance / len(frame), rel=TOLERANCE)


def test_negative_binomial_with_exposure(counts: pd.DataFrame) -> None:
    """Coefficients, dispersion (variance = mean + dispersion * mean^2, statsmodels' alpha) and deviance."""
    size = 2.0
    drawn = np.random.default_rng(3).negative_binomial(size, size / (size + counts["mean"]))
    frame = counts.assign(visits=drawn).drop(columns="mean")
    names = ["(intercept)", "dose", "age", "ward=south", "ward=west"]
    run = fit_linear(frame, "visits", exposure="years")
    check_negative_binomial(run, frame["visits"], design(frame, names), exposure=frame["years"])


def check_negative_binomial(
    run: Run, counts: pd.Series, features: pd.DataFrame, exposure: pd.Series | None = None
) -> None:
    """Compare coefficients, dispersion and deviance with statsmodels, started near the end so that it converges."""
    model = sm.NegativeBinomial(counts, features, exposure=exposure)
    rough = model.fit(disp=0, maxiter=500, method="bfgs")
    expected = model.fit(disp=0, start_params=rough.params, method="newton", tol=1e-10)
    check(coefficients(run), expected.params[:-1])
    assert run.record.task is not None
    assert run.record.task["kind"] == "negative_binomial"
    alpha = expected.params.iloc[-1]
    assert run.record.task["dispersion"] == pytest.approx(alpha, rel=TOLERANCE)
    of_statsmodels = deviance_of_counts(counts.to_numpy(), expected.predict(), alpha)
    assert deviance(run) == pytest.approx(of_statsmodels, rel=TOLERANCE)


def deviance(run: Run) -> float | None:
    """Return the mean deviance of a run on counts."""
    return {score.name: score.value for score in run.scores.targets[0].network.scores}["deviance"]


def deviance_of_counts(counts: Floats, means: Floats, alpha: float) -> float:
    """Return the mean deviance of the negative binomial.

    Formula: 2 mean(y ln(y/m) - (y + 1/a) ln((1 + a y) / (1 + a m))), with 0 ln 0 = 0.
    Source: J. Hilbe, Negative Binomial Regression, 2011, equation 8.40 (NB2).
    """
    ratio = (1 + alpha * counts) / (1 + alpha * means)
    return float(2 * np.mean(special.xlogy(counts, counts / means) - (counts + 1 / alpha) * np.log(ratio)))


@pytest.fixture(scope="module")
def tables(shared_data: Path) -> Path:
    return shared_data / "tables"


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("biochemists/bioChemists.csv", "art"),
        ("randhie/randhie.csv", "mdvis"),
        ("doctor-visits/DoctorVisits.csv", "visits"),
    ],
)
def test_real_counts(tables: Path, path: str, target: str) -> None:
    """The count checks: deviance and coefficients, of a Poisson and of a negative binomial regression."""
    frame = pd.read_csv(tables / path)
    run = fit_linear(tables / path, target, task="poisson")
    features = design(frame, run.coefficients.names)
    expected = sm.GLM(frame[target], features, family=sm.families.Poisson()).fit()
    check(coefficients(run), expected.params)
    assert deviance(run) == pytest.approx(expected.deviance / len(frame), rel=TOLERANCE)
    check_negative_binomial(fit_linear(tables / path, target, task="negative_binomial"), frame[target], features)


def test_real_counts_with_collinear_columns(tables: Path) -> None:
    """In medpar `type` is type1 + 2 type2 + 3 type3: the coefficients are not unique, fitted means and deviance are.

    Its 54 hospitals, some with a single patient, make the problem badly conditioned: memory 20 took L-BFGS 514 steps.
    """
    path = tables / "medpar" / "medpar.csv"
    frame = pd.read_csv(path, dtype={"provnum": str})
    run = fit_linear(path, "los", task="poisson")
    features = design(frame, run.coefficients.names)
    independent = features.drop(columns=["type", "type1"])
    expected = sm.GLM(frame["los"], independent, family=sm.families.Poisson()).fit()
    assert deviance(run) == pytest.approx(expected.deviance / len(frame), rel=TOLERANCE)
    np.testing.assert_allclose(means(run, features), expected.fittedvalues, rtol=TOLERANCE)

    run = fit_linear(path, "los", task="negative_binomial")
    assert run.record.task is not None
    start = sm.GLM(frame["los"], independent, family=sm.families.NegativeBinomial(alpha=0.4)).fit()
    model = sm.NegativeBinomial(frame["los"], independent)
    expected = model.fit(
        disp=0, start_params=[*start.params, 0.4], method="bfgs", maxiter=500, gtol=1e-6, skip_hessian=True
    )
    alpha = expected.params.iloc[-1]
    assert run.record.task["dispersion"] == pytest.approx(alpha, rel=TOLERANCE)
    np.testing.assert_allclose(means(run, features), expected.predict(), rtol=TOLERANCE)
    stays = deviance_of_counts(frame["los"].to_numpy(), expected.predict(), alpha)
    assert deviance(run) == pytest.approx(stays, rel=TOLERANCE)


def means(run: Run, features: pd.DataFrame) -> Floats:
    """Return the (n,) means that the coefficients of a run on counts give."""
    return np.exp(features.to_numpy() @ np.array(list(coefficients(run).values()))[:, 0])

"""Every kind of target through the whole product: several of mixed kinds, k-hot labels, counts with exposure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import pellucid

QUICK: dict[str, Any] = {"epochs": 2, "baselines": False, "bootstrap": 0, "quiet": True}
ROWS = 240


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Return two features, and of each kind of target one or more that depend on them."""
    random = np.random.default_rng(0)
    size, weight = random.normal(size=(2, ROWS))
    years = random.uniform(0.5, 3, ROWS)
    return pd.DataFrame(
        {
            "size": size,
            "weight": weight,
            "years": years,
            "price": 3 * size - weight + random.normal(size=ROWS),
            "sold": np.where(size + random.normal(size=ROWS) > 0, "yes", "no"),
            "grade": np.digitize(weight + random.normal(size=ROWS), [-0.5, 0.5]),
            "visits": random.poisson(years * np.exp(0.3 * size)),
            "claims": random.negative_binomial(1, 1 / (1 + years * np.exp(0.3 * weight))),
            "red": (size > 0).astype(int),
            "green": (weight > 0).astype(int),
            "blue": (size + weight > 1).astype(int),
        }
    ).assign(grade=lambda frame: frame["grade"].map({0: "low", 1: "middle", 2: "high"}))


def test_several_targets_of_mixed_kinds(frame: pd.DataFrame) -> None:
    data = frame[["size", "weight", "price", "sold", "grade"]]
    run = pellucid.fit(data, target=("price", "sold", "grade"), **QUICK)
    assert [part.kind for part in run.task.parts] == ["regression", "binary", "multiclass"]
    assert [report.target for report in run.scores.targets] == ["price", "sold", "grade"]
    answers = run.predict(data[["size", "weight"]])
    assert answers.height == ROWS
    assert answers["predicted_price"].dtype.is_float()
    assert set(answers["predicted_sold"]) <= {"yes", "no"}
    assert set(answers["predicted_grade"]) <= {"low", "middle", "high"}
    judged = run.evaluate(data)
    assert [report.rows for report in judged.targets] == [ROWS] * 3
    page = run.report().read_text()
    for report in run.scores.targets:
        assert report.title in page


def test_several_numbers(frame: pd.DataFrame) -> None:
    data = frame[["size", "weight", "years", "price"]]
    run = pellucid.fit(data, target=("price", "years"), network="linear", report=False, **QUICK | {"epochs": None})
    assert run.task.kind == "regression"
    assert run.coefficients.values.shape == (3, 2)
    design = np.column_stack([np.ones(ROWS), frame[["size", "weight"]]])
    expected = design @ run.coefficients.values  # the coefficients are in the units of the data
    answers = run.predict(data[["size", "weight"]])
    for place, name in enumerate(("price", "years")):
        inside = np.isclose(answers[f"predicted_{name}"].to_numpy(), expected[:, place], rtol=1e-5, atol=1e-5)
        assert inside.mean() > 0.95  # the others were held within the range of the training part


def test_labels_k_hot(frame: pd.DataFrame) -> None:
    data = frame[["size", "weight", "red", "green", "blue"]]
    run = pellucid.fit(data, target=("red", "green", "blue"), **QUICK | {"epochs": 20})
    assert run.task.kind == "multilabel"
    answers = run.predict(data)
    for label in ("red", "green", "blue"):
        names = [name for name in answers.columns if name.startswith(f"probability_{label}_")]
        assert len(names) == 2
        sums = answers.select(pl.sum_horizontal(names)).to_series().to_numpy()
        np.testing.assert_allclose(sums, 1.0, rtol=1e-6)
    right = [(answers[f"predicted_{label}"].cast(int) == answers[label]).mean() for label in ("red", "green", "blue")]
    assert min(right) > 0.8  # thresholds of two features are easily learnt
    assert "red" in run.report().read_text()


def test_a_pair_of_arrays_with_k_hot_labels(frame: pd.DataFrame) -> None:
    pair = frame[["size", "weight"]].to_numpy(), frame[["red", "green", "blue"]].to_numpy()
    run = pellucid.fit(pair, report=False, **QUICK)
    assert run.task.kind == "multilabel"
    assert run.predict(pair[0]).height == ROWS


def test_counts_with_exposure(frame: pd.DataFrame) -> None:
    data = frame[["size", "weight", "years", "visits"]]
    run = pellucid.fit(data, target="visits", exposure="years", **QUICK)
    assert run.task.kind in ("poisson", "negative_binomial")
    decision = next(decision for decision in run.record.decisions if decision.topic == "task")
    assert "count" in decision.choice
    assert {column.name: column.role for column in run.record.columns}["years"] == "exposure"
    once = run.predict(data)["predicted_visits"]
    twice = run.predict(data.assign(years=2 * data["years"]))["predicted_visits"]
    np.testing.assert_allclose(twice.to_numpy(), 2 * once.to_numpy(), rtol=1e-5)  # the mean is rate times exposure


def test_rows_with_impossible_exposure_are_named_and_kept(frame: pd.DataFrame) -> None:
    data = frame[["size", "weight", "years", "visits"]]
    run = pellucid.fit(data, target="visits", exposure="years", report=False, **QUICK)
    spoilt = data.head(4).assign(years=[1.0, 0.0, np.nan, -1.0])
    answers = run.predict(spoilt)
    assert answers["predicted_visits"].is_null().to_list() == [False, True, True, True]
    assert answers["problem"][1] == "predict expected years above 0, got 0.0: mend it"
    assert run.evaluate(spoilt.assign(years=[1.0, 2.0, 3.0, -1.0])).rows == 3


def test_overdispersed_counts_are_negative_binomial(frame: pd.DataFrame) -> None:
    run = pellucid.fit(frame[["size", "weight", "claims"]], target="claims", report=False, **QUICK)
    assert run.task.kind == "negative_binomial"
    assert run.record.task is not None
    assert run.record.task["dispersion"] > 0


def test_numbers_that_name_classes_stay_numbers_unless_said(frame: pd.DataFrame) -> None:
    data = frame[["size", "weight", "visits"]].assign(visits=frame["visits"].clip(upper=3))
    run = pellucid.fit(data, target="visits", task="multiclass", report=False, **QUICK)
    assert run.task.kind == "multiclass"
    assert set(run.predict(data)["predicted_visits"].cast(str)) <= {"0", "1", "2", "3"}


def test_class_weights_are_said_and_change_the_weights(frame: pd.DataFrame) -> None:
    data = frame[["size", "weight", "sold"]]
    plain = pellucid.fit(data, target="sold", report=False, **QUICK)
    balanced = pellucid.fit(data[: ROWS // 2], target="sold", class_weights="balanced", report=False, **QUICK)
    assert plain.record.task != balanced.record.task

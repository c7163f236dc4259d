"""Metrics against scikit-learn, statsmodels and the scores of reports, and numbers counted by hand."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve
from statsmodels.genmod.families import NegativeBinomial

from pellucid.concepts import metrics
from pellucid.concepts.metrics.metric import Metric
from pellucid.evaluation.binary import BinarySheet
from pellucid.evaluation.multiclass import MulticlassSheet
from pellucid.evaluation.quantities import NumberSheet
from pellucid.foundation.errors import RangeError

GENERATOR = np.random.default_rng(0)
TRUTH = GENERATOR.integers(0, 2, 60)
CALLED = np.where(GENERATOR.random(60) < 0.7, TRUTH, 1 - TRUTH)
TIED = np.round(np.clip(TRUTH * 0.3 + GENERATOR.random(60) * 0.7, 0.01, 0.99), 1)  # tenths: many ties
SMOOTH = GENERATOR.uniform(0.01, 0.99, 60)
THREE = GENERATOR.integers(0, 3, 60)
CALLED_THREE = np.where(GENERATOR.random(60) < 0.6, THREE, GENERATOR.integers(0, 4, 60))  # 3 is called, never true
TABLE = GENERATOR.dirichlet(np.ones(3), 60)
NUMBERS, GUESSES = GENERATOR.normal(size=(2, 61))
COUNTS, MEANS = GENERATOR.poisson(3, 60).astype(float), GENERATOR.uniform(0.5, 6, 60)


def quiet(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Call scikit-learn without its warnings about what does not exist."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*arguments, **options)


def both(metric: Metric, first: Any, second: Any, **options: Any) -> float:
    """The value of NumPy, once PyTorch has given the same."""
    value = metric.reference(first, second, **options)
    assert metric.fast(torch.tensor(first), torch.tensor(second), **options).item() == pytest.approx(value, abs=1e-12)
    return float(value)


@pytest.mark.knowledge("I")
@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("accuracy", sk.accuracy_score),
        ("balanced_accuracy", sk.balanced_accuracy_score),
        ("sensitivity", sk.recall_score),
        ("specificity", lambda y, z: sk.recall_score(y, z, pos_label=0)),
        ("precision", sk.precision_score),
        ("f1", sk.f1_score),
        ("jaccard", sk.jaccard_score),
        ("matthews", sk.matthews_corrcoef),
        ("cohen_kappa", sk.cohen_kappa_score),
    ],
)
@pytest.mark.parametrize("called", [CALLED, np.zeros_like(TRUTH), np.ones_like(TRUTH), 1 - TRUTH], ids=str)
def test_labels_of_two_classes(name: str, theirs: Callable[..., float], called: Any) -> None:
    assert both(getattr(metrics, name), called, TRUTH) == pytest.approx(quiet(theirs, TRUTH, called), abs=1e-14)


@pytest.mark.knowledge("I")
@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("sensitivity", sk.recall_score),
        ("precision", sk.precision_score),
        ("f1", sk.f1_score),
        ("jaccard", sk.jaccard_score),
    ],
)
def test_averages_over_classes_one_of_which_is_never_true(
    name: str, theirs: Callable[..., float], average: str
) -> None:
    value = both(getattr(metrics, name), CALLED_THREE, THREE, average=average)
    assert value == pytest.approx(quiet(theirs, THREE, CALLED_THREE, average=average, zero_division=0), abs=1e-14)


@pytest.mark.knowledge("I")
@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("accuracy", sk.accuracy_score),
        ("balanced_accuracy", sk.balanced_accuracy_score),
        ("matthews", sk.matthews_corrcoef),
        ("cohen_kappa", sk.cohen_kappa_score),
    ],
)
def test_labels_of_several_classes(name: str, theirs: Callable[..., float]) -> None:
    value = both(getattr(metrics, name), CALLED_THREE, THREE)
    assert value == pytest.approx(quiet(theirs, THREE, CALLED_THREE), abs=1e-14)


def test_two_labellings_of_one_class_each_that_differ_agree_as_by_chance() -> None:
    # one filled cell beside the diagonal: o = 0 and e = 0, so kappa = 0 exists
    never, always = np.zeros(3, int), np.ones(3, int)
    assert both(metrics.cohen_kappa, never, always) == sk.cohen_kappa_score(always, never) == 0


def test_micro_f1_of_single_labels_is_accuracy() -> None:
    assert both(metrics.f1, CALLED_THREE, THREE, average="micro") == pytest.approx(np.mean(THREE == CALLED_THREE))


def test_the_confusion_matrix() -> None:
    ours = metrics.confusion_matrix.reference(CALLED_THREE, THREE)
    np.testing.assert_array_equal(ours, sk.confusion_matrix(THREE, CALLED_THREE))
    np.testing.assert_array_equal(
        metrics.confusion_matrix.fast(torch.tensor(CALLED_THREE), torch.tensor(THREE)).numpy(), ours
    )


@pytest.mark.knowledge("I")
@pytest.mark.parametrize("scores", [TIED, SMOOTH, np.full(60, 0.5), TRUTH.astype(float), -TIED], ids=str)
def test_order_with_and_without_ties(scores: Any) -> None:
    assert both(metrics.roc_auc, scores, TRUTH) == pytest.approx(sk.roc_auc_score(TRUTH, scores), abs=1e-14)
    ours = both(metrics.average_precision, scores, TRUTH)
    assert ours == pytest.approx(sk.average_precision_score(TRUTH, scores), abs=1e-14)
    theirs = sk.roc_curve(TRUTH, scores, drop_intermediate=False)
    for one, other in zip(metrics.roc_curve.reference(scores, TRUTH), theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-14)
    precision, recall, thresholds = sk.precision_recall_curve(TRUTH, scores)
    theirs = precision[-2::-1], recall[-2::-1], thresholds[::-1]  # theirs runs the other way and adds (1, 0)
    for one, other in zip(metrics.precision_recall_curve.reference(scores, TRUTH), theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-14)


@pytest.mark.knowledge("I")
def test_probabilities() -> None:
    for p in (TIED, SMOOTH, TRUTH.astype(float), 1.0 - TRUTH):  # the last is sure and wrong: clipped at eps
        assert both(metrics.log_loss, p, TRUTH) == pytest.approx(sk.log_loss(TRUTH, p), rel=1e-12)
        assert both(metrics.brier, p, TRUTH) == pytest.approx(sk.brier_score_loss(TRUTH, p), abs=1e-15)
    assert both(metrics.log_loss, TABLE, THREE) == pytest.approx(sk.log_loss(THREE, TABLE), rel=1e-12)
    expected = sk.roc_auc_score(THREE, TABLE, multi_class="ovr")
    assert both(metrics.roc_auc, TABLE, THREE) == pytest.approx(expected, abs=1e-14)
    coarse = np.round(TABLE, 1)  # ties between classes
    for top in (1, 2, 3):
        expected = quiet(sk.top_k_accuracy_score, THREE, coarse, k=top)
        assert both(metrics.top_k_accuracy, coarse, THREE, top=top) == pytest.approx(expected)


def test_the_calibration_error_sums_the_gaps_of_the_calibration_curve() -> None:
    observed, stated = calibration_curve(TRUTH, SMOOTH, n_bins=10)  # no probability lies on an edge of a bin
    shares = np.bincount((SMOOTH * 10).astype(int), minlength=10) / 60
    expected = np.abs(observed - stated) @ shares[shares > 0]
    assert both(metrics.calibration_error, SMOOTH, TRUTH) == pytest.approx(expected, abs=1e-14)


@pytest.mark.knowledge("I")
@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("mse", sk.mean_squared_error),
        ("rmse", sk.root_mean_squared_error),
        ("mae", sk.mean_absolute_error),
        ("median_absolute_error", sk.median_absolute_error),
        ("r2", sk.r2_score),
        ("explained_variance", sk.explained_variance_score),
        ("mape", sk.mean_absolute_percentage_error),
    ],
)
@pytest.mark.parametrize("rows", [2, 60, 61])  # an even and an odd number, for the median
def test_numbers(name: str, theirs: Callable[..., float], rows: int) -> None:
    y, z = NUMBERS[:rows], GUESSES[:rows]
    assert both(getattr(metrics, name), z, y) == pytest.approx(theirs(y, z), rel=1e-13)
    flat = np.full(rows, 2.0)  # targets that do not vary: scikit-learn states 1 or 0
    assert both(getattr(metrics, name), flat, flat) == pytest.approx(theirs(flat, flat))
    assert both(getattr(metrics, name), z, flat) == pytest.approx(theirs(flat, z), rel=1e-13)


@pytest.mark.knowledge("I")
def test_counts() -> None:
    expected = sk.mean_poisson_deviance(COUNTS, MEANS)
    assert both(metrics.poisson_deviance, MEANS, COUNTS) == pytest.approx(expected, rel=1e-12)
    expected = sk.mean_gamma_deviance(COUNTS + 1, MEANS)
    assert both(metrics.gamma_deviance, MEANS, COUNTS + 1) == pytest.approx(expected, rel=1e-12)
    for alpha in (0.1, 1.0, 3.0):
        expected = quiet(NegativeBinomial, alpha=alpha).deviance(COUNTS, MEANS) / len(COUNTS)
        ours = both(metrics.negative_binomial_deviance, MEANS, COUNTS, dispersion=alpha)
        assert ours == pytest.approx(expected, rel=1e-12)
    poisson = metrics.poisson_deviance.reference(MEANS, COUNTS)
    assert metrics.negative_binomial_deviance.reference(MEANS, COUNTS, dispersion=1e-6) == pytest.approx(
        poisson, rel=1e-4
    )


@pytest.mark.knowledge("I")
def test_the_scores_of_reports_are_the_same_metrics() -> None:
    sheets = [
        (BinarySheet.of(TRUTH, TIED), TIED, (TIED >= 0.5).astype(int), TRUTH),
        (MulticlassSheet.of(THREE, TABLE), TABLE, TABLE.argmax(axis=1), THREE),
        (NumberSheet.of(NUMBERS, GUESSES), GUESSES, GUESSES, NUMBERS),
    ]
    compared = 0
    for sheet, scores, predictions, truth in sheets:
        values = sheet.values(np.ones((1, sheet.rows)))[0]
        for definition, value in zip(sheet.definitions, values, strict=True):
            if definition.name in {"macro_f1", "calibration_error"} and scores is TABLE:
                continue  # theirs is of the predicted class, ours of class 1
            metric = getattr(metrics, definition.name)
            first = scores if metric.arguments[0].name in {"scores", "probabilities"} else predictions
            assert metric.reference(first, truth) == pytest.approx(value, rel=1e-12), definition.name
            assert metric.greater_is_better is definition.higher_is_better
            compared += 1
    assert compared == 11 + 4 + 4


@pytest.mark.knowledge("I")
def test_accuracy_fails_on_a_thousand_to_a_hundred() -> None:
    truth = np.repeat([0, 1], [1000, 100])
    always_no = np.zeros_like(truth)
    assert both(metrics.accuracy, always_no, truth) == pytest.approx(1000 / 1100)  # by hand
    assert both(metrics.balanced_accuracy, always_no, truth) == 0.5
    assert both(metrics.sensitivity, always_no, truth) == 0
    assert both(metrics.matthews, always_no, truth) == 0


def test_nothing_over_nothing_is_what_was_asked_for() -> None:
    none = np.zeros(3, dtype=int)
    for name in ("sensitivity", "precision", "f1", "jaccard"):
        assert both(getattr(metrics, name), none, none) == 0  # as scikit-learn, without its warning
        assert both(getattr(metrics, name), none, none, zero_division=1.0) == 1
    assert both(metrics.specificity, none + 1, none + 1, zero_division=0.25) == 0.25


@pytest.mark.parametrize(
    ("name", "first", "second", "options", "sentence"),
    [
        ("roc_auc", SMOOTH[:3], np.ones(3, int), {}, "roc_auc expected rows of both classes, got only 1"),
        ("roc_auc", SMOOTH[:3], np.zeros(3, int), {}, "roc_auc expected at least one positive, got only 0"),
        ("roc_auc", TABLE[:3], np.full(3, 2), {}, "roc_auc expected rows of several classes, got only 2"),
        ("average_precision", SMOOTH[:2], np.zeros(2, int), {}, "expected at least one positive, got only 0"),
        ("roc_auc", np.array([np.nan, 1.0]), np.array([0, 1]), {}, "expected scores that are numbers, got NaN"),
        ("cohen_kappa", np.ones(3, int), np.ones(3, int), {}, "expected more than one class, got one class throughout"),
        ("log_loss", np.array([0, 1]), np.array([0, 1]), {}, "expected probabilities as floating-point numbers, got"),
        ("log_loss", np.array([2.5]), np.array([1]), {}, r"expected probabilities from 0 to 1, got 2\.5"),
        ("log_loss", TABLE[:1], np.array([3]), {}, "expected targets to be 0 to 2, got 3"),
        ("log_loss", TABLE[:1] / 2, np.array([0]), {}, "expected probabilities whose rows sum to 1, got 0.5"),
        ("f1", np.array([2]), np.array([1]), {}, "f1 expected predictions to be 0 or 1, got 2"),
        ("f1", np.array([0.5]), np.array([1.0]), {"average": "macro"}, r"to be 0, 1, 2, …, got 0\.5"),
        (
            "f1",
            np.array([1]),
            np.array([1]),
            {"average": "mean"},
            "expected average to be binary, macro, micro or weig",
        ),
        ("r2", np.ones(1), np.ones(1), {}, "r2 expected at least two rows, got 1"),
        ("mae", np.array([1.0, np.inf]), np.ones(2), {}, "mae expected finite predictions, got inf"),
        ("mse", np.ones(2), np.array([1.0, np.nan]), {}, "mse expected finite targets, got nan"),
        ("gamma_deviance", np.array([np.inf]), np.ones(1), {}, "expected means above 0, got inf"),
        ("mape", np.ones(2), np.array([1.0, 0.0]), {}, "mape expected targets other than 0, got 0"),
        ("poisson_deviance", np.array([0.0]), np.ones(1), {}, "expected means above 0, got 0"),
        ("poisson_deviance", np.ones(1), -np.ones(1), {}, "expected targets at least 0, got -1"),
        (
            "negative_binomial_deviance",
            np.ones(1),
            np.ones(1),
            {"dispersion": 0.0},
            "expected dispersion above 0, got 0",
        ),
        ("calibration_error", np.ones(1), np.ones(1), {"bins": 0}, "expected at least one bin, got 0"),
        ("top_k_accuracy", TABLE[:1], np.zeros(1, int), {"top": 4}, "expected top from 1 to 3 classes, got 4"),
        ("brier", np.ones(2), np.array([0, 2]), {}, "brier expected targets to be 0 or 1, got 2"),
    ],
)
def test_what_does_not_exist_is_refused_with_a_sentence_by_both_forms(
    name: str, first: Any, second: Any, options: dict[str, Any], sentence: str
) -> None:
    metric = getattr(metrics, name)
    with pytest.raises(RangeError, match=sentence):
        metric.reference(first, second, **options)
    with pytest.raises(RangeError, match=sentence):
        metric.fast(torch.tensor(first), torch.tensor(second), **options)


def test_the_package_offers_its_members_and_the_nearest_name() -> None:
    assert metrics.MeanSquaredError is metrics.mse
    assert "roc_auc" in dir(metrics)
    with pytest.raises(AttributeError, match="did you mean 'roc_auc'"):
        _ = metrics.roc_aux

"""The record of a metric."""

from __future__ import annotations

from pellucid.concepts.metrics.classes.accuracy import ACCURACY
from pellucid.concepts.metrics.ranking.roc_curve import ROC_CURVE


def test_a_curve_has_no_best_number_and_says_so() -> None:
    assert ACCURACY.greater_is_better is True
    assert (ROC_CURVE.greater_is_better, ROC_CURVE.best, ROC_CURVE.worst) == (None, None, None)


def test_the_picture_is_the_one_that_was_given() -> None:
    assert ACCURACY.picture().alt == ACCURACY.drawn().alt

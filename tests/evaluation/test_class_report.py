import numpy as np
import pytest

from pellucid.evaluation.class_report import (
    MOST_CONFUSED,
    MOST_DRAWN,
    ValidationPart,
    of_binary,
    of_labels,
    of_multiclass,
)

RNG = np.random.default_rng(0)
TRUTH = RNG.integers(0, 2, 200)
P = np.clip(0.3 * TRUTH + 0.7 * RNG.random(200), 0, 1)


def test_binary_with_validation_has_all_four_thresholds() -> None:
    curves, classes = of_binary("ill", ("no", "yes"), TRUTH, P, ValidationPart(TRUTH[:99], P[:99]), 3.0)
    assert [choice.rule for choice in curves.thresholds] == ["default", "f1", "youden", "cost"]
    assert [choice.chosen_on for choice in curves.thresholds] == ["", "validation", "validation", "validation"]
    assert curves.thresholds[0].threshold == 0.5
    assert "a missed positive costs 3 and a false alarm 1" in curves.thresholds[3].meaning
    assert curves.thresholds[3].threshold < curves.thresholds[0].threshold  # missing costs three times as much
    assert [one.name for one in classes] == ["no", "yes"]
    assert [one.name for one in curves.roc] == ["yes"]
    assert sum(map(sum, curves.confusion[0].counts)) == 200


def test_the_two_classes_of_binary_rank_alike() -> None:
    _, (no, yes) = of_binary("ill", ("no", "yes"), TRUTH, P, None, 1.0)
    assert no.roc_auc == pytest.approx(yes.roc_auc)
    assert no.rows + yes.rows == 200


@pytest.mark.parametrize("validation", [None, ValidationPart(np.zeros(9, dtype=np.int64), np.full(9, 0.2))])
def test_without_a_useful_validation_part_only_the_default_is_reported(validation: ValidationPart | None) -> None:
    curves, _ = of_binary("ill", ("no", "yes"), TRUTH, P, validation, 1.0)
    assert [choice.rule for choice in curves.thresholds] == ["default"]


def test_one_class_in_the_part_has_no_curves() -> None:
    curves, _ = of_binary("ill", ("no", "yes"), np.zeros(5, dtype=np.int64), P[:5], None, 1.0)
    assert (curves.roc, curves.precision_recall) == ((), ())
    assert len(curves.confusion) == len(curves.calibration) == 1


def test_many_classes_draw_the_commonest_and_score_all() -> None:
    k = MOST_CONFUSED + 1
    truth = np.concatenate([np.arange(k), np.arange(20, 30)])
    curves, classes = of_multiclass("y", [str(i) for i in range(k)], truth, RNG.dirichlet(np.ones(k), len(truth)))
    assert len(classes) == k
    assert curves.confusion == ()
    assert len(curves.roc) == MOST_DRAWN
    assert {str(i) for i in range(20, 30)} <= {curve.name for curve in curves.roc}
    assert curves.calibration[0].name == "confidence"


def test_each_label_has_its_own() -> None:
    truth = RNG.integers(0, 2, (100, 2))
    p = np.clip(0.4 * truth + 0.6 * RNG.random((100, 2)), 0, 1)
    curves, classes = of_labels(("a", "b"), truth, p, ValidationPart(truth, p), 1.0)
    assert [one.name for one in classes] == ["a", "b"]
    assert [one.name for one in curves.confusion] == ["a", "b"]
    assert [one.name for one in curves.calibration] == ["a", "b"]
    assert [(one.name, one.rule) for one in curves.thresholds][3:5] == [("a", "cost"), ("b", "default")]

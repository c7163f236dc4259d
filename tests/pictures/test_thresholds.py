"""ROC, precision against recall and thresholds, on curves written by hand."""

from __future__ import annotations

from typing import Any

from pellucid.drawing import theme
from pellucid.evaluation.records import PrecisionRecallCurve, RocCurve, ThresholdChoice
from pellucid.pictures.thresholds import precision_recall, roc, threshold


def roc_curve(name: str = "yes", area: float = 0.75) -> RocCurve:
    return RocCurve(
        name=name,
        false_positive_rate=(0.0, 0.5, 1.0),
        true_positive_rate=(0.0, 1.0, 1.0),
        thresholds=(1.1, 0.6, 0.2),
        area=area,
    )


def pr_curve(name: str = "yes", share: float = 0.4) -> PrecisionRecallCurve:
    return PrecisionRecallCurve(
        name=name,
        recall=(0.5, 1.0),
        precision=(1.0, 0.4),
        thresholds=(0.6, 0.2),
        average_precision=0.7 if name == "yes" else 0.9,
        share=share,
    )


def choice(at: float, **options: Any) -> ThresholdChoice:
    fields: dict[str, Any] = {
        "name": "yes",
        "rule": "f1",
        "meaning": "highest F1",
        "chosen_on": "validation",
        "threshold": at,
        "accuracy": 0.7,
        "sensitivity": 0.5,
        "specificity": 0.9,
        "precision": 0.8,
        "f1": 0.6,
        "true_positive": 5,
        "false_positive": 1,
        "false_negative": 5,
        "true_negative": 9,
        **options,
    }
    return ThresholdChoice(**fields)


def test_the_roc_curve_is_the_one_handed_in_with_the_choice_on_it() -> None:
    guessing, curve, mark = roc([roc_curve()], [choice(0.6)]).data
    assert (list(curve.x), list(curve.y)) == ([0.0, 0.5, 1.0], [0.0, 1.0, 1.0])
    assert list(guessing.x) == list(guessing.y) == [0, 1]
    assert (mark.x[0], mark.y[0]) == (0.1, 0.5)  # false alarms 1 of 10, found 5 of 10


def test_the_weakest_of_several_classes_stands_out() -> None:
    figure = roc([roc_curve("a", 0.6), roc_curve("b", 0.9)], [choice(0.6)])
    assert [line.name for line in figure.data] == [None, "b", "a"]  # the weakest is drawn last, on top; no marks
    assert figure.data[-1].line.color == theme.OTHER
    assert "weakest: <b>a</b>, area 0.6" in [annotation.text for annotation in figure.layout.annotations]
    assert theme.alt_of(figure) == "ROC curve; area a 0.6; b 0.9. Guessing has area 0.5."


def test_precision_against_recall_with_the_share_as_guessing() -> None:
    guessing, curve, mark = precision_recall([pr_curve()], [choice(0.6)]).data
    assert (list(curve.x), list(curve.y)) == ([0.5, 1.0], [1.0, 0.4])
    assert list(guessing.y) == [0.4, 0.4]
    assert (mark.x[0], mark.y[0]) == (0.5, 0.8)


def test_a_choice_without_precision_has_no_mark() -> None:
    assert len(precision_recall([pr_curve()], [choice(1.0, precision=None)]).data) == 2
    assert len(precision_recall([pr_curve("a"), pr_curve()]).data) == 3


def test_the_label_keeps_clear_of_the_line_of_guessing_for_rare_positives() -> None:
    common, rare = (precision_recall([pr_curve(share=share)]).layout.annotations[1].y for share in (0.4, 0.05))
    assert common == 0.08
    assert rare - 0.05 > 0.1


def test_precision_and_recall_rise_and_fall_with_the_threshold() -> None:
    figure = threshold(pr_curve(), [choice(0.9), choice(0.2, rule="default")])
    precision, recall = figure.data
    assert list(precision.x) == [0.2, 0.6]
    assert list(precision.y) == [0.4, 1.0]
    assert list(recall.y) == [1.0, 0.5]
    assert [line.x0 for line in figure.layout.shapes] == [0.2, 0.9]
    names = [annotation.text for annotation in figure.layout.annotations[1:]]
    assert names == ["even odds 0.2", "best F1 0.9"]

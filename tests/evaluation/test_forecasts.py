from types import SimpleNamespace

import numpy as np
import pytest

from pellucid.evaluation.forecasts import Judged, class_names, predicted_of, select, spread_of, truth_of
from pellucid.foundation.errors import DataError
from pellucid.tasks.several import Several
from pellucid.tasks.task import Prediction

SHAPES = {
    "binary": ((120,), (120,), ("no", "yes")),
    "multiclass": ((120,), (120, 3), ("red", "green", "blue")),
    "multilabel": ((120, 3), (120, 3), ("a", "b", "c")),
    "regression": ((120, 2), (120, 2), ()),
    "poisson": ((120, 1), (120, 1), ()),
    "negative_binomial": ((120, 1), (120, 1), ()),
}


@pytest.mark.parametrize("kind", SHAPES)
def test_shapes_of_the_table(make: SimpleNamespace, kind: str) -> None:
    task, targets, logits = make.case(kind, make.inputs())
    part = select(task, make.judged(task, targets, logits))
    truth, predicted, names = SHAPES[kind]
    assert truth_of(task, part.truth).shape == truth
    assert predicted_of(task, part).shape == predicted
    assert class_names(task, part) == names


def test_the_positive_class_is_1(make: SimpleNamespace) -> None:
    task, targets, logits = make.case("binary", make.inputs())
    judged = make.judged(task, targets, logits)
    np.testing.assert_array_equal(truth_of(task, judged.truth), (targets[0].values == "yes").astype(int))
    np.testing.assert_allclose(predicted_of(task, judged), 1 / (1 + np.exp(-logits[:, 0])))


def test_spread_is_that_of_the_task(make: SimpleNamespace) -> None:
    assert spread_of(make.case("negative_binomial", make.inputs())[0]) > 0
    assert spread_of(make.case("poisson", make.inputs())[0]) == 0
    assert spread_of(make.case("regression", make.inputs())[0]) == 0


def test_parts_take_what_is_theirs(make: SimpleNamespace) -> None:
    x = make.inputs()
    first, second = make.case("binary", x), make.case("multiclass", x)
    task = Several(targets=("ill", "colour"), tasks=(first[0], second[0]))
    judged = make.judged(task, (*first[1], *second[1]), np.column_stack([first[2], second[2]]))
    part = select(second[0], judged)
    assert [target.name for target in part.truth] == ["colour"]
    assert [prediction.target for prediction in part.predictions] == ["colour"]


def test_missing_targets_are_named(make: SimpleNamespace) -> None:
    task, targets, _ = make.case("binary", make.inputs())
    with pytest.raises(DataError, match=r"truth and predictions for \['ill'\]"):
        select(task, Judged(truth=targets, predictions=(), rows=np.arange(120)))


def test_no_rows_are_refused(make: SimpleNamespace) -> None:
    task, targets, logits = make.case("binary", make.inputs())
    judged = make.judged(task, targets, logits)
    with pytest.raises(DataError, match="at least one row, got none"):
        select(task, Judged(truth=judged.truth, predictions=judged.predictions, rows=np.empty(0, dtype=np.int64)))


def test_predictions_that_are_not_finite_are_refused(make: SimpleNamespace) -> None:
    task, targets, _ = make.case("poisson", make.inputs())
    values = np.ones(120)
    values[3] = np.nan
    judged = Judged(truth=targets, predictions=(Prediction(target="visits", values=values),), rows=np.arange(120))
    with pytest.raises(DataError, match="finite predictions of visits, got 1 that are not: train again"):
        predicted_of(task, judged)

"""The losses of the tasks as modules."""

from __future__ import annotations

import pytest
import torch

from pellucid.concepts.losses.numbers.squared_error import SQUARED_ERROR
from pellucid.foundation.errors import ShapeError
from pellucid.tasks.objectives import ClassObjective, LabelObjective, NumberObjective, with_offset


def test_weights_follow_the_dtype_of_the_module() -> None:
    assert LabelObjective([9.0], 0.0).double().pos_weight is not None
    weights = ClassObjective([1.0, 2.0], 0.0).double().class_weights
    assert weights is not None
    assert weights.dtype == torch.float64


def test_weights_of_1_are_left_out() -> None:
    assert LabelObjective([1.0, 1.0], 0.0).pos_weight is None


@pytest.mark.parametrize("logits", [(6, 1), (6, 4, 1)], ids=["one network", "members"])
def test_targets_without_their_axis_are_refused(logits: tuple[int, ...]) -> None:
    objective = NumberObjective(SQUARED_ERROR)
    with pytest.raises(ShapeError, match="squared_error expected targets of shape"):
        objective(torch.zeros(logits), torch.zeros(6))


def test_one_target_is_not_broadcast_over_several_units() -> None:
    with pytest.raises(ShapeError, match=r"got \(6, 4, 1\): pass one target for each logit"):
        LabelObjective([1.0], 0.0)(torch.zeros(6, 4, 3), torch.zeros(6, 1))


def test_an_offset_belongs_to_its_row() -> None:
    offset = torch.tensor([1.0, 2.0])
    assert with_offset(torch.zeros(2, 1), offset).tolist() == [[1], [2]]
    assert with_offset(torch.zeros(2, 2, 1), offset).tolist() == [[[1], [1]], [[2], [2]]]
    assert with_offset(torch.zeros(2, 1), None).tolist() == [[0], [0]]

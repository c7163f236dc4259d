"""One of k classes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.foundation.errors import ShapeError
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.task import Target

TARGET = Target(name="y", kind="category", values=np.array(["a"] * 6 + ["b"] * 3 + ["c"], dtype=object))


def test_balanced_weights_are_rows_over_k_times_the_rows_of_the_class() -> None:
    task = Multiclass(targets=("y",), classes=("a", "b", "c"), balanced=True).fitted([TARGET])
    assert task.class_weights == pytest.approx((10 / 18, 10 / 9, 10 / 3))  # by hand
    assert Multiclass(targets=("y",), classes=("a", "b", "c")).fitted([TARGET]).class_weights == ()


def test_a_class_absent_from_the_training_part_keeps_numbers_finite() -> None:
    task = Multiclass(targets=("y",), classes=("a", "b", "c", "d"), balanced=True).fitted([TARGET])
    assert np.isfinite(task.class_weights).all()
    assert np.isfinite(task.initial_logits(task.encode([TARGET]))).all()


def test_the_strata_are_the_classes() -> None:
    task = Multiclass(targets=("y",), classes=("a", "b", "c"))
    np.testing.assert_array_equal(task.strata([TARGET]), [0] * 6 + [1] * 3 + [2])


def test_equal_weights_cost_nothing() -> None:
    assert not list(Multiclass(targets=("y",), classes=("a", "b"), class_weights=(1.0, 1.0)).objective().buffers())


def test_targets_of_another_shape_are_refused_with_members_too() -> None:
    objective = Multiclass(targets=("y",), classes=("a", "b", "c")).objective()
    with pytest.raises(
        ShapeError, match=r"expected targets of shape \(n,\) = \(5,\), got \(5, 1\): pass targets\[:, 0\]"
    ):
        objective(torch.zeros(5, 2, 3), torch.zeros(5, 1, dtype=torch.int64))

"""One of two classes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.tasks.binary import Binary
from pellucid.tasks.task import Target

TASK = Binary(targets=("y",), classes=("0", "1"))


def labels(positives: int, negatives: int) -> Target:
    return Target(name="y", kind="number", values=np.repeat([1.0, 0.0], [positives, negatives]))


def test_100_positives_and_900_negatives_give_a_weight_of_9() -> None:  # docs/knowledge.toml B1
    balanced = Binary(targets=("y",), classes=("0", "1"), balanced=True)
    assert balanced.fitted([labels(100, 900)]).pos_weight == 9
    assert TASK.fitted([labels(100, 900)]).pos_weight == 1


def test_balanced_classes_start_at_even_odds() -> None:
    target = labels(100, 900)
    task = Binary(targets=("y",), classes=("0", "1"), balanced=True).fitted([target])
    np.testing.assert_allclose(task.initial_logits(task.encode([target])), [0], atol=1e-6)


def test_a_class_absent_from_the_training_part_keeps_numbers_finite() -> None:
    balanced = Binary(targets=("y",), classes=("0", "1"), balanced=True).fitted([labels(0, 10)])
    assert balanced.pos_weight == 10
    assert np.isfinite(TASK.initial_logits(TASK.encode([labels(0, 10)]))).all()
    assert np.isfinite(TASK.initial_logits(TASK.encode([labels(10, 0)]))).all()


def test_the_strata_are_the_classes() -> None:
    np.testing.assert_array_equal(TASK.strata([labels(1, 2)]), [1, 0, 0])


def test_the_monitor_counts_right_rows() -> None:
    logits, targets = torch.tensor([[2.0], [-1.0], [0.5]]), torch.tensor([[1.0], [0.0], [0.0]])
    assert TASK.monitor(logits, targets) == {"accuracy": pytest.approx(2 / 3)}


def test_smoothed_labels_are_drawn_towards_one_half() -> None:
    smoothed = Binary(targets=("y",), classes=("0", "1"), label_smoothing=0.2).objective()
    plain = TASK.objective()
    logits, targets = torch.tensor([[1.0], [-2.0]]), torch.tensor([[1.0], [0.0]])
    assert smoothed(logits, targets).item() == pytest.approx(plain(logits, torch.tensor([[0.9], [0.1]])).item())

"""Several labels."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.tasks.multilabel import Multilabel
from pellucid.tasks.task import Target

TARGETS = (
    Target(name="cat", kind="number", values=np.array([1.0, 0, 0, 0])),
    Target(name="dog", kind="category", values=np.array(["no", "yes", "yes", "no"], dtype=object)),
)
TASK = Multilabel(targets=("cat", "dog"), classes=(("0", "1"), ("no", "yes")), balanced=True)


def test_each_label_has_its_own_weight() -> None:
    assert TASK.fitted(TARGETS).pos_weights == (3.0, 1.0)  # negatives over positives


def test_labels_are_columns() -> None:
    np.testing.assert_array_equal(TASK.encode(TARGETS), [[1, 0], [0, 1], [0, 1], [0, 0]])


def test_the_monitor_is_the_f1_over_all_labels() -> None:
    logits, targets = torch.tensor([[1.0, -1], [1, 1]]), torch.tensor([[1.0, 1], [0, 1]])
    # by hand: 2 hits, 1 false alarm, 1 miss: 4 / (4 + 2)
    assert TASK.monitor(logits, targets) == {"micro_f1": pytest.approx(2 / 3)}
    assert TASK.monitor(-torch.ones(1, 2), torch.zeros(1, 2)) == {"micro_f1": 0.0}


def test_it_does_not_stratify() -> None:
    assert TASK.strata(TARGETS) is None

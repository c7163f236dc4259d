"""The shape check that all losses share."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.concepts.losses.loss import check_same_shape
from pellucid.foundation.errors import ShapeError


@pytest.mark.parametrize(
    ("logits", "targets", "sentence"),
    [
        ((4,), (4, 1), r"huber expected targets of shape \(n,\) = \(4,\), got \(4, 1\): pass targets\[:, 0\]"),
        ((4, 1), (4,), r"huber expected targets of shape \(n, t\) = \(4, 1\), got \(4,\): pass targets\[:, None\]"),
        ((4, 2), (4, 3), r"huber expected targets of shape \(n, t\) = .* got \(4, 3\): pass one target for each logit"),
        ((1, 2, 3, 4), (1,), r"huber expected targets of shape that of the logits = \(1, 2, 3, 4\), got \(1,\)"),
    ],
)
def test_different_shapes_are_refused_with_the_remedy(
    logits: tuple[int, ...], targets: tuple[int, ...], sentence: str
) -> None:
    with pytest.raises(ShapeError, match=sentence):
        check_same_shape("huber", np.zeros(logits), np.zeros(targets))


def test_equal_shapes_pass() -> None:
    check_same_shape("huber", np.zeros((2, 3)), np.zeros((2, 3)))

"""Instance normalization: contrast is gone; one place is refused."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.concepts.layers.normalization.instance_norm import instance_norm_reference
from pellucid.foundation.errors import ShapeError


def test_brightness_and_contrast_of_a_picture_are_gone() -> None:
    x = np.random.default_rng(0).normal(size=(1, 2, 4, 4))
    one, zero = np.ones(2), np.zeros(2)
    other = instance_norm_reference(5 * x + 3, one, zero, epsilon=0.0)
    np.testing.assert_allclose(instance_norm_reference(x, one, zero, epsilon=0.0), other)


def test_one_place_is_refused() -> None:
    with pytest.raises(ShapeError, match="two places or more"):
        instance_norm_reference(np.ones((3, 2, 1)), np.ones(2), np.zeros(2))

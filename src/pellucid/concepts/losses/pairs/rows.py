"""What losses of pairs share: the check that rows of vectors, and the targets beside them, fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.concepts.concept import Floats
from pellucid.concepts.losses.loss import check_same_shape
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor


def check_rows(function: str, **vectors: Floats | Tensor) -> None:
    """Refuse everything but arrays of one shape (n, d), given by their names.

    Raises:
        ShapeError: one has another shape; the sentence names it.

    Example:
        >>> import numpy as np
        >>> check_rows("triplet_margin", anchors=np.zeros((5, 3)), positives=np.zeros((5, 1)))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        pellucid.foundation.errors.ShapeError: triplet_margin expected positives of shape (n, d) = ... got (5, 1): ...
    """
    (first, wanted), *others = vectors.items()
    if wanted.ndim != len(("n", "d")):
        raise ShapeError(
            f"{function} expected {first} of shape (n, d), got {tuple(wanted.shape)}: pass one vector for each example"
        )
    for name, given in others:
        check_same_shape(function, wanted, given, name, "(n, d)")

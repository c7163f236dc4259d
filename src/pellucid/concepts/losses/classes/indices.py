"""What losses of class indices share: the row that does not count, the check of shapes, and the weighted mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from numpy.typing import NDArray

from pellucid.concepts.concept import Floats
from pellucid.concepts.losses.loss import Reduction, ValueAndGradient, check_reduction
from pellucid.foundation.errors import RangeError, ShapeError

if TYPE_CHECKING:
    from torch import Tensor

AXES: Final = 2  # (n, k)
IGNORE_INDEX: Final = -100  # torch's own default: a target that can be no class


def check_class_shapes(
    function: str,
    scores: NDArray[Any] | Tensor,
    targets: NDArray[Any] | Tensor,
    name: str = "logits",
    *,
    distributions: bool = False,
) -> None:
    """Refuse everything but scores (n, k) with targets (n,), or (n, k) where distributions are taken.

    Raises:
        ShapeError: it is something else; the sentence says how to mend it.

    Example:
        >>> import numpy as np
        >>> check_class_shapes("nll", np.zeros((3, 2)), np.zeros((3, 1)))
        Traceback (most recent call last):
        pellucid.foundation.errors.ShapeError: nll expected targets of shape (n,) = (3,), got (3, 1): pass targets[:, 0]
    """
    if scores.ndim == AXES and targets.shape == scores.shape[:1]:
        return  # the common case, in every step of training
    rows, given = tuple(scores.shape), tuple(targets.shape)
    if len(rows) != AXES:
        raise ShapeError(
            f"{function} expected {name} of shape (n, k), got {rows}: pass one row of k {name} for each example"
        )
    if distributions and given == rows and rows[1] > 1:
        return
    remedy = "pass one class index for each row"
    if given == (rows[0], 1):
        remedy = "pass targets[:, 0]"
    elif given == rows:
        remedy = "pass targets.argmax(1), the index of the class instead of one-hot rows"
    raise ShapeError(f"{function} expected targets of shape (n,) = {rows[:1]}, got {given}: {remedy}")


def check_class_weights(function: str, class_weights: NDArray[Any] | Tensor | None, k: int) -> None:
    """Refuse class weights that are not one for each of the k classes.

    Raises:
        ShapeError: they are something else.
    """
    if class_weights is not None and tuple(class_weights.shape) != (k,):
        raise ShapeError(
            f"{function} expected class_weights of shape (k,) = ({k},), got {tuple(class_weights.shape)}: "
            "pass one weight for each class"
        )


def check_indices(function: str, targets: NDArray[Any], k: int, ignore_index: int | None = None) -> None:
    """Refuse targets that are none of the k classes: NumPy would count a negative index from the end.

    Raises:
        RangeError: there is one, or they are no integers.

    Example:
        >>> import numpy as np
        >>> check_indices("nll", np.array([1, 2]), 2)
        Traceback (most recent call last):
        pellucid.foundation.errors.RangeError: nll expected targets from 0 to 1, got 2: number the classes from 0
    """
    if targets.dtype.kind not in "iu":
        raise RangeError(f"{function} expected targets that are integers, got {targets.dtype}: pass class indices")
    wrong = ((targets < 0) | (targets >= k)) & (True if ignore_index is None else targets != ignore_index)
    if wrong.any():
        raise RangeError(
            f"{function} expected targets from 0 to {k - 1}, got {targets[wrong][0]}: number the classes from 0"
        )


def reduced_by_weight(L: Floats, gradient: Floats, W: float, reduction: Reduction) -> ValueAndGradient:
    """Return (n,) losses and (n, k) gradients as the reduction wants them; the mean divides by the weight W.

    Raises:
        RangeError: the reduction is unknown, or no row counts, so that there is no mean.

    Example:
        >>> import numpy as np
        >>> reduced_by_weight(np.array([1.0, 2.0]), np.ones((2, 1)), 4.0, "mean")[0]
        0.75
    """
    check_reduction(int(W > 0), reduction)
    if reduction == "none":
        return L, gradient
    return (float(L.sum()), gradient) if reduction == "sum" else (float(L.sum() / W), gradient / W)

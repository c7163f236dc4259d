"""How good outputs are, whatever the loss: accuracy for classes and yes/no, R² for numbers. Needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import torch
from torch import Tensor

Kind = Literal["classes", "yes/no", "numbers"]

FEW: Final = 1e-12


def class_axis(shape: Sequence[int], targets: Any) -> int | None:
    """Return the axis of the classes in outputs of this shape: 1, or the last, for labels without it; None for neither.

    Example:
        >>> import torch
        >>> labels, tags = torch.zeros(4), torch.zeros(4, 7)
        >>> class_axis((4, 3), labels), class_axis((4, 7, 3), tags), class_axis((4, 1), labels)
        (1, 2, None)
    """
    if not isinstance(targets, Tensor) or targets.is_complex() or len(shape) != targets.ndim + 1:
        return None
    for axis in (1, len(shape) - 1):
        if shape[axis] > 1 and (*shape[:axis], *shape[axis + 1 :]) == tuple(targets.shape):
            return axis
    return None


def kind_of(outputs: Tensor, targets: Any) -> Kind | None:
    """Return what the targets are, seen with the outputs; None where nothing fits.

    Example:
        >>> import torch
        >>> kind_of(torch.zeros(4, 3), torch.tensor([0, 1, 2, 0])), kind_of(torch.zeros(4, 1), torch.rand(4, 1))
        ('classes', 'numbers')
    """
    if not isinstance(targets, Tensor) or not targets.numel() or len(targets) != len(outputs):
        return None
    if not targets.is_floating_point() and class_axis(outputs.shape, targets) is not None:
        return "classes"
    values = targets.float()
    if targets.numel() and bool(((values == 0) | (values == 1)).all()):
        one_hot = values.ndim == 2 and values.shape[1] > 1 and bool((values.sum(1) == 1).all())  # noqa: PLR2004
        return "classes" if one_hot else "yes/no"
    return "numbers" if outputs.numel() == values.numel() else None


def score_of(outputs: Tensor, targets: Any, loss_fn: Any) -> float | None:
    """Return accuracy or R²; None where neither applies.

    The threshold of a yes/no output is where the loss is the same for yes and no: 0 for logits, 1/2 for probabilities.
    """
    outputs = outputs.float()
    kind = kind_of(outputs, targets)
    if kind is None:
        return None
    if kind == "classes":
        labels = targets if outputs.ndim == targets.ndim + 1 else targets.argmax(1)
        return float((outputs.argmax(class_axis(outputs.shape, targets) or 1) == labels).float().mean())
    values = targets.float().reshape(outputs.shape) if outputs.numel() == targets.numel() else targets.float()
    if values.shape != outputs.shape:
        return None
    if kind == "yes/no":
        if low_says_yes(outputs, loss_fn):
            return None
        return float(((outputs > threshold_of(outputs, loss_fn)) == (values > 0.5)).float().mean())  # noqa: PLR2004
    total = float((values - values.mean(0)).square().sum())
    return 1 - float((values - outputs).square().sum()) / total if total > FEW else None


def low_says_yes(outputs: Tensor, loss_fn: Any) -> bool:
    """Return whether a loss wants small outputs where the answer is yes: of distances, where it is "the same".

    Example:
        >>> low_says_yes(torch.zeros(4, 1), lambda d, y: (y * d + (1 - y) * (1 - d).clamp_min(0)).mean())
        True
        >>> low_says_yes(torch.zeros(4, 1), torch.nn.BCEWithLogitsLoss())
        False
    """
    zero = torch.zeros((2, *outputs.shape[1:]))
    try:
        low, high = (float(torch.as_tensor(loss_fn(zero + value, zero + 1)).float().mean()) for value in (0.1, 0.9))
    except (RuntimeError, ValueError, TypeError, IndexError):
        return False
    return low < high


def threshold_of(outputs: Tensor, loss_fn: Any) -> float:
    """Return 0 where the loss takes logits and 1/2 where it takes probabilities, by trying an output of -2."""
    trial = torch.full((2, *outputs.shape[1:]), -2.0)
    try:
        loss = torch.as_tensor(loss_fn(trial.to(outputs.device), torch.zeros_like(trial))).float().mean()
    except (RuntimeError, ValueError, TypeError, IndexError):
        return 0.5
    return 0.0 if 0 < float(loss) < 1 else 0.5  # of probabilities, -2 is refused, clamped to 0, or NaN

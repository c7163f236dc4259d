"""What a loss function is, found out by calling it with outputs that are made up. Needs torch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, Literal

import torch
from torch import Tensor

from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.scoring import class_axis

if TYPE_CHECKING:
    from pellucid.diagnosis.evidence import Evidence
    from pellucid.diagnosis.heads import Head

ROWS: Final = 16  # of the targets, with which a loss is tried
CLOSE: Final = 1e-3  # of 1: what rounding leaves
RIGHT, WRONG = 0.9, 0.1  # an output for yes and one for no, whether probabilities or logits are taken
AT_THREE: Final = math.log1p(math.exp(3)) / math.log(
    2
)  # binary cross-entropy of logit 3 where no is right, by that of 0
AT_NINE_TENTHS: Final = math.log(10) / math.log(2)  # the same of probability 0.9, by that of 1/2


def tried(loss_fn: Any, outputs: Tensor, targets: Any) -> float:
    """Return the loss; NaN where it refuses.

    Example:
        >>> import torch
        >>> tried(torch.nn.MSELoss(), torch.ones(3), torch.zeros(3))
        1.0
    """
    with generators_kept(), torch.no_grad():
        try:
            return float(torch.as_tensor(loss_fn(outputs, targets)).double().mean())
        except REFUSALS:
            return math.nan


def near(one: float, other: float) -> bool:
    """Return whether two numbers agree up to rounding; never where one is NaN."""
    return abs(one - other) < CLOSE * max(1.0, abs(other))


def binary_takes(loss_fn: Any, shape: tuple[int, ...], targets: Any = None) -> Literal["logits", "probabilities", ""]:
    """Return what a loss for yes and no takes; "" where it is no binary cross-entropy.

    Only rows whose answer is no are asked, so that weights of the positive class do not disturb.

    Args:
        loss_fn: the loss.
        shape: of the outputs.
        targets: whose shape and type are to be used; None for those of the outputs.

    Example:
        >>> import torch
        >>> binary_takes(torch.nn.BCEWithLogitsLoss(), (4, 1)), binary_takes(torch.nn.MSELoss(), (4, 1))
        ('logits', '')
    """
    no = torch.zeros(shape) if targets is None else torch.zeros_like(targets)
    zero, three = (tried(loss_fn, torch.full(shape, value), no) for value in (0.0, 3.0))
    if zero > 0 and near(three / zero, AT_THREE):
        return "logits"
    half, most = (tried(loss_fn, torch.full(shape, value), no) for value in (0.5, 0.9))
    return "probabilities" if half > 0 and near(most / half, AT_NINE_TENTHS) else ""


def better_when_right(loss_fn: Any, targets: Any, shape: tuple[int, ...]) -> bool | None:
    """Return whether outputs that say the targets have a lower loss than their opposite; None where it cannot be told.

    Args:
        loss_fn: the loss.
        targets: labels (n,), yes and no as 1 and 0, or numbers.
        shape: of the outputs.

    Example:
        >>> import torch
        >>> labels = torch.tensor([0, 2, 1])
        >>> better_when_right(torch.nn.CrossEntropyLoss(), labels, (3, 3))
        True
        >>> better_when_right(lambda z, y: -torch.nn.functional.cross_entropy(z, y), labels, (3, 3))
        False
    """
    if not isinstance(targets, Tensor) or not targets.numel():
        return None
    right, *others = (tried(loss_fn, one, targets) for one in _answers(targets, shape))
    if not all(map(math.isfinite, (right, *others))) or any(near(right, one) for one in others):
        return None
    lower = {right < one for one in others}
    return lower.pop() if len(lower) == 1 else None


def good_is_low(evidence: Evidence, head: Head) -> bool | None:
    """Return what `better_when_right` says of the program's loss and its targets, tried once."""
    some = head.targets[:ROWS]
    told: bool | None = evidence.probes.once(
        "good is low",
        lambda: better_when_right(evidence.program.loss_fn, some, (len(some), *head.outputs.shape[1:])),
    )
    return told


def _answers(targets: Tensor, shape: tuple[int, ...]) -> tuple[Tensor, ...]:
    """Return outputs that say the targets, and others that are wrong; only NaN where nobody can tell."""
    unknown = (torch.full(shape, math.nan),)
    axis = None if targets.is_floating_point() else class_axis(shape, targets)
    if axis is not None:
        if int(targets.min()) < 0 or int(targets.max()) >= shape[axis]:
            return unknown
        hot = torch.nn.functional.one_hot(targets.long(), shape[axis]).movedim(-1, axis).float()
        right = hot * (RIGHT - WRONG) + WRONG
        return right, RIGHT + WRONG - right
    if targets.numel() != math.prod(shape):
        return unknown
    values = targets.float().reshape(shape)
    if bool(((values == 0) | (values == 1)).all()):
        right = values * (RIGHT - WRONG) + WRONG
        return right, RIGHT + WRONG - right
    far = 3 * values.std().nan_to_num(1.0).clamp_min(CLOSE)
    return values, values + far, values - far

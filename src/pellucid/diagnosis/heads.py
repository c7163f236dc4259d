"""What the last layer gives and what the loss takes, found out by calling them. Needs torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Literal

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.looking import ACTIVATIONS, LAYERS
from pellucid.diagnosis.loss_behaviour import binary_takes, near, tried
from pellucid.diagnosis.scoring import Kind, class_axis, kind_of

Takes = Literal["logits", "log-probabilities", "probabilities", "numbers", "unknown"]

CLOSE: Final = 1e-3  # of 1: what rounding and label smoothing leave
TRIALS: Final = 8  # rows of the outputs on which a loss is tried
SHIFT: Final = 0.7  # any number will do
SMALL_PICTURE: Final = 32  # numbers a row: no more than this may be 32 questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last layer, the loss and the targets, on the probe batch."""

    outputs: Tensor
    targets: Any
    kind: Kind | None
    """What the targets are."""
    width: int
    """Outputs for each row: the classes K."""
    last_function: str
    """The activation whose result the outputs are, "" where there is none or something was done to its result."""
    last_module: str
    """The dotted name of the module that made the outputs."""
    axis: int
    """Of the outputs, along which the classes lie."""
    takes: Takes
    """What the loss expects, found out by trying it."""

    @property
    def rows_sum_to_one(self) -> bool:
        """Whether every row is a probability distribution over several outputs."""
        values = self.outputs.float()
        if values.ndim < 2 or self.width < 2 or bool((values < 0).any()):  # noqa: PLR2004
            return False
        return bool(((values.sum(self.axis) - 1).abs() < CLOSE).all())

    @property
    def within_zero_and_one(self) -> bool:
        """Whether every output lies between 0 and 1."""
        return bool(((self.outputs >= 0) & (self.outputs <= 1)).all())

    @property
    def loss_normalises(self) -> bool:
        """Whether the loss applies a softmax itself."""
        return self.kind == "classes" and self.takes == "logits"


def head_of(evidence: Evidence) -> Head | None:
    """Return the head; None where the network gives no single tensor or was not put through.

    Example:
        >>> from torch import nn
        >>> from pellucid.diagnosis.doctor import Doctor
        >>> network, loss_fn = nn.Sequential(nn.Linear(2, 3), nn.Softmax(1)), nn.CrossEntropyLoss()
        >>> batches = [(torch.randn(32, 2), torch.randint(0, 3, (32,)))]
        >>> optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
        >>> head = head_of(Doctor.of(network, optimizer, loss_fn, batches, rules=()).evidence)
        >>> head.last_function, head.takes, head.rows_sum_to_one
        ('softmax', 'logits', True)
    """
    contract = evidence.contract
    if contract is None or contract.outputs is None or not contract.outputs.ndim:
        return None
    made: Head = evidence.probes.once("head", lambda: _head(evidence, contract.outputs, contract.examples.targets))
    return made


def is_picture(evidence: Evidence, targets: Tensor) -> bool:
    """Return whether each row of the targets is many amounts from 0 on that rebuild the inputs, or lie on a grid."""
    train, size = evidence.data.train, targets[0].numel()
    if train is None or size <= SMALL_PICTURE or float(targets.min()) < 0:
        return False
    return targets.ndim > 2 or size == train.inputs[0][0].numel()  # noqa: PLR2004  (rows of rows)


def _head(evidence: Evidence, outputs: Tensor | None, targets: Any) -> Head:
    if outputs is None:  # pragma: no cover  (asked before)
        raise ValueError("no outputs")
    calls = () if evidence.contract is None else evidence.contract.calls
    inside = [call for call in calls if call.kind != "loss" and call.name in LAYERS]
    last = inside[-1] if inside else None
    kind, axis = kind_of(outputs, targets), class_axis(outputs.shape, targets) or 1
    return Head(
        outputs=outputs,
        targets=targets,
        kind=kind,
        width=int(outputs.shape[axis]) if outputs.ndim > 1 else 1,
        last_function=last.name
        if last is not None and last.name in ACTIVATIONS and _same(last.output, outputs)
        else "",
        last_module=last.module if last is not None else "",
        axis=axis,
        takes=_takes(evidence.program.loss_fn, outputs, targets, kind),
    )


def _same(one: Tensor | None, other: Tensor) -> bool:
    """Return whether two tensors hold the same numbers, whatever their shapes."""
    return one is not None and one.numel() == other.numel() and torch.equal(one.cpu().flatten(), other.flatten())


def _takes(loss_fn: Any, outputs: Tensor, targets: Any, kind: Kind | None) -> Takes:
    """Return what the loss expects, from how it answers to outputs that are made up."""
    if not isinstance(targets, Tensor):
        return "unknown"
    some = targets[:TRIALS]
    shape = (len(some), *outputs.shape[1:])
    if kind == "classes" and len(shape) > 1 and max(shape[1:]) > 1:
        return _classes(loss_fn, shape, some)
    if kind == "yes/no":
        taken = binary_takes(loss_fn, shape, some)
        if taken:
            return taken
    return "numbers" if _is_distance(loss_fn, shape, some) else "unknown"


def _classes(loss_fn: Any, shape: tuple[int, ...], targets: Tensor) -> Takes:
    generator = torch.Generator().manual_seed(0)
    values = torch.randn(shape, generator=generator)
    plain, shifted = tried(loss_fn, values, targets), tried(loss_fn, values + SHIFT, targets)
    if near(plain, shifted) and math.isfinite(plain):
        return "logits"
    if near(plain - shifted, SHIFT) and near(tried(loss_fn, 2 * values, targets), 2 * plain):
        return "log-probabilities"
    chances = values.softmax(class_axis(shape, targets) or 1)
    if near(tried(loss_fn, chances, targets) - tried(loss_fn, chances / 2, targets), -math.log(2)):
        return "probabilities"
    return "numbers" if _is_distance(loss_fn, shape, targets) else "unknown"


def _is_distance(loss_fn: Any, shape: tuple[int, ...], targets: Tensor) -> bool:
    """Return whether the loss is least, and 0, where the outputs are the targets."""
    if targets.numel() != math.prod(shape):
        return False
    exact = targets.float().reshape(shape)
    if not near(tried(loss_fn, exact, exact), 0.0):
        return False
    return tried(loss_fn, exact + 1, exact) > 0 and tried(loss_fn, exact - 1, exact) > 0

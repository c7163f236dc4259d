"""The step: batches in, weights changed, loss out. A replaceable part of the loop: each form equals `EagerStep`.

The contract that every form must fulfil is tested in one place: the weights after a step equal, to rounding, those of
autograd with torch.optim.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, Protocol

import torch
from torch import Tensor, nn

from pellucid.foundation.batches import Batch, BatchSource
from pellucid.training.forward import Forward
from pellucid.training.updates import Updater
from pellucid.training.vectors import Vector, gradient_norm

TINY: Final = 1e-6  # keeps the division by the gradient's norm finite; torch's clip_grad_norm_ has the same


class Pass:
    """All batches of an epoch, made anew each time they are gone through: they are never in memory together."""

    def __init__(self, source: BatchSource, epoch: int) -> None:
        self.source, self.epoch = source, epoch

    def __iter__(self) -> Iterator[Batch]:
        return self.source.batches(self.epoch)


Parts = Sequence[Batch] | Pass


def examples_of(parts: Parts) -> int:
    """Return how many examples the batches hold."""
    return len(parts.source) if isinstance(parts, Pass) else sum(map(len, parts))


class Step(Protocol):
    """One step of training."""

    converged: bool
    """Whether the last step found the minimum, so that no further one is worth its time."""

    def __call__(self, parts: Parts, factor: float) -> Tensor:
        """Take one step and return the mean loss before it, a detached scalar on the device.

        Args:
            parts: the batches of this step: one, or several whose gradients are accumulated.
            factor: of the learning rate, from the schedule.
        """
        ...


class Gradients(Protocol):
    """Back-propagation: adds the gradient of one batch's loss to the packed gradients."""

    def __call__(self, batch: Batch, share: float) -> Tensor:
        """Add `share` times the gradient of the batch's mean loss; return that loss, detached."""
        ...


class Autograd:
    """Back-propagation through any network, by autograd."""

    def __init__(self, forward: Forward, objective: nn.Module) -> None:
        self.forward, self.objective = forward, objective

    def __call__(self, batch: Batch, share: float) -> Tensor:
        """Add the gradient; see `Gradients`."""
        loss = self.forward.loss(self.objective, self.forward(batch), batch)
        torch.autograd.backward(loss if share == 1 else loss * share)
        return loss.detach()


class EagerStep:
    """Forward, backward, update, one after another, as torch does them at once."""

    converged = False

    def __init__(
        self,
        gradients: Gradients,
        vectors: Sequence[Vector],
        updater: Updater,
        *,
        clip_norm: float | None = None,
        scale: LossScale | None = None,
    ) -> None:
        self.gradients, self.vectors, self.updater = gradients, vectors, updater
        self.clip_norm, self.scale = clip_norm, scale

    def __call__(self, parts: Parts, factor: float) -> Tensor:
        """Take one step; see `Step`."""
        loss = accumulate(self.gradients, parts, 1.0 if self.scale is None else self.scale.factor)
        if self.scale is not None and not self.scale.unscale(self.vectors):
            return loss  # the gradient overflowed half precision: this step is left out
        if self.clip_norm is not None:
            clip(self.vectors, self.clip_norm)
        self.updater.step(factor)
        return loss


def accumulate(gradients: Gradients, parts: Parts, factor: float = 1.0) -> Tensor:
    """Add `factor` times the gradient of the mean loss over all examples of all parts, and return that loss."""
    if not isinstance(parts, Pass) and len(parts) == 1:
        return gradients(parts[0], factor)
    total = examples_of(parts)
    return torch.stack([gradients(part, factor * len(part) / total) * (len(part) / total) for part in parts]).sum()


def clip(vectors: Sequence[Vector], longest: float) -> None:
    """Shorten the whole gradient to the norm `longest` where it is longer; nothing waits for the device."""
    factor = (longest / (gradient_norm(vectors) + TINY)).clamp(max=1.0)
    for vector in vectors:
        vector.gradient.mul_(factor)


class LossScale:
    """Keeps gradients within the range of float16 by multiplying the loss; bfloat16 does not need it.

    Halved when a gradient overflows, doubled after 2000 steps without overflow, as torch's GradScaler does.
    """

    GROWS_AFTER: Final = 2000
    FIRST: Final = 65536.0

    def __init__(self) -> None:
        self.factor, self.good_steps = self.FIRST, 0

    def unscale(self, vectors: Sequence[Vector]) -> bool:
        """Divide the gradients by the factor; where they overflowed, clear them and return False."""
        finite = bool(torch.isfinite(gradient_norm(vectors)))
        for vector in vectors:
            vector.gradient.div_(self.factor) if finite else vector.gradient.zero_()
        self.good_steps = self.good_steps + 1 if finite else 0
        if not finite:
            self.factor /= 2
        elif self.good_steps == self.GROWS_AFTER:
            self.factor, self.good_steps = self.factor * 2, 0
        return finite


def in_groups(batches: Iterator[Batch], size: int) -> Iterator[tuple[Batch, ...]]:
    """Yield the batches in groups of `size`; the last group holds what is left.

    Example:
        >>> list(in_groups(iter("abcde"), 2))  # any things will do
        [('a', 'b'), ('c', 'd'), ('e',)]
    """
    if size == 1:
        yield from zip(batches, strict=True)
        return
    while parts := tuple(islice(batches, size)):
        yield parts

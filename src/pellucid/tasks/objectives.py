"""The torch half of the tasks: their losses as modules. Imports torch, so the tasks import this late.

Each forward costs one comparison of shapes beside the loss itself; what does not change from batch to batch is a
buffer, and follows the module's dtype and device.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.concepts.losses.classes.binary_cross_entropy import binary_cross_entropy
from pellucid.concepts.losses.classes.cross_entropy import cross_entropy
from pellucid.concepts.losses.classes.indices import check_class_shapes
from pellucid.concepts.losses.counts.negative_binomial import negative_binomial
from pellucid.concepts.losses.counts.poisson import poisson
from pellucid.concepts.losses.loss import Loss
from pellucid.concepts.losses.numbers.quantile import quantile
from pellucid.foundation.errors import ShapeError

AXES_WITH_MEMBERS: Final = 3  # (n, e, o)
SMALLEST_DISPERSION: Final = 1e-4  # below, NB2 cannot be told from Poisson, and float32 lgamma(1 / alpha) loses digits
EVEN: Final = 0.5  # the share of each of two classes when nothing is known


class LabelObjective(nn.Module):
    """Binary cross-entropy of one label (binary) or several (multilabel): targets (n, t) of 0 and 1."""

    pos_weight: Tensor | None

    def __init__(self, pos_weights: Sequence[float], label_smoothing: float) -> None:
        super().__init__()
        weighted = any(weight != 1 for weight in pos_weights)
        self.register_buffer("pos_weight", torch.tensor(pos_weights, dtype=torch.float32) if weighted else None)
        self.label_smoothing = label_smoothing

    def forward(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> Tensor:
        """Return the mean loss of (n, t) or (n, e, t) logits."""
        if self.label_smoothing:
            targets = targets.lerp(torch.full_like(targets, EVEN), self.label_smoothing)
        return binary_cross_entropy(logits, _for_members(logits, targets), self.pos_weight)


class ClassObjective(nn.Module):
    """Cross-entropy of one class out of k: targets (n,) of class indices."""

    class_weights: Tensor | None

    def __init__(self, class_weights: Sequence[float], label_smoothing: float) -> None:
        super().__init__()
        weighted = any(weight != 1 for weight in class_weights)
        self.register_buffer("class_weights", torch.tensor(class_weights, dtype=torch.float32) if weighted else None)
        self.label_smoothing = label_smoothing

    def forward(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> Tensor:
        """Return the mean loss of (n, k) or (n, e, k) logits."""
        if logits.ndim != AXES_WITH_MEMBERS:
            return cross_entropy(logits, targets, self.class_weights, self.label_smoothing)
        check_class_shapes("cross_entropy", logits[:, 0], targets)
        # with k in the middle, softmax runs along the members in one go: three times as fast as over (n * e, k) rows
        return functional.cross_entropy(
            logits.transpose(1, 2),  # (n, k, e)
            targets.unsqueeze(1).expand(-1, logits.shape[1]),  # (n, e)
            weight=self.class_weights,
            label_smoothing=self.label_smoothing,
        )


class NumberObjective(nn.Module):
    """A loss between numbers, for one target or several: targets (n, t), standardised."""

    def __init__(self, loss: Loss) -> None:
        super().__init__()
        self.loss: Callable[..., Tensor] = loss.fast

    def forward(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> Tensor:
        """Return the mean loss of (n, t) or (n, e, t) logits."""
        return self.loss(logits, _for_members(logits, targets))


class QuantileObjective(nn.Module):
    """The quantile loss at several levels: targets (n, s) for logits (n, s q), the q levels of each step together."""

    weights: Tensor

    def __init__(self, levels: Sequence[float], weights: Sequence[float]) -> None:
        super().__init__()
        self.levels = tuple(levels)
        self.register_buffer("weights", torch.tensor(weights, dtype=torch.float32))

    def forward(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> Tensor:
        """Return the mean loss of (n, s q) or (n, e, s q) logits; step s counts `weights[s]` times."""
        by_level = logits.view(*logits.shape[:-1], -1, len(self.levels)).unbind(dim=-1)
        targets = self.weights * _for_members(by_level[0], targets)
        losses = [
            quantile(self.weights * one, targets, level) for level, one in zip(self.levels, by_level, strict=True)
        ]
        return torch.stack(losses).mean()


class PoissonObjective(nn.Module):
    """Poisson loss: targets (n, 1) of counts, offset (n,) of log exposure."""

    def forward(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> Tensor:
        """Return the mean loss of (n, 1) or (n, e, 1) logits."""
        logits = with_offset(logits, offset)
        return poisson(logits, _for_members(logits, targets))


class NegativeBinomialObjective(nn.Module):
    """Negative binomial loss, which owns the dispersion and learns it: targets (n, 1), offset (n,) of log exposure."""

    def __init__(self, dispersion: float) -> None:
        super().__init__()
        self.log_dispersion = nn.Parameter(torch.tensor(math.log(max(dispersion, SMALLEST_DISPERSION))))

    @property
    def dispersion(self) -> float:
        """The alpha learnt so far: variance = mean + alpha mean²."""
        return self._alpha().item()

    def forward(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> Tensor:
        """Return the mean loss of (n, 1) or (n, e, 1) logits."""
        logits = with_offset(logits, offset)
        return negative_binomial(logits, _for_members(logits, targets), self._alpha())

    def _alpha(self) -> Tensor:
        return self.log_dispersion.exp().clamp(min=SMALLEST_DISPERSION)


class SumObjective(nn.Module):
    """The sum of the objectives of several parts, each on its own columns of the logits and of the targets."""

    def __init__(self, objectives: Sequence[nn.Module], widths: Sequence[int]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(objectives)
        self.widths = list(widths)

    def forward(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> Tensor:
        """Return the sum of the mean losses of (n, o) or (n, e, o) logits; a class index is one float column.

        Raises:
            ShapeError: the targets have not one column for each part.
        """
        if targets.shape[1:] != (len(self.parts),):
            raise ShapeError(
                f"objective expected targets of shape (n, t) = (n, {len(self.parts)}), got {tuple(targets.shape)}: "
                "pass them as the task encodes them"
            )
        losses = []
        for column, (part, own) in enumerate(
            zip(self.parts, logits.split_with_sizes(self.widths, dim=-1), strict=True)
        ):
            wanted = targets[:, column].long() if isinstance(part, ClassObjective) else targets[:, column : column + 1]
            losses.append(part(own, wanted, offset))
        return torch.stack(losses).sum()


def with_offset(logits: Tensor, offset: Tensor | None) -> Tensor:
    """Return (n, 1) or (n, e, 1) logits with the (n,) offset added."""
    return logits if offset is None else logits + offset.reshape(-1, *(1,) * (logits.ndim - 1))


def _for_members(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the (n, t) targets repeated, without a copy, for each of e members where logits are (n, e, t)."""
    if logits.ndim == AXES_WITH_MEMBERS == targets.ndim + 1:
        return targets.unsqueeze(1).expand(-1, logits.shape[1], -1)  # (n, e, t)
    return targets

"""Training copies with inputs or targets brought to mean 0 and standard deviation 1: is the scale what is wrong?"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import head_of
from pellucid.diagnosis.probes.probes import Trial

STEPS: Final = 150  # or one second of them
LARGE: Final = 10.0  # times the first outputs, or 1: so large are targets that their scale is looked at
SPATIAL_AXES: Final = 3  # (n, c, h, w) and (n, t, d) share their statistics over all places


def tried(evidence: Evidence, *, inputs: bool, targets: bool) -> Trial | None:
    """Return a short training of a copy, with the inputs or the targets standardised, both or neither; each once.

    None where it cannot be done.
    """
    train = evidence.data.train
    if train is None or train.axis or (targets and not isinstance(train.targets, Tensor)):
        return None
    change = scaler_of(train.inputs[0]) if inputs else None
    answers = scaler_of(train.targets.float().reshape(len(train), -1)) if targets else None
    made: Trial | None = evidence.probes.once(
        ("scaled", inputs, targets),
        lambda: evidence.probes.trial(
            steps=STEPS,
            inputs=change,
            targets=None if answers is None else lambda some: answers(some.reshape(len(some), -1)).reshape(some.shape),
        ),
    )
    return made


def large_targets(evidence: Evidence) -> tuple[float, float] | None:
    """Return the root mean square of the targets and of the first outputs; None where the targets are not large."""
    head, train = head_of(evidence), evidence.data.train
    if head is None or head.kind != "numbers" or head.takes != "numbers" or train is None:
        return None
    targets = float(train.targets.float().square().mean().sqrt())
    outputs = float(head.outputs.float().square().mean().sqrt())
    return (targets, outputs) if targets > LARGE * max(1.0, outputs) else None


def scaler_of(x: Tensor) -> Callable[[Tensor], Tensor]:
    """Return the function that standardises: columns of a table each, channels of pictures, features of sequences.

    Example:
        >>> x = torch.tensor([[0.0, 5.0], [2.0, 5.0]])
        >>> scaler_of(x)(x)
        tensor([[-1.,  0.],
                [ 1.,  0.]])
    """
    axes = [axis for axis in range(x.ndim) if axis != _feature_axis(x)]
    level, spread = x.float().mean(axes, keepdim=True), x.float().std(axes, keepdim=True, correction=0)
    spread = torch.where(spread > 1e-6 * level.abs(), spread, torch.ones_like(spread))
    return lambda some: ((some - level) / spread).to(some.dtype)


def _feature_axis(x: Tensor) -> int:
    return 1 if x.ndim == 2 or x.ndim > SPATIAL_AXES else x.ndim - 1  # noqa: PLR2004


def better_by(plain: Trial, scaled: Trial) -> float:
    """Return how many times smaller the loss ends with the scaling; infinite where it is not finite without."""
    if not math.isfinite(scaled.after) or scaled.after < 0 or not scaled.after < scaled.before:
        return 0.0
    if not math.isfinite(plain.after) or not all(map(math.isfinite, plain.losses)):
        return math.inf
    return plain.after / max(scaled.after, 1e-12)

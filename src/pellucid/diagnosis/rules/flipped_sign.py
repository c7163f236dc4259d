"""The training climbs the loss instead of going down."""

from __future__ import annotations

import math
from typing import Final

import torch

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.loss_behaviour import good_is_low, tried
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.rule import Rule, Stage, Verdict

FEWEST: Final = 3  # watched steps
FACTOR: Final = 3.0  # between the loss that was backpropagated and that on a copy, signs aside
ROWS: Final = 16
PROBABILITIES: Final = ("sigmoid", "hardsigmoid", "softmax")


def measure(evidence: Evidence) -> Verdict | None:
    """Ask which way the loss says is better, and which way the optimizer goes."""
    head, optimizer = head_of(evidence), evidence.program.optimizer
    if head is None or optimizer is None:
        return None
    name = evidence.program.loss_name
    lower = good_is_low(evidence, head)
    climbs = bool(optimizer.option("maximize")) or any(rate < 0 for step in evidence.steps for rate in step.rates)
    if lower is None:
        return None
    if climbs and lower:
        how = "maximize=True" if optimizer.option("maximize") else "a negative learning rate"
        return Verdict(
            measured=f"the optimizer has {how}, and {name} is lower the better the predictions are",
            confidence=0.98,
            remedy="maximize=False (the default)" if how.startswith("max") else "a positive learning rate",
        )
    if not climbs and not lower and not _of_distances(evidence, head):
        loss_fn = evidence.program.loss_fn
        return Verdict(
            measured=f"{name} is higher the better the predictions are, and {optimizer.name} makes it smaller",
            confidence=0.95,
            remedy=f"minus {name}; or maximize=True",
            proof=tried_out(evidence, "flipped_sign", "with minus the loss", loss_fn=lambda z, y: -loss_fn(z, y)),
        )
    return _negated(evidence) if not climbs else None


def _of_distances(evidence: Evidence, head: Head) -> bool:
    """Return whether outputs and loss are such as a contrastive loss has: 0 and more, and near 0 says yes."""
    if bool((head.outputs < 0).any()) or head.last_function in PROBABILITIES:
        return False
    loss_fn, some = evidence.program.loss_fn, head.targets[:ROWS]
    shape = (len(some), *head.outputs.shape[1:])
    return all(tried(loss_fn, torch.full(shape, value), some) >= 0 for value in (0.0, 0.5, 2.0))


def _negated(evidence: Evidence) -> Verdict | None:
    """Find a loop that backpropagates minus the loss."""
    first, last = evidence.first, evidence.last
    losses = [step.loss for step in evidence.steps if step.loss is not None]
    if first is None or last is None or len(losses) < FEWEST or not first.loss_training_mode > 0:
        return None
    if any(loss > 0 for loss in losses) or not 1 / FACTOR < -losses[0] / first.loss_training_mode < FACTOR:
        return None
    if math.isfinite(last.loss) and last.loss < first.loss:
        return None
    return Verdict(
        measured=f"the loss that was backpropagated at step 1 is {losses[0]:.4g}, and on a copy it is "
        f"{first.loss_training_mode:.4g}: its sign was turned; the loss went from {first.loss:.3g} to {last.loss:.3g}",
        confidence=0.96,
        step=evidence.steps[0].step,
        remedy="loss.backward(), without the minus",
    )


RULE: Final = Rule(
    cause="flipped_sign",
    title="The training climbs the loss",
    stage=Stage.WIRING,
    phases=("before", "during"),
    measure=measure,
    measures="the loss of made-up predictions that are right and wrong, the optimizer's direction, and the sign of "
    "the loss that was backpropagated",
    threshold="right predictions with the lower loss and an optimizer that climbs, or the other way round",
    origin="closed form: a step along the gradient raises the loss, a step against it lowers it",
    reason="Every step makes the predictions worse: the loss grows from the first step on, ever faster.",
    remedy="minimise the loss",
    see=("experiment descent", "concept sgd"),
    explains=(*TRAINING, "nan_log_zero", "wrong_loss", "init_too_large", "target_unscaled"),
    cases=(
        "D21a",
        "D21b",
    ),
)

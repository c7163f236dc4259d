"""The training climbs the loss instead of going down."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import median
from typing import Final

import torch
from torch import nn

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.loss_behaviour import good_is_low, tried
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.rules.unshuffled import measure as unshuffled

FEWEST: Final = 3  # watched steps
FACTOR: Final = 3.0  # between the loss that was backpropagated and that on a copy, signs aside
EARLY: Final = 12  # steps that are all watched and looked at
STEPS: Final = 20
SLOWLY: Final = 0.1
LEAST: Final = 0.001  # of the first loss
RISE: Final = 0.03  # of the first loss
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
    return None if climbs else _negated(evidence) or _turned_later(evidence)


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


def _turned_later(evidence: Evidence) -> Verdict | None:
    """Find gradients that are turned after backward(): each early look is worse, and a copy of the steps gets better.

    The batches' own losses must rise too: of rows in the order of their classes only those of the other rows do.
    """
    early = [look for look in evidence.looks if look.step <= EARLY and math.isfinite(look.loss)]
    losses = [step.loss for step in evidence.steps if step.step <= EARLY and step.loss is not None]
    if len(early) < FEWEST or len(losses) < 2 * FEWEST or early[-1].loss < early[0].loss + RISE * abs(early[0].loss):
        return None
    if any(later.loss <= before.loss for before, later in pairwise(early)):
        return None
    if not median(losses[-FEWEST:]) > median(losses[:FEWEST]):
        return None
    name = evidence.program.optimizer.name if evidence.program.optimizer is not None else "the optimizer"
    rose = f"in the first {early[-1].step} steps the loss rose from {early[0].loss:.3g} to {early[-1].loss:.3g}"
    copied = evidence.probes.once("as many steps", lambda: evidence.probes.trial(steps=early[-1].step))
    falls = copied is not None and copied.after < copied.before - RISE / 2 * abs(copied.before)
    if falls and unshuffled(evidence) is not None:  # the copy had its rows shuffled
        return None
    if copied is not None and falls:
        return Verdict(
            measured=f"{rose}; on a copy as many steps of {name} with the loss as it was handed over bring it from "
            f"{copied.before:.3g} to {copied.after:.3g}",
            confidence=0.85,
            step=1,
            remedy="look for what turns the gradient between loss.backward() and optimizer.step()",
        )
    return _climbing_optimizer(evidence, name, rose)


def _climbing_optimizer(evidence: Evidence, name: str, rose: str) -> Verdict | None:
    """Find an optimizer that goes up at however short a step, where torch's own goes down."""
    slow = evidence.probes.once("slowly", lambda: evidence.probes.trial(steps=STEPS, rate_factor=SLOWLY))
    if slow is None or not slow.after > slow.before + LEAST * abs(slow.before):
        return None
    down = evidence.probes.once("down", lambda: evidence.probes.trial(steps=STEPS, make_optimizer=_descent))
    if down is None or not down.after < down.before - LEAST * abs(down.before):
        return None
    return Verdict(
        measured=f"{rose}; on a copy it rises at a rate {1 / SLOWLY:g} times lower too, from {slow.before:.4g} to "
        f"{slow.after:.4g} in {STEPS} steps: {name} goes up",
        confidence=0.93,
        step=1,
        remedy="weight -= rate * weight.grad: against the gradient",
        proof=f"on a copy, {STEPS} steps of torch.optim.SGD bring the loss from {down.before:.3g} to {down.after:.3g}",
    )


def _descent(parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=0.01)


RULE: Final = Rule(
    cause="flipped_sign",
    title="The training climbs the loss",
    stage=Stage.WIRING,
    phases=("before", "during"),
    measure=measure,
    measures="the loss of made-up predictions that are right and wrong, the optimizer's direction, and the sign of "
    "the loss that was backpropagated; whether the loss rises where that of a copy falls",
    threshold="right predictions with the lower loss and an optimizer that climbs, or the other way round; 3 % more "
    "loss after 12 steps, and less on a copy",
    origin="closed form: a step along the gradient raises the loss, a step against it lowers it",
    reason="Every step makes the predictions worse: the loss grows from the first step on, ever faster.",
    remedy="minimise the loss",
    see=("experiment descent", "concept sgd"),
    explains=(*TRAINING, "labels_swapped", "nan_log_zero", "wrong_loss", "init_too_large", "target_unscaled"),
    cases=(
        "D21a",
        "D21b",
    ),
)

"""The loss is a sum over the batch, and the learning rate is one for a mean."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.rule import Rule, Stage, Verdict

CLOSE: Final = 0.01
SCALE_FREE: Final = (
    "Adam",
    "AdamW",
    "NAdam",
    "RAdam",
    "Adamax",
    "RMSprop",
    "Adagrad",
    "Adadelta",
    "Rprop",
    "LBFGS",
    "Lion",
)
STEPS: Final = 40
BETTER: Final = 0.7  # of the loss with the sum
FEWEST: Final = 20  # steps of the training


def measure(evidence: Evidence) -> Verdict | None:
    """See whether the loss doubles with the batch, and whether a copy does better with the gradient of a mean."""
    contract, last = evidence.contract, evidence.last
    if contract is None or last is None or not _is_sum(contract.loss, contract.loss_doubled):
        return None
    optimizer = evidence.program.optimizer
    if optimizer is None or optimizer.name in SCALE_FREE or evidence.probes.batch_size < 2:  # noqa: PLR2004
        return None
    if evidence.failure is None and last.step < FEWEST:
        return None
    size = evidence.probes.batch_size
    mean = evidence.probes.once("mean instead of sum", lambda: evidence.probes.trial(steps=STEPS, rate_factor=1 / size))
    summed = evidence.probes.once("as it is", lambda: evidence.probes.trial(steps=STEPS))
    if not isinstance(mean, Trial) or not isinstance(summed, Trial) or not mean.after < mean.before:
        return None
    if any(_as_good(one, mean) for one in (summed.after, last.loss)):
        return None
    return Verdict(
        measured=f"the loss of the same batch taken twice is {contract.loss_doubled / contract.loss:.4g} times as "
        f"large: it is a sum over {size} rows, and so is its gradient",
        confidence=0.95,
        remedy=f"reduction='mean' (the default), or a learning rate {size} times smaller: {optimizer.rate / size:.2g}",
        proof=f"on a copy, {STEPS} steps with the mean bring the loss (as a sum) from {mean.before:.3g} to "
        f"{mean.after:.3g}; with the sum to {summed.after:.3g}",
    )


def _as_good(loss: float, mean: Trial) -> bool:
    """Return whether a loss with the sum is not much above that with the mean, and lower than at the start."""
    return math.isfinite(loss) and loss < mean.before and not mean.after < BETTER * loss


def _is_sum(loss: float, doubled: float) -> bool:
    return math.isfinite(loss) and loss != 0 and abs(doubled / loss - 2) < CLOSE


RULE: Final = Rule(
    cause="loss_sum_reduction",
    title="The loss is a sum over the batch",
    stage=Stage.HEAD,
    phases=("during",),
    measure=measure,
    measures="the loss of the probe batch taken twice, and whether a training with the mean does better on a copy",
    threshold="twice the loss within 1 %, and a copy with the mean is at 0.7 of the loss after 40 steps",
    origin="closed form: a sum doubles with the rows, a mean stays; a sum with a rate to match is no fault",
    reason="The gradient of a sum over a batch of 32 is 32 times that of the mean: the same learning rate takes steps "
    "32 times as long, and another batch size changes them.",
    remedy="reduction='mean' (the default)",
    see=("experiment learning_rates", "experiment batches"),
    explains=(*TRAINING, "flipped_sign"),
    cost="two trials of 40 steps on a copy, only where the loss is a sum that scales the steps",
)

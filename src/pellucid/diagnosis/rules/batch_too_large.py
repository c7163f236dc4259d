"""The batch is so large that the epochs hold only a handful of steps."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.curves import share_gone
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.judging import helps_on_validation
from pellucid.diagnosis.rule import Rule, Stage, Verdict

OF_SET: Final = 0.2  # of the training set in one batch
MOST_STEPS: Final = 200
SMALLER: Final = 32
GONE: Final = 0.6
MOSTLY: Final = 0.85  # of the way, where the copy gets to a quarter of the loss, and is better on validation rows too
FAR: Final = 0.25


def measure(evidence: Evidence) -> Verdict | None:
    """Let a copy go through as many examples in small batches where a batch is much of the set."""
    rows, last = evidence.data.train_rows, evidence.last
    size = evidence.probes.batch_size
    if not rows or last is None or last.step < 1 or last.step > MOST_STEPS or size < max(OF_SET * rows, 4 * SMALLER):
        return None
    steps = min(400, last.step * size // SMALLER)

    def smaller() -> object:
        evidence.probes.batch_size = SMALLER
        try:
            return evidence.probes.trial(steps=steps)
        finally:
            evidence.probes.batch_size = size

    trial = evidence.probes.once("small batches", smaller)
    if trial is None or not math.isfinite(trial.after):
        return None
    gone, far = share_gone(evidence, trial.after), 0 <= trial.after < FAR * last.loss
    if not gone < GONE and not (gone < MOSTLY and far and helps_on_validation(evidence, trial.network)):
        return None
    return Verdict(
        measured=f"a batch is {size} of {rows} examples: {last.step} steps in all, and the loss is {last.loss:.3g}",
        confidence=0.8,
        remedy=f"batch size {SMALLER} to 256, or more epochs",
        flag=f"--batch-size {SMALLER}",
        proof=f"a copy trained from the start in batches of {SMALLER}, on as many examples or fewer, reaches "
        f"{trial.after:.3g}",
    )


RULE: Final = Rule(
    cause="batch_too_large",
    title="The batch is too large for so few epochs",
    stage=Stage.RATE,
    phases=("after",),
    measure=measure,
    measures="the batch as a share of the set, the steps in all, and what a copy reaches with small batches",
    threshold="a fifth of the set in a batch, at most 200 steps, and less than 60 % of the way that the copy goes; or "
    "less than 85 %, and a copy that gets below a quarter of the loss",
    origin="chosen between the healthy and the faulty programs of benchmarks/diagnosis",
    reason="A step is taken once for a batch. With a large one the gradient is hardly better, and the steps are few.",
    remedy="a smaller batch size",
    severity="warning",
    see=("experiment batches_on_digits",),
    explains=("lr_too_low", *RESULT),
    cost="one trial of up to 400 steps on a copy",
    cases=("D07",),
)

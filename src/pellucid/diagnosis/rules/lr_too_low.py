"""The learning rate is too low: every step goes the right way, and hardly any of it."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.curves import at_step, losses, share_gone, still_falling, update_ratio
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rates import RateTrial, best_of, higher_rates, said
from pellucid.diagnosis.rule import Rule, Stage, Verdict

GONE: Final = 0.5  # of the way down that a higher rate goes in at most as many steps
FALLING: Final = 0.05  # of the whole fall in the last third: the training has not settled
STUCK: Final = 0.02  # of the first loss: no more of it is gone
FELL: Final = 0.02  # of the first loss: what a higher rate must gain, else the rate is not what is wrong
SMALL_UPDATE: Final = 5e-3  # of the weights in one step: above it a rate is not low
WORTH: Final = 0.5  # a step at 10 times the rate goes as far as 10, where the rate is too low; half of it is asked
FEWEST_STEPS: Final = 60  # with fewer the training is short, whatever the rate


def measure(evidence: Evidence) -> Verdict | None:
    """Find a training that still falls slowly, and ask copies at higher rates whether they get further."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or last.step < FEWEST_STEPS:
        return None
    falling, ratio = still_falling(evidence), update_ratio(evidence)
    stuck = last.loss > first.loss - STUCK * abs(first.loss)
    if not ratio < SMALL_UPDATE or (falling <= FALLING and not stuck):  # unknown where it was not seen
        return None
    points = losses(evidence.looks)

    def promising(trial: RateTrial) -> bool:
        """Return whether it gets further than the training did in as many steps as they should be worth, by half."""
        return stuck or trial.loss < at_step(points, min(last.step, WORTH * trial.factor * trial.steps))

    higher = higher_rates(evidence, promising)
    if not higher:
        return None
    best = best_of(higher)
    gone = share_gone(evidence, best.loss)
    if not (math.isfinite(best.loss) and gone < GONE and first.loss - best.loss > FELL * abs(first.loss)):
        return None
    rate = evidence.program.optimizer.rate if evidence.program.optimizer is not None else math.nan
    return Verdict(
        measured=f"at the learning rate {rate:.2g} a step changes the weights by {ratio:.1e} of their size; after "
        f"{last.step} steps the loss is {last.loss:.3g}, from {first.loss:.3g} at the start",
        confidence=0.9 if gone < GONE / 2 else 0.7,
        remedy=f"learning rate {best.rate:.1g}",
        flag=f"--learning-rate {best.rate:.1g}",
        proof=said(higher),
    )


RULE: Final = Rule(
    cause="lr_too_low",
    title="The learning rate is too low",
    stage=Stage.RATE,
    phases=("after",),
    measure=measure,
    measures="how far weights move in a step, whether the loss still falls, and how far copies at higher rates get",
    threshold="less than half of the way that a copy at a higher rate goes in at most as many steps, and that is 2 % "
    "of the first loss or more",
    origin="chosen between the healthy and the faulty programs of benchmarks/diagnosis",
    reason="The step is the gradient times the learning rate. When it is tiny the loss falls steadily, but the epochs "
    "are over long before it has arrived.",
    remedy="a learning rate 10 times higher",
    severity="warning",
    see=("experiment learning_rates", "experiment rate_finder"),
    explains=("vanishing_gradient", "target_unscaled", *RESULT),
    cost="up to 4 trials of 120 steps on copies, at most a second each, only when there is a sign; one where the first "
    "of them gains nothing",
    cases=("D05",),
)

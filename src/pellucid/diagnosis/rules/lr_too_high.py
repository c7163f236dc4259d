"""The learning rate is too high: steps overshoot, the loss grows, oscillates, or the units die of one blow."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.curves import OF_FIRST, losses, much_lower
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rates import STEPS, best_of, lower_rates, said
from pellucid.diagnosis.rule import Rule, Stage, Verdict

LARGE_UPDATE: Final = 0.05  # of the weights in one step: five times what is usual
ROSE: Final = 1.5  # times the lowest or the first loss
FEWEST: Final = 5


def measure(evidence: Evidence) -> Verdict | None:
    """Find signs of overshooting, and ask copies at lower rates whether they do better."""
    first, last = evidence.first, evidence.last
    if first is None or last is None or last.step < FEWEST or not math.isfinite(first.loss):
        return None
    sign, sure = _sign(evidence)
    if not sign or not (sure or evidence.ended or last.step >= STEPS):
        return None
    trials = lower_rates(evidence)
    lower = tuple(trial for trial in trials if trial.factor < 1)
    if not lower:
        return None
    best = best_of(lower)
    now = last.loss if math.isfinite(last.loss) else math.inf
    if not much_lower(best.loss, now, first.loss):
        return None
    same = min((trial.loss for trial in trials if trial.factor == 1), default=now)  # of a copy at this rate
    rate = evidence.program.optimizer.rate if evidence.program.optimizer is not None else math.nan
    return Verdict(
        measured=f"at the learning rate {rate:.2g} {sign}; the loss is {now:.3g} after {last.step} steps",
        confidence=0.8 if much_lower(same, now, first.loss) else 0.9,
        remedy=f"learning rate {best.rate:.1g}",
        flag=f"--learning-rate {best.rate:.1g}",
        proof=said(trials),
    )


def _sign(evidence: Evidence) -> tuple[str, bool]:
    """Return in words how the training overshoots, "" where it does not, and whether that needs no time to show."""
    points = losses(evidence.looks)
    first, (step, last) = points[0][1], points[-1]
    if evidence.failure is not None and evidence.failure.where != "input":
        return f"the numbers are no longer finite at step {evidence.failure.step}", True
    if last > first + (ROSE - 1) * abs(first) or any(not math.isfinite(look.loss) for look in evidence.looks):
        return f"the loss grew from {first:.3g} to {last:.3g} at step {step}", True
    least = min(loss for _, loss in points)
    if last > least + (ROSE - 1) * abs(least) and last - least > OF_FIRST * abs(first):
        return f"the loss rose again from {least:.3g} to {last:.3g}", False
    peak = max((loss for _, loss in points[1:]), default=first)
    if peak > first + abs(first):
        return f"the loss jumped from {first:.3g} to {peak:.3g}", False
    largest = [max(one.update_ratio.values(), default=0.0) for one in evidence.steps]
    shapes = {entry.name: entry.shape for entry in evidence.program.parameters}
    weights = [
        max((ratio for name, ratio in one.update_ratio.items() if len(shapes.get(name, ())) > 1), default=0.0)
        for one in evidence.steps
    ]
    if largest and max(weights, default=0.0) > LARGE_UPDATE:
        return f"a single step changed weights by {max(weights):.0%} of their size", False
    return "", False


RULE: Final = Rule(
    cause="lr_too_high",
    title="The learning rate is too high",
    stage=Stage.RATE,
    phases=("during",),
    measure=measure,
    measures="whether the loss grows, rises again or jumps, or single steps change weights by much, and what copies "
    "trained from the start at lower rates reach in as many steps",
    threshold="a lower rate reaches less than 0.6 times the loss",
    origin="chosen between the healthy and the faulty programs of benchmarks/diagnosis",
    reason="A step along the gradient lowers the loss only while it is short: beyond 2 / (largest curvature) it climbs "
    "the other side of the valley, and each following step overshoots more. One such step can also push units where "
    "they are off for every example.",
    remedy="a lower learning rate",
    see=("experiment learning_rates", "experiment rate_finder"),
    explains=(
        "dead_relu", "saturation", "exploding_gradient", "vanishing_gradient", "under_trained", "capacity_too_small",
        "overfitting", "adam_eps_too_small", "lr_too_low", "label_noise", "labels_misaligned", "class_imbalance",
        "weight_decay_too_high", "nan_log_zero",
    ),
    cost="4 trials of 120 steps on copies, at most 4 s in all, only when there is a sign",
    cases=("C09", "D01", "D03a", "D03b"),
)  # fmt: skip

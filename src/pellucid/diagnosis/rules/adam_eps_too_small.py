"""Adam's eps is so small that vanishing gradients still make full-size steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from pellucid.diagnosis.curves import losses
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.rule import Rule, Stage, Verdict

TINY_EPS: Final = 1e-12
MOST_STEPS: Final = 2500
SPIKE: Final = 10.0  # times the loss that had been reached
DEFAULT: Final = 1e-8
FINITE_STEPS: Final = 40  # of two copies, where the numbers are no longer finite
RISE: Final = 1.5  # the same where every step has the same rows


def measure(evidence: Evidence) -> Verdict | None:
    """Find a loss that jumps up again after it had become small, where eps cannot hold the steps back."""
    optimizer = evidence.program.optimizer
    if optimizer is None or not 0 <= float(optimizer.groups[0].get("eps", 1.0)) < TINY_EPS:
        return None
    found = [*losses(evidence.looks), *((one.step, one.loss) for one in evidence.steps if one.loss is not None)]
    marks = {one.fingerprint for one in evidence.steps}
    needed = RISE if len(marks) == 1 and len(evidence.steps) > 1 else SPIKE  # one batch: its loss has no noise
    if evidence.failure is not None and evidence.failure.where != "input":
        return _not_finite(evidence, float(optimizer.groups[0]["eps"]), evidence.failure.step)
    spike, where = jump([value for _, value in sorted(found)]), ""
    if spike < needed and evidence.last is not None:
        steps = min(MOST_STEPS, evidence.last.step)
        trial = evidence.probes.once("eps", lambda: evidence.probes.trial(steps=steps))
        spike, where = (0.0 if trial is None else jump(trial.losses)), f" within {steps} steps of a copy"
    if spike < needed:
        return None
    return Verdict(
        measured=f"eps is {float(optimizer.groups[0]['eps']):.0e}, and the loss jumped to {spike:.2g} times the lowest "
        f"that it had reached{where}",
        confidence=0.8,
    )


def _not_finite(evidence: Evidence, eps: float, step: int) -> Verdict | None:
    """Find 0 / 0, of weights whose gradients have been 0 so far: a copy with the default eps stays finite."""
    as_it_is, usual = _copy(evidence, eps), _copy(evidence, DEFAULT)
    if as_it_is is None or usual is None or math.isfinite(as_it_is.after) or not math.isfinite(usual.after):
        return None
    return Verdict(
        measured=f"eps is {eps:g}, and the weights are not finite after step {step}: where the gradient of a weight "
        "has been 0 so far the step is 0 / 0",
        confidence=0.95,
        step=step,
        proof=f"a copy with eps=1e-8 brings the loss from {usual.before:.3g} to {usual.after:.3g} in "
        f"{len(usual.losses)} steps; with {eps:g} it is not finite after {len(as_it_is.losses)}",
    )


def _copy(evidence: Evidence, eps: float) -> Trial | None:
    def make(parameters: list[Any]) -> Any:
        made = evidence.probes.like_theirs(parameters)
        for group in made.param_groups:
            group["eps"] = eps
        return made

    return evidence.probes.trial(steps=FINITE_STEPS, make_optimizer=make)


def jump(curve: Sequence[float]) -> float:
    """Return the largest loss by the lowest one before it.

    Example:
        >>> jump([4.0, 1.0, 2.0, 0.5, 3.0])
        6.0
    """
    least, largest = math.inf, 0.0
    for value in curve:
        if math.isfinite(value):
            least = min(least, value)
            largest = max(largest, value / least if least > 0 else 0.0)
    return largest


RULE: Final = Rule(
    cause="adam_eps_too_small",
    title="Adam's eps is too small",
    stage=Stage.RATE,
    phases=("after",),
    measure=measure,
    measures="eps of the optimizer, and the largest jump of the loss above the lowest reached before",
    threshold="eps below 1e-12, and a jump to 10 times the lowest loss; to 1.5 times where every step has the same "
    "rows; or weights that are not finite, where those of a copy with 1e-8 are",
    origin="the default is 1e-8 (Kingma and Ba, 2015)",
    reason="Adam divides by the root mean square of past gradients plus eps. Near the minimum both are tiny and the "
    "ratio is not: without eps the step keeps its full size, and noise throws the weights out of the minimum.",
    remedy="eps=1e-8",
    severity="warning",
    see=("concept adam",),
    explains=("lr_too_high",),
    cases=("D19",),
)

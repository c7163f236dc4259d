"""Adam's eps is so small that vanishing gradients still make full-size steps."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.curves import losses
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

TINY_EPS: Final = 1e-12
SPIKE: Final = 10.0  # times the loss that had been reached


def measure(evidence: Evidence) -> Verdict | None:
    """Find a loss that jumps up again after it had become small, where eps cannot hold the steps back."""
    optimizer = evidence.program.optimizer
    if optimizer is None or not 0 <= float(optimizer.groups[0].get("eps", 1.0)) < TINY_EPS:
        return None
    found = [*losses(evidence.looks), *((one.step, one.loss) for one in evidence.steps if one.loss is not None)]
    curve = [value for _, value in sorted(found) if math.isfinite(value)]
    least, spike = math.inf, 0.0
    for value in curve:
        least = min(least, value)
        spike = max(spike, value / least if least > 0 else 0.0)
    if spike < SPIKE:
        return None
    return Verdict(
        measured=f"eps is {float(optimizer.groups[0]['eps']):.0e}, and the loss jumped to {spike:.0f} times the lowest "
        "that it had reached",
        confidence=0.8,
    )


RULE: Final = Rule(
    cause="adam_eps_too_small",
    title="Adam's eps is too small",
    stage=Stage.RATE,
    phases=("after",),
    measure=measure,
    measures="eps of the optimizer, and the largest jump of the loss above the lowest reached before",
    threshold="eps below 1e-12, and a jump to 10 times the lowest loss",
    origin="the default is 1e-8 (Kingma and Ba, 2015)",
    reason="Adam divides by the root mean square of past gradients plus eps. Near the minimum both are tiny and the "
    "ratio is not: without eps the step keeps its full size, and noise throws the weights out of the minimum.",
    remedy="eps=1e-8",
    severity="warning",
    see=("adam",),
    explains=("lr_too_high",),
    cases=("D19",),
)

"""Steps too small for half precision: they are rounded away."""

from __future__ import annotations

from statistics import median
from typing import Final

from pellucid.diagnosis.consequences import RATE, RESULT
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

LOST: Final = 0.8  # of the weights with a gradient
FEWEST: Final = 5  # watched steps
FELL: Final = 0.75  # of the loss: so much was learnt all the same


def measure(evidence: Evidence) -> Verdict | None:
    """Count the weights in half precision that have a gradient and that the step leaves bit for bit as they were."""
    shares = [step.lost_share for step in evidence.steps if step.lost_share is not None and step.norm_at_step > 0]
    first, last = evidence.first, evidence.last
    if len(shares) < FEWEST or median(shares) < LOST:
        return None
    if first is not None and last is not None and last.loss < (1 - FELL) * first.loss:
        return None
    kinds = {str(one.dtype).removeprefix("torch.") for one in evidence.program.network.parameters()}
    return Verdict(
        measured=f"a step leaves {median(shares):.0%} of the weights that have a gradient bit for bit as they were "
        f"(median of {len(shares)} watched steps); the weights are {', '.join(sorted(kinds))}",
        confidence=0.93,
    )


RULE: Final = Rule(
    cause="low_precision_update_lost",
    title="Steps are lost to rounding",
    stage=Stage.LOOP,
    phases=("during",),
    measure=measure,
    measures="the share of the weights in half precision with a gradient that a step does not change at all",
    threshold="80 % in the median step, while the loss has not fallen by three quarters",
    origin="closed form: bfloat16 has 8 bits; a step below 1/512 of the weight is rounded away. Digits, one seed "
    "each: at most 25 % where the training was as good as in float32, 76 % where it was slower, 83 and 98 % where it "
    "all but stood",
    reason="bfloat16 keeps 8 binary digits. A step smaller than 1/512 of the weight does not reach the last of them, "
    "and the weight stays as it is, step after step, although its gradient is right.",
    remedy="keep the weights in float32, and compute in bfloat16 under torch.autocast",
    see=("experiment precision", "experiment promotion"),
    explains=(*RATE, *RESULT, "vanishing_gradient", "missing_step"),
    cases=("D23",),
)

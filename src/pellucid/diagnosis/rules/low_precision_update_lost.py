"""Steps too small for half precision: they are rounded away."""

from __future__ import annotations

import math
from statistics import median
from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.diagnosis.consequences import RATE, RESULT
from pellucid.diagnosis.curves import at_step, losses
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.overriding import Replace, replacing
from pellucid.diagnosis.rule import Rule, Stage, Verdict

LOST: Final = 0.8  # of the weights with a gradient, where little was learnt
MANY: Final = 0.5  # of them: so many are worth a look at a copy in single precision
STEPS: Final = 1500  # of that copy; a second ends it too
LOWER: Final = 0.75  # of the loss after as many steps
OF_FIRST: Final = 0.02  # of the first loss
LOW_PRECISION: Final = (torch.bfloat16, torch.float16)
FEWEST: Final = 5  # watched steps
FELL: Final = 0.75  # of the loss: so much was learnt all the same


def measure(evidence: Evidence) -> Verdict | None:
    """Count the weights in half precision that have a gradient and that the step leaves bit for bit as they were."""
    shares = [step.lost_share for step in evidence.steps if step.lost_share is not None and step.norm_at_step > 0]
    first, last = evidence.first, evidence.last
    if len(shares) < FEWEST or median(shares) < MANY:
        return None
    slow = first is None or last is None or last.loss >= (1 - FELL) * first.loss
    proof = _in_single_precision(evidence) if evidence.ended else ""
    if not proof and not (slow and median(shares) >= LOST):
        return None
    kinds = {str(one.dtype).removeprefix("torch.") for one in evidence.program.network.parameters()}
    return Verdict(
        measured=f"a step leaves {median(shares):.0%} of the weights that have a gradient bit for bit as they were "
        f"(median of {len(shares)} watched steps); the weights are {', '.join(sorted(kinds))}",
        confidence=0.93,
        proof=proof,
    )


def _in_single_precision(evidence: Evidence) -> str:
    """Return what a copy with weights in float32 reaches, where that is much lower; else ""."""
    first, last = evidence.first, evidence.last
    if first is None or last is None:
        return ""
    trial = evidence.probes.once(
        "in single precision",
        lambda: evidence.probes.trial(steps=min(STEPS, last.step), change=_single, inputs=_plain, targets=_plain),
    )
    if trial is None or not math.isfinite(trial.after):
        return ""
    there = at_step(losses(evidence.looks), len(trial.losses))
    if not trial.after < LOWER * there or not there - trial.after > OF_FIRST * first.loss:
        return ""
    return f"a copy in float32 is at {trial.after:.3g} after {len(trial.losses)} steps, the training was at {there:.3g}"


def _plain(values: Any) -> Any:
    return values.float() if isinstance(values, Tensor) and values.dtype in LOW_PRECISION else values


def _single(network: nn.Module) -> None:
    """Make a network one of float32, whatever it turns its numbers into."""

    def make() -> Replace:
        def replace(name: str, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            if name in ("bfloat16", "half"):
                return args[0].float()
            single = {key: torch.float32 if _is_low(one) else one for key, one in kwargs.items()}
            return func(*(torch.float32 if _is_low(one) else one for one in args), **single)

        return replace

    network.float()
    replacing(make)(network)


def _is_low(value: Any) -> bool:
    return isinstance(value, torch.dtype) and value in LOW_PRECISION


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

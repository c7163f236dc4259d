"""The gradient is clipped to next to nothing."""

from __future__ import annotations

import math
from statistics import median
from typing import Final

from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.curves import update_ratio
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.rule import Rule, Stage, Verdict

FEWEST: Final = 10  # watched steps
CLIPPED: Final = 0.9  # of the steps
CUT: Final = 0.02  # of the gradient is left
SPREAD: Final = 0.05  # of the clipped norms around their median: clipping makes them equal, scaling does not
SMALL: Final = 3e-3  # of the weights in one step: 1e-3 is usual; with momentum ten short steps make one
STEPS: Final = 120
BETTER: Final = 0.9  # of the present loss


def measure(evidence: Evidence) -> Verdict | None:
    """Compare the gradient after backward with the one at the step, and ask a copy that does not clip."""
    steps = [step for step in evidence.steps if step.norm_after_backward and math.isfinite(step.norm_after_backward)]
    cut = [
        step for step in steps if step.norm_after_backward and 0 < step.norm_at_step < CUT * step.norm_after_backward
    ]
    if len(steps) < FEWEST or len(cut) < CLIPPED * len(steps) or not update_ratio(evidence) < SMALL:
        return None
    norms = [step.norm_at_step for step in cut]
    if median(abs(norm / median(norms) - 1) for norm in norms) > SPREAD:
        return None
    last, optimizer = evidence.last, evidence.program.optimizer
    trial = evidence.probes.once("without clipping", lambda: evidence.probes.trial(steps=STEPS))
    if last is None or optimizer is None or not isinstance(trial, Trial) or not trial.after < BETTER * last.loss:
        return None
    before = median(step.norm_after_backward or 0.0 for step in cut)
    return Verdict(
        measured=f"in {len(cut)} of {len(steps)} watched steps the gradient was cut from {before:.3g} to "
        f"{median(norms):.2g} (medians), and a step changes the weights by {update_ratio(evidence):.1e} of their size",
        confidence=0.95,
        step=cut[0].step,
        remedy=f"torch.nn.utils.clip_grad_norm_(network.parameters(), {_rounded(before)}), or none",
        proof=f"on a copy, {len(trial.losses)} steps without clipping bring the loss from {trial.before:.3g} to "
        f"{trial.after:.3g}; the training is at {last.loss:.3g} after {last.step} steps",
    )


def _rounded(norm: float) -> str:
    """Return a threshold of one digit above the usual norm."""
    power = 10.0 ** math.floor(math.log10(norm))
    return f"{math.ceil(norm / power) * power:g}"


RULE: Final = Rule(
    cause="grad_clip_too_small",
    title="The gradient is clipped to next to nothing",
    stage=Stage.LOOP,
    phases=("during",),
    measure=measure,
    measures="the norm of the gradient after backward() and at the step, and how far a step moves the weights",
    threshold="cut to 1/50 in 90 % of the steps, all to the same norm; a step below 0.3 % of the weights; and a "
    "copy that does not clip is better after 120 steps",
    origin="more than half of the steps clipped is too much (Godbole et al., 2023); the rest is behaviour",
    reason="Clipping is for the rare gradient that is too large. Where it cuts every gradient to the same tiny "
    "length, all steps are as short, and the learning rate means something else.",
    remedy="torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)",
    see=("experiment gradient_clipping", "experiment learning_rates"),
    explains=(*RESULT, "lr_too_low", "vanishing_gradient", "batch_too_large", "low_precision_update_lost"),
    cost="one trial of 120 steps on a copy, only where there is much clipping",
    cases=("D17",),
)

"""Gradients are never cleared: every step uses the sum of all gradients so far."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

FEWEST: Final = 3  # watched steps after the first
SHARE: Final = 0.5  # of them
ASK_AGAIN: Final = ("LBFGS",)  # call the closure several times a step: each time must begin clean


def measure(evidence: Evidence) -> Verdict | None:
    """Count the steps none of whose backward passes began with clean gradients."""
    seen = [step for step in evidence.steps[1:] if step.clean_start is not None]
    again = evidence.program.optimizer is not None and evidence.program.optimizer.name in ASK_AGAIN
    dirty = [step for step in seen if not step.clean_start or (again and step.backwards > 1 and not step.thrown_away)]
    if len(seen) < FEWEST or len(dirty) < SHARE * len(seen):
        return None
    first = next((step.norm_at_step for step in evidence.steps), 0.0)
    return Verdict(
        measured=f"in {len(dirty)} of {len(seen)} watched steps the gradients of earlier steps were still there at "
        f"backward(); the norm of the gradient went from {first:.3g} to {dirty[-1].norm_at_step:.3g}",
        confidence=0.98,
        step=dirty[0].step,
    )


RULE: Final = Rule(
    cause="missing_zero_grad",
    title="Gradients are not cleared between steps",
    stage=Stage.WIRING,
    phases=("during",),
    measure=measure,
    measures="whether one of the backward passes of a step begins with gradients that are None or 0",
    threshold="none does, in half of the watched steps and at least three",
    origin="closed form: backward adds to what is there. Collecting gradients over several batches begins clean once "
    "a step",
    reason="backward() adds to the gradients that are there. Without zero_grad() each step follows the sum of all "
    "gradients since the start, most of them of weights long gone: it overshoots and swings.",
    remedy="optimizer.zero_grad() before loss.backward()",
    see=("experiment batches", "concept momentum", "experiment autograd_graph"),
    explains=(*TRAINING, "graph_retained", "nan_log_zero", "flipped_sign"),
)

"""Gradients are cleared between backward and step: the optimizer finds none."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

FEWEST: Final = 2  # watched steps


def measure(evidence: Evidence) -> Verdict | None:
    """Find gradients that are there after the last backward and gone at the step."""
    steps = [step for step in evidence.steps if step.backwards]
    gone = [step for step in steps if step.norm_after_backward and not step.norm_at_step]
    if len(gone) < FEWEST or len(gone) < len(steps):
        return None
    return Verdict(
        measured=f"the gradient has norm {gone[0].norm_after_backward:.3g} after backward() and 0 at the step, in "
        f"{len(gone)} of {len(steps)} watched steps",
        confidence=0.99,
        step=gone[0].step,
        remedy="in the closure: optimizer.zero_grad(); loss = ...; loss.backward(); return loss, in this order"
        if gone[0].uses_closure
        else "",
    )


RULE: Final = Rule(
    cause="zero_grad_before_step",
    title="Gradients are cleared before the step",
    stage=Stage.WIRING,
    phases=("during",),
    measure=measure,
    measures="the norm of the whole gradient after backward() and as the optimizer finds it",
    threshold="above 0, then exactly 0, in all watched steps",
    origin="closed form: without a gradient the step is 0",
    reason="The optimizer moves the weights by their gradients. Cleared before step() they are gone: no weight ever "
    "changes.",
    remedy="optimizer.zero_grad(); loss.backward(); optimizer.step(), in this order",
    see=("experiment autograd_graph", "experiment back_propagation"),
    explains=(*TRAINING, "missing_step", "graph_broken", "missing_zero_grad"),
    cases=("D09",),
)

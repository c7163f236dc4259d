"""Gradients are computed, and the optimizer is not asked to use them."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

FEWEST: Final = 3  # backward passes
MANY: Final = 8  # thrown away in one step
SHARE: Final = 0.8  # of the backward passes of a step


def measure(evidence: Evidence) -> Verdict | None:
    """Count backward passes without a step, and those whose gradient is cleared before any step."""
    if evidence.ended and not evidence.steps_taken and evidence.backwards_seen >= FEWEST:
        last = evidence.last
        if last is not None and any(one.moved for one in last.parameters):
            return None  # something else moves the weights
        return Verdict(
            measured=f"{evidence.backwards_seen} backward passes were watched, and the optimizer made no step",
            confidence=0.97,
        )
    wasting = [
        step
        for step in evidence.steps
        if not step.uses_closure and step.thrown_away >= MANY and step.thrown_away >= SHARE * (step.backwards - 1)
    ]
    if not wasting or len(wasting) < SHARE * len(evidence.steps):
        return None
    one = wasting[0]
    return Verdict(
        measured=f"{one.backwards} backward passes came before step {one.step}, and {one.thrown_away} of their "
        f"gradients were cleared unused",
        confidence=0.95,
        step=one.step,
        remedy="optimizer.step() after each loss.backward(), inside the loop over the batches",
    )


RULE: Final = Rule(
    cause="missing_step",
    title="The optimizer does not step",
    stage=Stage.WIRING,
    phases=("during", "after"),
    measure=measure,
    measures="backward passes and steps, and gradients that were cleared before a step used them",
    threshold="no step in three backward passes; eight gradients and 80 % of them cleared unused",
    origin="closed form: without a step no weight changes",
    reason="backward() only computes gradients; optimizer.step() moves the weights. Without it, or with it outside "
    "the loop over the batches, nothing or next to nothing is learnt.",
    remedy="optimizer.step() after loss.backward()",
    see=("experiment autograd_graph", "experiment batches", "concept sgd"),
    explains=(*TRAINING, "loader_truncated"),
)

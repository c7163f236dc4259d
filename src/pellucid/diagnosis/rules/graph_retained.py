"""Old graphs are kept: memory grows with every step, and so may the time for backward."""

from __future__ import annotations

import itertools
from typing import Final

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

FEWEST: Final = 6  # watched steps in a row
GROWING: Final = 0.8  # of the pairs of steps that follow one another
TWICE: Final = 2.0
ALIVE: Final = 10  # losses of earlier steps


def measure(evidence: Evidence) -> Verdict | None:
    """See whether the graph behind the loss, or behind a sum of losses, grows, and how many old losses are alive."""
    steps = evidence.steps
    alive = max((step.losses_alive for step in steps), default=0)
    if alive >= ALIVE:
        at = next(step for step in steps if step.losses_alive == alive)
        return Verdict(
            measured=f"the losses of {alive} earlier steps are still held at step {at.step}, each with its graph",
            confidence=0.9,
            step=at.step,
            remedy="keep numbers, not tensors: losses.append(loss.item())",
            severity="warning",
        )
    nodes = _in_a_row(evidence)
    if len(nodes) < FEWEST:
        return None
    grows = sum(later > earlier for earlier, later in itertools.pairwise(nodes))
    if grows < GROWING * (len(nodes) - 1) or nodes[-1] < TWICE * nodes[0]:
        return None
    kept = any(step.retained for step in steps)
    return Verdict(
        measured=f"the graph behind the loss, or behind a sum of losses, grows from {nodes[0]} to {nodes[-1]} "
        f"operations in {len(nodes)} "
        f"steps" + (", and backward(retain_graph=True) keeps it" if kept else ""),
        confidence=0.93,
        step=steps[0].step,
        remedy="state = state.detach() between steps" if kept else "total += loss.item()",
        severity="error" if kept else "warning",
    )


def _in_a_row(evidence: Evidence) -> list[int]:
    """Return the sizes of the graph in the first steps, watched without a gap and before a second epoch."""
    found = []
    for place, step in enumerate(evidence.steps):
        if step.step != place + 1 or place >= (evidence.data.batches_in_epoch or FEWEST * 2):
            break
        found.append(step.graph_nodes)
    return found[1:]  # the first sum of losses is the loss itself


RULE: Final = Rule(
    cause="graph_retained",
    title="Old graphs are kept",
    stage=Stage.LOOP,
    phases=("during",),
    measure=measure,
    measures="the operations in the graph behind the loss and behind sums of losses, and how many old losses are alive",
    threshold="growth in 8 of 10 steps to twice the size; 10 losses of earlier steps",
    origin="closed form: the graph of one step does not depend on how many there were before",
    reason="A tensor keeps the graph that made it, and the graph the intermediate results. Summing or collecting "
    "losses as tensors, or carrying a state from batch to batch, keeps the graphs of all steps: memory grows until it "
    "is full.",
    remedy="loss.item() for what is only reported, .detach() for what is carried on",
    severity="warning",
    see=("experiment autograd_graph", "experiment bptt"),
    explains=(),
)

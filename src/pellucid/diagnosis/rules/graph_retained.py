"""Old graphs are kept: memory grows with every step, and so may the time for backward."""

from __future__ import annotations

import itertools
from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.double import buffers_kept
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.sampling import generators_kept
from pellucid.diagnosis.window import graph_size

FEWEST: Final = 6  # watched steps in a row
GROWING: Final = 0.8  # of the pairs of steps that follow one another
TWICE: Final = 2.0
ALIVE: Final = 10  # losses of earlier steps
MOST: Final = 512  # rows


def measure(evidence: Evidence) -> Verdict | None:
    """See whether the graph behind the loss, or behind a sum of losses, grows, and how many old losses are alive."""
    carried = _carried(evidence)
    if carried is not None:
        return carried
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


def _carried(evidence: Evidence) -> Verdict | None:
    """Find a training that broke off at its second pass, and a state of the network with the graph of both."""
    if not evidence.ended or evidence.steps_taken > 1 or evidence.backwards_seen > 1:
        return None
    theirs = _held(evidence.program.network)
    ours = _after_one_pass(evidence) if theirs else {}
    name = next((name for name, size in theirs.items() if size > ours.get(name, size)), None)
    if name is None:
        return None
    return Verdict(
        measured=f"the training broke off after {evidence.backwards_seen} backward, and {name} is carried on with its "
        f"graph: {theirs[name]} operations behind it, {ours[name]} after one pass of a copy",
        confidence=0.95,
        step=evidence.steps_taken,
        remedy=f"self.{name.rpartition('.')[2]} = ….detach() where it is kept for the next batch",
        severity="error",
    )


def _held(network: nn.Module) -> dict[str, int]:
    """Return the attributes that hold tensors in a graph, and the sizes of the graphs."""
    found = {}
    for prefix, module in network.named_modules():
        for name, value in vars(module).items():
            tensors = [one for one in (value if isinstance(value, (tuple, list)) else [value]) if _in_graph(one)]
            if tensors:
                found[f"{prefix}.{name}" if prefix else name] = max(map(graph_size, tensors))
    return found


def _in_graph(value: Any) -> bool:
    return isinstance(value, Tensor) and value.grad_fn is not None


def _after_one_pass(evidence: Evidence) -> dict[str, int]:
    """Return what the copy holds after one pass with a graph, from a state without."""
    double, data = evidence.double, evidence.data
    if double is None or data.train is None or evidence.contract is None:
        return {}
    for examples in (*data.batches[:1], evidence.contract.examples, data.train.take(slice(0, MOST))):
        network, inputs = double.network, double.placed(examples).inputs
        with generators_kept(), buffers_kept(network):
            network.train(True)
            try:
                with torch.no_grad():
                    network(*inputs)
                with torch.enable_grad():
                    network(*inputs)
            except REFUSALS:
                continue  # the state is of another batch size
            return _held(network)
    return {}


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
    threshold="growth in 8 of 10 steps to twice the size; 10 losses of earlier steps; or a training that broke "
    "off at its second pass, and a state with the graph of both",
    origin="closed form: the graph of one step does not depend on how many there were before",
    reason="A tensor keeps the graph that made it, and the graph the intermediate results. Summing or collecting "
    "losses as tensors, or carrying a state from batch to batch, keeps the graphs of all steps: memory grows until it "
    "is full.",
    remedy="loss.item() for what is only reported, .detach() for what is carried on",
    severity="warning",
    see=("experiment autograd_graph", "experiment bptt"),
    explains=(),
)

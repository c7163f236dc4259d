"""The loss is cut off above: where it is large no gradient comes back."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.calling import in_loss, loop_says
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.trace import Call

CUTS: Final = ("clamp", "clip", "clamp_max", "minimum")
LOSSES: Final = ("cross_entropy", "nll_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits", "mse_loss",
                 "l1_loss", "smooth_l1_loss", "huber_loss", "log", "log_softmax", "neg", "square", "pow", "abs", "mean",
                 "sum")  # fmt: skip
AFTERWARDS: Final = frozenset({"mean", "sum", "add", "__add__", "mul", "__mul__", "__rmul__", "div", "__truediv__",
                               "neg", "__neg__", "clamp", "clip", "clamp_max", "minimum"})  # fmt: skip
SHARE: Final = 0.2  # of the rows cut off at the start
STEPS: Final = 3


def measure(evidence: Evidence) -> Verdict | None:
    """Find a cut between the loss and its end that holds many rows back, in the loss function or in the loop."""
    calls = in_loss(evidence)
    for place, call in enumerate(calls):
        before = {one.name for one in calls[:place]}
        rest = {one.name for one in calls[place + 1 :]}
        if call.name in CUTS and before & set(LOSSES) and rest <= AFTERWARDS and _cut(call) > SHARE:
            return Verdict(
                measured=f"{_cut(call):.0%} of the losses are cut off at {_most(call):.4g}: there the gradient is 0",
                confidence=0.95,
            )
    return _in_loop(evidence)


def _in_loop(evidence: Evidence) -> Verdict | None:
    """Find a cut of the loss in the loop, and no gradient after it."""
    contract = evidence.contract
    if contract is None or not contract.gradients or not any(contract.gradients.values()):
        return None
    steps = [step for step in evidence.steps if step.backwards][:STEPS]
    if len(steps) < STEPS or any(step.norm_after_backward for step in steps):
        return None
    if not any(loop_says(evidence, one, "backward") for one in CUTS):
        return None
    return Verdict(
        measured=f"the loop cuts the loss off at {steps[0].loss:.4g} before backward(), and the gradient is 0 in the "
        f"first {STEPS} steps; on a copy without the cut the loss is {contract.loss:.4g}",
        confidence=0.95,
        step=steps[0].step,
    )


def _cut(call: Call) -> float:
    """Return which share of the numbers was made smaller."""
    if not call.inputs or call.output is None or call.inputs[0].shape != call.output.shape:
        return 0.0
    return float((call.inputs[0] > call.output).float().mean())


def _most(call: Call) -> float:
    return 0.0 if call.output is None else float(call.output.max())


RULE: Final = Rule(
    cause="loss_clamped",
    title="The loss is cut off above",
    stage=Stage.HEAD,
    phases=("before", "during"),
    measure=measure,
    measures="the share of the losses of single rows, or of the whole batch, that a clamp makes smaller",
    threshold="20 % of the rows at the start; in the loop, a gradient of 0 in the first three steps",
    origin="closed form: a constant has no gradient",
    reason="A clamp makes large losses constant, and a constant has no gradient: exactly the rows that are most wrong "
    "teach nothing.",
    remedy="leave the loss as it is, and clip the gradient: torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)",
    see=("experiment gradient_clipping", "concept huber"),
    explains=(*TRAINING, "graph_broken", "wrong_loss", "zero_grad_before_step", "missing_step"),
)

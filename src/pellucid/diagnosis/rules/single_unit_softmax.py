"""A softmax over a single unit: it says 1 whatever it is given."""

from __future__ import annotations

import math
from typing import Final

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from pellucid.diagnosis.behind import Link, behind_loss
from pellucid.diagnosis.calling import dim_of, in_loss, in_network
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.heads import head_of
from pellucid.diagnosis.proofs import tried_out, without
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.trace import Call


def measure(evidence: Evidence) -> Verdict | None:
    """Find a softmax along an axis of length 1, at the end of the network or in the loss."""
    single = next((link for link in behind_loss(evidence) if _of_one(link)), None)
    if single is not None:
        return Verdict(
            measured=f"in every watched step {single.name} behind the loss went over axis {single.axis} of "
            f"{single.shape}, which has the length 1: it gives the same for every row",
            confidence=0.97,
        )
    head = head_of(evidence)
    if head is None or head.width != 1:
        return None
    inside = next((call for call in reversed(in_network(evidence)) if _over_one(call)), None)
    if inside is not None and _constant(head.outputs):
        return Verdict(
            measured=f"{inside.name} over an axis of length 1 gives {float(head.outputs.flatten()[0]):g} for every row",
            confidence=0.99,
            layer=inside.module,
            proof=tried_out(
                evidence, "single_unit_softmax", "with a sigmoid",
                change=without(inside.module or "network"), loss_fn=_binary,
            ),
        )  # fmt: skip
    calls = in_loss(evidence)
    if calls and any(call.name in ("cross_entropy", "log_softmax", "softmax") and _single(call) for call in calls):
        return Verdict(
            measured=f"{evidence.program.loss_name} takes a softmax over the classes, and the network has one output: "
            "its probability is 1 for every row, and the loss is 0 or does not depend on the weights",
            confidence=0.98,
            layer=head.last_module,
            remedy="nn.BCEWithLogitsLoss() with targets of floating point, or two outputs",
        )
    return None


def _binary(outputs: Tensor, targets: Tensor) -> Tensor:
    return binary_cross_entropy_with_logits(outputs.flatten(), targets.float().flatten())


def _of_one(link: Link) -> bool:
    """Return whether a softmax goes over an axis of length 1."""
    softmax = link.name in ("softmax", "log_softmax") and link.axis is not None and link.axis < len(link.shape)
    return softmax and link.shape[link.axis or 0] == 1 and math.prod(link.shape) > 1


def _constant(values: Tensor) -> bool:
    return len(values) > 1 and bool((values == values.flatten()[0]).all())


def _over_one(call: Call) -> bool:
    dim = dim_of(call) if call.name in ("softmax", "log_softmax") else None
    return call.name in ("softmax", "log_softmax") and call.output is not None and call.output.ndim > 1 and (
        call.output.shape[dim] == 1 if dim is not None else call.output.shape[1] == 1
    )  # fmt: skip


def _single(call: Call) -> bool:
    """Return whether what is normalised has one number in each row."""
    return bool(call.inputs) and call.inputs[0].ndim > 1 and call.inputs[0].shape[1] == 1 and dim_of(call) in (None, 1)


RULE: Final = Rule(
    cause="single_unit_softmax",
    title="Softmax over a single unit",
    stage=Stage.HEAD,
    phases=("before", "during"),
    measure=measure,
    measures="the length of the axis over which the softmax goes",
    threshold="1",
    origin="closed form: exp(z) / exp(z) = 1, and its gradient is 0",
    reason="A softmax divides by the sum over the units. Over a single unit that gives 1 for every input, and no "
    "gradient: nothing can be learnt.",
    remedy="nn.Sigmoid() instead of the softmax; better still no activation at the end, and nn.BCEWithLogitsLoss()",
    see=("concept softmax", "concept sigmoid", "concept binary_cross_entropy"),
    explains=(*TRAINING, "graph_broken", "init_too_small", "wrong_output_activation", "output_range_mismatch",
              "missing_nonlinearity", "wrong_loss", "wrong_loss_for_task"),
    cost="two trials of 40 steps on a copy, only where it is found",
    cases=("A05", "A07"),
)  # fmt: skip

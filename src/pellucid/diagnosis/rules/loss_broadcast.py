"""Outputs (n, 1) against targets (n,): every row is compared with the targets of all."""

from __future__ import annotations

from typing import Final

from torch import Tensor

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Contract, Evidence
from pellucid.diagnosis.loss_behaviour import CLOSE, tried
from pellucid.diagnosis.proofs import tried_out
from pellucid.diagnosis.rule import Rule, Stage, Verdict

FEWEST: Final = 2  # watched steps: a loop may bring the shapes together itself


def measure(evidence: Evidence) -> Verdict | None:
    """See whether the loss changes when the outputs get the targets' shape, and whether the loop hands them over so."""
    contract, steps = evidence.contract, evidence.steps
    if contract is None or len(steps) < FEWEST or not all(step.broadcast for step in steps):
        return None
    shapes = _shapes(contract)
    if shapes is None:
        return None
    outputs, targets = shapes
    made = 0.8 * contract.examples.targets.float().reshape(outputs) + 0.1  # of 0 and 1, numbers between them
    loss_fn = evidence.program.loss_fn
    apart = (
        tried(loss_fn, made, contract.examples.targets),
        tried(loss_fn, made.reshape(targets), contract.examples.targets),
    )
    if not abs(apart[0] - apart[1]) > CLOSE * max(map(abs, apart)):
        return None
    return Verdict(
        measured=f"the outputs have the shape {outputs} and the targets {targets}: {outputs[0]} rows give "
        f"{outputs[0] ** 2} differences, each output with every target",
        confidence=0.98,
        step=steps[0].step,
        remedy="network(inputs).squeeze(1)" if len(outputs) > len(targets) else "targets.unsqueeze(1)",
        proof=tried_out(
            evidence, "loss_broadcast", "with equal shapes",
            loss_fn=lambda values, wanted: loss_fn(values.reshape(wanted.shape), wanted),
        ),
    )  # fmt: skip


def _shapes(contract: Contract) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return the shapes of outputs and targets where one is a column and the other a vector."""
    targets = contract.examples.targets
    if contract.outputs is None or not isinstance(targets, Tensor) or len(targets) < 2:  # noqa: PLR2004
        return None
    one, other = tuple(contract.outputs.shape), tuple(targets.shape)
    return (one, other) if sorted((one, other), key=len) == [(len(targets),), (len(targets), 1)] else None


RULE: Final = Rule(
    cause="loss_broadcast",
    title="Every output is compared with every target",
    stage=Stage.HEAD,
    phases=("during",),
    measure=measure,
    measures="the shapes of outputs and targets where the loss takes their difference, and the loss with equal shapes",
    threshold="(n, 1) against (n,), in all watched steps, and another loss with equal shapes",
    origin="closed form: broadcasting makes (n, n) of (n, 1) and (n,)",
    reason="Each output is pulled towards the targets of all rows, and so towards their mean: the network learns to "
    "say the mean, and the loss stays at the variance of the targets.",
    remedy="give outputs and targets the same shape",
    see=("experiment broadcasting", "concept squared_error"),
    explains=(*TRAINING, "wrong_loss", "target_unscaled"),
    cost="two trials of 40 steps on a copy, only where it is found",
)

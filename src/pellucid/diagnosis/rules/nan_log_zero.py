"""A logarithm of 0: it is minus infinity, and the next multiplication makes NaN of it."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.calling import first_nonfinite, in_loss
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.loss_behaviour import tried
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.trace import Call

LOGARITHMS: Final = ("log", "log2", "log10", "log1p", "logit", "xlogy")

SURE: Final = 1e4  # times the outputs: the sigmoid and the softmax of these are 0 and 1


def measure(evidence: Evidence) -> Verdict | None:
    """Look whether the first number that is not finite came out of a logarithm."""
    failure, contract = evidence.failure, evidence.contract
    if failure is not None:
        if not failure.function and failure.where == "weights":
            return _unseen(evidence)
        name = failure.function.removesuffix("Backward0").lower()
        if name not in LOGARITHMS:
            return None
        where = (
            f"in {failure.layer}"
            if failure.layer
            else f"in the {failure.where} pass"
            if failure.where != "loss"
            else ""
        )
        return Verdict(
            measured=f"the first number that is not finite comes from {failure.function} {where}".rstrip()
            + f": {failure.explanation}",
            confidence=0.97,
            layer=failure.layer,
            step=failure.step,
            remedy=_remedy(evidence),
        )
    if contract is None or contract.error or contract.outputs is None or math.isfinite(contract.loss):
        return None
    call = first_nonfinite(evidence)
    if call is None or call.name not in LOGARITHMS or not call.inputs:
        return None
    least = float(call.inputs[0].min())
    return Verdict(
        measured=f"{call.name} is given {least:.3g}, and the loss of {len(contract.examples)} rows is {contract.loss}",
        confidence=0.97,
        layer=call.module or ("the loss" if call.kind == "loss" else ""),
        remedy=_remedy(evidence),
    )


def _unseen(evidence: Evidence) -> Verdict | None:
    """Look whether the loss takes the logarithm of probabilities and breaks where they are 0; it was not seen to."""
    contract, failure = evidence.contract, evidence.failure
    if contract is None or failure is None or contract.outputs is None:
        return None
    logarithm = next((call for call in contract.calls if call.name in LOGARITHMS and _of_probabilities(call)), None)
    if logarithm is None:
        return None
    outputs, targets = contract.outputs, contract.examples.targets
    bounded = bool(((outputs >= 0) & (outputs <= 1)).all())
    sure = outputs.round() if bounded else SURE * outputs
    if math.isfinite(tried(evidence.program.loss_fn, sure, targets)):
        return None
    return Verdict(
        measured=f"the weights are no longer finite, and {evidence.program.loss_name} takes the logarithm of "
        f"probabilities that become 0 or 1 as the network gets sure: there it is not finite",
        confidence=0.9,
        step=failure.step,
        remedy=_remedy(evidence),
    )


def _of_probabilities(call: Call) -> bool:
    """Return whether what a logarithm was given lies between 0 and 1."""
    return bool(call.inputs) and bool(((call.inputs[0] >= 0) & (call.inputs[0] <= 1)).all())


def _remedy(evidence: Evidence) -> str:
    """Return the form of the loss that does not overflow."""
    names = {call.name for call in in_loss(evidence)}
    if "softmax" in names:
        return "nn.CrossEntropyLoss() on the logits, or log_softmax(logits, dim=1) instead of log(softmax(logits))"
    return "nn.BCEWithLogitsLoss() on the logits, or logsigmoid" if "sigmoid" in names else ""


RULE: Final = Rule(
    cause="nan_log_zero",
    title="A logarithm of 0",
    stage=Stage.CRASH,
    phases=("before", "during"),
    measure=measure,
    measures="the first torch function whose result is not finite, though what it was given is",
    threshold="a logarithm",
    origin="closed form: log 0 is minus infinity, 0 times minus infinity is NaN; exp(-104) is 0 in single precision",
    reason="A probability that is small enough is 0 in floating point, and its logarithm minus infinity. Multiplied "
    "by a 0 of the targets it is NaN, and one NaN in a gradient makes all weights NaN.",
    remedy="take the logarithm of numbers that cannot be 0: log_softmax, logsigmoid, or log(x + 1e-8)",
    see=("concept log_softmax", "experiment softmax_overflow", "experiment cross_entropy_identity"),
    explains=(*TRAINING, "init_too_large", "flipped_sign"),
    cases=("A23",),
)

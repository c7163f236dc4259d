"""The gradient of a root at 0: it is infinite, and the next multiplication makes NaN of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.contract import contract_of
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.trace import Call

POWERS: Final = ("pow", "__pow__", "float_power")
STEEP_AT_BORDER: Final = ("acos", "asin", "arccos", "arcsin")
STEEP: Final = ("sqrt", *STEEP_AT_BORDER)
BATCHES: Final = 4


def measure(evidence: Evidence) -> Verdict | None:
    """Look for a root of exactly 0 where the loss is finite and its gradient is not."""
    failure, contract = evidence.failure, evidence.contract
    if failure is None:
        if contract is None or contract.error or not math.isfinite(contract.loss):
            return None
        if all(one is None or math.isfinite(one) for one in contract.gradients.values()):
            return None
        call = _steep(contract.calls)
        return None if call is None else _verdict(call, None)
    if failure.where not in ("backward", "weights") or evidence.double is None:
        return None
    if failure.function in STEEP:
        return Verdict(
            measured=f"{failure.explanation}; the loss is finite",
            confidence=0.96,
            layer=failure.layer,
            step=failure.step,
        )
    double = evidence.double
    for examples in evidence.data.batches[:BATCHES] if failure.where == "backward" else ():
        call = _steep(contract_of(double, examples).calls)
        if call is not None:
            return _verdict(call, failure.step)
    call = None if contract is None else _steep(contract.calls)
    return None if call is None else _verdict(call, failure.step)


def _steep(calls: Sequence[Call]) -> Call | None:
    """Return the first call whose derivative is infinite at one of the numbers that it was given."""
    for call in calls:
        if not call.inputs or not call.inputs[0].is_floating_point():
            continue
        given = call.inputs[0]
        exponent = call.options.get("1", call.options.get("exponent"))
        root = call.name == "sqrt" or (call.name in POWERS and isinstance(exponent, (int, float)) and 0 < exponent < 1)
        if root and bool((given == 0).any()):
            return call
        if call.name in STEEP_AT_BORDER and bool((given.abs() >= 1).any()):
            return call
    return None


def _verdict(call: Call, step: int | None) -> Verdict:
    count = int((call.inputs[0] == 0).sum()) if call.name not in STEEP_AT_BORDER else 0
    given = f"{count} times exactly 0" if count else "1 or -1"
    return Verdict(
        measured=f"{call.name} is given {given}, the loss is finite and its gradient is not",
        confidence=0.96,
        layer=call.module or ("the loss" if call.kind == "loss" else ""),
        step=step,
        remedy="torch.sqrt(x + 1e-8)" if count else "clamp what it is given to -1 + 1e-6 and 1 - 1e-6",
    )


RULE: Final = Rule(
    cause="nan_grad_sqrt_zero",
    title="The gradient of a root at 0",
    stage=Stage.CRASH,
    phases=("before", "during"),
    measure=measure,
    measures="whether the loss is finite and its gradient is not, and the functions with an infinite slope on the way",
    threshold="a root of exactly 0, or an arc cosine of exactly 1",
    origin="closed form: the derivative of the square root is 1 / (2 sqrt(x)), infinite at 0",
    reason="Going forward the root of 0 is 0, and all looks well. Going back its slope is infinite, infinity times 0 "
    "is NaN, and after one step all weights are NaN.",
    remedy="torch.sqrt(x + 1e-8)",
    see=("experiment autograd_graph", "experiment back_propagation"),
    explains=(*TRAINING, "init_too_large"),
    cost="up to 4 batches through a copy, only after a failure",
)

"""Reading the calls of the contract's pass and of the watched steps: what was called, on what, in which order."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.looking import WEIGHTED
from pellucid.diagnosis.trace import Call

MADE: frozenset[str] = frozenset(
    {"full_like", "empty_like", "new_full", "full", "empty", "new_empty", "masked_fill", "where"}
)
"""What makes -inf on purpose, e.g. for an attention mask."""


def in_network(evidence: Evidence) -> tuple[Call, ...]:
    """Return the calls of the network's pass over the probe batch."""
    return () if evidence.contract is None else tuple(call for call in evidence.contract.calls if call.kind != "loss")


def in_loss(evidence: Evidence) -> tuple[Call, ...]:
    """Return the calls of the loss function."""
    return () if evidence.contract is None else tuple(call for call in evidence.contract.calls if call.kind == "loss")


def after_last_weights(evidence: Evidence) -> tuple[Call, ...]:
    """Return the network's calls after its last layer with weights."""
    calls = in_network(evidence)
    last = max((place for place, call in enumerate(calls) if call.name in WEIGHTED), default=len(calls))
    return calls[last + 1 :]


def first_nonfinite(evidence: Evidence) -> Call | None:
    """Return the first call of the contract's pass whose result is not finite, though what it was given is."""
    for call in () if evidence.contract is None else evidence.contract.calls:
        if call.name not in MADE and not finite(call.output) and all(map(finite, call.inputs)):
            return call
    return None


def finite(values: Tensor | None) -> bool:
    """Return whether no number is infinite or NaN.

    Example:
        >>> finite(torch.ones(2)), finite(torch.tensor([float("nan")])), finite(None)
        (True, False, True)
    """
    return values is None or not values.is_floating_point() or bool(torch.isfinite(values).all())


def dim_of(call: Call) -> int | None:
    """Return the axis of a softmax, from 0; None where it was not said."""
    dim = call.options.get("dim", call.options.get("1"))
    if not isinstance(dim, int) or call.output is None:
        return None
    return dim % max(call.output.ndim, 1)


def loop_says(evidence: Evidence, first: str, then: str, fewest: int = 2) -> bool:
    """Return whether in every watched step the loop called one function right after another.

    The contract's pass must not have it: then it is the network or the loss that does so, and not the loop.
    """
    contract = evidence.contract
    names = () if contract is None else tuple(call.name for call in contract.calls)
    if (first, then) in itertools.pairwise(names) and first not in evidence.in_loop:
        return False
    seen = [step.functions for step in evidence.steps if then in step.functions]
    return len(seen) >= fewest and all((first, then) in itertools.pairwise(one) for one in seen)

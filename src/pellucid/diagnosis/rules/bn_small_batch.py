"""Batch normalization over too few values: of one row there is no variance."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

FEW: Final = 4  # values: the standard error of a variance of n values is sqrt(2 / (n - 1)), 82 % for 4
SMALL_LAST: Final = 16  # values in a last batch of one row: 37 % off


def measure(evidence: Evidence) -> Verdict | None:
    """Count the values that each batch norm takes a mean and a variance of, in the first and in the last batch."""
    contract, sizes = evidence.contract, evidence.data.all_batch_sizes
    if contract is None or not sizes:
        return None
    calls = [
        one for one in contract.calls if one.name == "batch_norm" and one.kind.startswith("BatchNorm") and one.inputs
    ]
    if not calls:
        return None
    call = min(calls, key=lambda one: _positions(one.inputs[0].shape))
    positions = _positions(call.inputs[0].shape)
    first, last = sizes[0], sizes[-1]
    if first * positions <= FEW:
        return Verdict(
            measured=f"a batch has {_rows(first)}, so that {call.module} takes each mean and variance of "
            f"{first * positions} value{'s' if first * positions > 1 else ''}",
            confidence=0.9,
            layer=call.module,
            remedy="batches of 16 rows or more, or nn.GroupNorm or nn.LayerNorm in the place of batch normalization",
            severity="error" if first * positions == 1 else "warning",
        )
    if last != 1 or positions > SMALL_LAST:
        return None
    return Verdict(
        measured=f"the last batch of every epoch has 1 row, of which {call.module} takes each mean and variance of "
        f"{positions} value{'s' if positions > 1 else ''}",
        confidence=0.95,
        layer=call.module,
        severity="error" if positions == 1 else "warning",
    )


def _positions(shape: tuple[int, ...]) -> int:
    return math.prod(shape[2:])


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


RULE: Final = Rule(
    cause="bn_small_batch",
    title="Batch statistics of too few rows",
    stage=Stage.WIRING,
    phases=("before",),
    measure=measure,
    measures="the values for each mean and variance of a batch normalization: rows times places",
    threshold=f"{FEW} values; in a last batch of 1 row, {SMALL_LAST}",
    origin="closed form: the standard error of a variance of n values is sqrt(2 / (n - 1)) of it, and of one value "
    "there is none",
    reason="Batch normalization takes mean and variance from the batch. Of one row PyTorch refuses to; of a few they "
    "are mostly noise, which also goes into the running statistics that eval mode uses.",
    remedy="DataLoader(..., drop_last=True), or another batch size",
    see=("concept batch_norm", "experiment running_statistics", "concept group_norm"),
    explains=("bn_stats_not_tracked", "lr_too_high", "under_trained"),
    cases=("C17",),
)

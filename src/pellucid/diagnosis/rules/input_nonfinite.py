"""NaN or infinite numbers in the inputs or in the targets."""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.calling import finite
from pellucid.diagnosis.consequences import TRAINING
from pellucid.diagnosis.contract import REFUSALS
from pellucid.diagnosis.evidence import Evidence, Examples
from pellucid.diagnosis.rule import Rule, Stage, Verdict

ROWS: Final = 32


def measure(evidence: Evidence) -> Verdict | None:
    """Look through the examples, and see whether the network and the loss can take those that are not finite."""
    if evidence.failure is not None and evidence.failure.where == "input":
        return Verdict(measured=evidence.failure.explanation, confidence=0.99, step=evidence.failure.step)
    found: Verdict | None = evidence.probes.once("input_nonfinite", lambda: _searched(evidence))
    return found


def _searched(evidence: Evidence) -> Verdict | None:
    train = evidence.data.train
    if train is None or evidence.double is None:
        return None
    for place, values in enumerate(train.inputs):
        if finite(values):
            continue
        bad = ~torch.isfinite(values).reshape(len(values), -1).all(1)
        if _bears(evidence, train.take(bad.nonzero().flatten()[:ROWS])):
            continue
        return Verdict(
            measured=f"{_counted(values)} of {values.numel():,} numbers of the inputs are NaN or infinite"
            + (f" (input {place})" if len(train.inputs) > 1 else "")
            + f", in {int(bad.sum()):,} of {len(values):,} rows{_columns(values)}",
            confidence=0.99,
        )
    return _in_targets(evidence, train)


def _in_targets(evidence: Evidence, train: Examples) -> Verdict | None:
    targets = train.targets
    if not isinstance(targets, Tensor) or finite(targets):
        return None
    bad = ~torch.isfinite(targets).reshape(len(targets), -1).all(1)
    rows = train.take(bad.nonzero().flatten()[:ROWS])
    if _bears(evidence, rows):
        return None
    return Verdict(
        measured=f"{_counted(targets)} of {targets.numel():,} targets are NaN or infinite",
        confidence=0.99,
        remedy="leave these rows out: keep = torch.isfinite(targets)",
    )


def _bears(evidence: Evidence, rows: Examples) -> bool:
    """Return whether the loss of such rows is finite all the same: the network or the loss deals with them."""
    double = evidence.double
    if double is None:
        return False
    try:
        outputs = double.outputs(rows)
    except REFUSALS:
        return False
    return outputs is not None and finite(outputs) and math.isfinite(double.loss_of(outputs, rows.targets))


def _counted(values: Tensor) -> str:
    return f"{int((~torch.isfinite(values)).sum()):,}"


def _columns(values: Tensor) -> str:
    """Return in which columns they are, where they are few."""
    if values.ndim != 2:  # noqa: PLR2004  (a table)
        return ""
    columns = (~torch.isfinite(values)).any(0).nonzero().flatten().tolist()
    return f", in column {', '.join(map(str, columns))} (from 0)" if len(columns) <= 5 else ""  # noqa: PLR2004  (readable)


RULE: Final = Rule(
    cause="input_nonfinite",
    title="NaN or infinite numbers in the data",
    stage=Stage.CRASH,
    phases=("before", "during"),
    measure=measure,
    measures="up to 4096 training examples, and the loss of those that are not finite",
    threshold="one such number, unless the network and the loss can take it",
    origin="closed form: NaN plus or times anything is NaN",
    reason="One NaN among the inputs makes the whole batch's loss NaN, and the step after it all weights.",
    remedy="fill or leave out what is missing before training: torch.nan_to_num(x), or the mean of the column",
    see=("experiment standardization",),
    explains=(*TRAINING, "nan_log_zero", "nan_grad_sqrt_zero", "input_unscaled", "target_unscaled", "init_too_large",
              "constant_feature", "flipped_sign", "graph_broken", "missing_nonlinearity", "preprocessing_mismatch"),
)  # fmt: skip

"""Features that are the same in every row: they say nothing."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.consequences import RESULT
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

ROWS: Final = 50
SHARE: Final = 0.2  # of the columns constant at 0: fewer are the borders of pictures, categories not met, and padding
TABLE: Final = 32  # columns: of more, some few may well be constant in these rows
SPARSE: Final = 0.3  # of the other entries 0: then zeros mean absence, and columns without any are no surprise
ROUNDING: Final = 1e-6


def measure(evidence: Evidence) -> Verdict | None:
    """Find columns of a table, or channels, that do not vary."""
    train = evidence.data.train
    if train is None or len(train) < ROWS or not train.inputs[0].is_floating_point():
        return None
    x = train.by_row[0]
    if x.ndim == 1 or x.shape[1] == 0:
        return None
    values = x if x.ndim == 2 else _channels(x)  # noqa: PLR2004
    low, high = values.amin(0), values.amax(0)
    constant = high - low <= ROUNDING * torch.maximum(low.abs(), high.abs())
    many = float(constant.float().mean()) >= SHARE
    if not many and values.shape[1] > TABLE:
        return None
    reported = constant if many and _zeros_tell(values, constant) else constant & (low != 0)
    if not bool(reported.any()) or bool(constant.all()) or _is_intercept(low, reported):
        return None
    places = reported.nonzero().flatten().tolist()
    what = "column" if x.ndim == 2 else "channel"  # noqa: PLR2004
    listed = ", ".join(map(str, places[:8])) + (", …" if len(places) > 8 else "")  # noqa: PLR2004
    return Verdict(
        measured=f"{len(places)} of {values.shape[1]} {what}s of the inputs are the same in all {len(x)} training "
        f"rows looked at (counted from 0: {listed})",
        confidence=0.9,
        remedy=f"leave {what}s {listed} out, or look why they do not vary" if x.ndim == 2 else "",  # noqa: PLR2004
    )


def measure_all(evidence: Evidence) -> Verdict | None:
    """Find inputs of which all rows are one and the same, while the targets differ."""
    train = evidence.data.train
    if train is None or len(train) < ROWS or not isinstance(train.targets, Tensor) or not train.targets.ndim:
        return None
    if len(train.targets) != len(train) or bool((train.targets == train.targets[:1]).all()):
        return None
    if not all(bool((one == one[:1]).all()) for one in train.by_row):
        return None
    first = train.by_row[0][0].flatten()
    told = f"all are {first[0]:g}" if bool((first == first[0]).all()) else f"they begin with {first[0]:g}"
    return Verdict(
        measured=f"the inputs of all {len(train)} training rows looked at are the same, number by number ({told}), "
        "while the targets differ",
        confidence=0.97,
    )


def _channels(x: Tensor) -> Tensor:
    """Return (n * places, channels): axis 1 of pictures, the last one of sequences."""
    axis = 1 if x.ndim > 3 else 2  # noqa: PLR2004
    moved = x.movedim(axis, -1)
    return moved.reshape(-1, moved.shape[-1])


def _zeros_tell(values: Tensor, constant: Tensor) -> bool:
    """Return whether columns of zeros are worth telling: there are many, and the others are hardly ever 0."""
    if bool(constant.all()):
        return False
    return float((values[:, ~constant] == 0).float().mean()) < SPARSE


def _is_intercept(low: Tensor, reported: Tensor) -> bool:
    """Return whether all that is constant is one column of ones, added for the sake of a bias."""
    return int(reported.sum()) == 1 and float(low[reported][0]) == 1.0


SOME: Final = Rule(
    cause="constant_feature",
    title="Features that never vary",
    stage=Stage.INPUT,
    phases=("before",),
    measure=measure,
    measures="the range of every column of the training inputs (of every channel of pictures and sequences)",
    threshold=f"0, beyond rounding; of columns that are always 0, {SHARE:.0%} of all in data that are not sparse",
    origin="closed form: a constant column acts as a second bias. The share of zeros is chosen above the borders of "
    "pictures of digits (5 %)",
    reason="A feature that never varies cannot help to tell rows apart. Its weight learns what the bias learns "
    "already, and the first row in which it does vary is answered at random.",
    remedy="leave the constant columns out, or look why they do not vary",
    severity="hint",
    see=("experiment standardization",),
    cases=("B19",),
)

EVERY: Final = Rule(
    cause="constant_feature",
    title="All inputs are the same",
    stage=Stage.INPUT,
    phases=("before",),
    measure=measure_all,
    measures="whether all training inputs are equal, while their targets differ",
    threshold="equal to the last bit",
    origin="closed form: of equal inputs a network says the same, so that no loss falls below that of a constant",
    reason="Rows that are equal cannot be told apart. All that can be learnt is how frequent each answer is.",
    remedy="print two rows at the start and after each step of the preparation: padding that was cut at the wrong "
    "end, a column of the wrong name, or a buffer that is filled again for each row makes them equal",
    see=("experiment standardization",),
    explains=(
        "vanishing_gradient", "lr_too_low", "lr_too_high", "labels_misaligned", "label_noise", "leakage_split",
        "dead_relu", "constant_init", "spatial_collapse", *RESULT,
    ),
)  # fmt: skip

RULES: Final = (SOME, EVERY)

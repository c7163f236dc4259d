"""The network is too small for the data: simple models do better on the same examples."""

from __future__ import annotations

import math
import warnings
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from pellucid.diagnosis.curves import still_falling
from pellucid.diagnosis.evidence import Evidence, Examples
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.loss_behaviour import near, tried
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.rules.class_imbalance import weighted

BEHIND: Final = 0.1  # of the score, on validation examples
GAP: Final = 0.05  # a network that is much better on its training examples is not too small
SETTLED: Final = 0.15  # of the whole fall in the last third
ROWS: Final = 1500
COLUMNS: Final = 512
FEWEST_STEPS: Final = 100
MOST_UNEVEN: Final = 20  # times rarer than all rows may the rarest class be: accuracy says little of rarer ones


def measure(evidence: Evidence) -> Verdict | None:
    """Compare the network with a simple model on the same rows, where it has settled and does not overfit."""
    last, data = evidence.last, evidence.data
    if last is None or last.step < FEWEST_STEPS or last.score is None or last.validation_score is None:
        return None
    if last.score - last.validation_score > GAP or still_falling(evidence) > SETTLED:
        return None
    if data.train is None or data.validation is None:
        return None
    rival = evidence.probes.once("rival", lambda: _rival(evidence, data.train, data.validation))
    if rival is None or not rival > last.validation_score + BEHIND:
        return None
    return Verdict(
        measured=f"the score is {last.score:.3f} on training and {last.validation_score:.3f} on validation examples; "
        f"nearest neighbours reach {rival:.3f} on the latter",
        confidence=0.7,
    )


def _rival(evidence: Evidence, train: Any, validation: Any) -> float | None:
    """Return the validation score (accuracy or R²) of nearest neighbours; None where the inputs are no numbers."""
    head = head_of(evidence)
    if head is None or head.kind is None or not isinstance(train.targets, Tensor) or not _comparable(evidence, head):
        return None
    found = [_table(train), _table(validation)]
    if any(one is None for one in found):
        return None
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    (x, y), (x_new, y_new) = found  # type: ignore[misc]
    model = KNeighborsRegressor(5) if head.kind == "numbers" else KNeighborsClassifier(5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        score = float(make_pipeline(StandardScaler(), model).fit(x, y).score(x_new, y_new))
    return score if math.isfinite(score) else None


def _comparable(evidence: Evidence, head: Head) -> bool:
    """Return whether the loss asks for the score: no weights of classes, and numbers missed either way cost the same."""
    if weighted(evidence):
        return False
    if head.kind != "numbers":
        return bool(torch.unique(head.targets, return_counts=True)[1].min() * MOST_UNEVEN >= len(head.targets))
    values, loss_fn = head.targets.float().reshape(head.outputs.shape), evidence.program.loss_fn
    return near(tried(loss_fn, values + 1, values), tried(loss_fn, values - 1, values)) and near(
        tried(loss_fn, values, values), 0.0
    )


def _table(examples: Examples) -> tuple[Any, Any] | None:
    """Return up to 1500 rows as flat numbers, and their targets."""
    if len(examples.inputs) != 1 or not examples.inputs[0].is_floating_point():
        return None
    flat = examples.inputs[0].reshape(len(examples), -1)
    if flat.shape[1] > COLUMNS or len(flat) < 20 or not isinstance(examples.targets, Tensor):  # noqa: PLR2004
        return None
    rows = np.linspace(0, len(flat) - 1, min(ROWS, len(flat))).round().astype(int)
    targets = examples.targets.reshape(len(flat), -1).numpy()[rows]
    return (flat.numpy()[rows], targets[:, 0]) if targets.shape[1] == 1 else None


RULE: Final = Rule(
    cause="capacity_too_small",
    title="The network is too small",
    stage=Stage.RESULT,
    phases=("after",),
    measure=measure,
    measures="the scores of the settled network, equal on both parts, and that of nearest neighbours on the same rows",
    threshold="0.1 behind nearest neighbours on validation examples",
    origin="chosen between the healthy and the faulty programs of benchmarks/diagnosis",
    reason="A network with too few units, or with a layer too narrow for what must pass, cannot express the answer: it "
    "settles at the same poor score on training and validation examples.",
    remedy="more units in a layer, more layers, less squeezing",
    severity="warning",
    see=("xor",),
    explains=("under_trained",),
    cost="nearest neighbours on up to 1500 rows, about 0.05 s",
    cases=("C19",),
)

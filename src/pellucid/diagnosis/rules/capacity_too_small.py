"""The network is too small for the data: simple models do better on the same examples."""

from __future__ import annotations

import math
import warnings
from functools import partial
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from pellucid.diagnosis.curves import much_lower, still_falling
from pellucid.diagnosis.evidence import Evidence, Examples
from pellucid.diagnosis.heads import Head, head_of
from pellucid.diagnosis.judging import apart, on_rows, on_validation
from pellucid.diagnosis.loss_behaviour import near, tried
from pellucid.diagnosis.probes.probes import Trial
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.rules.class_imbalance import weighted
from pellucid.diagnosis.widening import NARROW, narrowest, widen

BEHIND: Final = 0.1  # of the score, on validation examples
GAP: Final = 0.08  # a network that is much better on its training examples is not too small
SETTLED: Final = 0.15  # of the whole fall in the last third
ROWS: Final = 1500
COLUMNS: Final = 512
FEWEST_STEPS: Final = 100
FEW: Final = 4  # units of the narrowest layer, where there are no validation rows
STEPS: Final = 400
MOST_UNEVEN: Final = 20  # times rarer than all rows may the rarest class be: accuracy says little of rarer ones


def measure(evidence: Evidence) -> Verdict | None:
    """Compare the network with a wider copy, or with a simple model where it has settled, on the same rows."""
    last, data = evidence.last, evidence.data
    if last is None or last.step < FEWEST_STEPS or last.score is None or data.train is None:
        return None
    least = narrowest(evidence.program.network)
    if _rebuilds(data.train) and (least is None or least[1] > 1):  # through one number nobody squeezes on purpose
        return None
    if data.validation is None or last.validation_score is None:
        return _on_other_half(evidence, least) if least is not None and data.validation is None else None
    if least is not None and least[1] <= NARROW:
        wider = evidence.probes.once("wider", lambda: evidence.probes.trial(steps=min(STEPS, last.step), change=widen))
        if wider is not None:
            return _beside(evidence, wider, least)
    if least is not None and least[1] > NARROW:
        return None
    if last.score - last.validation_score > GAP or still_falling(evidence) > SETTLED:
        return None
    rival = evidence.probes.once("rival", lambda: _rival(evidence, data.train, data.validation))
    if rival is None or not rival > last.validation_score + BEHIND:
        return None
    return Verdict(
        measured=f"the score is {last.score:.3f} on training and {last.validation_score:.3f} on validation examples; "
        f"nearest neighbours reach {rival:.3f} on the latter",
        confidence=0.7,
    )


def _beside(evidence: Evidence, wider: Trial, least: tuple[str, int]) -> Verdict | None:
    """Say that the wider copy is much better, where that is so and going on as it is would not bring the same."""
    first, last, found = evidence.first, evidence.last, on_validation(evidence, wider.network)
    if first is None or last is None or found is None or found[1] is None or last.validation_score is None:
        return None
    score = found[1]
    head = head_of(evidence)
    if head is None or not _comparable(evidence, head) or not score > last.validation_score + BEHIND:
        return None
    if not much_lower(wider.after, last.loss, first.loss):
        return None
    if not still_falling(evidence) <= SETTLED:  # also where that was not seen
        steps = min(STEPS, last.step)
        on = evidence.probes.once(("on", steps), lambda: evidence.probes.trial(steps=steps, from_start=False))
        later = None if on is None else on_validation(evidence, on.network)
        if later is None or later[1] is None or later[1] > (score + last.validation_score) / 2:
            return None
    on_parts = f"{last.score:.3f} on training and {last.validation_score:.3f} on validation examples"
    return _narrow(least, on_parts, score, "validation examples", len(wider.losses))


def _on_other_half(evidence: Evidence, least: tuple[str, int]) -> Verdict | None:
    """Compare copies trained on every second row, as they are and wide, on the other rows: none are for validation."""
    head, last = head_of(evidence), evidence.last
    if head is None or last is None or last.score is None or least[1] > FEW or not _comparable(evidence, head):
        return None
    steps = min(STEPS, last.step)
    found = []
    for key, how in (("half", {}), ("half, wide", {"change": widen})):
        copy = evidence.probes.once(key, partial(apart, evidence, steps=steps, **how))
        judged = None if copy is None else on_rows(evidence, copy[0].network, copy[1])
        if judged is None or judged[1] is None:
            return None
        found.append(judged[1])
    if not found[1] > max(found[0], last.score) + BEHIND:
        return None
    return _narrow(least, f"{last.score:.3f} on training examples", found[1], "rows that it was not trained on", steps)


def _narrow(least: tuple[str, int], scores: str, score: float, rows: str, steps: int) -> Verdict:
    name, width = least
    return Verdict(
        measured=f"{name} has {width} unit{'s' if width > 1 else ''}, and the score is {scores}",
        confidence=0.85,
        layer=name,
        remedy=f"more units in {name}: {4 * max(width, 4)} to {16 * max(width, 4)}",
        proof=f"a copy whose narrow layers have 48 units reaches {score:.3f} on {rows} in {steps} steps from the start",
    )


def _rebuilds(train: Examples) -> bool:
    """Return whether the inputs are to be rebuilt: there a narrow layer is the purpose."""
    targets, inputs = train.targets, train.inputs[0]
    return isinstance(targets, Tensor) and targets.is_floating_point() and targets[0].numel() >= inputs[0].numel() > 1


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
    """Return whether the loss asks for the score: no weights of classes, and misses either way cost the same."""
    if weighted(evidence):
        return False
    if head.kind != "numbers":
        train = evidence.data.train
        targets = head.targets if train is None or not isinstance(train.targets, Tensor) else train.targets
        return bool(torch.unique(targets, return_counts=True)[1].min() * MOST_UNEVEN >= len(targets))
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
    if not bool(torch.isfinite(flat).all()):
        return None
    targets = examples.targets.reshape(len(flat), -1).numpy()[rows]
    return (flat.numpy()[rows], targets[:, 0]) if targets.shape[1] == 1 else None


RULE: Final = Rule(
    cause="capacity_too_small",
    title="The network is too small",
    stage=Stage.RESULT,
    phases=("after",),
    measure=measure,
    measures="the scores of the network beside those of a copy whose narrow layers are wide, or, where none can be "
    "made, beside nearest neighbours, on rows that neither was trained on",
    threshold="0.1 behind on validation examples, with a layer of at most 16 units; at most 4 without such examples",
    origin="chosen between the healthy and the faulty programs of benchmarks/diagnosis",
    reason="A network with too few units, or with a layer too narrow for what must pass, cannot express the answer: it "
    "settles at the same poor score on training and validation examples.",
    remedy="more units in a layer, more layers, less squeezing",
    severity="warning",
    see=("experiment approximation",),
    explains=("under_trained",),
    cost="one or two trials of up to 400 steps where a layer is narrow; or nearest neighbours on up to 1500 rows, "
    "0.05 s",
    cases=("C19",),
)

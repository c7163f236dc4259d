"""Validation rows that are training rows: the score says how well they were learnt by heart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.overlapping import flattery, windows_share
from pellucid.diagnosis.parts import CLOSE, TWIN, Sides, close_share, copies, sides_of, twins_share
from pellucid.diagnosis.rule import Rule, Stage, Verdict

SHARE: Final = 0.05  # of the validation rows
ROWS: Final = 20
DISTINCT: Final = 50  # different training rows: of fewer, copies are what the data are
NEAR_ROWS: Final = 5  # of one column, 1.4 % of the rows lie so near by chance (0.02 ln 2)
USUAL: Final = 0.5  # times the share of copies: so many training rows have copies among themselves
ALL: Final = 0.99
OVERLAP: Final = 0.4  # of the validation windows: cut at a point in time, only those at the cut
FLATTERY: Final = 0.1  # of accuracy or R², that simple models lose without the training windows that overlap
SURE: Final = 4.0  # standard errors of it
TWINS: Final = 0.2  # of the validation rows


def measure(evidence: Evidence) -> Verdict | None:
    """Look for validation rows among the training rows."""
    sides = sides_of(evidence)
    if sides is None or len(sides.held) < ROWS:
        return None
    share, doubled, distinct = evidence.probes.once("copies", lambda: copies(sides))
    if distinct < DISTINCT or share > ALL:
        return None
    overlap = evidence.probes.once("windows", lambda: _overlap(evidence))
    if overlap > OVERLAP and share < overlap / 2:
        return _flattered(evidence, overlap)
    if share > SHARE and (doubled < USUAL * share or _continuous(sides)):
        count = round(share * len(sides.held))
        return Verdict(
            measured=f"{count} of {len(sides.held)} validation rows ({share:.0%}) are training rows", confidence=0.97
        )
    if share > SHARE or doubled > SHARE:
        return None
    near = evidence.probes.once("close", lambda: close_share(sides)) - share
    if near <= SHARE or near * len(sides.held) < NEAR_ROWS:
        return _twins(evidence, sides)
    return Verdict(
        measured=f"{near:.0%} of the validation rows lie less than {CLOSE:g} times as far from a training row as "
        "training rows from one another: copies with a little noise",
        confidence=0.85,
    )


def _flattered(evidence: Evidence, overlap: float) -> Verdict | None:
    """Find windows split at random that make a score better than it is: others without them know plainly less."""
    found = evidence.probes.once("flattery", lambda: flattery(evidence))
    if found is None or found[0] - found[1] < FLATTERY or found[2] < SURE:
        return None
    return Verdict(
        measured=f"{overlap:.0%} of the validation windows begin with numbers that a training window holds too: "
        "overlapping windows of one series were split at random. A simple model of all training windows reaches "
        f"{found[0]:.2f} on them, without those that overlap {found[1]:.2f}",
        confidence=0.9,
        remedy="split the series first, at a point in time, and cut the windows afterwards",
    )


def _overlap(evidence: Evidence) -> float:
    train, held = evidence.data.train, evidence.data.validation
    if train is None or held is None or train.axis or held.axis or train.inputs[0].ndim != held.inputs[0].ndim:
        return 0.0
    return windows_share(train.inputs[0], held.inputs[0])


def _twins(evidence: Evidence, sides: Sides) -> Verdict | None:
    """Find rows that were varied, or measured again, before they were split: training rows have twins too."""
    twins = evidence.probes.once("twins", lambda: twins_share(sides))
    if twins < TWINS:
        return None
    return Verdict(
        measured=f"{twins:.0%} of the validation rows have a training row less than {TWIN:g} times as far as the 10th "
        "nearest: rows were copied with some variation, or measured several times, and then split",
        confidence=0.8,
    )


def measure_all(evidence: Evidence) -> Verdict | None:
    """Find a validation set that is the training set, or a part of it."""
    sides = sides_of(evidence)
    if sides is None or len(sides.held) < ROWS:
        return None
    share, _, distinct = evidence.probes.once("copies", lambda: copies(sides))
    if share <= ALL or distinct < DISTINCT:
        return None
    return Verdict(measured=f"all {len(sides.held)} validation rows looked at are training rows", confidence=0.97)


def _continuous(sides: Sides) -> bool:
    """Return whether equal rows cannot be chance: some column hardly ever takes a value twice, but for copied rows."""
    distinct = max(len(torch.unique(column)) for column in sides.train[:1000].T[:64])
    whole = len(torch.unique(sides.train[:1000], dim=0))
    return distinct > 0.8 * whole


_WHY: Final = (
    "A network knows the rows that it was trained on. A score on them says nothing about others, and it is with this "
    "score that one stops, chooses and promises."
)


def _rule(title: str, measure_it: Callable[[Evidence], Verdict | None], threshold: str, confidence: str) -> Rule:
    return Rule(
        cause="leakage_split",
        title=title,
        stage=Stage.LABELS,
        phases=("before",),
        measure=measure_it,
        measures="which validation rows are equal to training rows, or nearly so, and how many training rows are "
        "equal to one another",
        threshold=threshold,
        origin=confidence,
        reason=_WHY,
        remedy="remove copies before splitting, and split by what belongs together (patients, recordings, days)",
        severity="warning",
        see=("experiment overfitting",),
        explains=("preprocessing_mismatch",),
        cost="one sort of the rows; distances of up to 1000 validation rows; of overlapping windows two simple models",
        cases=("B11",),
    )


RULES: Final = (
    _rule(
        "Training rows in the validation set",
        measure,
        f"{SHARE:.0%} of the validation rows, and twice the share of training rows with copies; or {OVERLAP:.0%} of "
        f"the validation windows that share their numbers with training windows, and {FLATTERY:g} of accuracy or R² "
        "lost without those",
        "chosen: below published tools' 10 %; rows of continuous numbers are never equal by chance",
    ),
    _rule(
        "Validation is the training set",
        measure_all,
        f"{ALL:.0%} of the validation rows",
        "closed form: of rows that were held out none is a training row",
    ),
)

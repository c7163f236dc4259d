"""Variation that turns a row into one of another class, and leaves the label."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.augmenting import damage_of
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

CHANGED: Final = 0.4  # of the rows are taken for several classes in six readings
LOST: Final = 0.35  # of what a simple model knows of unvaried rows
NEAR: Final = 1.6  # times as far from validation rows as those are from one another: still a row like any other


def measure(evidence: Evidence) -> Verdict | None:
    """Ask a simple model of validation rows about several readings of training rows."""
    damage = damage_of(evidence)
    if damage is None or damage.distance > NEAR or damage.changes < CHANGED:
        return None
    if damage.clean - damage.varied < LOST * damage.clean:
        return None
    return Verdict(
        measured=f"in {len(evidence.data.variation.readings) if evidence.data.variation else 0} readings "
        f"{damage.changes:.0%} of the rows look like different classes to a simple model, under one label; it knows "
        f"{damage.clean:.0%} of the validation rows above chance, and {max(damage.varied, 0.0):.0%} of the varied ones",
        confidence=0.9,
    )


RULE: Final = Rule(
    cause="augmentation_breaks_label",
    title="Variation changes what a row is, not its label",
    stage=Stage.LABELS,
    phases=("before",),
    measure=measure,
    measures="what a simple model, fitted on validation rows, takes several readings of one training row for; and "
    "how far they lie from validation rows",
    threshold=f"{CHANGED:.0%} of the rows change class, {LOST:.0%} of the skill is lost, and the readings lie at most "
    f"{NEAR:g} times as far as validation rows from one another",
    origin="chosen: a mirrored left for right changes nearly all rows within six readings (1 - 2/64), shifts and "
    "noise that keep the class hardly any",
    reason="A row that was mirrored, turned or recoloured into one of another class keeps its old label. The network "
    "is told both for the same picture, and can do no better than guess.",
    remedy="leave this variation out, or change the label with it",
    see=("experiment equivariance", "experiment label_noise"),
    explains=(
        "under_trained",
        "capacity_too_small",
        "lr_too_low",
        "labels_misaligned",
        "label_noise",
        "preprocessing_mismatch",
        "augmentation_too_strong",
        "batch_too_large",
        "dropout_too_high",
        "lr_too_high",
        "overfitting",
    ),
    cost="nearest neighbours of some hundred rows",
    cases=("B15",),
)

"""Variation that leaves little of what a row was."""

from __future__ import annotations

from typing import Final

from pellucid.diagnosis.augmenting import damage_of
from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

LEFT: Final = 0.5  # of what a simple model knows of unvaried rows
FAR: Final = 1.6  # times as far from validation rows as those are from one another
EXCELLENT: Final = 0.95  # of what validation rows allow: then the network copes


def measure(evidence: Evidence) -> Verdict | None:
    """Ask a simple model of validation rows about readings of training rows, and see whether the network copes."""
    damage = damage_of(evidence)
    if damage is None or damage.distance <= FAR or damage.varied > LEFT * damage.clean:
        return None
    look = evidence.last
    score = None if look is None else look.validation_score
    if score is not None and evidence.ended and score > EXCELLENT:
        return None
    return Verdict(
        measured=f"a simple model that knows {damage.clean:.0%} of the validation rows above chance knows "
        f"{max(damage.varied, 0.0):.0%} of the varied training rows, which lie {damage.distance:.1f} times as far "
        "from validation rows as those from one another",
        confidence=0.85,
    )


RULE: Final = Rule(
    cause="augmentation_too_strong",
    title="Variation leaves little of the rows",
    stage=Stage.LABELS,
    phases=("after",),
    measure=measure,
    measures="what a simple model, fitted on validation rows, knows of varied training rows, and how far these lie "
    "from validation rows",
    threshold=f"{LEFT:.0%} of the skill left, {FAR:g} times the distance, and a network that does not cope",
    origin="chosen: noise of a fifth of the spread of the data leaves 95 % of the skill, noise of three times the "
    "spread a third",
    reason="The network is trained on rows that have little in common with those it will be asked about, and what it "
    "could learn of them is covered by the variation.",
    remedy="vary less: halve the strength until validation no longer gains",
    severity="warning",
    see=("experiment overfitting",),
    explains=(
        "under_trained",
        "capacity_too_small",
        "lr_too_low",
        "labels_misaligned",
        "label_noise",
        "preprocessing_mismatch",
        "batch_too_large",
        "dropout_too_high",
        "split_biased",
    ),
    cost="nearest neighbours of some hundred rows",
)

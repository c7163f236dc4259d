"""The network learns the training examples by heart."""

from __future__ import annotations

import math
from typing import Final

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict

ROSE: Final = 1.5  # times the lowest validation loss
OF_FALL: Final = 0.1  # of the fall that the validation loss had made
GAP: Final = 0.05  # of the score between training and validation
FEWEST_ROWS: Final = 20


def measure(evidence: Evidence) -> Verdict | None:
    """Find a validation loss that has risen far above its lowest while the training loss fell."""
    looks = [
        look for look in evidence.looks if look.validation_loss is not None and math.isfinite(look.validation_loss)
    ]
    if len(looks) < 4 or (evidence.data.validation_rows or FEWEST_ROWS) < FEWEST_ROWS:  # noqa: PLR2004
        return None
    last = looks[-1]
    best = min(looks, key=lambda look: look.validation_loss or 0.0)
    if last.validation_loss is None or best.validation_loss is None or best.step >= last.step:
        return None
    rise, fall = last.validation_loss - best.validation_loss, (looks[0].validation_loss or 0.0) - best.validation_loss
    if not (rise > (ROSE - 1) * abs(best.validation_loss) and rise > OF_FALL * fall and last.loss < best.loss):
        return None
    gap = (last.score or 0.0) - (last.validation_score or 0.0)
    if last.score is not None and gap < GAP:
        return None
    return Verdict(
        measured=f"the validation loss was lowest at step {best.step} ({best.validation_loss:.3g}) and is "
        f"{last.validation_loss:.3g} at step {last.step}, while the training loss fell from {best.loss:.3g} to "
        f"{last.loss:.3g}" + (f"; score {last.score:.3f} on training, {last.validation_score:.3f} on validation "
        "examples"
                             if last.score is not None and last.validation_score is not None else ""),
        confidence=0.85,
        remedy=f"keep the weights of step {best.step} (early stopping); more data, weight decay or dropout",
    )  # fmt: skip


RULE: Final = Rule(
    cause="overfitting",
    title="The network overfits",
    stage=Stage.RESULT,
    phases=("after",),
    measure=measure,
    measures="how far the validation loss has risen above its lowest while the training loss fell, and the gap of "
    "scores",
    threshold="1.5 times the lowest validation loss, and a gap of 0.05 between the scores",
    origin="chosen between the healthy and the faulty programs of benchmarks/diagnosis",
    reason="With enough steps a large network fits the accidents of its training examples too. These do not recur in "
    "other examples: there, it becomes surely wrong.",
    remedy="early stopping, more data, weight decay, dropout or a smaller network",
    severity="warning",
    see=("experiment overfitting", "experiment stopping"),
    explains=("overconfident",),
    cases=("C13",),
)

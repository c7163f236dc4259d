"""The network learns the training examples by heart."""

from __future__ import annotations

import math
from functools import partial
from typing import Final, NamedTuple

from pellucid.diagnosis.evidence import Evidence, Look
from pellucid.diagnosis.judging import on_validation
from pellucid.diagnosis.rule import Rule, Stage, Verdict

ROSE: Final = 1.5  # times the lowest validation loss
OF_FALL: Final = 0.1  # of the fall that the validation loss had made
GAP: Final = 0.05  # of the score between training and validation
WIDE: Final = 0.12  # the same, where the validation loss was not seen to rise
TIMES: Final = 10.0  # the training loss
LEFT: Final = 0.5  # of the first validation loss
FEWEST_ROWS: Final = 20
EARLIER: Final = (0.03, 0.1, 0.3)  # of the steps, after which copies stop
MOST_STEPS: Final = 400  # of a copy


class Stop(NamedTuple):
    """What had been reached after so many steps."""

    step: int
    held: float
    """The validation loss."""
    own: float
    """The training loss."""


def measure(evidence: Evidence) -> Verdict | None:
    """Find a validation loss that has risen far above its lowest while the training loss fell."""
    looks = [
        look for look in evidence.looks if look.validation_loss is not None and math.isfinite(look.validation_loss)
    ]
    if len(looks) < 2 or (evidence.data.validation_rows or FEWEST_ROWS) < FEWEST_ROWS:  # noqa: PLR2004
        return None
    first, last = looks[0], looks[-1]
    if first.validation_loss is None or last.validation_loss is None:
        return None
    gap = (last.score or 0.0) - (last.validation_score or 0.0)
    if last.score is not None and gap < GAP:
        return None
    seen = [Stop(look.step, look.validation_loss, look.loss) for look in looks[1:-1] if look.validation_loss]
    end = Stop(last.step, last.validation_loss, last.loss)
    best = min(seen, key=lambda one: one.held, default=end)
    rose = _rose(best, end, first.validation_loss)
    if not rose and last.validation_loss > ROSE * abs(last.loss):
        best = min((*seen, *_tried(evidence, last)), key=lambda one: one.held, default=end)
        rose = _rose(best, end, first.validation_loss)
    return _verdict(best if rose else end, last) if rose or _by_heart(first.validation_loss, end, last) else None


def _by_heart(first: float, end: Stop, last: Look) -> bool:
    """Return whether nothing is left to learn of the training rows, and the validation rows are far behind."""
    if last.score is None or last.validation_score is None or last.score - last.validation_score < WIDE:
        return False
    return end.held > TIMES * abs(end.own) and end.held > LEFT * first > 0


def _rose(best: Stop, end: Stop, first: float) -> bool:
    """Return whether the validation loss has risen far above its lowest, and the training loss has not."""
    rise = end.held - best.held
    return rise > (ROSE - 1) * abs(best.held) and rise > OF_FALL * (first - best.held) and end.own < best.own


def _tried(evidence: Evidence, last: Look) -> list[Stop]:
    """Return what copies had reached that stopped earlier: the looks of a short training are few."""
    found = []
    for share in EARLIER:
        steps = int(share * last.step)
        if not 0 < steps <= MOST_STEPS:
            continue
        trial = evidence.probes.once(("stopped", share), partial(evidence.probes.trial, steps=steps))
        judged = None if trial is None else on_validation(evidence, trial.network)
        if trial is not None and judged is not None and math.isfinite(judged[0]):
            found.append(Stop(len(trial.losses), judged[0], trial.after))
    return found


def _verdict(best: Stop, last: Look) -> Verdict:
    scores = ""
    if last.score is not None and last.validation_score is not None:
        scores = f"; score {last.score:.3f} on training, {last.validation_score:.3f} on validation examples"
    if best.step == last.step:
        return Verdict(
            measured=f"the training loss is {last.loss:.3g} and the validation loss {best.held:.3g}{scores}",
            confidence=0.8,
        )
    return Verdict(
        measured=f"the validation loss was lowest at step {best.step} ({best.held:.3g}) and is "
        f"{last.validation_loss:.3g} at step {last.step}, while the training loss fell from {best.own:.3g} to "
        f"{last.loss:.3g}{scores}",
        confidence=0.85,
        remedy=f"keep the weights of step {best.step} (early stopping); more data, weight decay or dropout",
    )


RULE: Final = Rule(
    cause="overfitting",
    title="The network overfits",
    stage=Stage.RESULT,
    phases=("after",),
    measure=measure,
    measures="how far the validation loss has risen above its lowest while the training loss fell, and the gap of "
    "scores",
    threshold="1.5 times the lowest validation loss, and a gap of 0.05 between the scores; or a gap of 0.12, and a "
    "validation loss above half of the first one and 10 times the training loss",
    origin="chosen between the healthy and the faulty programs of benchmarks/diagnosis",
    reason="With enough steps a large network fits the accidents of its training examples too. These do not recur in "
    "other examples: there, it becomes surely wrong.",
    remedy="early stopping, more data, weight decay, dropout or a smaller network",
    severity="warning",
    see=("experiment overfitting", "experiment stopping"),
    explains=("overconfident",),
    cost="up to three trials of 400 steps on copies, only where the scores are apart and the looks were few",
    cases=("C13",),
)

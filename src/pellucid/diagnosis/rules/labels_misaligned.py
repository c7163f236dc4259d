"""Labels that belong to other rows: shuffled, sorted or shifted apart from the inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.finding import Phase
from pellucid.diagnosis.looking import evenly
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.scoring import score_of
from pellucid.diagnosis.tables import Table, table_of
from pellucid.diagnosis.witnesses import Skill, left_out, within

KNOWN: Final = 0.2  # of what is above chance, in the part whose labels fit
UNKNOWN: Final = 0.1  # in the other
SURE: Final = 5.0  # standard errors: chance goes farther once in 3 million times
CHANCE: Final = 3.0
SHIFTS: Final = (1, -1, 2, -2)
ROWS: Final = 60
FEW: Final = 24  # rows of the part whose labels fit: 5 standard errors above chance say enough
HEART_ROWS: Final = 150  # of fewer, any network learns by heart what simple models cannot say
LEARNT: Final = 0.15  # of what there is above chance: learnt by heart
LITTLE: Final = 0.05  # the same, where it is sure that it is not chance
JUDGED: Final = 2048  # rows


def measure(evidence: Evidence) -> Verdict | None:
    """Ask simple models of each part about itself: the labels of one part say something, those of the other nothing."""
    train, held = within(evidence, "train"), within(evidence, "validation")
    table = table_of(evidence)
    if train is None or table is None or train.rows < ROWS or len(torch.unique(table.y)) < 2:  # noqa: PLR2004
        return None
    if not table.classes and _at_chance(train):
        train = left_out(_clipped(table.thinned()))  # a few targets that are far off hide what the others say
    if _at_chance(train):
        shifted = _shifted(evidence, table)
        if shifted is not None:
            return shifted
    if held is None:
        return None
    for poor, good, which, other in ((train, held, "training", "validation"), (held, train, "validation", "training")):
        if poor.rows < ROWS or good.rows < FEW:
            continue
        if _at_chance(poor) and good.above > KNOWN and good.sure > SURE:
            return Verdict(
                measured=f"among {other} rows a simple model finds the answer of one from the others ({_told(good)}), "
                f"among {which} rows it does not ({_told(poor)})",
                confidence=0.95,
                remedy=f"shuffle, sort and filter the {which} inputs and labels together: x, y = x[order], y[order]",
            )
    return None


def measure_after(evidence: Evidence) -> Verdict | None:
    """Find training rows learnt by heart that nothing else explains: no simple model, and not the validation rows."""
    train, held, look = within(evidence, "train"), within(evidence, "validation"), evidence.last
    if train is None or held is None or look is None or look.score is None or look.validation_score is None:
        return None
    if not (_at_chance(train) and _at_chance(held)) or train.rows < HEART_ROWS:
        return None
    learnt, kept = ((score - skill.chance) / max(1 - skill.chance, 1e-9)
                    for score, skill in ((look.score, train), (look.validation_score, held)))  # fmt: skip
    if learnt < LEARNT:
        learnt = _learnt_for_sure(evidence, train)
    if learnt < LITTLE or kept > UNKNOWN:
        return None
    return Verdict(
        measured=f"the network learnt the training rows by heart ({look.score:.2f}) and is at chance on validation "
        f"rows ({look.validation_score:.2f}); simple models find nothing either ({_told(train)})",
        confidence=0.65,
    )


def _learnt_for_sure(evidence: Evidence, train: Skill) -> float:
    """Return the share of what is above chance that the network knows of its training rows; 0 where it may be chance.

    Of classes only: a squared error that fell a little says nothing.
    """
    double, rows = evidence.double, evidence.data.train
    if double is None or rows is None or not 0 < train.chance < 1:
        return 0.0
    some = evenly(rows, JUDGED)
    outputs = double.outputs(some)
    score = None if outputs is None else score_of(outputs, some.targets, evidence.program.loss_fn)
    if score is None or score - train.chance < SURE * (train.chance * (1 - train.chance) / len(some)) ** 0.5:
        return 0.0
    return (score - train.chance) / (1 - train.chance)


def _clipped(table: Table) -> Table:
    """Return the same with the targets brought between their first and last tenth."""
    low, high = table.y.quantile(torch.tensor([0.1, 0.9]))
    return Table(x=table.x, y=table.y.clamp(low, high), classes=0)


def _at_chance(skill: Skill) -> bool:
    return skill.above < UNKNOWN and (skill.sure < CHANCE or skill.above < UNKNOWN / 4)


def _told(skill: Skill) -> str:
    if not skill.chance:
        return f"R² {skill.score:.2f}"
    return f"{skill.score:.0%} right, by chance {skill.chance:.0%}"


def _shifted(evidence: Evidence, table: Table) -> Verdict | None:
    """Try the labels moved by a row or two."""
    rows = evidence.data.train_rows
    if rows is not None and rows > len(table):
        return None  # a selection: neighbours in it are no neighbours in the file
    for shift in SHIFTS:
        skill = left_out(Table(x=table.x, y=table.y.roll(shift), classes=table.classes).thinned())
        if skill.above > KNOWN and skill.sure > SURE:
            return Verdict(
                measured=f"with the labels moved by {abs(shift)} row{'s' if abs(shift) > 1 else ''} a simple model "
                f"finds them ({_told(skill)}), as they are it does not",
                confidence=0.97,
                remedy=f"labels = labels.roll({shift}) undoes it; look for a slice or a header that only one of both "
                "lost",
            )
    return None


def _rule(
    title: str, phases: tuple[Phase, ...], measured_by: Callable[[Evidence], Verdict | None], threshold: str
) -> Rule:
    return Rule(
        cause="labels_misaligned",
        title=title,
        stage=Stage.LABELS,
        phases=phases,
        measure=measured_by,
        measures="what simple models (7 nearest neighbours, ridge regression) find of each row's answer from other "
        "rows of the same part; also with the labels moved by one or two rows",
        threshold=threshold,
        origin="chance is Σ p q for classes; 5 standard errors are exceeded once in 3 million times",
        reason="Rows and labels were shuffled, sorted or cut apart from one another. A network can learn such pairs "
        "by heart, and what it has learnt holds for no other row.",
        remedy="change the order of inputs and labels together: x, y = x[order], y[order]",
        see=("experiment label_noise", "experiment overfitting"),
        explains=(
            "overfitting",
            "label_noise",
            "under_trained",
            "capacity_too_small",
            "lr_too_low",
            "lr_too_high",
            "preprocessing_mismatch",
            "labels_swapped",
            "dropout_too_high",
            "batch_too_large",
            "metric_threshold_on_logits",
            "dead_relu",
            "class_imbalance",
        ),
        cost="nearest neighbours and a linear model of up to 1500 rows of each part",
        cases=("B07",),
    )


RULES: Final = (
    _rule(
        "Labels belong to other rows",
        ("before",),
        measure,
        f"above {KNOWN:.0%} of what there is above chance in one part, below {UNKNOWN:.0%} in the other",
    ),
    _rule(
        "Labels that nothing explains",
        ("after",),
        measure_after,
        f"above {LEARNT:.0%} on training rows, below {UNKNOWN:.0%} on validation rows and for simple models",
    ),
)

"""Some training labels are wrong, wherever they lie."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.tables import Table, table_of
from pellucid.diagnosis.witnesses import Skill, across, nearest, shares, standardised, within

ROWS: Final = 100
GAP: Final = 0.08  # of accuracy, by which validation rows are known better than training rows are from one another
SURE: Final = 4.0  # standard errors of the gap
MANY: Final = 25  # neighbours whose vote is the denoised label
DEEP: Final = 0.4  # of the rows: those whose neighbours are surest
SHALLOW: Final = (0.6, 0.8)  # of the rows, from the surest to the least sure; the last fifth is borders in any data
NOISY: Final = 0.08  # of the deepest rows have another label
WRONG: Final = 8  # of them, at least
EVEN: Final = 0.67  # times the share among the shallow rows: noise falls everywhere alike, overlap only at the borders
KNOWN: Final = 0.2  # of what is above chance: the labels must mean something


def measure(evidence: Evidence) -> Verdict | None:
    """Compare what simple models know of training rows, validation rows, and of rows amid others of one class."""
    table, variation = table_of(evidence), evidence.data.variation
    if table is None or not table.classes or len(table) < ROWS or (variation is not None and variation.varies):
        return None
    inside = within(evidence, "train")
    if inside is None or inside.above < KNOWN:
        return None
    return _cleaner_validation(evidence, inside) or _wrong_amid_others(table.thinned())


def _cleaner_validation(evidence: Evidence, inside: Skill) -> Verdict | None:
    """Find validation rows that are known better than the training rows themselves: their labels are cleaner."""
    skill, train, held = across(evidence), table_of(evidence), table_of(evidence, "validation")
    if skill is None or train is None or held is None or skill.rows < ROWS / 2:
        return None
    train, held = train.thinned(), held.thinned()
    distinct = (torch.cdist(standardised(held.x, train.x), standardised(train.x, train.x)) > 0).all(1)  # no copies
    if int(distinct.sum()) < ROWS / 2:
        return None
    score = float((skill.guesses == held.y)[distinct].float().mean())
    error = (inside.score * (1 - inside.score) * (1 / inside.rows + 1 / int(distinct.sum()))) ** 0.5
    if score - inside.score < max(GAP, SURE * error) or _other_mixture(train, held):
        return None
    return Verdict(
        measured=f"a simple model of the training rows is right for {score:.0%} of the validation rows, but only for "
        f"{inside.score:.0%} of the training rows, each answered from the others: about "
        f"{1 - inside.score / score:.0%} of the training labels are wrong",
        confidence=0.9,
    )


def _other_mixture(train: Table, held: Table) -> bool:
    """Return whether the classes come in other shares, so that one part may be easier."""
    one, other = (torch.bincount(part.y, minlength=train.classes) / len(part) for part in (train, held))
    return float((one - other).abs().sum()) / 2 > 0.2  # noqa: PLR2004


def _wrong_amid_others(table: Table) -> Verdict | None:
    """Find wrong labels in the middle of other classes: where neighbours are surest, as often as elsewhere."""
    x = standardised(table.x, table.x)
    votes = shares(x, table.y, x, table.classes, leave_out=True, k=MANY)
    top = votes.topk(2, dim=1).values
    surest = (top[:, 0] - top[:, 1]).argsort(descending=True)
    wrong = votes.argmax(1) != table.y
    count = len(surest)
    deep = wrong[surest[: int(DEEP * count)]].float()
    shallow = wrong[surest[int(SHALLOW[0] * count) : int(SHALLOW[1] * count)]].float()
    inner, outer = float(deep.mean()), float(shallow.mean())
    if inner < NOISY or float(deep.sum()) < WRONG or inner < EVEN * outer or not _agree(x, table, votes):
        return None
    return Verdict(
        measured=f"{inner:.0%} of the rows that lie deepest among rows of one other class have a label of their own, "
        f"{outer:.0%} of the rows nearer to borders",
        confidence=0.65,
    )


def _agree(x: Tensor, table: Table, votes: Tensor) -> bool:
    """Return whether denoised labels are found by fewer neighbours too: then the classes do keep apart."""
    said = votes.argmax(1)
    again = nearest(x, said, x, table.classes, leave_out=True)
    return float((again == said).float().mean()) > 0.9  # noqa: PLR2004


RULE: Final = Rule(
    cause="label_noise",
    title="Wrong labels among the training rows",
    stage=Stage.LABELS,
    phases=("before",),
    measure=measure,
    measures="how often simple models (nearest neighbours, ridge regression) of other training rows contradict a "
    "label, near borders and far from them, and the same for validation rows",
    threshold=f"validation rows known better by {GAP:.0%}; or {NOISY:.0%} contradicted amid one other class, and at "
    f"least {EVEN:g} times as many as near borders",
    origin="closed form: labels exchanged at random are contradicted everywhere alike, overlapping classes only "
    "where they meet; 4 standard errors",
    reason="A network first learns what most rows say, and then each wrong label by heart: training gets better "
    "while validation gets worse.",
    remedy="look at the rows that simple models contradict; else stop early, smooth labels, or use a loss that bends "
    "less",
    severity="warning",
    see=("experiment label_noise", "experiment overfitting"),
    explains=("overfitting", "under_trained", "capacity_too_small", "dropout_too_high", "weight_decay_too_high"),
    cost="nearest neighbours and a linear model of up to 1500 rows",
)

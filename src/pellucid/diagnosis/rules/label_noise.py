"""Some training labels are wrong, wherever they lie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.finding import Phase
from pellucid.diagnosis.looking import evenly
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.scoring import score_of
from pellucid.diagnosis.tables import Table, table_of
from pellucid.diagnosis.witnesses import Skill, across, fitted, nearest, shares, standardised, within

ROWS: Final = 100
GAP: Final = 0.08  # of accuracy, by which validation rows are known better than training rows are from one another
SURE: Final = 4.0  # standard errors of the gap
MANY: Final = 25  # neighbours whose vote is the denoised label
DEEP: Final = 0.4  # of the rows: those whose neighbours are surest
SHALLOW: Final = (0.6, 0.8)  # of the rows, from the surest to the least sure; the last fifth is borders in any data
NOISY: Final = 0.08  # of the deepest rows have another label
WRONG: Final = 8  # of them, at least
EVEN: Final = 0.67  # times the share among the shallow rows: noise falls everywhere alike, overlap only at the borders
JUDGED: Final = 2048  # rows of each part that the network is asked about
PROBED: Final = 64  # rows that a look judges at least
LATE: Final = 8  # times the step: looks of the first eighth say little
WELL: Final = 0.4  # of what there is above the largest class: the network must know validation rows that well
ODD: Final = 1.5  # times as large squared errors, where the targets are numbers, with deviations that are about alike
MANY_ROWS: Final = 200  # validation rows, where the network is the witness
CLEARLY: Final = 0.2  # of the rows that it is surest of have another label
STRICTLY: Final = 0.75  # times the share among the less sure
KNOWN: Final = 0.2  # of what is above chance: the labels must mean something
CARRIED: Final = 0.4  # the same of validation rows, where so many labels are wrong that training rows say less
OF_TWO: Final = 0.15  # of the deepest rows, where there are two classes: a yes that is a matter of chance is frequent
FAR: Final = 3.0  # interquartile ranges from the median: of a normal distribution 1 in 20,000 lies beyond
FEWER: Final = 0.25  # times the share of such targets among validation rows
MOST: Final = 0.25  # of the training targets


def measure(evidence: Evidence) -> Verdict | None:
    """Compare what simple models know of training rows, validation rows, and of rows amid others of one class."""
    table, variation = table_of(evidence), evidence.data.variation
    if table is None or len(table) < ROWS or (variation is not None and variation.varies):
        return None
    if not table.classes:
        return _far_off(table, table_of(evidence, "validation")) or _cleaner_numbers(evidence)
    inside, over = within(evidence, "train"), across(evidence)
    if inside is None or (inside.above < KNOWN and (over is None or over.above < CARRIED)):
        return None
    found = _cleaner_validation(evidence, inside)
    if found is not None or inside.above < KNOWN:
        return found
    return _wrong_amid_others(table.thinned(), noisy=OF_TWO if table.classes == 2 else NOISY)  # noqa: PLR2004


def measure_after(evidence: Evidence) -> Verdict | None:
    """Take the network for the witness: it knows validation rows better than the rows that it was trained on."""
    train, held, variation = table_of(evidence), table_of(evidence, "validation"), evidence.data.variation
    if train is None or held is None or not train.classes or min(len(train), len(held)) < ROWS / 2:
        return None
    if (variation is not None and variation.varies) or _other_mixture(train, held):
        return None
    least = WELL + (1 - WELL) * float(torch.bincount(held.y).max()) / len(held)
    found = _now(evidence) or _earlier(evidence)
    if found is None or found[2] < least:
        return _seen_by_network(evidence, held)
    step, own, other, error = found
    if other - own < max(GAP, SURE * error):
        return _seen_by_network(evidence, held)
    return Verdict(
        measured=f"after step {step} the network is right for {other:.0%} of the validation rows, but only for "
        f"{own:.0%} of the rows that it is trained on: about {1 - own / other:.0%} of the training labels are wrong",
        confidence=0.85,
        step=step,
    )


def _seen_by_network(evidence: Evidence, held: Table) -> Verdict | None:
    """Find many wrong labels among validation rows that are alike for the network, as often amid a class as elsewhere.

    Of two classes the network says one number, along which neighbours say too little.
    """
    double, rows = evidence.double, evidence.data.validation
    if double is None or rows is None or len(torch.unique(held.y)) < 3 or len(held) < MANY_ROWS:  # noqa: PLR2004
        return None
    outputs = double.outputs(evenly(rows, len(held)))
    if outputs is None or outputs.ndim != 2 or len(outputs) != len(held) or not bool(torch.isfinite(outputs).all()):  # noqa: PLR2004
        return None
    table = Table(x=outputs.float(), y=held.y, classes=held.classes).thinned()
    return _wrong_amid_others(table, noisy=CLEARLY, even=STRICTLY, known=KNOWN)


def _now(evidence: Evidence) -> tuple[int, float, float, float] | None:
    """Return the step, the scores on training and on validation rows, and the standard error of their difference.

    None where they are about equal.
    """
    double, parts = evidence.double, (evidence.data.train, evidence.data.validation)
    if double is None:
        return None
    scores, rows = [], []
    for part in parts:
        some = None if part is None else evenly(part, JUDGED)
        outputs = None if some is None else double.outputs(some)
        score = None if outputs is None or some is None else score_of(outputs, some.targets, evidence.program.loss_fn)
        if score is None or some is None:
            return None
        scores.append(score)
        rows.append(len(some))
    return _compared(evidence.steps_taken, scores[0], scores[1], rows) if scores[1] > scores[0] + GAP else None


def _earlier(evidence: Evidence) -> tuple[int, float, float, float] | None:
    """Return the same of the look at which the scores differ most, before the wrong labels were learnt by heart."""
    looks = [one for one in evidence.looks if one.score is not None and one.validation_score is not None]
    best = max(looks, key=lambda one: (one.validation_score or 0.0) - (one.score or 0.0), default=None)
    if best is None or best.score is None or best.validation_score is None or best.step * LATE < evidence.steps_taken:
        return None
    return _compared(best.step, best.score, best.validation_score, [PROBED, PROBED])


def _compared(step: int, own: float, other: float, rows: list[int]) -> tuple[int, float, float, float]:
    middle = (own + other) / 2
    return step, own, other, (middle * (1 - middle) * sum(1 / one for one in rows)) ** 0.5


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


def _far_off(train: Table, held: Table | None) -> Verdict | None:
    """Find training targets far from all others, of a kind that hardly occurs among validation rows."""
    if held is None:
        return None
    low, middle, high = train.y.quantile(torch.tensor([0.25, 0.5, 0.75]))
    far, other = ((part.y - middle).abs() > FAR * (high - low) for part in (train, held))
    share, beside = float(far.float().mean()), float(other.float().mean())
    if min(share * len(train), share * len(held)) < WRONG or share > MOST or beside > FEWER * share:
        return None
    skill = fitted(train.take(~far).thinned(), held.take(~other).thinned())
    if skill.above < CARRIED:
        return None
    return Verdict(
        measured=f"{share:.1%} of the training targets lie more than {FAR:g} interquartile ranges from their median, "
        f"{beside:.1%} of the validation targets; a simple model of the other training rows explains "
        f"{skill.score:.0%} of the variance of the validation targets (R²)",
        confidence=0.9,
        remedy="look at these targets: a decimal point, a unit, or a code for a missing value; or take a loss that "
        "they do not rule, nn.HuberLoss()",
    )


def _cleaner_numbers(evidence: Evidence) -> Verdict | None:
    """Find targets that are numbers, and far more often wrong among training rows than among validation rows."""
    inside, over = within(evidence, "train"), across(evidence)
    train, held = table_of(evidence), table_of(evidence, "validation")
    if inside is None or over is None or train is None or held is None or min(inside.above, over.above) < KNOWN:
        return None
    y, y_held = train.thinned().y, held.thinned().y
    if not 1 / ODD < float(y.var() / y_held.var()) < ODD or len(y_held) < ROWS / 2:
        return None
    errors, clean = (y - inside.guesses).square(), (y_held - over.guesses).square()
    gap = float(errors.mean() - clean.mean())
    uncertain = float((errors.var() / len(errors) + clean.var() / len(clean)).sqrt())
    if gap < SURE * uncertain or float(errors.mean()) < ODD * float(clean.mean()):
        return None
    return Verdict(
        measured=f"a simple model of the training rows explains {over.score:.0%} of the variance of the validation "
        f"targets (R²), but only {inside.score:.0%} among the training rows, each answered from the others",
        confidence=0.8,
    )


def _other_mixture(train: Table, held: Table) -> bool:
    """Return whether the classes come in other shares, so that one part may be easier."""
    one, other = (torch.bincount(part.y, minlength=train.classes) / len(part) for part in (train, held))
    return float((one - other).abs().sum()) / 2 > 0.2  # noqa: PLR2004


def _wrong_amid_others(table: Table, *, noisy: float = NOISY, even: float = EVEN, known: float = 0.0) -> Verdict | None:
    """Find wrong labels in the middle of other classes: where neighbours are surest, as often as elsewhere."""
    x = standardised(table.x, table.x)
    votes = shares(x, table.y, x, table.classes, leave_out=True, k=MANY)
    top = votes.topk(2, dim=1).values
    surest = (top[:, 0] - top[:, 1]).argsort(descending=True)
    wrong = votes.argmax(1) != table.y
    count, chance = len(surest), float(torch.bincount(table.y).max()) / len(table)
    if float((~wrong).float().mean()) < chance + known * (1 - chance):  # nothing is known of any label
        return None
    deep = wrong[surest[: int(DEEP * count)]].float()
    shallow = wrong[surest[int(SHALLOW[0] * count) : int(SHALLOW[1] * count)]].float()
    inner, outer = float(deep.mean()), float(shallow.mean())
    if inner < noisy or float(deep.sum()) < WRONG or inner < even * outer or not _agree(x, table, votes):
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


def _rule(
    title: str, phases: tuple[Phase, ...], measured_by: Callable[[Evidence], Verdict | None], who: str, cost: str
) -> Rule:
    return Rule(
        cause="label_noise",
        title=title,
        stage=Stage.LABELS,
        phases=phases,
        measure=measured_by,
        measures=f"how often {who} contradicts a label, near borders and far from them, and the same for validation "
        "rows",
        threshold=f"validation rows known better by {GAP:.0%}; or {NOISY:.0%} contradicted amid one other class "
        f"({OF_TWO:.0%} where there are only two), and at least {EVEN:g} times as many as near borders; where the "
        f"network is the witness {CLEARLY:.0%} and {STRICTLY:g}; or targets {FAR:g} interquartile ranges "
        f"off, {1 / FEWER:g} times as many as in validation",
        origin="closed form: labels exchanged at random are contradicted everywhere alike, overlapping classes only "
        "where they meet; 4 standard errors",
        reason="A network first learns what most rows say, and then each wrong label by heart: training gets better "
        "while validation gets worse.",
        remedy="look at the rows that are contradicted; else stop early, smooth labels, or use a loss that bends less",
        severity="warning",
        see=("experiment label_noise", "experiment overfitting"),
        explains=("overfitting", "under_trained", "capacity_too_small", "dropout_too_high", "weight_decay_too_high"),
        cost=cost,
    )


RULES: Final = (
    _rule(
        "Wrong labels among the training rows",
        ("before",),
        measure,
        "a simple model (nearest neighbours, ridge regression) of other training rows",
        "nearest neighbours and a linear model of up to 1500 rows",
    ),
    _rule(
        "Labels that contradict the network",
        ("after",),
        measure_after,
        "the network itself",
        "one pass over the validation rows that were kept",
    ),
)

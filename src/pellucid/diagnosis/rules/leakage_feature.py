"""A feature that gives the answer away."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.tables import Table, table_of
from pellucid.diagnosis.witnesses import left_out

ROWS: Final = 60
WIDE: Final = 256  # columns: of more, each is not looked at by itself
COLUMNS: Final = 3  # with fewer, one column may well be all there is to say
ALONE: Final = 0.95  # accuracy of one column alone
CERTAIN: Final = 0.99  # R² of one column alone
MONOTONE: Final = 0.999  # R² of the ranks: the column is a function of the target
ROUNDING: Final = 1e-6  # of a column's size: smaller steps are not to be told from equal numbers
FLOAT: Final = 2.0**-23  # of a number's size: what float32 cannot tell apart
WITHOUT: Final = 0.9  # times that, of a simple model of all other columns
FAR_OUT: Final = 12.0  # the same where the other columns know the answer nearly as well: less than 0.98 of it
NEARLY: Final = 0.98
STANDS_OUT: Final = 3.0  # times as far apart as in any other column
APART: Final = 5.0  # standard deviations within the classes, between their means; halves of a normal: 2.7


def measure(evidence: Evidence) -> Verdict | None:
    """Find a column that alone says the answer, while all the others together do not."""
    table = table_of(evidence) if _has_columns(evidence) else None
    if table is None or len(table) < ROWS or table.x.shape[1] < COLUMNS or len(torch.unique(table.y)) < 2:  # noqa: PLR2004
        return None
    table = table.thinned()
    scores = _class_scores(table) if table.classes else _number_scores(table)
    best = int(scores.argmax())
    alone = float(scores[best])
    if alone < (ALONE if table.classes else CERTAIN):
        return _indicators(table)
    keep = torch.arange(table.x.shape[1]) != best
    others = left_out(Table(x=table.x[:, keep], y=table.y, classes=table.classes))
    if others.score > WITHOUT * alone and not _is_copy(table, best) and not _stands_out(table, best, others.score):
        return None
    return _verdict(str(best), f"{alone:.1%}" if table.classes else f"R² {alone:.3f}", others.score, table)


def _has_columns(evidence: Evidence) -> bool:
    """Return whether the inputs are a table or pictures: in a sequence or a text one place may well be the answer."""
    train = evidence.data.train
    if train is None or train.axis or len(train.inputs) > 1 or not train.inputs[0].is_floating_point():
        return False
    if isinstance(train.targets, Tensor) and train.targets.shape == train.inputs[0].shape:
        return False  # the inputs are to be given back: an autoencoder
    return train.inputs[0].ndim in (2, 4)


def _stands_out(table: Table, column: int, without: float) -> bool:
    """Return whether the classes are far more apart in this column than in any other, which are not enough."""
    if not table.classes or without > NEARLY:
        return False
    gaps = _apart_by(table)
    own = float(gaps[column])
    gaps[column] = 0.0
    return own > FAR_OUT and own > STANDS_OUT * float(gaps.max())


def _is_copy(table: Table, column: int) -> bool:
    """Return whether the column has one value for each of three or more classes."""
    pairs = torch.unique(torch.stack([table.y.double(), table.x[:, column].double()], 1), dim=0)
    classes = torch.unique(table.y)
    return len(classes) > 2 and len(pairs) == len(classes) == len(torch.unique(pairs[:, 1]))  # noqa: PLR2004


def _verdict(which: str, alone: str, without: float, table: Table) -> Verdict:
    rest = f"{without:.1%}" if table.classes else f"R² {without:.3f}"
    return Verdict(
        measured=f"column {which} of the inputs (counted from 0) alone gives the answer ({alone}); a simple model of "
        f"all other columns reaches {rest}",
        confidence=0.9,
        remedy=f"leave column {which} out, unless it will be known when the network is used",
    )


def _class_scores(table: Table) -> Tensor:
    """Return for each column the accuracy of the nearest class mean, 0 where the classes do not keep apart in it."""
    means, widths, there = _moments(table)
    gaps = means.sort(0).values.diff(dim=0).amin(0)
    apart = (gaps > APART * widths.amax(0)) & (gaps > 1e-6 * means.abs().amax(0))
    scores = torch.zeros(table.x.shape[1])
    labels = there.nonzero().flatten()
    counted = [one for one in range(min(table.x.shape[1], WIDE)) if _counts_rows(table.x[:, one])]
    for column in counted:
        scores[column] = (_in_order(table.x[:, column], table.y) == table.y).float().mean()
    for column in apart.nonzero().flatten().tolist():
        guesses = labels[(table.x[:, column, None] - means[:, column]).abs().argmin(1)]
        scores[column] = (guesses == table.y).float().mean()
    return scores


def _moments(table: Table) -> tuple[Tensor, Tensor, Tensor]:
    """Return the means and standard deviations of each class in each column, (k, d), and which classes there are."""
    hot = torch.nn.functional.one_hot(table.y, table.classes).float()
    counts = hot.sum(0)
    there = counts > 0
    means = (hot.T @ table.x)[there] / counts[there, None]
    squares = (hot.T @ table.x.square())[there] / counts[there, None]
    return means, (squares - means.square()).clamp(min=0).sqrt(), there


def _apart_by(table: Table) -> Tensor:
    """Return for each column how many standard deviations within the classes lie between the means, (d,)."""
    means, widths, _ = _moments(table)
    return means.sort(0).values.diff(dim=0).amin(0) / widths.amax(0).clamp(min=1e-12)


def _in_order(column: Tensor, y: Tensor) -> Tensor:
    """Return what the four rows next to each one say when all are sorted by the column."""
    order = column.argsort()
    sorted_y = y[order]
    beside = torch.stack([sorted_y.roll(shift) for shift in (-2, -1, 1, 2)])
    guesses = torch.empty_like(y)
    guesses[order] = beside.mode(0).values
    return guesses


def _counts_rows(column: Tensor) -> bool:
    """Return whether a column, but for its scale, is a number that each row has for itself: a whole one, once."""
    steps = column.double().sort().values.diff()
    unit = float(steps.min())
    size = float(column.abs().max())
    if unit <= ROUNDING * size:
        return False
    off = (steps / unit - (steps / unit).round()).abs()
    return bool((off < 0.05 + 2 * FLOAT * size / unit).all()) and float(steps.sum()) / unit < FLOAT**-1 / 50


def _number_scores(table: Table) -> Tensor:
    """Return for each column the square of its correlation with the target, or of their ranks where these agree."""
    linear = _squared_correlation(table.x, table.y)
    if table.x.shape[1] > WIDE or len(torch.unique(table.y)) < len(table) / 2:
        return linear
    ranks = _squared_correlation(table.x.argsort(0).argsort(0).float(), table.y.argsort().argsort().float())
    return torch.where(ranks > MONOTONE, torch.maximum(ranks, linear), linear)


def _squared_correlation(x: Tensor, y: Tensor) -> Tensor:
    x, y = x - x.mean(0), y - y.mean()
    spread = x.square().sum(0) * y.square().sum()
    return torch.where(spread > 0, (x.T @ y).square() / spread.clamp(min=1e-30), torch.zeros(()))


def _indicators(table: Table) -> Verdict | None:
    """Find columns that are the one-hot code of the class."""
    classes = torch.unique(table.y)
    if not table.classes or len(classes) < 3:  # noqa: PLR2004  (of two, one column tells)
        return None
    x = table.x - table.x.mean(0)
    hot = torch.nn.functional.one_hot(table.y, table.classes).float()[:, classes]
    hot = hot - hot.mean(0)
    norms = x.norm(dim=0).clamp(min=1e-12)[:, None] * hot.norm(dim=0)
    best = (x.T @ hot / norms).abs().max(0)
    columns = torch.unique(best.indices)
    if float(best.values.min()) < CERTAIN or len(columns) < len(classes):
        return None
    keep = torch.ones(table.x.shape[1], dtype=torch.bool)
    keep[columns] = False
    without = left_out(Table(x=table.x[:, keep], y=table.y, classes=table.classes)).score if bool(keep.any()) else 0.0
    return None if without > WITHOUT else _verdict(", ".join(map(str, columns.tolist())), "100.0%", without, table)


RULE: Final = Rule(
    cause="leakage_feature",
    title="A feature gives the answer away",
    stage=Stage.LABELS,
    phases=("before",),
    measure=measure,
    measures="for each column the accuracy (or R²) of an answer from it alone, and a simple model of all other columns",
    threshold=f"{ALONE:.0%} alone (R² {CERTAIN:g}; {MONOTONE:g} of the ranks), with class means {APART:g} standard "
    f"deviations apart unless each row has a whole number of its own in the column, and less than "
    f"{WITHOUT:.0%} of it without; or {FAR_OUT:g} standard deviations apart, {STANDS_OUT:g} times as many as in any "
    f"other column, and less than {NEARLY:.0%} without",
    origin="chosen: copies of the label, also with some noise, keep classes apart by more; a label made by cutting a "
    "normal column in two gives 2.7, a uniform one 3.5 (closed form)",
    reason="A column that was made from the label, or after it was known, makes validation look perfect. It will be "
    "missing or meaningless when the network is used.",
    remedy="leave the column out, unless it will be known when the network is used",
    severity="warning",
    see=("concept mutual_information",),
    explains=("overfitting", "preprocessing_mismatch"),
    cost="one pass over the columns; two simple models where one stands out",
)

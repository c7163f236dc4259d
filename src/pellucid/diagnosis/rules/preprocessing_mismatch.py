"""Validation rows prepared in another way than training rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

from pellucid.diagnosis.evidence import Evidence, Examples
from pellucid.diagnosis.finding import Phase
from pellucid.diagnosis.parts import Sides, sides_of
from pellucid.diagnosis.rule import Rule, Stage, Verdict
from pellucid.diagnosis.rules.split_biased import kolmogorov
from pellucid.diagnosis.tables import Table, as_table, kind_in, table_of
from pellucid.diagnosis.witnesses import across, fitted, within

ROWS: Final = 20
EXACT: Final = 1e-4  # of a standard deviation: a mean of n drawn rows is off by 1 / sqrt(n)
BY_CHANCE: Final = 0.02  # the same error must be at least that large for rows that were only drawn
OTHER_SIZE: Final = 3.0  # times the standard deviation in the middle column
OTHER_LEVEL: Final = 0.5  # standard deviations of the mean in the middle column: then a model is asked
SPARSE: Final = 0.5  # of the numbers 0: then the standard deviations of columns say little
EVERYWHERE: Final = 0.7  # standard deviations in the middle column, and half of it in nine columns of ten
SOME: Final = 0.05  # of accuracy or R², gained where the level is another everywhere
BETTER: Final = 0.15  # of accuracy or R², by giving validation rows the moments of the training rows
LOST: Final = 0.6  # of the skill within the parts is left from one to the other
BENT: Final = 0.15  # Kolmogorov-Smirnov distance in the middle column
KOLMOGOROV: Final = 1.36  # times sqrt(1/n + 1/m), which chance exceeds once in twenty times (Smirnov, 1948)
FEWEST: Final = 5  # columns: of fewer, too few correlations
WIDEST: Final = 256
ALIKE: Final = 0.8  # correlation of the correlations of columns, between two halves of the training rows
UNLIKE: Final = 0.4  # the same between the parts
KNOWN: Final = 0.4
SURE: Final = 5.0


def measure(evidence: Evidence) -> Verdict | None:
    """Compare the moments of the columns in both parts, and what a simple model carries over from one to the other."""
    sides = sides_of(evidence)
    if sides is None or min(len(sides.train), len(sides.held)) < ROWS or not bool(sides.varying.any()):
        return None
    return (
        _each_by_itself(evidence, sides)
        or _other_channels(evidence)
        or _other_scale(evidence, sides)
        or _other_shape(evidence, sides)
        or _other_columns(sides)
        or _nothing_carries_over(evidence)
    )


def _each_by_itself(evidence: Evidence, sides: Sides) -> Verdict | None:
    """Find parts that were each standardised, or brought between 0 and 1, with their own statistics."""
    few = 1 / math.sqrt(len(sides.held)) < BY_CHANCE
    varying = sides.varying
    parts = [one[:, varying] for one in (sides.train, sides.held)]
    if few or (evidence.data.variation is not None and evidence.data.variation.varies):
        return None
    if (evidence.data.validation_rows or len(sides.held)) > len(sides.held):
        return None  # a selection of the rows: their statistics are not those that were used
    if (evidence.data.train_rows or len(sides.train)) <= len(sides.train) and not _standard(parts[0]):
        return _each_between(parts)
    if not _standard(parts[1]):
        return _each_between(parts)
    chance = 1 / math.sqrt(len(sides.held))
    return Verdict(
        measured="every column has mean 0 and standard deviation 1 among the training rows and again among the "
        f"{len(sides.held)} validation rows, within {EXACT:g}; with the training rows' statistics, means would differ "
        f"by about {chance:.2f}",
        confidence=0.95,
        remedy="scaler.fit(train); scaler.transform(train); scaler.transform(validation)",
    )


def _standard(x: Tensor) -> bool:
    """Return whether all columns are standardised to the last digits, with n or n - 1 in the variance."""
    mean = x.double().mean(0)
    spreads = [x.double().std(0, correction=one) for one in (0, 1)]
    return bool((mean.abs() < EXACT).all()) and any(bool(((one - 1).abs() < EXACT).all()) for one in spreads)


def _each_between(parts: list[Tensor]) -> Verdict | None:
    """Find columns of continuous numbers that run exactly from one bound to another in both parts."""
    lows, highs = [one.amin(0) for one in parts], [one.amax(0) for one in parts]
    low, high = float(lows[0][0]), float(highs[0][0])
    bounds = all(bool(((one - low).abs() < EXACT).all()) for one in lows)
    bounds = bounds and all(bool(((one - high).abs() < EXACT).all()) for one in highs)
    continuous = sum(len(torch.unique(column)) >= len(parts[1]) / 2 for column in parts[1].T[:64])
    if not bounds or continuous < min(2, parts[1].shape[1]):
        return None
    return Verdict(
        measured=f"every column runs exactly from {low:.3g} to {high:.3g} among the training rows and again among the "
        "validation rows: each part was scaled by its own extremes",
        confidence=0.93,
        remedy="scaler.fit(train); scaler.transform(train); scaler.transform(validation)",
    )


def _other_scale(evidence: Evidence, sides: Sides) -> Verdict | None:
    """Find validation rows of another size or level in most columns, where the other moments make a model fail."""
    train, held = sides.train[:, sides.varying], sides.held[:, sides.varying]
    spread, other = train.std(0, correction=0), held.std(0, correction=0)
    size = float((other / spread).log().median().exp())
    levels = (held.mean(0) - train.mean(0)).abs() / spread
    level = float(levels.median())
    everywhere = level > EVERYWHERE and float(levels.quantile(0.1)) > EVERYWHERE / 2
    far = not 1 / OTHER_SIZE < size < OTHER_SIZE
    if not far and 1 / OTHER_SIZE**0.3 < size < OTHER_SIZE**0.3 and level < OTHER_LEVEL:
        return None
    gain = _gain(evidence)
    if far and float((train == 0).float().mean()) > SPARSE:
        far = False
    if not far and (gain is None or gain < (SOME if everywhere else BETTER)):
        return None
    return Verdict(
        measured=f"in the middle column the standard deviation of validation rows is {size:.3g} times that of training "
        f"rows, and their mean {level:.2g} standard deviations away"
        + (f"; brought to the same moments, a simple model gains {gain:.2f}" if gain is not None else ""),
        confidence=0.93 if gain is not None else 0.85,
    )


def _other_shape(evidence: Evidence, sides: Sides) -> Verdict | None:
    """Find columns that were bent in one part only, as by a logarithm, where undoing it helps a model."""
    train, held = sides.train[:, sides.varying], sides.held[:, sides.varying]
    noise = math.sqrt(1 / len(train) + 1 / len(held))
    apart = sorted(kolmogorov(one, other) for one, other in zip(train.T[:64], held.T[:64], strict=True))
    middle = apart[len(apart) // 2]
    if middle < max(BENT, 2 * KOLMOGOROV * noise):
        return None
    gain = _gain(evidence, bend=True)
    if gain is None or gain < SOME or gain * 2 * math.sqrt(len(held)) < SURE / 2:
        return None
    return Verdict(
        measured=f"the distributions of the middle column are {middle:.2f} apart (Kolmogorov-Smirnov), by chance "
        f"{noise:.2f}; with validation rows bent to the distributions of the training rows, a simple model gains "
        f"{gain:.2f}",
        confidence=0.85,
    )


def _other_columns(sides: Sides) -> Verdict | None:
    """Find columns that go together in another way in validation: they stand in another order."""
    train, held = sides.train[:, sides.varying], sides.held[:, sides.varying]
    if sides.pictures or not FEWEST <= train.shape[1] <= WIDEST or len(held) < train.shape[1]:
        return None
    above = torch.triu_indices(train.shape[1], train.shape[1], 1)
    own, odd, other = (
        torch.nan_to_num(torch.corrcoef(part.T))[above[0], above[1]] for part in (train[::2], train[1::2], held)
    )
    inside = float(torch.corrcoef(torch.stack([own, odd]))[0, 1])
    across_parts = float(torch.corrcoef(torch.stack([own, other]))[0, 1])
    if not inside > ALIKE or across_parts > UNLIKE:
        return None
    return Verdict(
        measured=f"how columns go together (their correlations with one another) agrees by {inside:.2f} within the "
        f"training rows, and by {across_parts:.2f} between training and validation rows",
        confidence=0.93,
        remedy="the same order of columns for all parts: frame[columns], with one list of names",
    )


def _other_channels(evidence: Evidence) -> Verdict | None:
    """Find pictures whose colours come in the other order: blue, green, red."""
    train, held, plain = table_of(evidence), evidence.data.validation, across(evidence)
    kind = None if evidence.contract is None else kind_in(evidence.contract)
    if train is None or held is None or plain is None or held.inputs[0].ndim != 4 or held.inputs[0].shape[1] != 3:  # noqa: PLR2004
        return None
    turned = as_table(Examples((held.inputs[0].flip(1), *held.inputs[1:]), held.targets), kind, train.classes)
    if turned is None or len(turned) < ROWS:
        return None
    gain = fitted(train.thinned(), turned.thinned()).score - plain.score
    if gain < BETTER or gain * 2 * math.sqrt(min(len(turned), plain.rows)) < SURE:
        return None
    return Verdict(
        measured=f"a simple model of the training pictures gains {gain:.2f} on validation pictures when their three "
        "channels are put in the other order",
        confidence=0.95,
        remedy="one order of channels for all parts: x[:, [2, 1, 0]] turns BGR into RGB",
    )


def _gain(evidence: Evidence, *, bend: bool = False) -> float | None:
    """Return what a simple model of the training rows gains on validation rows by giving them the same moments.

    With `bend` the same distributions: the smallest of a column becomes the training rows' smallest, and so on.
    """
    train, held, plain = table_of(evidence), table_of(evidence, "validation"), across(evidence)
    inside = within(evidence, "train")
    if train is None or held is None or plain is None or inside is None or inside.above < KNOWN:
        return None
    train, held = train.thinned(), held.thinned()
    spread, level = held.x.std(0, correction=0), held.x.mean(0)
    scale = torch.where(spread > 0, train.x.std(0, correction=0) / spread.clamp(min=1e-30), 1.0)
    moved = (held.x - level) * scale + train.x.mean(0)
    if bend:
        ranks = held.x.argsort(0).argsort(0).double() / max(1, len(held) - 1)
        moved = train.x.sort(0).values.gather(0, (ranks * (len(train) - 1)).round().long())
    return fitted(train, Table(x=moved, y=held.y, classes=held.classes)).score - plain.score


def _nothing_carries_over(evidence: Evidence) -> Verdict | None:
    """Find parts that each make sense by themselves, while a model of one knows little of the other."""
    one, other, over = within(evidence, "train"), within(evidence, "validation"), across(evidence)
    if one is None or other is None or over is None or min(one.rows, other.rows) < ROWS:
        return None
    least = min(one.above, other.above)
    if least < KNOWN or other.sure < SURE or over.above > LOST * least:
        return None
    if (least - over.above) * 2 * math.sqrt(over.rows) < SURE:  # an accuracy is at most 1 / (2 sqrt(n)) uncertain
        return None
    return Verdict(
        measured=f"a simple model finds {least:.0%} above chance within each part, but from the training rows to the "
        f"validation rows {max(over.above, 0.0):.0%}",
        confidence=0.75,
        remedy="put all parts through one and the same function: same scaling, order of columns, channels, vocabulary",
    )


def measure_during(evidence: Evidence) -> Verdict | None:
    """Compare the size of what the network gets in training and in evaluation, beyond what the loaders give."""
    sides = sides_of(evidence)
    steps = [one for one in evidence.steps if one.input_std is not None and one.training is not False]
    passes = [one for one in evidence.passes if one.input_std is not None and not one.gradients and not one.training]
    if sides is None or len(steps) < 3 or not passes:  # noqa: PLR2004
        return None
    given = float(sides.held.std(correction=0)) / max(float(sides.train.std(correction=0)), 1e-12)
    spreads = [[one.input_std or 0.0 for one in part] for part in (steps, passes)]
    got = _middle(spreads[1]) / max(_middle(spreads[0]), 1e-12)
    if not (given > 0 and math.isfinite(got)) or 1 / 3 < got / given < 3:  # noqa: PLR2004
        return None
    return Verdict(
        measured=f"the inputs of the network have standard deviation {_middle(spreads[0]):.3g} in training steps and "
        f"{_middle(spreads[1]):.3g} in evaluation passes, while the loaders' rows differ by a factor of {given:.2g} "
        "only",
        confidence=0.95,
        remedy="scale in the dataset, or in the network, once for all: not in the training loop",
    )


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _rule(
    title: str, phases: tuple[Phase, ...], measured_by: Callable[[Evidence], Verdict | None], threshold: str
) -> Rule:
    return Rule(
        cause="preprocessing_mismatch",
        title=title,
        stage=Stage.LABELS,
        phases=phases,
        measure=measured_by,
        measures="mean, standard deviation, range and distribution of each column in both parts, and how columns go "
        "together; what a simple model of the "
        "training rows knows of validation rows as they are and brought to the same moments; the size of what the "
        "network gets",
        threshold=threshold,
        origin="closed form: the mean of n rows that were drawn, and not centred, is 1 / sqrt(n) off",
        reason="The network learns what it gets in training. Rows that were scaled, ordered or encoded in another "
        "way are other numbers to it, and a shift that matters may have been taken out.",
        remedy="fit every step of the preparation on the training rows, and apply it to all parts",
        see=("experiment standardization",),
        explains=("overfitting", "metric_threshold_on_logits", "labels_swapped", "missing_eval_mode", "under_trained"),
        cost="moments of each column; two simple models",
        cases=("E07",),
    )


RULES: Final = (
    _rule(
        "Validation prepared in another way",
        ("before",),
        measure,
        f"moments exact to {EXACT:g} in both parts; {BETTER:g} gained with the same moments, or {SOME:g} with the same "
        f"distributions; correlations of columns that agree by less than {UNLIKE:g}; or less than {LOST:.0%} of the "
        "skill carried over",
    ),
    _rule("Scaled in training, not in evaluation", ("during",), measure_during, "a factor of 3"),
)

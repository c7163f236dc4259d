"""Choosing the task of one target: from its values, or as the user wishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, cast

import numpy as np

from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision
from pellucid.tasks.binary import Binary
from pellucid.tasks.catalogue import CLASSIFICATION, COUNT
from pellucid.tasks.classes import check_classes, order_classes, warn_of_imbalance, warn_of_rare_classes
from pellucid.tasks.counts import counts_of
from pellucid.tasks.dispersion import measure_dispersion
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.multilabel import Multilabel
from pellucid.tasks.negative_binomial import NegativeBinomial
from pellucid.tasks.poisson import Poisson
from pellucid.tasks.recognise import recognise_numbers
from pellucid.tasks.regression import Regression, piled_up
from pellucid.tasks.settings import TaskSettings
from pellucid.tasks.task import Floats, Target, Task
from pellucid.tasks.values import class_counts, holds_numbers, listed, numbers_of

TWO: Final = 2
MOST_OFFERED_CLASSES: Final = 20  # nobody takes more different numbers for classes
STRONG_SKEW: Final = 2.0  # the skewness of an exponential distribution
COUNT_KINDS: Final = (COUNT, Poisson.kind, NegativeBinomial.kind)

ErrorName = Literal["squared", "absolute", "huber"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The task of one target, and what there is to say about it."""

    task: Task
    reason: str
    """Why this task, as a clause that can follow *because*."""
    overrule: str
    notes: tuple[Decision, ...] = ()
    """Decisions beside the task itself."""


def choose_one(target: Target, wish: str | None, settings: TaskSettings, offset: Floats | None) -> Chosen:
    """Return the task of one target.

    Args:
        target: complete: no value is missing, and at least two differ.
        wish: a kind or family, as `catalogue.wish_called` returns it; None: from the values.
        settings: the user's.
        offset: (n,) log exposure.

    Raises:
        DataError: the wish is impossible with these values, or they cannot be learnt from.
        UnknownNameError: `settings.positive` is no class.
    """
    kind, reason = _kind_of(target, offset) if wish is None else (wish, "you asked for it")
    if kind in COUNT_KINDS:
        return _count(target, kind, reason, offset)
    if kind == Regression.kind:
        return _regression(target, reason, settings)
    return _classification(target, kind, reason, settings)


def _kind_of(target: Target, offset: Floats | None) -> tuple[str, str]:
    """Return the kind that the values suggest, and why."""
    if holds_numbers(target.values):
        found = recognise_numbers(numbers_of(target), target.name, has_exposure=offset is not None)
        return found.kind, found.reason
    counts = class_counts(target)
    if len(counts) == TWO:
        return Binary.kind, f"{target.name} holds the two categories {' and '.join(counts)}"
    check_classes(target.name, counts)
    return Multiclass.kind, f"{target.name} holds {len(counts)} categories ({listed(tuple(counts))})"


def _classification(target: Target, kind: str, reason: str, settings: TaskSettings) -> Chosen:
    """Choose between two classes or several."""
    counts = class_counts(target)
    if kind == CLASSIFICATION:
        kind = Binary.kind if len(counts) == TWO else Multiclass.kind
    balanced, smoothing = settings.class_weights == "balanced", settings.label_smoothing or 0.0
    if kind == Multilabel.kind:
        raise DataError(
            f"fit expected several columns of yes or no for --task multilabel, got {target.name} alone: "
            "name more targets, or use --task classification"
        )
    check_classes(target.name, counts)
    overrule = "--task regression" if holds_numbers(target.values) else ""
    if kind == Multiclass.kind:
        several = Multiclass(
            targets=(target.name,), classes=tuple(counts), balanced=balanced, label_smoothing=smoothing
        )
        notes = warn_of_rare_classes(target.name, counts)
        return Chosen(task=several, reason=reason, overrule=overrule, notes=tuple(notes))
    if len(counts) != TWO:
        raise DataError(
            f"fit expected two values of {target.name} for --task binary, got {len(counts)} "
            f"({listed(tuple(counts))}): use --task multiclass"
        )
    classes, decision = order_classes(target.name, counts, settings.positive)
    binary = Binary(targets=(target.name,), classes=classes, balanced=balanced, label_smoothing=smoothing)
    notes = [decision, *warn_of_imbalance(target.name, counts, balanced)]
    return Chosen(task=binary, reason=reason, overrule=overrule, notes=tuple(notes))


def _count(target: Target, kind: str, reason: str, offset: Floats | None) -> Chosen:
    """Choose between Poisson and negative binomial, by the measured dispersion unless the user chose."""
    measured = measure_dispersion(counts_of(target), offset)
    errors = f"{abs(measured.standard_errors):.1f} standard errors"
    said = f"its variance is {measured.ratio:.3g} times its mean {measured.mean:.3g}"
    if offset is not None:
        said = f"at one rate its variance is {measured.ratio:.3g} times its mean"
    allowed = f"{said}, {errors} above Poisson's" if measured.excessive else f"{said}, close to Poisson's"
    if kind == COUNT:
        kind = NegativeBinomial.kind if measured.excessive else Poisson.kind
    task = NegativeBinomial if kind == NegativeBinomial.kind else Poisson
    other = Poisson if kind == NegativeBinomial.kind else NegativeBinomial
    return Chosen(
        task=task(targets=(target.name,)),
        reason=f"{reason}; {allowed}",
        overrule=f"--task {other.kind} or regression",
    )


def _regression(target: Target, reason: str, settings: TaskSettings) -> Chosen:
    """Set up a regression, and say what its values are like."""
    values = numbers_of(target)
    task = Regression(targets=(target.name,), error=cast(ErrorName, settings.loss or "squared"))
    notes = [*_say_capped(target.name, values), *_say_skewed(target.name, values, settings)]
    return Chosen(task=task, reason=reason, overrule=_other_than_regression(values), notes=tuple(notes))


def _other_than_regression(values: Floats) -> str:
    """Return the tasks that these numbers admit too."""
    whole = bool((values == np.floor(values)).all() and values.min() >= 0)
    others = ["count"] * whole + ["classification"] * (len(np.unique(values)) <= MOST_OFFERED_CLASSES)
    return f"--task {' or '.join(others)}" if others else ""


def _say_capped(name: str, values: Floats) -> list[Decision]:
    """Return what to say when the scale ends at a value that many rows hold."""
    few = len(np.unique(values)) <= len(values) ** 0.5  # a scale of few steps has many rows at each of them
    ends = [end for end in (float(values.min()), float(values.max())) if not few and piled_up(values, end)]
    return [
        Decision(
            topic="capped target",
            choice=f"predictions stop at {end:g}",
            reason=f"{100 * float((values == end).mean()):.2g} % of {name} are exactly {end:g}, where its scale ends",
        )
        for end in ends
    ]


def _say_skewed(name: str, values: Floats, settings: TaskSettings) -> list[Decision]:
    """Return what to say when a positive target has a long tail to the right."""
    skewness = float((((values - values.mean()) / values.std()) ** 3).mean())
    if values.min() < 0 or skewness < STRONG_SKEW or settings.loss is not None:
        return []
    return [
        Decision(
            topic="skewed target",
            choice="squared error on the scale of the data",
            reason=f"means are predicted; {name} has a long tail (skewness {skewness:.2g}) whose errors count most",
            overrule="--loss huber or --loss absolute, or take the logarithm of the column",
        )
    ]

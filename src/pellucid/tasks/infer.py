"""Finding the task from the targets, and saying it aloud with the reason and how to overrule it.

No torch here: the task is known before torch needs to be imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pellucid.foundation.errors import DataError, RangeError
from pellucid.foundation.names import unknown_name
from pellucid.foundation.records import Decision
from pellucid.tasks.binary import Binary
from pellucid.tasks.catalogue import wish_called
from pellucid.tasks.choosing import Chosen, choose_one
from pellucid.tasks.counts import Count
from pellucid.tasks.forecast import Forecast
from pellucid.tasks.multiclass import Multiclass
from pellucid.tasks.multilabel import Multilabel
from pellucid.tasks.regression import Regression
from pellucid.tasks.settings import TaskSettings
from pellucid.tasks.several import Several
from pellucid.tasks.task import Floats, Target, Task
from pellucid.tasks.values import class_counts, numbers_of, refuse_missing


def infer(
    targets: Sequence[Target], settings: TaskSettings, *, exposure: Floats | None = None
) -> tuple[Task, tuple[Decision, ...]]:
    """Return the task, not yet fitted, and what was decided.

    Args:
        targets: the target columns; rows without a value have been left out.
        settings: the user's wishes.
        exposure: (n,) above 0, of counts: how long or how much was counted in each row.

    Raises:
        DataError: a target cannot be learnt from, or a wish is impossible with these values.
        UnknownNameError: there is no such task, or `positive` is no class; the nearest is offered.
        RangeError: a setting does not apply to the task, or a forecast is asked for.

    Example:
        >>> column = Target(name="churn", kind="category", values=np.array(["yes", "no"] * 9, dtype=object))
        >>> task, decisions = infer([column], TaskSettings())
        >>> task.title, decisions[0].reason
        ('binary classification', 'churn holds the two categories no and yes')
    """
    for target in targets:
        _check_learnable(target)
    wish = None if settings.task is None else wish_called(settings.task)
    if wish == Forecast.kind:
        raise RangeError(
            "infer expected a task for the rows of a table, got forecast: series are forecast by fit(..., horizon=24)"
        )
    offset = None if exposure is None else np.log(exposure)
    if len(targets) == 1:
        chosen = choose_one(targets[0], wish, settings, offset)
        task, decisions = chosen.task, [_decision("task", chosen), *chosen.notes]
    else:
        task, decisions = _choose_several(targets, wish, settings, offset)
    check_settings_apply(task, settings, exposure)
    return task, tuple(decisions)


def _check_learnable(target: Target) -> None:
    """Refuse a target without values, with a missing one, with one value only, or of dates."""
    if target.kind == "date":
        raise DataError(
            f"fit expected numbers or categories in {target.name}, got dates: "
            "choose another target, or turn them into numbers such as days since a day"
        )
    if len(target.values) == 0:
        raise DataError(f"fit expected rows with a value of {target.name}, got none: choose another target")
    refuse_missing(target)
    first = target.values[0]
    if (target.values == first).all():
        raise DataError(
            f"fit expected different values of {target.name}, got only {first!s} "
            f"in all {len(target.values)} rows: choose another target"
        )


def _choose_several(
    targets: Sequence[Target], wish: str | None, settings: TaskSettings, offset: Floats | None
) -> tuple[Task, list[Decision]]:
    """Choose for several targets: jointly when all are labels or all are numbers, else one task for each."""
    names = tuple(target.name for target in targets)
    _check_positive(targets, settings.positive)
    single = Binary.kind if wish == Multilabel.kind else wish
    chosen = [choose_one(target, single, _own_positive(target, settings), offset) for target in targets]
    tasks = tuple(one.task for one in chosen)
    notes = [
        replace(note, topic=f"{note.topic}: {name}")
        for name, one in zip(names, chosen, strict=True)
        for note in one.notes
    ]
    asked = "" if wish is None else "you asked for it; "
    first = tasks[0]
    if isinstance(first, Binary) and all(isinstance(task, Binary) for task in tasks):
        labels = Multilabel(
            targets=names,
            classes=tuple(task.classes for task in tasks if isinstance(task, Binary)),
            balanced=first.balanced,
            label_smoothing=first.label_smoothing,
        )
        decision = Decision(
            topic="task",
            choice=labels.title,
            reason=f"{asked}each of the {len(names)} targets holds two values",
            overrule="--task regression",
        )
        return labels, [decision, *_warn_of_one_hot(targets), *notes]
    if isinstance(first, Regression) and all(isinstance(task, Regression) for task in tasks):
        numbers = replace(first, targets=names)
        reason = f"{asked}all {len(names)} targets are numbers, predicted together"
        return numbers, [Decision(topic="task", choice=numbers.title, reason=reason), *notes]
    several = Several(targets=names, tasks=tasks)
    decisions = [_decision(f"task: {name}", one) for name, one in zip(names, chosen, strict=True)]
    return several, [*decisions, *notes]


def _check_positive(targets: Sequence[Target], positive: str | None) -> None:
    """Refuse a positive class that is a class of no target."""
    if positive is None:
        return
    labels = {label.casefold(): label for target in targets for label in class_counts(target)}
    if positive.casefold() not in labels:
        raise unknown_name("fit", "positive to be a class of a target,", positive, labels.values())


def _own_positive(target: Target, settings: TaskSettings) -> TaskSettings:
    """Return the settings without the wish for a positive class where it is no class of this target."""
    positive = settings.positive
    if positive is None or positive.casefold() in {label.casefold() for label in class_counts(target)}:
        return settings
    return replace(settings, positive=None)


def _warn_of_one_hot(targets: Sequence[Target]) -> list[Decision]:
    """Return what to say when the labels look like one class that was spelt out in columns of 0 and 1."""
    columns = [numbers_of(target) for target in targets if target.kind == "number"]
    if len(columns) < len(targets) or not (np.sum(columns, axis=0) == 1).all() or len(targets) <= len(("no", "yes")):
        return []
    return [
        Decision(
            topic="one label in every row",
            choice="predicted as independent labels",
            reason="exactly one of the targets is 1 in every row, as when one class is spelt out in columns",
            overrule="give one column that holds the name of the class",
            warning=True,
        )
    ]


def _decision(topic: str, chosen: Chosen) -> Decision:
    return Decision(topic=topic, choice=chosen.task.title, reason=chosen.reason, overrule=chosen.overrule)


def check_settings_apply(task: Task, settings: TaskSettings, exposure: Floats | None) -> None:
    """Refuse settings that this task would silently ignore.

    Raises:
        RangeError: one was given.
    """
    labels, classes = (Binary, Multilabel), (Binary, Multilabel, Multiclass)
    rules: tuple[tuple[str, object, tuple[type[Task], ...], str], ...] = (
        ("positive", settings.positive, labels, "two classes"),
        ("class_weights", None if settings.class_weights == "none" else settings.class_weights, classes, "classes"),
        ("label_smoothing", settings.label_smoothing or None, classes, "classes"),
        ("loss", settings.loss, (Regression,), "a regression"),
        ("exposure", None if exposure is None else "a column", (Count,), "counts"),
    )
    for name, value, kinds, what in rules:
        if value is not None and not any(isinstance(part, kinds) for part in task.parts):
            raise RangeError(
                f"fit expected {what} for {name}, got {name}={value!r} with {task.title}: "
                f"leave {name} out, or choose a task that has {what}"
            )

"""Describing a data set: its columns, the targets, and which columns are learnt from, each with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.frames import Parted
from pellucid.data.inspection.columns import judge_columns
from pellucid.data.inspection.oddities import order_of_rows
from pellucid.data.inspection.targets import check_target, choose_targets, read_targets, target_kind
from pellucid.data.joining import recast, said_kind
from pellucid.data.modalities.catalogue import BY_KIND
from pellucid.data.settings import DataSettings
from pellucid.data.text.cells import TEXT_KINDS, Reading, parse_texts
from pellucid.data.tidy import text_of, tidy
from pellucid.foundation.errors import DataError, UnknownNameError
from pellucid.foundation.names import unknown_name
from pellucid.foundation.records import Column, ColumnKind, Decision
from pellucid.tasks.task import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a data set holds and what of it is learnt."""

    dataset: Dataset
    """The rows that can be learnt from (those with a value of every target), their columns typed as described."""
    columns: tuple[Column, ...]
    targets: tuple[Target, ...]
    features: tuple[str, ...]
    """The columns that are learnt from, in the order of the table."""
    exposure: NDArray[np.float64] | None
    """(n,) above 0, where counts were taken over different times or amounts."""
    decisions: tuple[Decision, ...]


def describe(
    dataset: Dataset, settings: DataSettings | None = None, target: tuple[str, ...] | None = None
) -> Description:
    """Find out what each column holds and which of them to learn from.

    Args:
        dataset: As read.
        settings: What the user says about columns.
        target: The columns to predict; None to take the data's word, a usual name, or the last column.

    Returns:
        The description; its `dataset` has only the rows with a value of every target.

    Raises:
        UnknownNameError: a named column does not exist; the nearest is offered.
        DataError: nothing can be learnt of the target, and why.

    Example:
        >>> from pellucid.data.reading import read
        >>> description = describe(read("iris"))
        >>> description.targets[0].name, len(description.features)
        ('species', 4)
    """
    settings = settings or DataSettings()
    columns = _named_columns(dataset, settings)
    names, said_target = choose_targets(dataset, columns, target)
    dataset = _without_group(dataset, names)
    typed, said_types = with_kinds(dataset, settings.column or {})
    kinds = {name: target_kind(typed.frame[name], (settings.column or {}).get(name)) for name in names}
    _refuse_lost_targets(dataset, typed, names)
    kept, said_rows = _with_targets(typed, names)
    targets = read_targets(kept.frame, kinds, kept.source_rows)
    said_targets = [decision for one in targets for decision in (*check_target(one), *order_of_rows(one))]
    said_columns: tuple[Decision, ...] = ()
    others = [name for name in columns if name not in (*names, dataset.subject)]
    if dataset.subject and not {"table", "text"} & set(settings.inputs):
        described = _subject_columns(kept, targets, settings)
    else:
        frame = kept.frame.drop(dataset.subject) if dataset.subject else kept.frame
        described, said_columns = judge_columns(frame, others, targets, settings)
        if dataset.subject and dataset.kind in settings.inputs:
            described = (_subject_column(kept), *described)
    features = tuple(column.name for column in described if column.role in ("feature", "time"))
    if not features:
        listed = ", ".join(f"{column.name} ({column.kind})" for column in described if column.role != "target")
        advice = "keep one with --keep NAME" + ", or forecast a series with --horizon N" * (kept.kind == "table")
        if settings.inputs:
            advice = f"leave out --inputs {settings.inputs[0]}, or keep a column with --keep NAME"
        raise DataError(f"fit expected columns to learn from, got {listed or 'none'}: {advice}")
    kept = recast(kept, described)
    said_input = () if kept.kind == dataset.kind else said_kind(kept, features)
    return Description(
        dataset=kept,
        columns=described,
        targets=targets,
        features=features,
        exposure=None if settings.exposure is None else read_exposure(kept, settings.exposure),
        decisions=(*said_target, *said_types, *said_rows, *said_targets, *said_columns, *said_input),
    )


def read_exposure(dataset: Dataset, name: str) -> NDArray[np.float64]:
    """Return the exposure of each row.

    Raises:
        UnknownNameError: there is no such column.
        DataError: a cell is missing or not above 0.
    """
    if name not in dataset.frame.columns:
        raise unknown_name("read", "a column of exposure", name, dataset.frame.columns)
    values = dataset.frame[name].cast(pl.Float64, strict=False).fill_null(0.0).to_numpy()
    bad = np.flatnonzero(~(values > 0))
    if len(bad):
        raise DataError(
            f"read expected the exposure {name} above 0 in every row, got {dataset.frame[name][int(bad[0])]} in row "
            f"{dataset.source_rows[bad[0]]} and {len(bad) - 1} more: leave out those rows or the exposure"
        )
    return values


def with_kinds(dataset: Dataset, kinds: Mapping[str, ColumnKind]) -> tuple[Dataset, tuple[Decision, ...]]:
    """Return the data set with columns of the types that their declared kinds have, and what was lost in doing so."""
    present = {name: kind for name, kind in kinds.items() if name in dataset.frame.columns}
    texts = [
        text_of(dataset.frame[name])
        for name, kind in present.items()
        if (kind in TEXT_KINDS and dataset.frame[name].dtype != pl.String)
        or (kind == "number" and not dataset.frame[name].dtype.is_numeric())
        or (kind == "date" and not dataset.frame[name].dtype.is_temporal())
    ]
    if not texts:
        return dataset, ()
    parsed, said = parse_texts(Parted.of(pl.LazyFrame(texts)), Reading(kinds=present), dataset.source_rows)
    parsed, _ = tidy(parsed)
    return replace(dataset, frame=dataset.frame.with_columns(parsed)), said


def _without_group(dataset: Dataset, targets: tuple[str, ...]) -> Dataset:
    """Return the data set without its group where that is to be predicted: then each part needs all of its values."""
    if dataset.group not in targets:
        return dataset
    said = tuple(decision for decision in dataset.decisions if decision.topic != dataset.group)
    return replace(dataset, group="", decisions=said)


def _named_columns(dataset: Dataset, settings: DataSettings) -> list[str]:
    """Return the columns that are not dropped, after checking every name that the user gave.

    Raises:
        UnknownNameError: one or more names are no columns; all of them are in the sentence.
    """
    known = dataset.frame.columns
    given = [
        *(settings.column or {}),
        *settings.drop,
        *settings.keep,
        *(name for name in (settings.group, settings.time, settings.exposure) if name is not None),
    ]
    unknown = list(dict.fromkeys(name for name in given if name not in known))
    if len(unknown) == 1:
        raise unknown_name("fit", "a column", unknown[0], known)
    if unknown:
        sentences = "; ".join(str(unknown_name("fit", "a column", name, known)) for name in unknown)
        raise UnknownNameError(sentences)
    return [name for name in known if name not in settings.drop]


def _refuse_lost_targets(dataset: Dataset, typed: Dataset, names: tuple[str, ...]) -> None:
    """Refuse targets that hold values, but none of the kind that the user says they have.

    Raises:
        DataError: there is one.
    """
    for name in names:
        before = dataset.frame[name].drop_nulls()
        if len(before) and typed.frame[name].is_null().all():
            raise DataError(
                f"fit expected values of the kind that you gave the target {name}, got {str(before[0])!r}: "
                f"leave out --column {name}=KIND, or name the kind that it has"
            )


def _with_targets(dataset: Dataset, names: tuple[str, ...]) -> tuple[Dataset, tuple[Decision, ...]]:
    """Return the rows that have a value of every target.

    Raises:
        DataError: there are none.
    """
    missing = np.zeros(len(dataset), bool)
    for name in names:
        empty = dataset.frame[name].is_null().to_numpy()
        if empty.all():
            raise DataError(
                f"fit expected values in the target {name}, got {len(dataset)} missing ones: name another target"
            )
        missing |= empty
    if not missing.any():
        return dataset, ()
    if missing.all():
        raise DataError(f"fit expected rows with a value of every target ({', '.join(names)}), got none: name fewer")
    count = int(missing.sum())
    said = Decision(
        topic="rows without a target",
        choice=f"{count} row{'s' * (count > 1)} left out",
        reason=f"{', '.join(names)} {'are' if len(names) > 1 else 'is'} missing there, and nothing can be learnt of it",
        warning=True,
    )
    return dataset.take(np.flatnonzero(~missing)), (said,)


def _subject_columns(dataset: Dataset, targets: tuple[Target, ...], settings: DataSettings) -> tuple[Column, ...]:
    """Return the records of the examples, which are no cells of a table, of the targets, and of groups."""
    wanted = [target.name for target in targets]
    columns, _ = judge_columns(dataset.frame.select(wanted), [], targets, DataSettings())
    subject = _subject_column(dataset)
    group = settings.group or dataset.group
    if group and group not in wanted:
        together, _ = judge_columns(dataset.frame.select(group), [group], (), DataSettings(group=group))
        return (subject, *together, *columns)
    return (subject, *columns)


def _subject_column(dataset: Dataset) -> Column:
    """Return the record of what each example is: a file, or a text."""
    return Column(
        name=dataset.subject,
        kind="text" if dataset.kind == "text" else "identifier",
        role="feature",
        missing=dataset.frame[dataset.subject].null_count(),
        distinct=len(dataset),
        summary=BY_KIND[dataset.kind].summary(dataset),
    )

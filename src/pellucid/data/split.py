"""Splitting rows into training, validation and test: by class, at random, by group or by time; copies stay together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.inspection.duplicates import are_copies, row_groups
from pellucid.data.inspection.evidence import codes_of
from pellucid.data.modalities.catalogue import BY_KIND
from pellucid.data.parts import Rows, Way, choose_part
from pellucid.data.schema import Description
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError, RangeError
from pellucid.foundation.records import Decision

TEST_FRACTION: Final = 0.2
VALIDATION_FRACTION: Final = 0.2
MOST_VALIDATION: Final = 5000  # rows: enough to see a change of half a per cent, and the rest is better trained on
FEWEST_ROWS: Final = 5  # below, one of three parts would be empty or training would have next to nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Which rows are for what: sorted positions in the data set, each row in one part."""

    train: Rows
    validation: Rows
    test: Rows
    decisions: tuple[Decision, ...] = ()


def split(
    dataset: Dataset,
    description: Description,
    settings: DataSettings,
    *,
    stratify: NDArray[np.generic] | None = None,
    seed: int = 0,
) -> Split:
    """Split the rows.

    Args:
        dataset: `description.dataset`.
        description: What its columns are.
        settings: Fractions, and how to split.
        stratify: (n,) a class for each row, whose shares are to be alike in all parts; None for numbers.
        seed: Of the run; the split draws from its own generator.

    Raises:
        DataError: there are too few rows, or a column of groups or times has missing cells.

    Example:
        >>> from pellucid.data.reading import read
        >>> from pellucid.data.schema import describe
        >>> description = describe(read("iris"))
        >>> parts = split(description.dataset, description, DataSettings(), stratify=description.targets[0].values)
        >>> len(parts.train), len(parts.validation), len(parts.test)
        (96, 24, 30)
    """
    rows = len(dataset)
    if settings.group is None and dataset.group and settings.split in ("auto", "group"):
        settings = replace(settings, group=dataset.group)
    test_fraction = TEST_FRACTION if settings.test_fraction is None else settings.test_fraction
    fraction = VALIDATION_FRACTION if settings.validation is None else settings.validation
    wants = int(test_fraction > 0 or dataset.test_rows is not None) + int(fraction > 0)
    if wants and rows < FEWEST_ROWS:
        raise DataError(
            f"split expected at least {FEWEST_ROWS} rows for training and judging, got {rows}: "
            "add rows, or train on all with --test 0 --validation 0"
        )
    classes = None if stratify is None else codes_of(stratify)
    way, said_blocks = _way(dataset, description, settings, classes)
    everything = np.arange(rows, dtype=np.int64)
    if dataset.test_rows is not None:
        test, said_test = np.flatnonzero(dataset.test_rows), _said_official(dataset, way.blocks)
    else:
        test, said_test = choose_part(everything, test_fraction, rows, way, seed, "test"), ()
    rest = np.delete(everything, test)
    most = MOST_VALIDATION if settings.validation is None else rows
    few = settings.validation is None and len(rest) < BY_KIND[dataset.kind].validated_from
    validation = choose_part(rest, 0.0 if few else fraction, most, way, seed, "validation")
    train = np.setdiff1d(rest, validation, assume_unique=True)
    if not len(train):
        raise DataError("split expected rows to train on, got none: make the test part or the validation part smaller")
    moves = dataset.test_rows is None and way.name in ("random", "stratified")
    train, validation, test, said_unseen = _without_unseen((train, validation, test), classes, moves)
    said = _said_split(way.name, (train, validation, test), settings, dataset)
    if few:
        said = replace(said, reason=f"{said.reason}; {len(rest)} are too few to choose an epoch by some of them")
    return Split(
        train=train, validation=validation, test=test, decisions=(said, *said_blocks, *said_test, *said_unseen)
    )


def _way(
    dataset: Dataset, description: Description, settings: DataSettings, classes: Rows | None
) -> tuple[Way, tuple[Decision, ...]]:
    """Return how to split, and what to say about equal rows."""
    name = settings.split
    if name == "auto":
        name = "group" if settings.group else "time" if settings.time else "random" if classes is None else "stratified"
    if name == "stratified" and classes is None:
        raise RangeError("split expected classes to stratify by, got a target of numbers: pass --split random")
    for needed, column in (("group", settings.group), ("time", settings.time)):
        if name == needed and column is None:
            raise RangeError(f"split expected a column for --split {needed}, got none: pass --{needed} NAME")
        if name == needed and column is not None:
            return Way(name=name, blocks=_codes(dataset, column)), ()
    columns = dict.fromkeys([*description.features, *(target.name for target in description.targets)])
    blocks = row_groups(dataset, [column for column in columns if column != dataset.subject or dataset.kind == "text"])
    classes = classes if name == "stratified" else None
    count = len(blocks) - len(np.unique(blocks))
    if not count:
        return Way(name=name, blocks=blocks, classes=classes), ()
    copies = are_copies(blocks)
    said = _said_equal(count, copies)
    blocks = blocks if copies else np.arange(len(blocks), dtype=np.int64)
    return Way(name=name, blocks=blocks, classes=classes), (said,)


def _said_equal(count: int, copies: bool) -> Decision:
    """Say what happens to equal rows."""
    if copies:
        choice, reason = "equal rows stay in one part", "a copy in the test part would be a row seen in training"
    else:
        choice = "they are split like the others"
        reason = "most rows have equals, so that these are common values and not copies"
    found = f"{count} rows equal an earlier one" if count > 1 else "1 row equals an earlier one"
    return Decision(topic="equal rows", choice=f"{found}; {choice}", reason=reason)


def _codes(dataset: Dataset, name: str) -> Rows:
    """Return the values of a column as numbers in their order.

    Raises:
        DataError: a cell is missing.
    """
    column = dataset.frame[name]
    if column.null_count():
        raise DataError(
            f"split expected a value of {name} in every row, got {column.null_count()} missing: "
            "fill them, leave out the rows, or split by another column"
        )
    if isinstance(column.dtype, pl.Enum | pl.Categorical):
        column = column.cast(pl.String)
    return (column.rank("dense").cast(pl.Int64) - 1).to_numpy()


def _without_unseen(
    parts: tuple[Rows, Rows, Rows], classes: Rows | None, moves: bool
) -> tuple[Rows, Rows, Rows, tuple[Decision, ...]]:
    """Take rows whose class no training row has out of the other parts: no network could name it.

    They go to the training part where the split was ours to choose, and nowhere where it follows time, groups or
    the data's own test part.
    """
    train, validation, test = parts
    if classes is None:
        return train, validation, test, ()
    seen = np.bincount(classes[train], minlength=classes.max() + 1)[classes] > 0
    unseen = np.concatenate([validation[~seen[validation]], test[~seen[test]]])
    if not len(unseen):
        return train, validation, test, ()
    if moves:
        train = np.sort(np.concatenate([train, unseen]))
    said = Decision(
        topic="unseen classes",
        choice=f"{len(unseen)} rows {'moved to the training part' if moves else 'left out of judging'}",
        reason=f"no {'other ' * moves}training row has their class ({len(np.unique(classes[unseen]))} in all)",
        warning=True,
    )
    return train, validation[seen[validation]], test[seen[test]], (said,)


def _said_split(way: str, parts: tuple[Rows, Rows, Rows], settings: DataSettings, dataset: Dataset) -> Decision:
    """Say how the rows were split and how many each part has."""
    reasons = {
        "stratified": "each class has the same share in all parts",
        "random": "the target is a number",
        "group": f"rows with one value of {settings.group} belong together",
        "time": f"the test part is the latest by {settings.time}, as it will be when predicting",
    }
    reason = reasons[way] if settings.split in ("auto", way) and settings.split == "auto" else "you said so"
    if dataset.test_rows is not None:
        reason = f"the data come with a test part; of the other rows, {reason}"
    train, validation, test = (len(part) for part in parts)
    return Decision(
        topic="split",
        choice=f"{way}: {train} rows to train, {validation} to validate, {test} to test",
        reason=reason,
        overrule="--split, --test, --validation",
    )


def _said_official(dataset: Dataset, blocks: Rows) -> tuple[Decision, ...]:
    """Say how many rows of an official test part are among the training rows too."""
    marks = dataset.test_rows
    if marks is None:
        return ()
    seen = int(np.isin(blocks[marks], blocks[~marks]).sum())
    if not seen:
        return ()
    said = Decision(
        topic="equal rows",
        choice=f"{seen} rows of the official test part equal a training row; they stay",
        reason="the official parts are respected, so that scores can be compared",
        warning=True,
    )
    return (said,)

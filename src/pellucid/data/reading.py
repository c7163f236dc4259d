"""The one door for reading: from a path, a name or an object in memory to a data set, with its own test part if any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from pellucid.data.alike import joined_stacks, settings_like
from pellucid.data.content import Content, Ragged, gathered, room
from pellucid.data.dataset import Dataset
from pellucid.data.pixels import resize
from pellucid.data.settings import DataSettings
from pellucid.data.sources.catalogue import SOURCES
from pellucid.data.sources.fetched import BY_NAME
from pellucid.data.sources.files import has_ending
from pellucid.data.sources.named import NAMED_SETS
from pellucid.data.sources.source import Source
from pellucid.data.tidy import text_of
from pellucid.foundation.errors import DataError
from pellucid.foundation.names import nearest
from pellucid.foundation.records import Column, Decision

SERIES_AXES: Final = 3  # (n, l, c)
PICTURE_AXES: Final = 4
MARK: Final = "."  # at the end of every class of adult's official test file, and of no class of its training file


def read(source: Any, settings: DataSettings | None = None, *, known: Sequence[Column] = ()) -> Dataset:
    """Read data from whatever holds them.

    Args:
        source: A path of a file or folder, the name of a set (`iris`), a data frame, arrays, or a pair (X, y).
        settings: What the user says about the data.
        known: The columns as a trained run knows them, when reading rows to predict: then a column keeps the kind that
            it had, and cells that do not fit stay visible for `TableTransform.apply` to name.

    Returns:
        The data set; where `settings.test` names a file or folder, its rows are in it and marked in `test_rows`.

    Raises:
        DataError: there is no such file, or it cannot be read.

    Example:
        >>> read("iris").frame.shape
        (150, 5)
    """
    settings = settings or DataSettings()
    dataset = _read_one(source, settings, known)
    if settings.test_path is None or known:
        return dataset
    return joined(dataset, _read_one(settings.test_path, settings_like(dataset, settings), known))


def _read_one(source: Any, settings: DataSettings, known: Sequence[Column]) -> Dataset:
    """Read one source with the first record that recognises it."""
    if isinstance(source, str) and (Path(source).exists() or not any(one.recognises(source) for one in SOURCES)):
        source = Path(source).expanduser()
    if isinstance(source, Path) and not source.exists():
        raise _no_such_file(source)
    record = _recognised(source)
    if record is not None:
        return record.read(source, settings, known)
    if isinstance(source, Path):
        raise DataError(
            f"read expected pictures, sounds, clips, volumes, series or texts in the folder {source}, got none: name a "
            "folder with a folder for each class, or a file of a table"
        )
    titles = "; ".join(record.title for record in SOURCES)
    raise DataError(f"read expected one of these: {titles}; got {type(source).__name__}: pass one of them")


def _recognised(source: Any) -> Source | None:
    """Return the first source that reads such a thing; of a folder with files of several kinds that of most files.

    Sounds with a picture of their cover are sounds.
    """
    first = next((record for record in SOURCES if record.recognises(source)), None)
    if first is None or not first.suffixes or not source.is_dir():
        return first
    rivals = [record for record in SOURCES if record.suffixes and record.recognises(source)]
    if len(rivals) == 1:
        return first
    names = [path for path in source.rglob("*") if path.is_file()]
    return max(rivals, key=lambda record: sum(has_ending(path, record.suffixes) for path in names))


def _no_such_file(path: Path) -> DataError:
    """Return the error for a missing file, offering the nearest name in its folder or among the named sets."""
    beside = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
    offered = nearest(path.name, [*beside, *NAMED_SETS, *BY_NAME])
    advice = f"did you mean {offered}?" if offered else "check the path"
    return DataError(f"read expected a file or folder, got {path}, which does not exist: {advice}")


def joined(train: Dataset, test: Dataset) -> Dataset:
    """Return two data sets as one, with the rows of the second marked as the official test part.

    Raises:
        DataError: the second lacks columns of the first, or is of another kind.
    """
    if train.kind != test.kind:
        raise DataError(f"read expected the test part to be a {train.kind} too, got a {test.kind}: pass one like it")
    if (
        train.group and test.subject and train.group not in test.frame.columns
    ):  # names of too few files to see a pattern
        test = replace(test, frame=test.frame.with_columns(pl.col(test.subject).alias(train.group)))
    absent = [name for name in train.frame.columns if name not in test.frame.columns]
    if absent:
        near = nearest(absent[0], test.frame.columns)
        advice = f"is it {near!r} there?" if near else "add it"
        raise DataError(
            f"read expected the test part with the columns of the first, got none named {absent[0]}: {advice}"
        )
    frames, decisions = _same_texts(train.frame, test.frame.select(train.frame.columns))
    marks = np.repeat([False, True], [len(train), len(test)])
    said = Decision(
        topic="test part", choice=f"{len(test)} rows of {test.name}", reason="you named it", overrule="--test FRACTION"
    )
    return replace(
        train,
        frame=pl.concat(frames),
        source_rows=np.concatenate([train.source_rows, test.source_rows]),
        content=_joined_content(train, test),
        test_rows=marks,
        decisions=(*train.decisions, *(d for d in test.decisions if d not in train.decisions), *decisions, said),
    )


def _joined_content(train: Dataset, test: Dataset) -> Content | None:
    """Return the content of both, where they have any."""
    if train.content is None or test.content is None:
        return None
    if train.kind in ("video", "volume"):
        return joined_stacks(train.content, test.content, train.kind)
    return joined_content(train.content, test.content)


def joined_content(train: Content, test: Content) -> Content:
    """Return the content of both, pictures of the second in the size of the first.

    Raises:
        DataError: the second has another shape.
    """
    if isinstance(train, np.ndarray) and isinstance(test, np.ndarray):
        if train.ndim == PICTURE_AXES:
            test = resize(test, *train.shape[1:])
        if train.shape[1:] == test.shape[1:]:
            both = room((len(train) + len(test), *train.shape[1:]), np.result_type(train, test))
            both[: len(train)], both[len(train) :] = train, test
            return both
    step = _shape_of_step(train)
    if step is not None and step == _shape_of_step(test):
        return Ragged.of([part[row] for part in (train, test) for row in range(len(part))])  # type: ignore[index]
    shapes = [gathered(part, np.zeros(1, np.int64))[0].shape[1:] for part in (train, test)]
    raise DataError(f"read expected the test part in the shape of the first, {shapes[0]}, got {shapes[1]}: pass such")


def _shape_of_step(content: Content) -> tuple[int, ...] | None:
    """Return the shape of one step of series and sounds, whose lengths may differ; None of other content."""
    if isinstance(content, Ragged):
        return content.values.shape[1:]
    return content.shape[2:] if isinstance(content, np.ndarray) and content.ndim == SERIES_AXES else None


def _same_texts(train: pl.DataFrame, test: pl.DataFrame) -> tuple[list[pl.DataFrame], list[Decision]]:
    """Bring the columns of two tables to the same types, and classes to the same spelling."""
    left, right, decisions = [], [], []
    for first, second in zip(train.iter_columns(), test.iter_columns(), strict=True):
        if first.dtype != second.dtype:
            first, second = _same_type(first, second)
        if first.dtype == pl.String:
            classes, others = (part.drop_nulls().unique().to_frame() for part in (first, second))
            unmarked = others.select(pl.first().str.strip_suffix(MARK))
            alike, known = (len(found.join(classes, on=first.name, how="semi")) for found in (others, unmarked))
            if not alike and len(others) and known == len(others):
                second = second.str.strip_suffix(MARK)
                decisions.append(_said_mark(first.name))
        left.append(first)
        right.append(second)
    return [pl.DataFrame(left), pl.DataFrame(right)], decisions


def _same_type(first: pl.Series, second: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return two columns in a type that holds both: real numbers, or texts."""
    if first.dtype.is_numeric() and second.dtype.is_numeric():
        return first.cast(pl.Float64), second.cast(pl.Float64)
    if isinstance(first.dtype, pl.Enum | pl.Categorical):
        return text_of(first).cast(pl.Categorical), text_of(second).cast(pl.Categorical)
    return text_of(first), text_of(second)


def _said_mark(name: str) -> Decision:
    """Say that a mark at the end of the test part's texts was taken away."""
    return Decision(
        topic=f"column {name}",
        choice=f"the {MARK!r} at the end of its texts in the test part is taken away",
        reason="without it they are the texts of the training part, and with it none of them is",
        warning=True,
    )

"""Arrays in memory: NumPy arrays and torch tensors, alone, as a pair (X, y), or as columns by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.dataset import PICTURE, Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.shades import as_bytes
from pellucid.data.sources.collecting import SERIES
from pellucid.data.sources.frames import is_frame, to_polars
from pellucid.data.sources.series_arrays import read_series
from pellucid.data.sources.source import Known, Source, table_dataset
from pellucid.data.sources.stack_arrays import are_stacks, read_stacks
from pellucid.foundation.errors import DataError, ShapeError
from pellucid.foundation.records import Decision

TARGET: Final = "target"
PICTURE_CHANNELS: Final = (1, 3, 4)
TABLE_AXES, GREY_AXES, COLOUR_AXES = 2, 3, 4
PAIR: Final = 2


def is_array(source: Any) -> bool:
    """Say whether a source is an array or tensor, a pair of them, or a mapping of columns."""
    if isinstance(source, tuple) and len(source) == PAIR:
        return _has_axes(source[0]) or is_frame(source[0]) or _is_list_of_arrays(source[0])
    if _is_list_of_arrays(source):
        return True
    return _has_axes(source) or (isinstance(source, dict) and bool(source) and all(map(_is_column, source.values())))


def read_arrays(source: Any, settings: DataSettings, known: Known) -> Dataset:
    """Read arrays: X with two axes is a table with columns x1 … xd, with three or four it is pictures.

    With five axes, or four of which none is one of channels, it is clips or volumes.
    A list of arrays (c, l) or (l,) is series, and so is X of shape (n, c, l) or (n, l) where `settings.kind` says so.

    Raises:
        ShapeError: X has too few or too many axes, or X and y have different lengths.
    """
    if isinstance(source, dict):
        return table_dataset(_columns(source).lazy(), name="arrays", settings=settings, known=known)
    features, target = source if isinstance(source, tuple) else (source, None)
    numbers = None if target is None or is_frame(target) else class_numbers(to_numpy(target))
    if numbers is not None:
        dataset = read_arrays((features, numbers), settings, known)
        return replace(dataset, decisions=(*dataset.decisions, said_class_numbers("y", to_numpy(target).shape[1])))
    labels = pl.DataFrame() if target is None else _targets(target)
    if is_frame(features):
        frame = to_polars(features)
        _check_lengths(frame.height, labels)
        return _table(frame, labels, settings, known)
    learnt = settings.kind is None and any(column.name == SERIES for column in known)  # a run on series asks
    if settings.kind == "series" or learnt or _is_list_of_arrays(features):
        _check_lengths(len(features), labels)
        return read_series([to_numpy(one) for one in features], labels, settings, known)
    array = to_numpy(features)
    _check_lengths(len(array), labels)
    if settings.kind is None and array.ndim == GREY_AXES and 1 in array.shape[1:]:
        dataset = read_series(list(array), labels, settings, known)
        return replace(dataset, decisions=(_said_flat(array.shape), *dataset.decisions))
    if array.ndim == TABLE_AXES:
        frame = pl.DataFrame({f"x{i + 1}": np.ascontiguousarray(array[:, i]) for i in range(array.shape[1])})
        return _table(frame, labels, settings, known)
    if are_stacks(array, settings):
        return read_stacks(array, labels, settings, known)
    if array.ndim not in (GREY_AXES, COLOUR_AXES):
        raise ShapeError(
            f"read expected X of shape (n, d) for a table, (n, h, w) or (n, c, h, w) for pictures, or (n, c, z, h, w) "
            f"for clips or volumes, got {array.shape}: reshape it"
        )
    return _pictures(array, labels, settings, known)


def class_numbers(array: NDArray[Any]) -> NDArray[np.int64] | None:
    """Return (n,) the column that holds the 1 of each row, where all rows are one-hot; else None.

    Example:
        >>> class_numbers(np.array([[0, 1], [1, 0]])), class_numbers(np.array([[0, 1], [1, 1]]))
        (array([1, 0]), None)
    """
    if array.ndim != TABLE_AXES or array.shape[1] < PAIR or array.dtype.kind not in "biuf" or not len(array):
        return None
    ones = array == 1
    one_hot = (ones.sum(axis=1) == 1).all() and (ones | (array == 0)).all()
    return ones.argmax(axis=1) if one_hot else None


def said_class_numbers(name: str, classes: int) -> Decision:
    """Say that one-hot rows were read as classes."""
    return Decision(
        topic="classes",
        choice=f"{name}: the number of the column that holds the 1, from 0 to {classes - 1}",
        reason="each of its rows holds a single 1 and otherwise 0",
        warning=True,
    )


def to_numpy(values: Any) -> NDArray[Any]:
    """Return an array, a tensor or a series as a NumPy array; torch is not imported for it."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
    return np.asarray(values)


def _has_axes(value: Any) -> bool:
    """Say whether a value is an array or a tensor with at least one axis."""
    known = type(value).__module__.partition(".")[0] in ("numpy", "torch")
    return known and getattr(value, "ndim", 0) > 0 and not np.isscalar(value)


def _is_list_of_arrays(value: Any) -> bool:
    """Say whether a value is a list of arrays or tensors: series of several lengths."""
    return isinstance(value, list) and bool(value) and all(map(_has_axes, value))


def _is_column(value: Any) -> bool:
    """Say whether a value can be a column: a list, a tuple, or something with one axis."""
    return isinstance(value, list | tuple) or getattr(value, "ndim", 0) == 1


def _columns(columns: dict[Any, Any]) -> pl.DataFrame:
    """Return columns by name as a frame.

    Raises:
        ShapeError: they have different lengths.
    """
    series = [pl.Series(str(name), _plain(to_numpy(values)), strict=False) for name, values in columns.items()]
    lengths = {column.name: len(column) for column in series}
    if len(set(lengths.values())) > 1:
        raise ShapeError(f"read expected columns of one length, got {lengths}: pass as many values in each")
    return pl.DataFrame(series)


def _plain(array: NDArray[Any]) -> Any:
    """Return an array as Polars takes it: objects as a list with None for NaN."""
    if array.dtype != object:
        return np.ascontiguousarray(array)
    return [None if value is None or value != value else value for value in array.tolist()]


def _targets(target: Any) -> pl.DataFrame:
    """Return y as columns: `target`, or `target_1` … for several."""
    if is_frame(target) and not hasattr(target, "to_frame"):
        return to_polars(target)
    array = to_numpy(target)
    name = getattr(target, "name", None)
    if array.ndim == TABLE_AXES and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 1:
        return pl.DataFrame([pl.Series(str(name) if name else TARGET, _plain(array), strict=False)])
    if array.ndim != TABLE_AXES:
        raise ShapeError(
            f"read expected y of shape (n,) or (n, t), got {array.shape}: pass one value a row or t of them"
        )
    return pl.DataFrame([pl.Series(f"{TARGET}_{i + 1}", _plain(array[:, i])) for i in range(array.shape[1])])


def _check_lengths(rows: int, labels: pl.DataFrame) -> None:
    """Check that y has one row for each of X."""
    if labels.width and labels.height != rows:
        raise ShapeError(f"read expected y with one row for each of X ({rows}), got {labels.height}: pass pairs")


def _table(frame: pl.DataFrame, labels: pl.DataFrame, settings: DataSettings, known: Known) -> Dataset:
    """Return the table of features and targets side by side."""
    repeated = set(frame.columns) & set(labels.columns)
    if repeated:
        raise DataError(f"read expected y under names that X has not, got {sorted(repeated)}: rename one of them")
    table = frame.hstack(labels) if labels.width else frame
    return table_dataset(table.lazy(), name="arrays", settings=settings, known=known, target=tuple(labels.columns))


def _pictures(array: NDArray[Any], labels: pl.DataFrame, settings: DataSettings, known: Known) -> Dataset:
    """Return pictures as (n, c, h, w) of uint8, with their labels."""
    array, axes = _channels_first(array)
    pixels, shades = as_bytes(array, "pictures")
    names = pl.DataFrame({PICTURE: [str(i) for i in range(len(array))]})
    table = names.hstack(labels) if labels.width else names
    kept = replace(settings, column={**(settings.column or {}), PICTURE: "text"})
    dataset = table_dataset(table.lazy(), name="arrays", settings=kept, known=known, target=tuple(labels.columns))
    return replace(
        dataset, kind="picture", subject=PICTURE, content=pixels, decisions=(*dataset.decisions, *axes, *shades)
    )


def _said_flat(shape: tuple[int, ...]) -> Decision:
    """Say that an array with an axis of length 1 is taken as series."""
    return Decision(
        topic="kind of input",
        choice=f"series of {max(shape[1:]):,} steps",
        reason=f"examples of shape {shape[1:]} are too flat for pictures",
        overrule="--kind picture",
        warning=True,
    )


def _channels_first(array: NDArray[Any]) -> tuple[NDArray[Any], tuple[Decision, ...]]:
    """Return pictures as (n, c, h, w), finding the axis of the channels."""
    if array.ndim == GREY_AXES:
        return array[:, None], ()
    first, last = array.shape[1] in PICTURE_CHANNELS, array.shape[-1] in PICTURE_CHANNELS
    if first == last and not first:
        return array, ()
    moved = last and not first
    shape = "(n, h, w, c)" if moved else "(n, c, h, w)"
    said = Decision(
        topic="channels",
        choice=f"{array.shape} read as {shape}",
        reason=f"an axis of {array.shape[-1 if moved else 1]} holds the channels",
        warning=first and last,
    )
    return (np.moveaxis(array, -1, 1) if moved else array), (said,)


ARRAYS: Final = Source(
    name="arrays",
    title="arrays in memory: NumPy or torch, X alone, (X, y), or columns by name",
    kind="table",
    recognises=is_array,
    read=read_arrays,
)

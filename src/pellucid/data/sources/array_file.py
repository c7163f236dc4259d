"""Files of NumPy: `.npy` with one array of examples, `.npz` with one and arrays of labels beside it.

Names such as `train_images`, `val_images` and `test_images` (MedMNIST has them) are parts of one array.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.arrays import class_numbers, read_arrays, said_class_numbers
from pellucid.data.sources.delimited import read_delimited
from pellucid.data.sources.source import Known, Source, has_suffix
from pellucid.data.sources.stack_arrays import are_stacks, read_stacks
from pellucid.data.sources.volume_folder import VOLUME
from pellucid.data.stacks import SPATIAL_AXES
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

TABLE_AXES: Final = 2
MOST_LABELS: Final = 100  # columns of an array of labels
NO_NUMBERS: Final = "cV"  # kinds of arrays: complex numbers, records
PARTS: Final = ("train", "val", "test")


def is_array_file(source: Any) -> bool:
    """Say whether a source is a `.npy` or `.npz` file."""
    return has_suffix(source, ".npy", ".npz") and source.is_file()


def read_array_file(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read the array with most axes as examples, and those of as many rows beside it as columns of labels.

    Raises:
        DataError: the file is damaged, or holds no array of examples.
        ShapeError: the examples have too few or too many axes.
    """
    arrays, test, said_parts = _joined(_arrays(source))
    name = max(arrays, key=lambda one: arrays[one].ndim)
    examples = arrays.pop(name)
    if examples.ndim == SPATIAL_AXES and settings.kind is None and any(column.name == VOLUME for column in known):
        examples = examples[None]  # a run on volumes is asked about a single one
    if not known and settings.labels is None:
        _check_lengths(arrays, len(examples), name, source)
    labels, said, several = _labels(arrays, len(examples), name)
    if settings.labels is not None:
        labels, several = _table(Path(settings.labels), len(examples), settings, known), True
    if are_stacks(examples, settings, name):
        dataset = read_stacks(examples, labels, settings, known, name)
    else:
        dataset = read_arrays((examples, labels) if labels.width else examples, settings, known)
    only = () if several and labels.width > 1 else tuple(labels.columns)
    marks = test if test is not None and settings.test is None and not known else None
    decisions = (*dataset.decisions, *said, *(() if marks is None else said_parts))
    return replace(dataset, name=source.name, target=only, test_rows=marks, decisions=decisions)


def _arrays(source: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file by name.

    Raises:
        DataError: it cannot be read, holds objects, or no array with examples.
    """
    try:
        if source.suffix.lower() == ".npy":
            arrays = {source.stem: np.load(source, mmap_mode="r", allow_pickle=False)}
        else:
            with np.load(source, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(
            f"read expected arrays of numbers in {source}, got {error}: save them with numpy.save or numpy.savez"
        ) from None
    complicated = next((name for name, array in arrays.items() if array.dtype.kind in NO_NUMBERS), None)
    if complicated is not None:
        raise DataError(
            f"read expected arrays of real numbers or texts in {source}, got {complicated} of "
            f"{arrays[complicated].dtype}: save its parts as arrays of their own"
        )
    if not any(array.ndim >= TABLE_AXES and len(array) for array in arrays.values()):
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items()) or "none"
        raise DataError(
            f"read expected an array of examples (n, …) in {source}, got {shapes}: save it with numpy.savez(file, "
            "clips=…, label=…)"
        )
    return arrays


def _joined(
    arrays: dict[str, NDArray[Any]],
) -> tuple[dict[str, NDArray[Any]], NDArray[np.bool_] | None, tuple[Decision, ...]]:
    """Return arrays whose parts have names of their own as one each, and which rows are the test part."""
    stems = [name.removeprefix("train_") for name in arrays if name.startswith("train_") and arrays[name].ndim]
    whole = [stem for stem in stems if f"test_{stem}" in arrays]
    if not whole:
        return arrays, None, ()
    joined, lengths = {}, {}
    for stem in whole:
        parts = {part: arrays[f"{part}_{stem}"] for part in PARTS if f"{part}_{stem}" in arrays}
        joined[stem] = np.concatenate(list(parts.values()))
        lengths = {part: len(array) for part, array in parts.items()}
    used = {f"{part}_{stem}" for part in PARTS for stem in whole}
    marks = np.arange(sum(lengths.values())) >= sum(lengths.values()) - lengths["test"]
    said = Decision(
        topic="test part",
        choice=f"the {lengths['test']:,} rows of test_{whole[0]}",
        reason="the file names them so" + ("; rows of val_… are training rows like the others" * ("val" in lengths)),
        overrule="--test FRACTION",
    )
    return joined | {name: array for name, array in arrays.items() if name not in used}, marks, (said,)


def _check_lengths(arrays: Mapping[str, NDArray[Any]], rows: int, name: str, source: Path) -> None:
    """Check that not all arrays that could be labels have another length than the examples.

    Raises:
        DataError: there are such arrays, and no others.
    """
    rivals = {key: array.shape for key, array in arrays.items() if array.ndim in (1, TABLE_AXES)}
    if rivals and all(shape[0] != rows for shape in rivals.values()):
        shapes = ", ".join(f"{key} {shape}" for key, shape in rivals.items())
        raise DataError(
            f"read expected labels for each of the {rows} examples of {name} in {source}, got {shapes}: save as many"
        )


def _labels(
    arrays: Mapping[str, NDArray[Any]], rows: int, name: str
) -> tuple[pl.DataFrame, tuple[Decision, ...], bool]:
    """Return the arrays of as many rows as columns, what is said of them, and whether they are several arrays."""
    columns, others, said, used = [], [], [], 0
    for key, array in arrays.items():
        numbers = class_numbers(array) if len(array.shape) == TABLE_AXES and len(array) == rows else None
        used += array.shape[:1] == (rows,)
        if array.shape in ((rows,), (rows, 1)):
            columns.append(pl.Series(key, np.ascontiguousarray(array).reshape(rows)))
        elif numbers is not None:
            columns.append(pl.Series(key, numbers))
            said.append(said_class_numbers(key, array.shape[1]))
        elif array.shape[:1] == (rows,) and array.ndim == TABLE_AXES and array.shape[1] <= MOST_LABELS:
            columns += [pl.Series(f"{key}_{i + 1}", np.ascontiguousarray(array[:, i])) for i in range(array.shape[1])]
        else:
            others.append(f"{key} {array.shape}")
    if others:
        reason = f"they have no value for each of {name}"
        said.append(Decision(topic="other arrays", choice=f"not used: {', '.join(others)}", reason=reason))
    return pl.DataFrame(columns), tuple(said), used > 1


def _table(path: Path, rows: int, settings: DataSettings, known: Known) -> pl.DataFrame:
    """Return the table of labels, one row for each example.

    Raises:
        DataError: there is no such file, or it has another number of rows.
    """
    if not path.is_file():
        raise DataError(f"read expected the label table {path}, got no such file: check the path after --labels")
    frame = read_delimited(path, settings, known).frame
    if frame.height != rows:
        raise DataError(
            f"read expected one row in {path.name} for each of {rows} examples, got {frame.height}: "
            "write them in the order of the array"
        )
    return frame


ARRAY_FILE: Final = Source(
    name="array file",
    title="a file of NumPy: .npy, or .npz with arrays of labels beside the examples",
    kind="table",
    recognises=is_array_file,
    read=read_array_file,
)

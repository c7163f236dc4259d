"""NumPy's `.npz` files with both parts in them, as `mnist.npz` has: X_train, y_train, X_test, y_test."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.arrays import read_arrays
from pellucid.data.sources.source import Known, Source, has_suffix
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Decision

NAMES: Final = ("x_train", "y_train", "x_test", "y_test")


def is_npz(source: Any) -> bool:
    """Say whether a source is an `.npz` file with both parts; letter case does not matter."""
    if not has_suffix(source, ".npz") or not zipfile.is_zipfile(source):
        return False
    with zipfile.ZipFile(source) as archive:
        names = {name.removesuffix(".npy").lower() for name in archive.namelist()}
    return names >= set(NAMES)


def read_npz(source: Path, settings: DataSettings, known: Known) -> Dataset:
    """Read both parts; the test part is the official one.

    Raises:
        DataError: an array holds objects, or the parts do not fit together.
        ShapeError: see `read_arrays`.
    """
    try:
        with np.load(source, allow_pickle=False) as archive:
            found = {name.lower(): archive[name] for name in archive.files}
    except ValueError as error:
        raise DataError(
            f"read expected arrays of numbers in {source}, got {error}: save them with numpy.savez, of one length each"
        ) from None
    train, labels, test, answers = (found[name] for name in NAMES)
    if train.shape[1:] != test.shape[1:] or labels.shape[1:] != answers.shape[1:]:
        raise DataError(
            f"read expected x_test and y_test of {source.name} like x_train and y_train, got shapes {test.shape} and "
            f"{answers.shape}, {train.shape} and {labels.shape}: save both parts alike"
        )
    if settings.test is not None:
        return replace(read_arrays((train, labels), settings, known), name=source.name)
    both = np.concatenate([train, test]), np.concatenate([labels, answers])
    dataset = read_arrays(both, settings, known)
    said = Decision(topic="test part", choice=f"the {len(test)} rows of x_test", reason="the file names it so")
    marks = dataset.source_rows >= len(train)
    return replace(dataset, name=source.name, test_rows=marks, decisions=(*dataset.decisions, said))


NPZ: Final = Source(
    name="npz",
    title="an .npz file of arrays X_train, y_train, X_test and y_test",
    kind="table",
    recognises=is_npz,
    read=read_npz,
)

"""Examples whose names say that they belong together: clips of one recording, scans of one person."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.file_names import FEWEST_GROUPS, said_group

SUFFIXES: Final = 2  # at most, as of `brain.nii.gz`


def grouped(dataset: Dataset, pattern: str, name: str, settings: DataSettings) -> Dataset:
    """Return the data set with a column of groups, where the names of all files follow the pattern.

    Args:
        dataset: its column `subject` names files.
        pattern: whose first group is what files have in common, searched in the path without endings.
        name: of the new column.
        settings: whether the user wants another split.

    Example:
        >>> import numpy as np
        >>> frame = pl.DataFrame({"volume": [f"sub-{person}_run-{run}.nii.gz" for person in "abc" for run in "12"]})
        >>> dataset = Dataset(kind="volume", name="", frame=frame, subject="volume", source_rows=np.arange(6))
        >>> grouped(dataset, r"(sub-[a-z]+)", "person", DataSettings()).group
        'person'
    """
    if name in dataset.frame.columns or dataset.group:
        return dataset
    found = [re.search(pattern, _stem(file)) for file in dataset.frame[dataset.subject]]
    groups = [match[1] for match in found if match]
    count = len(set(groups))
    if len(groups) < len(dataset) or not FEWEST_GROUPS <= count < len(groups):
        return dataset
    said = (said_group(name, count),) if settings.split in ("auto", "group") and not settings.group else ()
    return replace(
        dataset,
        frame=dataset.frame.clone().insert_column(1, pl.Series(name, groups)),  # last would be taken for the target
        group=name,
        decisions=(*dataset.decisions, *said),
    )


def _stem(file: str) -> str:
    """Return a path without the endings of its name."""
    path = Path(file)
    for _ in range(SUFFIXES):
        path = path.with_suffix("")
    return path.as_posix()

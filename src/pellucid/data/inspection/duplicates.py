"""Rows that are the same, found by what is learnt from them, so that no two of them are on both sides of a split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.content import Content, gathered
from pellucid.data.dataset import Dataset

COMMON_SHARE: Final = 0.5  # of rows that differ: below it, equal rows are common values met again, not copies


def row_groups(dataset: Dataset, columns: Sequence[str]) -> NDArray[np.int64]:
    """Return for each row the number of the first row that equals it in these columns (and in its content).

    Example:
        >>> frame = pl.DataFrame({"a": [1, 2, 1]})
        >>> row_groups(Dataset(kind="table", name="", frame=frame, source_rows=np.arange(3)), ["a"])
        array([0, 1, 0])
    """
    frame = dataset.frame.select(columns)
    if dataset.content is not None:
        frame = frame.with_columns(pl.Series("content of the example", _hashes(dataset.content)))
    hashes = frame.hash_rows(seed=0).to_numpy()
    ordered = np.sort(hashes)
    if not (ordered[1:] == ordered[:-1]).any():
        return np.arange(len(hashes), dtype=np.int64)
    del ordered
    _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    return first[inverse].astype(np.int64)


def _hashes(content: Content) -> list[int]:
    """Return a hash of each example, read one by one so that memory stays flat.

    Hashes differ between processes, which is fine for finding equals within one.
    """
    rows = np.arange(len(content), dtype=np.int64)[:, None]  # one row at a time: no example is padded for another
    return [hash(b"".join(array.tobytes() for array in gathered(content, row))) for row in rows]


def are_copies(groups: NDArray[np.int64]) -> bool:
    """Say whether equal rows are likely copies, rather than a table with few possible rows."""
    return len(np.unique(groups)) >= COMMON_SHARE * len(groups)

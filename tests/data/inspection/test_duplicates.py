"""Equal rows."""

from __future__ import annotations

import numpy as np
import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.inspection.duplicates import are_copies, row_groups


def test_rows_are_equal_by_the_columns_that_count() -> None:
    frame = pl.DataFrame({"id": [1, 2, 3, 4], "a": [1, 1, None, None], "b": ["x", "x", "y", "z"]})
    data = Dataset(kind="table", name="", frame=frame, source_rows=np.arange(4))
    assert row_groups(data, ["a", "b"]).tolist() == [0, 0, 2, 3]
    assert row_groups(data, ["a"]).tolist() == [0, 0, 2, 2]
    assert row_groups(data, ["id", "a"]).tolist() == [0, 1, 2, 3]


def test_pictures_are_equal_by_their_pixels() -> None:
    pixels = np.array([[1, 2], [1, 3], [1, 2]], np.uint8).reshape(3, 1, 1, 2)
    frame = pl.DataFrame({"label": ["u", "u", "u"]})
    data = Dataset(kind="picture", name="", frame=frame, source_rows=np.arange(3), content=pixels)
    assert row_groups(data, ["label"]).tolist() == [0, 1, 0]


def test_a_table_with_few_possible_rows_has_no_copies() -> None:
    assert are_copies(np.array([0, 1, 2, 0]))
    assert not are_copies(np.array([0, 0, 0, 0, 1]))

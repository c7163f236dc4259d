"""The data set: taking rows, and the fingerprint of its content."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from pellucid.data import dataset as module
from pellucid.data.dataset import Dataset


@pytest.fixture
def dataset() -> Dataset:
    frame = pl.DataFrame({"a": [1, 2, None], "b": ["x", None, "z"]}).with_columns(
        t=pl.Series([0, 1, 2]).cast(pl.Datetime("us")),
        k=pl.Series([True, None, False]),
        e=pl.Series(["u", "v", "u"]).cast(pl.Categorical),
    )
    pixels = np.arange(3 * 1 * 2 * 2, dtype=np.uint8).reshape(3, 1, 2, 2)
    return Dataset(
        kind="picture",
        name="d",
        frame=frame,
        source_rows=np.array([2, 3, 5]),
        content=pixels,
        test_rows=np.array([False, False, True]),
    )


def test_take_keeps_rows_pixels_and_numbers_together(dataset: Dataset) -> None:
    taken = dataset.take(np.array([2, 0]))
    assert taken.frame["b"].to_list() == ["z", "x"]
    assert taken.source_rows.tolist() == [5, 2]
    assert taken.content is not None
    assert taken.content[0, 0].tolist() == [[8, 9], [10, 11]]
    assert taken.test_rows is not None
    assert taken.test_rows.tolist() == [True, False]


def test_the_fingerprint_is_that_of_the_content(dataset: Dataset) -> None:
    same = replace(dataset, name="another", source_rows=np.arange(3))
    assert same.fingerprint == dataset.fingerprint
    pixels = np.array(dataset.content)
    pixels[0, 0, 0, 0] = 99
    changed = [
        replace(dataset, frame=dataset.frame.with_columns(a=pl.Series([1, 2, 3]))),
        replace(dataset, frame=dataset.frame.with_columns(b=pl.Series(["x", "", "z"]))),
        replace(dataset, frame=dataset.frame.rename({"a": "c"})),
        replace(dataset, content=pixels),
        replace(dataset, test_rows=None),
    ]
    assert len({one.fingerprint for one in [dataset, *changed]}) == 1 + len(changed)


def test_the_fingerprint_is_the_same_however_much_is_hashed_at_once(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = dataset.fingerprint
    monkeypatch.setattr(module, "HASHED_BYTES", 0)
    assert dataset.fingerprint == once


def test_the_fingerprint_is_the_same_in_every_process() -> None:
    code = "from pellucid.data.reading import read; print(read('iris').fingerprint)"
    prints = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(prints) == 1

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pellucid.data import shades
from pellucid.data.shades import as_bytes
from pellucid.foundation.errors import DataError


def test_parts_give_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).normal(size=(7, 3, 3))
    whole, _ = as_bytes(values, "clips")
    monkeypatch.setattr(shades, "CHUNK_VALUES", 20)
    parts, (said,) = as_bytes(values, "clips")
    np.testing.assert_array_equal(parts, whole)
    assert (whole.min(), whole.max()) == (0, 255)
    assert "clips are kept as whole numbers of one byte" in said.reason


def test_mapped_bytes_stay_in_their_file(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((2, 3), np.uint8))
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
    assert as_bytes(mapped, "clips")[0] is mapped


def test_no_examples_are_no_error() -> None:
    assert as_bytes(np.zeros((0, 3)), "clips")[0].shape == (0, 3)


def test_shades_that_are_no_numbers() -> None:
    with pytest.raises(DataError, match="finite shades in the clips, got NaN"):
        as_bytes(np.array([[1.0, np.inf]]), "clips")

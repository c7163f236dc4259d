"""IDX files."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.sources.idx import is_idx, read_idx
from pellucid.foundation.errors import DataError


def idx(array: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    """Written by hand from the format: two zeros, 8 for bytes, the number of axes, their sizes, the bytes."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def mnist(folder: Path, *, packed: bool) -> None:
    for part, count in (("train", 5), ("t10k", 3)):
        pictures = np.arange(count * 4, dtype=np.uint8).reshape(count, 2, 2)
        for name, array in (("images-idx3", pictures), ("labels-idx1", np.arange(count, dtype=np.uint8))):
            content = idx(array)
            path = folder / f"{part}-{name}-ubyte{'.gz' if packed else ''}"
            path.write_bytes(gzip.compress(content) if packed else content)


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_of_four_files(tmp_path: Path, packed: bool) -> None:
    mnist(tmp_path, packed=packed)
    assert is_idx(tmp_path)
    data = read_idx(tmp_path, DataSettings(), ())
    assert data.content is not None
    assert data.content.shape == (8, 1, 2, 2)
    assert data.content[5].ravel().tolist() == [0, 1, 2, 3]
    assert data.frame["label"].to_list() == ["0", "1", "2", "3", "4", "0", "1", "2"]
    assert data.test_rows is not None
    assert data.test_rows.tolist() == [False] * 5 + [True] * 3
    assert data.decisions[0].choice == "3 pictures of the official test files"


def test_one_file_with_its_labels_beside(tmp_path: Path) -> None:
    mnist(tmp_path, packed=False)
    data = read_idx(tmp_path / "train-images-idx3-ubyte", DataSettings(), ())
    assert len(data) == 5
    assert data.test_rows is None
    assert data.target == ("label",)


def test_pictures_without_labels(tmp_path: Path) -> None:
    mnist(tmp_path, packed=False)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    data = read_idx(tmp_path / "t10k-images-idx3-ubyte", DataSettings(), ())
    assert data.frame.columns == ["picture"]
    assert data.target == ()


@pytest.mark.parametrize("packed", [False, True])
def test_a_cut_file_is_an_error(tmp_path: Path, packed: bool) -> None:
    mnist(tmp_path, packed=packed)
    path = tmp_path / f"train-images-idx3-ubyte{'.gz' if packed else ''}"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DataError, match="train-images-idx3-ubyte"):
        read_idx(tmp_path, DataSettings(), ())


def test_a_file_of_something_else_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(DataError, match="to begin as an IDX file"):
        read_idx(path, DataSettings(), ())


def test_labels_of_other_pictures_are_an_error(tmp_path: Path) -> None:
    mnist(tmp_path, packed=False)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(4, np.uint8)))
    with pytest.raises(DataError, match="expected 5 labels"):
        read_idx(tmp_path, DataSettings(), ())


def test_pictures_of_two_sizes_are_an_error(tmp_path: Path) -> None:
    mnist(tmp_path, packed=False)
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(np.zeros((3, 4, 4), np.uint8)))
    with pytest.raises(DataError, match="pictures of one size"):
        read_idx(tmp_path, DataSettings(), ())

"""Files of NumPy arrays."""

from pathlib import Path

import numpy as np
import pytest

from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.data.sources.npz import is_npz
from pellucid.foundation.errors import DataError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(8, 3, 20))
Y = np.array([0, 1] * 4)


def test_series(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", X_train=X, y_train=Y, X_test=X[:3], y_test=Y[:3])
    data = read(tmp_path / "a.npz", DataSettings(kind="series"))
    assert (data.kind, data.name, data.content.shape) == ("series", "a.npz", (11, 20, 3))
    assert data.frame["target"].to_list() == [*Y, *Y[:3]]


def test_series_without_parts_are_read_too(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", X=X, y=Y)
    data = read(tmp_path / "a.npz", DataSettings(kind="series"))
    assert (data.kind, data.target) == ("series", ("y",))
    np.testing.assert_allclose(data.content, X.transpose(0, 2, 1), rtol=1e-6)


def test_official_parts(tmp_path: Path) -> None:
    pixels = RNG.integers(0, 255, (8, 5, 5), dtype=np.uint8)
    np.savez(tmp_path / "a.npz", x_train=pixels[:6], y_train=Y[:6], x_test=pixels[6:], y_test=Y[6:])
    data = read(tmp_path / "a.npz")
    assert data.kind == "picture"
    assert data.test_rows is not None
    assert data.test_rows.tolist() == [False] * 6 + [True] * 2
    assert data.decisions[-1].choice == "the 2 rows of x_test"
    np.testing.assert_array_equal(data.content[:, 0], pixels)
    assert len(read(tmp_path / "a.npz", DataSettings(test=0.5))) == 6


def test_parts_that_do_not_fit(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x_train=X, y_train=Y, x_test=X[:, :, :5], y_test=Y)
    with pytest.raises(DataError, match="expected x_test and y_test of a.npz like x_train"):
        read(tmp_path / "a.npz")


def test_objects_and_other_files(tmp_path: Path) -> None:
    ragged = np.array([[1], [1, 2]], dtype=object)
    np.savez(tmp_path / "a.npz", x_train=ragged, y_train=Y, x_test=ragged, y_test=Y)
    with pytest.raises(DataError, match=r"expected arrays of numbers in .*a.npz, got .*numpy.savez"):
        read(tmp_path / "a.npz")
    np.savez(tmp_path / "b.npz", volume=X)
    assert not is_npz(tmp_path / "b.npz")
    (tmp_path / "c.npz").write_text("no zip")
    assert not is_npz(tmp_path / "c.npz")
    assert not is_npz(tmp_path / "a.csv")

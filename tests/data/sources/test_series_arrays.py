"""Series in memory."""

import numpy as np
import pytest
import torch

from pellucid.data.content import Ragged
from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError, ShapeError

SERIES = DataSettings(kind="series")
X = np.random.default_rng(0).normal(size=(6, 2, 30))
Y = ["a", "b", "a", "b", "a", "b"]


def test_the_setting_tells_series_from_pictures_and_tables() -> None:
    data = read((X, Y), SERIES)
    np.testing.assert_allclose(data.content, X.transpose(0, 2, 1), rtol=1e-6)
    assert data.frame["target"].to_list() == Y
    assert (data.kind, data.subject, data.target) == ("series", "series", ("target",))
    assert read((X[:, 0], Y), SERIES).content.shape == (6, 30, 1)
    assert read(torch.tensor(X), SERIES).content.shape == (6, 30, 2)
    assert read((X, Y)).kind == "picture"
    assert read((X[:, 0], Y)).kind == "table"


def test_a_list_of_arrays_is_series() -> None:
    data = read(([X[0], X[1, :, :20], X[2, :, :5]], [0.5, 1.5, 2.5]))
    assert isinstance(data.content, Ragged)
    assert data.content.lengths.tolist() == [30, 20, 5]
    np.testing.assert_allclose(data.content[1], X[1, :, :20].T, rtol=1e-6)
    assert read([np.arange(3.0), np.arange(4.0)]).content[1].ravel().tolist() == [0, 1, 2, 3]


def test_wrong_shapes() -> None:
    with pytest.raises(ShapeError, match=r"series of shape \(n, c, l\) .* got one of \(2, 30, 1\)"):
        read((X[..., None], Y), SERIES)
    with pytest.raises(ShapeError, match="expected y with one row for each of X"):
        read((X, Y[:3]), SERIES)


def test_broken_series_are_left_out_with_their_labels() -> None:
    broken = X.copy()
    broken[1, 0] = np.nan
    data = read((broken, Y), DataSettings(kind="series", skip_bad_rows=True))
    assert data.frame["target"].to_list() == ["a", "a", "b", "a", "b"]
    assert data.content.shape == (5, 30, 2)


def test_numbers_too_large_for_the_network_are_refused() -> None:
    with pytest.raises(DataError, match=r"got series 1 \(an infinite value\)"):
        read([np.arange(3.0), np.array([1.0, 1e300])])

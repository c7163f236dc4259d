"""Arrays in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from pellucid.data.settings import DataSettings
from pellucid.data.sources.arrays import is_array, read_arrays
from pellucid.foundation.errors import DataError, ShapeError

X = np.arange(6, dtype=np.float32).reshape(3, 2)
Y = np.array([0, 1, 0])


@pytest.mark.parametrize("pair", [(X, Y), (torch.tensor(X), torch.tensor(Y)), (X, torch.tensor(Y)), (X, Y.tolist())])
def test_a_pair_is_a_table_with_its_target(pair: Any) -> None:
    assert is_array(pair)
    data = read_arrays(pair, DataSettings(), ())
    assert data.frame.to_dict(as_series=False) == {"x1": [0, 2, 4], "x2": [1, 3, 5], "target": [0, 1, 0]}
    assert data.target == ("target",)
    assert data.kind == "table"


def test_x_alone_has_no_target() -> None:
    assert read_arrays(X, DataSettings(), ()).target == ()


def test_several_targets() -> None:
    data = read_arrays((X, 2 * np.eye(3)), DataSettings(), ())
    assert data.target == ("target_1", "target_2", "target_3")


def test_a_column_of_targets() -> None:
    assert read_arrays((X, Y[:, None]), DataSettings(), ()).target == ("target",)


def test_a_frame_with_a_named_series() -> None:
    data = read_arrays((pd.DataFrame({"a": [1, 2]}), pd.Series([3, 4], name="price")), DataSettings(), ())
    assert data.frame.columns == ["a", "price"]
    assert data.target == ("price",)


def test_columns_by_name() -> None:
    data = read_arrays(
        {"a": np.array([1, 2]), "b": ["x", None], "c": torch.tensor([1.0, float("nan")])}, DataSettings(), ()
    )
    assert data.frame.to_dict(as_series=False) == {"a": [1, 2], "b": ["x", None], "c": [1.0, None]}


def test_texts_as_targets() -> None:
    data = read_arrays((X, np.array(["u", None, "v"], dtype=object)), DataSettings(), ())
    assert data.frame["target"].to_list() == ["u", None, "v"]


@pytest.mark.parametrize(
    ("shape", "pixels"),
    [
        ((5, 8, 9), (5, 1, 8, 9)),
        ((5, 8, 9, 3), (5, 3, 8, 9)),
        ((5, 3, 8, 9), (5, 3, 8, 9)),
        ((5, 7, 8, 9), (5, 7, 8, 9)),
    ],
)
def test_pictures_and_where_their_channels_are(shape: tuple[int, ...], pixels: tuple[int, ...]) -> None:
    data = read_arrays((np.zeros(shape, np.uint8), np.arange(5)), DataSettings(kind="picture"), ())
    assert data.kind == "picture"
    assert data.content is not None
    assert data.content.shape == pixels
    assert data.content.dtype == np.uint8
    assert data.target == ("target",)


def test_channels_that_could_be_at_either_end_are_a_warning() -> None:
    (said,) = read_arrays(np.zeros((5, 3, 8, 3), np.uint8), DataSettings(), ()).decisions
    assert said.warning
    assert said.choice.endswith("(n, c, h, w)")


@pytest.mark.parametrize(
    ("shades", "bytes_"),
    [
        (np.array([0.0, 0.5, 1.0]), [0, 128, 255]),
        (np.array([0.0, 100.4, 255.0]), [0, 100, 255]),
        (np.array([-1.0, 0.0, 1.0]), [0, 128, 255]),
        (np.array([0, 7, 200]), [0, 7, 200]),
        (np.array([0, 1, 1]), [0, 1, 1]),
        (np.array([False, True, True]), [0, 255, 255]),
        (np.array([0, 30000, 60000]), [0, 128, 255]),
    ],
)
def test_shades_become_bytes(shades: np.ndarray[Any, Any], bytes_: list[int]) -> None:
    data = read_arrays(shades.reshape(1, 1, 1, 3), DataSettings(), ())
    assert data.content is not None
    assert data.content.ravel().tolist() == bytes_


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (np.zeros(3), r"shape \(n, d\) for a table"),
        ((X, np.zeros(2)), r"one row for each of X \(3\), got 2"),
        ((X, np.zeros((3, 1, 1, 2))), r"expected y of shape \(n,\) or \(n, t\)"),
        ({"a": [1, 2], "b": [1]}, "columns of one length"),
    ],
)
def test_shapes_that_do_not_fit(source: Any, sentence: str) -> None:
    with pytest.raises(ShapeError, match=sentence):
        read_arrays(source, DataSettings(), ())


def test_shades_that_are_not_finite_are_an_error() -> None:
    with pytest.raises(DataError, match="expected finite shades"):
        read_arrays(np.full((1, 2, 2), np.nan), DataSettings(), ())


def test_a_target_that_x_has_already_is_an_error() -> None:
    with pytest.raises(DataError, match=r"names that X has not, got \['a'\]"):
        read_arrays((pd.DataFrame({"a": [1, 2]}), pd.Series([3, 4], name="a")), DataSettings(), ())


@pytest.mark.parametrize("other", [5, "x", {}, {"a": 5}, [1, 2], np.float64(3), (1, 2), (X, Y, Y)])
def test_other_things_are_no_arrays(other: Any) -> None:
    assert not is_array(other)


def test_one_hot_targets_are_classes() -> None:
    data = read_arrays((X, np.eye(3)[[2, 0, 1]]), DataSettings(), ())
    assert data.target == ("target",)
    assert data.frame["target"].to_list() == [2, 0, 1]
    assert data.decisions[-1].choice == "y: the number of the column that holds the 1, from 0 to 2"


@pytest.mark.parametrize("shape", [(4, 30, 1), (4, 1, 30)])
def test_an_axis_of_length_one_makes_series(shape: tuple[int, ...]) -> None:
    values = np.arange(120.0).reshape(shape)
    data = read_arrays(values, DataSettings(), ())
    assert (data.kind, data.content.shape) == ("series", (4, 30, 1))
    assert data.content[1, :3, 0].tolist() == [30, 31, 32]
    assert data.decisions[0].overrule == "--kind picture"
    assert read_arrays(values, DataSettings(kind="picture"), ()).kind == "picture"

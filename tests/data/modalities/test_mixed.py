from dataclasses import replace

import msgspec
import numpy as np
import polars as pl
import pytest
from scipy import sparse

from pellucid.data.content import gathered
from pellucid.data.dataset import Dataset
from pellucid.data.modalities.mixed import MIXED, _beside
from pellucid.data.modalities.modality import Fitting
from pellucid.data.modalities.saving import transform_from_json, transform_to_json
from pellucid.data.reading import read
from pellucid.data.schema import Description, describe
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError, RangeError
from pellucid.foundation.features import Features

COUNT = 20


@pytest.fixture
def described() -> Description:
    numbers = np.random.default_rng(0).normal(size=COUNT)
    frame = pl.DataFrame({"picture": [f"{i}.png" for i in range(COUNT)], "x": numbers, "c": ["u", "v"] * 10})
    data = Dataset(
        kind="picture",
        name="p",
        subject="picture",
        frame=frame.with_columns(label=pl.Series(["a", "a", "b", "b"] * 5)),
        content=np.arange(COUNT * 16, dtype=np.int64).astype(np.uint8).reshape(COUNT, 1, 4, 4),
        source_rows=np.arange(COUNT),
        target=("label",),
    )
    return describe(data, DataSettings(inputs=("picture", "table")))


def fitting_of(described: Description) -> Fitting:
    return Fitting(settings=DataSettings(), columns=described.columns, features=described.features)


def test_each_part_is_fitted_saved_and_applied(described: Description) -> None:
    transform = MIXED.fit(described.dataset, fitting_of(described))
    again = transform_from_json(msgspec.json.decode(msgspec.json.encode(transform_to_json(transform))))
    assert again.transforms == transform.transforms
    spec = transform.spec(COUNT)
    assert [part.kind for part in spec.parts] == ["table", "picture"]
    assert spec.tensors == 3  # numbers, levels, pixels
    arrays = again.apply(described.dataset).arrays
    assert [len(array) for array in arrays] == [COUNT] * 3
    finish = again.finish()
    assert finish is not None
    import torch

    rows = np.array([3, 1])
    tensors = finish(tuple(torch.from_numpy(part) for array in arrays for part in gathered(array, rows)), None)
    assert [tuple(tensor.shape) for tensor in tensors] == [(2, 1), (2, 1), (2, 1, 4, 4)]
    assert tensors[2].dtype == torch.float32


def test_simple_models_see_all_parts(described: Description) -> None:
    data = described.dataset
    seen, judged = MIXED.features(data, data.take(np.arange(5)), fitting_of(described))
    assert seen.raw.shape == (COUNT, 2 + 16)
    assert judged.raw.shape == (5, 2 + 16)
    assert seen.categorical.sum() == 1


def test_sparse_features_stay_sparse() -> None:
    dense = Features(raw=np.ones((2, 1)), categorical=np.array([False]), scaled=np.ones((2, 1)))
    thin = Features(raw=np.ones((2, 2)), categorical=np.array([False] * 2), scaled=sparse.csr_matrix([[0, 1], [2, 0]]))
    both = _beside((dense, thin))
    assert sparse.issparse(both.scaled)
    assert both.scaled.toarray().tolist() == [[1, 0, 1], [1, 2, 0]]


def test_an_example_is_shown_and_told_by_its_parts(described: Description) -> None:
    assert MIXED.show is not None
    assert MIXED.tell is not None
    np.testing.assert_array_equal(MIXED.show(described.dataset, 2), described.dataset.parts[1].content[2])
    assert MIXED.tell(described.dataset, 1)["c"] == "v"
    assert MIXED.summary(described.dataset) == "table and picture"


def test_other_parts_are_refused(described: Description) -> None:
    transform = MIXED.fit(described.dataset, fitting_of(described))
    with pytest.raises(DataError, match="a table and a picture for each example, got a table"):
        transform.apply(read("iris"))


def test_examples_of_several_inputs_are_not_mixed_with_one_another(described: Description) -> None:
    fitting = replace(fitting_of(described), settings=DataSettings(augment="flip, mixup(0.2)"))
    with pytest.raises(RangeError, match="got mixup: leave it out of --augment"):
        MIXED.fit(described.dataset, fitting)

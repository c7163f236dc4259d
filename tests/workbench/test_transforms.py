from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest

from pellucid import Run
from pellucid.data.modalities.saving import transform_from_json, transform_to_json
from pellucid.data.reading import read
from pellucid.data.transforms.picture import fit_picture
from pellucid.data.transforms.table import fit_table
from pellucid.workbench.transforms import batches_of


def test_transform_of_a_table_survives_json(counts: Run, frame: Any) -> None:
    assert counts.record.transform is not None
    transform = transform_from_json(counts.record.transform)
    written = msgspec.json.decode(msgspec.json.encode(transform_to_json(transform)))
    assert written == msgspec.json.decode(msgspec.json.encode(counts.record.transform))
    assert transform_from_json(written) == transform
    arrays = transform.apply(read(frame)).arrays
    assert [len(array) for array in arrays] == [100] * len(arrays)


def test_transform_of_pictures_survives_json(pictures: Any) -> None:
    transform = fit_picture(pictures[0][:, None])
    written = msgspec.json.decode(msgspec.json.encode(transform_to_json(transform)))
    assert written["kind"] == "picture"
    assert transform_from_json(written) == transform
    (array,) = transform.apply(read(pictures)).arrays
    np.testing.assert_array_equal(array[:, 0], pictures[0])


@pytest.mark.parametrize("seed", [None, 3])
def test_batches_keep_the_order_or_shuffle_it(seed: int | None) -> None:
    numbers = np.arange(10, dtype=np.float32)[:, None]
    transform = fit_table(pl.DataFrame({"x": numbers[:, 0]}), (), (), categories="onehot")
    batches = batches_of(transform, [numbers], numbers[:, 0], batch_size=4, seed=seed)
    seen = np.concatenate([batch.targets.numpy() for batch in batches.batches(0)])
    assert sorted(seen) == list(range(10))
    assert (seen.tolist() == list(range(10))) == (seed is None)


def test_pictures_are_normalised_with_the_numbers_of_training(pictures: Any) -> None:
    transform = fit_picture(pictures[0][:, None])
    (array,) = transform.apply(read(pictures)).arrays
    (batch,) = batches_of(transform, [array], np.zeros(80, np.int64), batch_size=80).batches(0)
    assert float(batch.inputs[0].mean()) == pytest.approx(0, abs=1e-5)
    assert float(batch.inputs[0].std(correction=0)) == pytest.approx(1, abs=1e-5)

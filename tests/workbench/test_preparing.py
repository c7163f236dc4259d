from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pellucid.data.transforms.table import TableTransform
from pellucid.foundation.errors import RangeError
from pellucid.runs.settings import Settings
from pellucid.workbench.preparing import PARTS, Prepared, prepare, rows_of


@pytest.fixture(scope="module")
def prepared(frame: pd.DataFrame) -> Prepared:
    data = frame[["size", "years", "colour", "visits"]]
    return prepare(data, Settings.of(target="visits", exposure="years", network="linear"))


def test_parts_hold_every_row_once(prepared: Prepared) -> None:
    rows = np.concatenate([prepared.rows(part) for part in PARTS])
    assert sorted(rows) == list(range(100))
    assert [len(array) for array in (*prepared.inputs, prepared.targets)] == [100] * (len(prepared.inputs) + 1)


def test_transform_has_seen_the_training_rows_only(prepared: Prepared, frame: pd.DataFrame) -> None:
    assert isinstance(prepared.transform, TableTransform)
    train = frame["size"].to_numpy()[prepared.rows("train")]
    place = prepared.transform.names.index("size")
    assert prepared.transform.center[place] == pytest.approx(train.mean())
    assert prepared.transform.scale[place] == pytest.approx(train.std())


def test_batches_of_a_part_are_its_rows_in_order(prepared: Prepared, frame: pd.DataFrame) -> None:
    rows = prepared.rows("test")
    (batch,) = prepared.batches("test").batches(0)
    assert batch.offset is not None
    np.testing.assert_allclose(batch.targets[:, 0].numpy(), frame["visits"].to_numpy()[rows])
    np.testing.assert_allclose(batch.offset.numpy(), np.log(frame["years"].to_numpy()[rows]), rtol=1e-6)
    np.testing.assert_array_equal(batch.inputs[0].numpy(), prepared.inputs[0][rows])


def test_shuffled_batches_hold_the_same_rows(prepared: Prepared) -> None:
    batches = prepared.batches("train", batch_size=16, seed=0)
    seen = [batch.targets[:, 0].numpy() for batch in batches.batches(0)]
    assert [len(batch) for batch in seen] == [16, 16, 16, 16]
    np.testing.assert_array_equal(np.sort(np.concatenate(seen)), np.sort(prepared.targets[prepared.rows("train"), 0]))


def test_every_stage_says_its_decisions(prepared: Prepared) -> None:
    topics = {decision.topic for decision in prepared.decisions}
    assert {"task", "split"} <= topics
    assert set(prepared.seconds) == {"read", "prepare"}


def test_rows_of_targets(prepared: Prepared) -> None:
    (target,) = rows_of(prepared.description.targets, np.array([3, 1]))
    np.testing.assert_array_equal(target.values, prepared.description.targets[0].values[[3, 1]])


def test_pictures(pictures: Any) -> None:
    prepared = prepare(pictures, Settings.of(network="linear", test=0.25))
    assert prepared.spec.shape == (1, 8, 8)
    assert len(prepared.rows("test")) == 20
    seen = pictures[0][prepared.rows("train")]  # the training rows only
    assert prepared.spec.mean == pytest.approx((seen.mean() / 255,))
    assert prepared.spec.std == pytest.approx((seen.std() / 255,))


def test_smoothing_that_the_network_wants_is_taken_unless_given(frame: pd.DataFrame) -> None:
    data = frame[["size", "colour", "sold"]]
    wished = prepare(data, Settings.of(target="sold", label_smoothing=0.2)).task
    assert getattr(wished, "label_smoothing", None) == 0.2
    assert getattr(prepare(data, Settings.of(target="sold", network="linear")).task, "label_smoothing", None) == 0


def test_network_for_another_kind_of_input(frame: pd.DataFrame) -> None:
    with pytest.raises(RangeError, match="a network for a table .*, got 'lenet', which takes a picture"):
        prepare(frame, Settings.of(target="sold", network="lenet"))

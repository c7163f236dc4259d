"""What the dense network recommends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pellucid.foundation.records import InputSpec
from pellucid.networks.recipes import BATCH_RANGE, recommend_dense
from pellucid.tasks.multiclass import Multiclass
from pellucid.training.settings import TrainingSettings

TASK = Multiclass(targets=("y",), classes=("a", "b"))


@given(st.integers(1, 10**8))
def test_every_size_of_table_gets_complete_settings(examples: int) -> None:
    found = recommend_dense(InputSpec(kind="table", examples=examples, numbers=2), TASK)
    settings = TrainingSettings().filled(found.settings)
    assert settings.batch_size is not None
    assert BATCH_RANGE[0] <= settings.batch_size <= BATCH_RANGE[1]
    assert found.reason


def test_pictures_are_trained_otherwise() -> None:
    picture = recommend_dense(InputSpec(kind="picture", examples=9, shape=(1, 8, 8)), TASK)
    assert picture.settings != recommend_dense(InputSpec(kind="table", examples=9, numbers=2), TASK).settings


@given(st.integers(1, 10**8))
def test_every_number_of_series_gets_complete_settings(examples: int) -> None:
    found = recommend_dense(InputSpec(kind="series", examples=examples, shape=(1, 8)), TASK)
    settings = TrainingSettings().filled(found.settings)
    assert settings.epochs is not None
    assert 3 <= settings.epochs <= 150
    assert f"{settings.epochs} passes in batches of {settings.batch_size}" in found.reason

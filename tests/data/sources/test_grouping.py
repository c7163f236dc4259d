from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.grouping import grouped

PATTERN = r"(?:^|/)(sub-\w+?)_"


def files(*names: str, group: str = "") -> Dataset:
    frame = pl.DataFrame({"volume": names, "label": ["a"] * len(names)})
    rows = np.arange(len(names))
    return Dataset(kind="volume", name="", frame=frame, subject="volume", group=group, source_rows=rows)


THREE = tuple(f"a/sub-{person}_run-{run}.nii.gz" for person in "xyz" for run in "12")


def test_groups_stand_beside_the_name() -> None:
    data = grouped(files(*THREE), PATTERN, "person", DataSettings())
    assert data.group == "person"
    assert data.frame.columns == ["volume", "person", "label"]
    assert data.frame["person"].to_list() == ["sub-x", "sub-x", "sub-y", "sub-y", "sub-z", "sub-z"]
    assert data.decisions[0].topic == "person"


@pytest.mark.parametrize(
    "names",
    [
        THREE[:4],  # two groups are too few for three parts
        (*THREE, "other.nii.gz"),  # a name without the pattern
        THREE[::2],  # each a group of its own
    ],
)
def test_no_groups(names: tuple[str, ...]) -> None:
    assert grouped(files(*names), PATTERN, "person", DataSettings()).group == ""


def test_what_is_known_already_stays() -> None:
    assert grouped(files(*THREE, group="label"), PATTERN, "person", DataSettings()).group == "label"
    assert grouped(files(*THREE), PATTERN, "label", DataSettings()).group == ""


@pytest.mark.parametrize("settings", [DataSettings(split="random"), DataSettings(group="label")])
def test_nothing_is_said_where_the_user_splits(settings: DataSettings) -> None:
    assert grouped(files(*THREE), PATTERN, "person", settings).decisions == ()

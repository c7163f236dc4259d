"""Ctrl-C in the middle of an epoch and going on equals not stopping, bit for bit, also where batches are drawn anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from PIL import Image

import pellucid

COUNT = 48
LABELS = np.arange(COUNT) % 2


def pictures(folder: Path) -> dict[str, Any]:
    """Pictures that are shifted, mirrored and mixed with one another."""
    rng = np.random.default_rng(0)
    for number, label in enumerate(LABELS):
        shades = rng.integers(0, 120, (8, 8)) + 100 * label
        Image.fromarray(shades.astype(np.uint8)).save(folder / f"{number}.png")
    pl.DataFrame({"file": [f"{n}.png" for n in range(COUNT)], "y": LABELS.astype(str)}).write_csv(folder / "labels.csv")
    return {"labels": str(folder / "labels.csv"), "target": "y", "augment": "shift(0.2), flip, mixup(0.3)"}


def mixed(folder: Path) -> dict[str, Any]:
    """The same beside what their table says."""
    options = pictures(folder)
    table = pl.read_csv(folder / "labels.csv", schema_overrides={"y": pl.String})
    table.with_columns(x=pl.Series(np.random.default_rng(1).normal(size=COUNT))).write_csv(folder / "labels.csv")
    return {**options, "augment": "shift(0.2)", "inputs": ("picture", "table")}


def series(folder: Path) -> dict[str, Any]:
    """A file for each series, of several lengths."""
    rng = np.random.default_rng(0)
    for number, label in enumerate(LABELS):
        place = folder / f"class-{label}"
        place.mkdir(exist_ok=True)
        steps = np.arange(20 + number % 5)
        values = np.sin(steps * (0.3 + 0.4 * label)) + rng.normal(0, 0.1, len(steps))
        pl.DataFrame({"value": values}).write_csv(place / f"{number}.csv")
    return {"network": "lstm"}


@pytest.mark.parametrize("kind", [pictures, mixed, series])
def test_interrupted_equals_undisturbed(kind: Any, tmp_path: Path, press_at: Callable[[int, int], list[Any]]) -> None:
    source = tmp_path / "source"
    source.mkdir()
    options = {**kind(source), "epochs": 3, "batch_size": 8, "out": str(tmp_path / "runs"), "baselines": False}
    straight = pellucid.fit(source, name="straight", report=False, quiet=True, **options)
    press_at(2, 2)
    stopped = pellucid.fit(source, name="stopped", report=False, **options)
    assert stopped.record.trained is not None
    assert stopped.record.trained.stopped == "interrupted"
    resumed = pellucid.resume(stopped.folder, quiet=True)
    for name in ("network.safetensors", "predictions.parquet"):
        assert (resumed.folder / name).read_bytes() == (straight.folder / name).read_bytes()
    assert [epoch.train_loss for epoch in resumed.history] == [epoch.train_loss for epoch in straight.history]

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from safetensors.numpy import load_file

import pellucid
from pellucid import Run
from pellucid.foundation.errors import DataError

QUICK = {"epochs": 2, "report": False, "bootstrap": 0, "quiet": True}


@pytest.mark.parametrize(
    ("parts", "judged"),
    [({}, "test"), ({"test": 0}, "validation"), ({"test": 0, "validation": 0}, "train")],
)
def test_judged_is_the_best_part_that_there_is(tmp_path: Path, parts: dict[str, Any], judged: str) -> None:
    run = pellucid.fit("iris", out=tmp_path, network="linear", **parts, **QUICK)
    assert run.scores.part == judged
    assert run.scores.rows == run.record.parts[judged]
    names = [contender.name for contender in run.scores.targets[0].contenders]
    assert names[0] == "this network"
    assert "linear model" in names
    kept = pl.read_parquet(run.folder / "predictions.parquet")
    assert kept.height == run.record.parts[judged]


def test_baselines_of_large_data_learn_from_some_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pellucid.workbench.judging.MOST_SEEN", 60)
    run = pellucid.fit("iris", out=tmp_path, network="linear", **QUICK)
    notes = {contender.name: contender.note for contender in run.scores.targets[0].contenders}
    assert notes["linear model"] == notes["boosted trees"] == "trained on 60 of 120 examples to stay quick"


def test_rows_that_were_judged_are_kept_with_their_truth(counts: Run, frame: pd.DataFrame) -> None:
    kept = pl.read_parquet(counts.folder / "predictions.parquet")
    assert kept.columns == ["row", "visits", "log_exposure", "predicted_visits"]
    rows = kept["row"].to_numpy()
    np.testing.assert_array_equal(kept["visits"].to_numpy(), frame["visits"].to_numpy()[rows])
    np.testing.assert_allclose(kept["log_exposure"].to_numpy(), np.log(frame["years"].to_numpy()[rows]))


def test_worst_pictures_are_kept_by_their_row(pictures: Any, tmp_path: Path) -> None:
    """Labels are drawn by lot, so that there are mistakes."""
    pixels, _ = pictures
    labels = np.random.default_rng(1).integers(0, 2, len(pixels))
    run = pellucid.fit((pixels, labels), network="linear", out=tmp_path, baselines=False, **QUICK)
    mistakes = run.scores.targets[0].mistakes
    kept = load_file(run.folder / "mistakes.safetensors")
    assert {str(mistake.row) for mistake in mistakes} == set(kept)
    for row, picture in kept.items():
        np.testing.assert_array_equal(picture[0], pixels[int(row)])


def test_mistakes_on_a_table_show_the_features(flowers: Run) -> None:
    for mistake in flowers.scores.targets[0].mistakes:
        assert "petal length (cm)" in mistake.features
        assert mistake.truth != mistake.predicted


def test_evaluate_leaves_out_rows_that_cannot_be_judged(
    counts: Run, frame: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    data = frame[["size", "years", "colour", "visits"]].astype({"visits": float, "size": object}).head(5)
    data.loc[1, "size"] = "heavy"
    data.loc[2, "visits"] = np.nan
    data.loc[3, "years"] = 0.0
    assert counts.evaluate(data).rows == 2
    assert capsys.readouterr().out == ""  # the run was made with quiet=True
    with pytest.raises(DataError, match="evaluate expected rows that can be read, got none of 1 in"):
        counts.evaluate(data.iloc[[1]])

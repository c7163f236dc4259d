from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import pellucid
from pellucid import Run
from pellucid.foundation.errors import DataError, RangeError, UnknownNameError
from pellucid.runs.folder import RunFolder
from pellucid.tasks.task import Prediction, Target
from pellucid.workbench.predicting import forecast, predict_to_file, unanswered, with_predictions


def test_columns_of_predictions() -> None:
    frame = pl.DataFrame({"size": [1.0, 2.0]})
    number = Prediction(target="price", values=np.array([3.0, 4.0]))
    shares = np.array([[0.25, 0.75], [0.5, 0.5]])
    names = np.array(["b", "a"], dtype=object)
    category = Prediction(target="kind", values=names, probabilities=shares, classes=("a", "b"))
    assert with_predictions(frame, [number, category]).to_dict(as_series=False) == {
        "size": [1.0, 2.0],
        "predicted_price": [3.0, 4.0],
        "predicted_kind": ["b", "a"],
        "probability_kind_a": [0.25, 0.5],
        "probability_kind_b": [0.75, 0.5],
    }


def test_predicting_for_a_table_of_predictions(flowers: Run) -> None:
    """The columns of an earlier prediction are replaced, and only bad rows are null."""
    first = flowers.predict("iris")
    spoilt = first.with_columns(
        pl.when(pl.int_range(pl.len()) == 4)
        .then(pl.lit("long"))
        .otherwise(pl.col("sepal length (cm)").cast(str))
        .alias("sepal length (cm)")
    )
    second = flowers.predict(spoilt)
    assert second.columns == first.columns
    assert second["predicted_species"].null_count() == 1
    assert second["species"].null_count() == 0
    assert second["problem"].null_count() == 149


def test_rows_without_an_answer() -> None:
    targets = [
        Target(name="price", kind="number", values=np.array([1.0, np.nan, 3.0])),
        Target(name="kind", kind="category", values=np.array(["a", "b", None], dtype=object)),
    ]
    assert [(problem.row, problem.sentence) for problem in unanswered(targets)] == [
        (1, "evaluate expected a value of price, got none: fill it in"),
        (2, "evaluate expected a value of kind, got none: fill it in"),
    ]


def test_exposure_decides_the_mean(counts: Run, frame: pd.DataFrame) -> None:
    data = frame[["size", "years", "colour"]].head(3)
    found = forecast(counts, data)
    assert found.offset is not None
    np.testing.assert_allclose(found.offset, np.log(data["years"]))
    assert not found.spoilt.any()
    spoilt = forecast(counts, data.assign(years=[0.0, np.inf, 1.0]))
    assert spoilt.spoilt.tolist() == [True, True, False]
    assert spoilt.named_problems[0] == "row 0: predict expected years above 0, got 0.0: mend it"


def test_missing_exposure_and_missing_target(counts: Run, frame: pd.DataFrame) -> None:
    data = frame[["size", "years", "colour"]].head(3)
    with pytest.raises(UnknownNameError, match="predict expected the exposure column among .*, got 'years'"):
        counts.predict(data.drop(columns="years"))
    with pytest.raises(UnknownNameError, match="evaluate expected the answers in a column visits, got no such"):
        counts.evaluate(data)


def test_file_is_written_whole_or_not_at_all(
    flowers: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    predict_to_file(flowers.folder, "iris", None)
    assert capsys.readouterr().out == "150 rows, 150 predicted: iris-predictions.csv\n"
    predict_to_file(flowers.folder, "iris-predictions.csv", Path("again.parquet"))
    answers = pl.read_parquet("again.parquet")
    assert answers["predicted_species"].to_list() == pl.read_csv("iris-predictions.csv")["predicted_species"].to_list()
    with pytest.raises(RangeError, match="--to to end in .csv or .parquet, got answers.txt: rename it"):
        predict_to_file(flowers.folder, "iris", Path("answers.txt"))
    with pytest.raises(RangeError, match="--to to be a file of its own, got the source again.parquet"):
        predict_to_file(flowers.folder, "again.parquet", Path("again.parquet"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.parquet", "iris-predictions.csv"]


def test_pictures_of_another_size_are_said(lights: Run, pictures: Any) -> None:
    larger = np.repeat(np.repeat(pictures[0][:4], 2, axis=1), 2, axis=2)
    found = forecast(lights, larger)
    assert [decision.topic for decision in found.decisions] == ["picture size"]
    np.testing.assert_allclose(
        found.predictions[0].probabilities, forecast(lights, pictures[0][:4]).predictions[0].probabilities, atol=0.01
    )


def test_run_without_a_transform(flowers: Run, tmp_path: Path) -> None:
    folder = RunFolder(Path(shutil.copytree(flowers.folder, tmp_path / "copy")))
    folder.write_record(replace(flowers.record, transform=None))
    with pytest.raises(DataError, match="predict expected a trained run, got flowers: `pellucid resume` finishes it"):
        pellucid.load(folder.path).predict("iris")

"""Forecasts judged and made through the whole product, on a small series with a week and a trend."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid import Run
from pellucid.foundation.errors import DataError
from pellucid.runs.comparing import compare
from pellucid.runs.folder import RunFolder
from pellucid.workbench.fit import resume
from pellucid.workbench.predicting import predict_to_file

DAYS = 300
QUICK: dict[str, Any] = {"quiet": True, "bootstrap": 100, "network": "linear", "epochs": 2}


def series(days: int = DAYS, start: int = 0) -> pl.DataFrame:
    place = np.arange(start, start + days)
    noise = np.random.default_rng(0).normal(size=(2000, 2))[place]
    price = noise[:, 1]
    sold = 10 + 0.02 * place + 3 * np.sin(2 * np.pi * place / 7) + price + 0.5 * noise[:, 0]
    times = [datetime(2020, 1, 1) + timedelta(days=int(day)) for day in place]
    return pl.DataFrame({"day": times, "price": price, "sold": sold})


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("shop")
    return pellucid.fit(series(), "sold", horizon=4, known=("price",), out=folder, name="shop", **QUICK)


@pytest.mark.knowledge("B7", "H5")
def test_it_is_judged_beside_simple_forecasts(shop: Run) -> None:
    (report,) = shop.scores.targets
    names = [contender.name for contender in report.contenders]
    assert names == ["this network", "the last value", "the value a season ago", "linear model"]
    scores = {contender.name: contender.score("mae").value for contender in report.contenders}  # type: ignore[union-attr]  # all have one
    assert scores["this network"] < scores["the value a season ago"] < scores["the last value"]  # type: ignore[operator]  # numbers
    assert [score.name for score in report.network.scores] == ["mae", "rmse", "mase", "pinball", "coverage"]
    assert report.sentence.startswith(f"In {report.rows} forecasts of what came later, the network is off by")
    assert any("drawing whole stretches of 4 steps again" in note for note in report.notes)
    curves = report.curves.forecast
    assert curves is not None
    assert [len(one.errors) for one in curves.by_step] == [4] * 4
    assert len(curves.examples[0].history) == 8
    assert report.mistakes[0].features == {"day": str(series()["day"][report.mistakes[0].row])[:10]}
    assert 0.5 < report.network.score("coverage").value <= 1  # type: ignore[union-attr, operator]  # a number


def test_the_scores_are_those_of_the_kept_forecasts(shop: Run) -> None:
    kept = pl.read_parquet(shop.folder / "predictions.parquet")
    truth, median = kept["sold"].to_numpy(), kept["predicted_sold"].to_numpy()
    assert truth.shape == (shop.scores.rows, 4)
    main = shop.scores.targets[0].main
    assert main is not None
    assert main.value == pytest.approx(np.abs(truth - median).mean())
    low, high = kept["quantile_sold_0.1"].to_numpy(), kept["quantile_sold_0.9"].to_numpy()
    assert (low <= median).all()
    assert (median <= high).all()


def test_the_report_draws_forecasts(shop: Run) -> None:
    page = (shop.folder / "report.html").read_text()
    for title in ("Error by step ahead", "Whether its intervals hold", "The worst forecast: from 2020"):
        assert title in page


def test_the_steps_after_the_end_are_forecast(shop: Run) -> None:
    new = series(100, start=400)
    new = new.with_columns(pl.when(pl.int_range(pl.len()) < 96).then(pl.col("sold")).alias("sold"))
    found = shop.predict(new)
    assert found.columns == ["day", "predicted_sold", "quantile_sold_0.1", "quantile_sold_0.5", "quantile_sold_0.9"]
    assert found["day"].to_list() == series(100, start=400)["day"][96:].to_list()
    expected = series(100, start=400)["sold"][96:].to_numpy()
    assert np.abs(found["predicted_sold"].to_numpy() - expected).mean() < 1.5  # the week alone moves it by 3
    assert found["predicted_sold"].to_list() == found["quantile_sold_0.5"].to_list()


def test_a_file_is_written_and_it_is_said_what_is_in_it(
    shop: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = series(100, start=400)
    new.with_columns(pl.when(pl.int_range(pl.len()) < 96).then(pl.col("sold"))).write_csv(tmp_path / "new.csv")
    for to in (tmp_path / "ahead.csv", tmp_path / "ahead.parquet"):
        predict_to_file(shop.folder, str(tmp_path / "new.csv"), to)
        said = capsys.readouterr().out
        assert "4 steps from" in said.replace("\n", " ")
    assert pl.read_csv(tmp_path / "ahead.csv").height == pl.read_parquet(tmp_path / "ahead.parquet").height == 4


def test_new_data_are_back_tested(shop: Run) -> None:
    evaluation = shop.evaluate(series(120, start=400))
    window = shop.record.transform["window"]  # type: ignore[index]  # a trained run has one
    assert evaluation.rows == 120 - window - 4 + 1
    (report,) = evaluation.targets
    assert len(report.contenders) == 1
    assert report.main is not None
    assert report.main.value is not None
    assert report.main.value < 1.5


def test_what_ends_too_early_or_in_a_gap_or_lacks_what_is_known_ahead_gets_its_sentence(shop: Run) -> None:
    with pytest.raises(
        DataError, match=r"predict expected what is known ahead \(price\) at all 4 steps from 2020-04-10"
    ):
        shop.predict(series(100))
    with pytest.raises(
        DataError, match=r"predict expected \d+ steps before the end without gaps longer than \d+, got 10"
    ):
        shop.predict(series(10))
    values = series(100)["sold"].to_list()
    values[80:95] = [None] * 15
    with pytest.raises(DataError, match=r"got 100 steps up to 2020-04-09 in .* with longer ones: give more"):
        shop.predict(series(100).with_columns(pl.Series("sold", values)))
    with pytest.raises(DataError, match="a table without price: add or rename them"):
        shop.predict(series(100).drop("price"))
    with pytest.raises(DataError, match=r"evaluate expected at least \d+ steps in a row .*, got 20 steps"):
        shop.evaluate(series(20))
    with pytest.raises(DataError, match="0 steps"):
        shop.predict(series(100).with_columns(pl.lit(None, dtype=pl.Float64).alias("sold")))


def test_two_runs_on_the_same_origins_are_compared(shop: Run, tmp_path: Path) -> None:
    other = pellucid.fit(series(), "sold", horizon=4, known=("price",), out=tmp_path, name="other", seed=1, **QUICK)
    compared = compare(shop.folder, other.folder).scores
    (target,) = compared.targets
    assert target.main_score == "mae"
    assert all(pair.difference is not None for pair in target.pairs)
    longer = pellucid.fit(
        series(), "sold", horizon=5, known=("price",), out=tmp_path, name="longer", report=False, **QUICK
    )
    compared = compare(shop.folder, longer.folder).scores
    assert all(pair.difference is None for pair in compared.targets[0].pairs)


def test_interrupted_in_the_middle_equals_undisturbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after a batch of the third epoch and resumed: weights and forecasts are those of a straight run."""
    from pellucid.training.progress import Progress

    options = {
        **QUICK,
        "bootstrap": 0,
        "report": False,
        "baselines": False,
        "epochs": 4,
        "target": "sold",
        "horizon": 3,
    }
    series().write_csv(tmp_path / "s.csv")
    straight = pellucid.fit(tmp_path / "s.csv", out=tmp_path, name="straight", **options)

    def press(self: Progress, event: Any) -> None:
        del self
        if (getattr(event, "epoch", 0), getattr(event, "step", 0)) == (3, 1) and not pressed:
            pressed.append(event)
            signal.raise_signal(signal.SIGINT)

    pressed: list[Any] = []
    monkeypatch.setattr(Progress, "on", press)
    stopped = pellucid.fit(tmp_path / "s.csv", out=tmp_path, name="stopped", **{**options, "quiet": False})
    assert stopped.record.trained is not None
    assert stopped.record.trained.stopped == "interrupted"
    resumed = resume(stopped.folder, quiet=True)
    for name in ("network.safetensors", "predictions.parquet"):
        assert (resumed.folder / name).read_bytes() == (straight.folder / name).read_bytes()


def test_a_season_of_none_leaves_out_its_baseline_and_rows_can_be_the_steps(tmp_path: Path) -> None:
    walk = np.cumsum(np.random.default_rng(3).normal(size=200))
    run = pellucid.fit(pl.DataFrame({"y": walk}), "y", horizon=3, out=tmp_path, **QUICK)
    names = [contender.name for contender in run.scores.targets[0].contenders]
    assert names == ["this network", "the last value", "linear model"]
    assert run.predict(pl.DataFrame({"y": walk}))["step"].to_list() == [201, 202, 203]
    record = json.loads((run.folder / "run.json").read_text())
    assert record["transform"]["reference"] in ("last", "linear")


def test_the_report_speaks_of_steps_and_forecasts(shop: Run) -> None:
    page = (shop.folder / "report.html").read_text()
    assert "holds 300 steps. From 47 steps at a time the network forecasts the next 4 steps of sold." in page
    assert "The forecasts on which the network is furthest off, worst first." in page


def test_without_validation_nothing_is_calibrated(tmp_path: Path) -> None:
    run = pellucid.fit(series(), "sold", horizon=4, validation=0, baselines=False, report=False, out=tmp_path, **QUICK)
    assert run.record.task is not None
    assert run.record.task["gain"] == []
    assert "calibration" not in {decision.topic for decision in run.record.decisions}


def test_a_run_that_was_stopped_early_says_so(shop: Run) -> None:
    early = Run(RunFolder(shop.folder), replace(shop.record, transform=None))
    with pytest.raises(DataError, match="predict expected a trained forecast, got shop: `pellucid resume` finishes it"):
        early.predict(series())

"""The whole way in Python: every kind of object that holds data, and everything that a run gives back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
import torch
from sklearn import datasets

import pellucid
from pellucid.foundation.errors import (
    DataError,
    NotTrainedError,
    RangeError,
    RunFolderError,
    UnknownNameError,
)

QUICK: dict[str, Any] = {"epochs": 2, "report": False, "baselines": False, "bootstrap": 0, "quiet": True}

WINE = datasets.load_wine(as_frame=True).frame.assign(target=lambda frame: frame["target"].map(lambda n: f"wine {n}"))


@pytest.mark.parametrize(
    "convert", [lambda frame: frame, pl.from_pandas, pa.Table.from_pandas], ids=["pandas", "Polars", "Arrow"]
)
def test_data_frames(convert: Callable[[Any], Any]) -> None:
    run = pellucid.fit(convert(WINE), target="target", name="wine", **QUICK)
    assert run.record.source.rows == 178
    assert run.record.source.location is None
    assert run.task.kind == "multiclass"
    answers = run.predict(convert(WINE.drop(columns="target")))
    assert answers.columns[-5:] == [
        "predicted_target",
        "probability_target_wine 0",
        "probability_target_wine 1",
        "probability_target_wine 2",
        "problem",
    ]
    assert answers.height == 178
    assert answers["problem"].null_count() == 178


def test_the_same_data_give_the_same_weights_whatever_holds_them() -> None:
    one = pellucid.fit(WINE, target="target", **QUICK)
    other = pellucid.fit(pl.from_pandas(WINE), target="target", **QUICK)
    for name, weights in one.network.state_dict().items():
        assert torch.equal(weights, other.network.state_dict()[name])


@pytest.mark.parametrize("convert", [np.asarray, torch.as_tensor], ids=["NumPy", "torch"])
def test_pairs_of_features_and_target(convert: Callable[[Any], Any]) -> None:
    features, target = datasets.load_diabetes(return_X_y=True)
    run = pellucid.fit((convert(features), convert(target)), **QUICK)
    assert run.task.kind == "regression"
    assert len([column for column in run.record.columns if column.role == "feature"]) == 10
    answers = run.predict(convert(features))
    assert answers.height == 442
    means = answers[answers.columns[-2]]
    assert means.is_finite().all()
    scores = run.evaluate((convert(features), convert(target))).targets[0].network
    error = np.sqrt(np.mean((means.to_numpy() - target) ** 2))  # by its definition
    assert {score.name: score.value for score in scores.scores}["rmse"] == pytest.approx(error)


def test_pictures_as_an_array() -> None:
    pixels = (datasets.load_digits().images[:200] * 15).astype(np.uint8)
    labels = datasets.load_digits().target[:200]
    run = pellucid.fit((pixels, labels), network="lenet", **QUICK)
    assert run.record.source.kind == "picture"
    assert run.predict(pixels).height == 200


def test_everything_that_a_run_gives_back(tmp_path: Path) -> None:
    run = pellucid.fit("iris", epochs=3, bootstrap=100, baselines=False, quiet=True, out=tmp_path / "runs", name="one")
    assert run.folder == tmp_path / "runs" / "one"
    assert [epoch.epoch for epoch in run.history] == [1, 2, 3]
    assert all(epoch.validation_loss is not None for epoch in run.history)
    report = run.scores.targets[0]
    assert (run.scores.part, run.scores.rows) == ("test", 30)
    assert report.sentence in repr(run)
    assert isinstance(run.network, torch.nn.Module)
    assert not run.network.training
    assert run.report() == run.folder / "report.html"

    copy = run.save(tmp_path / "copy")
    again = pellucid.load(copy)
    assert again.scores == run.scores
    assert again.history == run.history
    assert again.predict("iris").equals(run.predict("iris"))
    with pytest.raises(RunFolderError, match="save expected a new folder, got .*copy, which exists"):
        run.save(copy)


def test_predictions_are_those_that_were_judged() -> None:
    """The stored predictions of the test part and `predict` on the same rows agree to the last bits of a float32."""
    run = pellucid.fit("breast-cancer", **QUICK)
    kept = pl.read_parquet(run.folder / "predictions.parquet")
    answers = run.predict("breast-cancer")[kept["row"].to_numpy()]
    names = [name for name in kept.columns if name.startswith("probability_")]
    np.testing.assert_allclose(answers.select(names).to_numpy(), kept.select(names).to_numpy(), atol=1e-6)
    truth = answers[run.task.targets[0]]
    right = (truth.cast(str) == answers[f"predicted_{run.task.targets[0]}"].cast(str)).mean()
    accuracy = {score.name: score.value for score in run.scores.targets[0].network.scores}["accuracy"]
    assert accuracy == pytest.approx(right)


def test_same_seed_same_run_and_another_seed_another() -> None:
    runs = [pellucid.fit("iris", seed=seed, **QUICK) for seed in (0, 0, 1)]
    first, same, other = (run.network.state_dict() for run in runs)
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)
    assert runs[0].scores.targets[0].network.scores == runs[1].scores.targets[0].network.scores


def test_fitting_leaves_torch_as_it_was() -> None:
    torch.manual_seed(5)
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    pellucid.fit("iris", **QUICK)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads


def test_numbers_of_numpy_and_paths_are_options_too(tmp_path: Path) -> None:
    options = QUICK | {"epochs": np.int64(1), "learning_rate": np.float32(0.01), "out": tmp_path / "here"}
    run = pellucid.fit("iris", **options)
    assert run.folder.parent == tmp_path / "here"
    assert len(run.history) == 1


def test_coefficients_need_a_linear_network_on_a_table() -> None:
    with pytest.raises(RangeError, match="coefficients expected a linear network, got .*: fit with network='linear'"):
        pellucid.fit("iris", **QUICK).coefficients  # noqa: B018
    pixels, labels = (datasets.load_digits().images[:200] * 15).astype(np.uint8), datasets.load_digits().target[:200]
    run = pellucid.fit((pixels, labels), network="linear", **QUICK)
    with pytest.raises(RangeError, match="coefficients expected a linear network on a table"):
        run.coefficients  # noqa: B018


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"epochs": "many"}, RangeError, r"epochs to be of type int \| None, got 'many'"),
        ({"epochs": True}, RangeError, r"epochs to be of type int \| None, got True"),
        ({"epoch": 3}, UnknownNameError, "an option among .*, got 'epoch': did you mean 'epochs'"),
        ({"network": 3}, RangeError, "network to be a name, a torch.nn.Module or a function that returns one, got 3"),
        ({"target": "specis"}, UnknownNameError, "a target among .*, got 'specis': did you mean 'species'"),
    ],
)
def test_wrong_options(own_folder: Path, options: dict[str, Any], error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        pellucid.fit("iris", **QUICK | options)
    assert not list(own_folder.glob("runs/*"))


def test_something_that_holds_no_data() -> None:
    with pytest.raises(DataError, match=r"read expected one of these: .*; got int"):
        pellucid.fit(3, **QUICK)


def test_data_of_a_run_on_objects_must_be_given_again_to_resume(own_folder: Path) -> None:
    run = pellucid.fit(WINE, target="target", name="wine", **QUICK)
    scores = (run.folder / "scores.json").read_text()
    (run.folder / "scores.json").unlink()
    with pytest.raises(DataError, match=r"resume expected the data of wine again, got none: .*resume\(run, source="):
        pellucid.resume(run.folder)
    with pytest.raises(DataError, match="resume expected the data that wine was started with, got different content"):
        pellucid.resume(run.folder, WINE.iloc[::-1], quiet=True)
    pellucid.resume(run.folder, WINE, quiet=True)
    assert (run.folder / "scores.json").read_text().count("value") == scores.count("value")


def test_run_that_was_never_trained_says_so(own_folder: Path) -> None:
    """As a kill before training leaves it: only the record, with nothing learnt."""
    run = pellucid.fit("iris", name="iris", **QUICK)
    record = (run.folder / "run.json").read_text().replace('"status": "finished"', '"status": "started"')
    (run.folder / "run.json").write_text(record)
    again = pellucid.load(run.folder)
    with pytest.raises(NotTrainedError, match=r"expected a trained run, got iris.*`pellucid resume"):
        again.predict("iris")
    assert "started" in repr(again)
    assert len(pellucid.resume(run.folder, quiet=True).history) == 2

"""The whole way with series to classify and to predict numbers of."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import pellucid
from pellucid.foundation.errors import DataError
from pellucid.runs.folder import RunFolder

QUICK: dict[str, Any] = {"epochs": 2, "report": False, "bootstrap": 0, "quiet": True, "network": "fcn(width=4)"}
RNG = np.random.default_rng(0)
NEWS = RNG.normal(size=(40, 30))
Y = np.array(["slow", "fast"] * 20)
WAVES = np.sin(np.arange(30) * np.where(Y == "slow", 0.3, 1.1)[:, None]) + 0.1 * NEWS


def written(folder: Path, name: str, series: list[np.ndarray], labels: np.ndarray) -> Path:
    lines = [",".join(f"{value:.4f}" for value in one) + f":{label}" for one, label in zip(series, labels, strict=True)]
    path = folder / f"{name}.ts"
    path.write_text("@univariate true\n@classLabel true slow fast\n@data\n" + "\n".join(lines) + "\n")
    return path


def test_official_parts_and_predictions() -> None:
    folder = Path.cwd()
    train = written(folder, "toy_TRAIN", list(WAVES[:24]), Y[:24])
    test = written(folder, "toy_TEST", list(WAVES[24:]), Y[24:])
    run = pellucid.fit(train, **QUICK)
    assert run.record.parts == {"train": 24, "validation": 0, "test": 16}
    said = {decision.topic: decision for decision in run.record.decisions}
    assert said["split"].reason.endswith("24 are too few to choose an epoch by some of them")
    assert len(run.scores.targets[0].contenders) == 4
    answers = run.predict(test)
    kept = RunFolder(run.folder).read_predictions()
    assert answers["predicted_label"].to_list() == kept["predicted_label"].to_list()
    assert pellucid.load(run.folder).evaluate(test).targets[0].main is not None


def test_series_of_several_lengths_and_broken_new_ones() -> None:
    series = [wave[: 12 + row % 18] for row, wave in enumerate(WAVES)]
    run = pellucid.fit((series, Y), test=0.25, **QUICK)
    assert run.record.spec is not None
    assert run.record.spec.lengths
    assert run.record.parts["validation"] == 0
    new = written(Path.cwd(), "new", [*series[:3], np.zeros(0)], Y[:4])
    answers = run.predict(new)
    assert answers["problem"].is_null().to_list() == [True, True, True, False]
    assert answers["predicted_target"][3] is None


def test_numbers_to_predict_and_validation_where_wished() -> None:
    run = pellucid.fit((list(WAVES), WAVES.mean(1)), validation=0.2, **QUICK)
    assert run.predict(WAVES)["predicted_target"].equals(run.predict(list(WAVES))["predicted_target"])
    assert run.task.kind == "regression"
    assert run.record.parts["validation"] > 0


def test_resuming_members_of_both_kinds_is_bit_exact(press_at: Callable[[int, int], list[Any]]) -> None:
    """Stopped after the first batch of the second epoch and resumed: the weights are those of a straight run."""
    options = {name: value for name, value in QUICK.items() if name != "quiet"}
    options |= {"baselines": False, "diagnose": "off"}
    train = written(Path.cwd(), "toy", list(WAVES), Y)
    straight = pellucid.fit(train, name="straight", quiet=True, **options)
    press_at(2, 1)
    stopped = pellucid.fit(train, name="stopped", **options)
    assert stopped.record.trained is not None
    assert stopped.record.trained.stopped == "interrupted"
    resumed = pellucid.resume(stopped.folder, quiet=True)
    weights = [run.network.state_dict() for run in (straight, resumed)]
    kernels = {weight.shape[2] for name, weight in weights[0].items() if "convolution" in name}
    assert kernels == {3, 5, 7, 15, 31}
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_one_class_is_refused() -> None:
    with pytest.raises(DataError, match="expected at least two classes in label, got only 'slow'"):
        pellucid.fit(written(Path.cwd(), "toy", list(WAVES[:9]), np.array(["slow"] * 9)), **QUICK)


@pytest.mark.knowledge("H5")
@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("PELLUCID_SHARED_DATA"), reason="PELLUCID_SHARED_DATA names no folder")
def test_power_demand_is_told_apart_as_well_as_by_dynamic_time_warping() -> None:
    folder = Path(os.environ["PELLUCID_SHARED_DATA"]) / "timeseries" / "ucr-italypowerdemand"
    run = pellucid.fit(folder, baselines=False, bootstrap=0, report=False, quiet=True)
    main = run.scores.targets[0].contenders[0].scores
    assert next(score.value for score in main if score.name == "accuracy") > 0.94  # 1-nearest neighbour: 0.950

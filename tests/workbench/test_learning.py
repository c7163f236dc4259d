from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import pellucid
from pellucid import Run
from pellucid.training.devices import choose_device

QUICK = {"epochs": 2, "report": False, "baselines": False, "bootstrap": 0, "quiet": True}


def test_what_was_built_is_recorded(flowers: Run) -> None:
    network = flowers.record.network
    assert network is not None
    assert network.family == "dense"
    assert network.parameters == sum(parameter.numel() for parameter in flowers.network.parameters())
    assert network.layers
    device, _ = choose_device(None)
    assert flowers.record.machine["device"] == str(device)


def test_what_was_left_open_is_filled_and_said(flowers: Run) -> None:
    resolved = flowers.record.resolved
    assert resolved is not None
    assert None not in (resolved.batch_size, resolved.optimizer, resolved.learning_rate, resolved.schedule)
    said = next(decision for decision in flowers.record.decisions if decision.topic == "training")
    assert f"batch size {resolved.batch_size}" in said.choice
    assert "epochs" not in said.choice  # the user said how many
    assert "--optimizer" in said.overrule


def test_a_reason_that_is_not_of_the_given_settings_says_so(flowers: Run, tmp_path: Path) -> None:
    """The reason tells the recommended number of passes, and the user gave another one."""
    said = next(decision for decision in flowers.record.decisions if decision.topic == "training")
    assert said.reason.startswith("you gave your own epochs; the recommendation as a whole is: ")
    options = {name: value for name, value in QUICK.items() if name != "epochs"}
    left = pellucid.fit("iris", out=tmp_path, network="linear", **options)
    said = next(decision for decision in left.record.decisions if decision.topic == "training")
    assert "you gave" not in said.reason


def test_what_was_given_is_not_said(tmp_path: Path) -> None:
    given = {"batch_size": 32, "optimizer": "sgd", "learning_rate": 0.1, "schedule": "constant"}
    run = pellucid.fit("iris", out=tmp_path, label_smoothing=0.0, **given, **QUICK)
    topics = [decision.topic for decision in run.record.decisions]
    assert "training" not in topics
    assert topics.count("device") == 1
    device = next(decision for decision in run.record.decisions if decision.topic == "device")
    assert "you asked for it" not in device.reason


def test_dispersion_that_was_learnt_is_kept(frame: pd.DataFrame, tmp_path: Path) -> None:
    data = frame[["size", "visits"]]
    run = pellucid.fit(data, target="visits", task="negative_binomial", network="linear", out=tmp_path, **QUICK)
    assert run.record.task is not None
    started = pellucid.fit(data, target="visits", task="negative_binomial", out=tmp_path, **QUICK | {"epochs": 1})
    assert started.record.task is not None
    assert run.record.task["dispersion"] != pytest.approx(started.record.task["dispersion"], rel=1e-6)


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_are_recorded_and_given_back(tmp_path: Path, threads: int) -> None:
    import torch

    before = torch.get_num_threads()
    run = pellucid.fit("iris", out=tmp_path, threads=threads, **QUICK)
    assert run.record.machine["threads"] == str(threads)
    assert torch.get_num_threads() == before


def test_lbfgs_finds_the_same_weights_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for numbers in (1 << 23, 100):  # all rows at once; a few at a time
        monkeypatch.setattr("pellucid.workbench.transforms.WHOLE_NUMBERS", numbers)
        run = pellucid.fit("diabetes", out=tmp_path, network="linear", **(QUICK | {"epochs": 100}))
        found.append([weight.detach().numpy() for weight in run.network.parameters()])
    for whole, parts in zip(*found, strict=True):
        np.testing.assert_allclose(parts, whole, rtol=1e-6, atol=1e-9)

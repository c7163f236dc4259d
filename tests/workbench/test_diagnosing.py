"""The diagnosis within a fit: what it costs in numbers, what it keeps, when it stops one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
import torch
from torch import nn

import pellucid
from pellucid.foundation.errors import DiagnosisError, RunFolderError
from pellucid.runs.folder import RunFolder
from pellucid.training.settings import TrainingSettings
from pellucid.workbench.checking import check, diagnose
from pellucid.workbench.diagnosing import OPTIMIZERS, StandIn, stand_in

QUICK: dict[str, Any] = {"quiet": True, "report": False, "baselines": False, "bootstrap": 0}


def table(rows: int = 120) -> pandas.DataFrame:
    generator = np.random.default_rng(0)
    x = generator.normal(size=(rows, 3))
    return pandas.DataFrame(x, columns=["a", "b", "c"]).assign(y=np.where(x.sum(1) > 0, "yes", "no"))


def test_the_weights_are_the_same_with_and_without(tmp_path: Path) -> None:
    runs = [
        pellucid.fit(table(), "y", out=str(tmp_path), name=wish, diagnose=wish, epochs=6, **QUICK)
        for wish in ("on", "off")
    ]
    seen, plain = (run.network.state_dict() for run in runs)
    assert all(torch.equal(value, plain[name]) for name, value in seen.items())
    assert (tmp_path / "on" / "findings.json").is_file()
    assert not (tmp_path / "off" / "findings.json").exists()


def test_a_rate_that_is_far_too_high_is_found_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = pellucid.fit(
        table(400), "y", out=str(tmp_path), name="r", epochs=30, learning_rate=3.0, optimizer="sgd",
        network="dense(32)", task="multiclass", **QUICK | {"report": True},
    )  # fmt: skip
    kept = RunFolder(run.folder).read_diagnosis()
    assert kept is not None
    assert kept.looks > 3
    assert json.loads((tmp_path / "r" / "findings.json").read_text())["rules"] == kept.rules
    capsys.readouterr()
    assert diagnose(run.folder) == kept.findings
    assert "diagnosis:" in capsys.readouterr().out
    page = (tmp_path / "r" / "report.html").read_text()
    assert 'id="diagnosis"' in page
    for finding in kept.findings:
        assert finding.title in page


class Forgotten(nn.Module):
    """Holds its layers in a plain list: the optimizer never hears of them."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.hidden = [nn.Linear(inputs, 8), nn.Linear(8, 8)]
        self.last = nn.Linear(8, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.hidden:
            x = layer(x).relu()
        out: torch.Tensor = self.last(x)
        return out


def test_a_strict_fit_stops_before_the_first_step(tmp_path: Path) -> None:
    with pytest.raises(DiagnosisError, match="fit --diagnose strict expected a training without errors, got"):
        pellucid.fit(table(), "y", out=str(tmp_path), network=Forgotten(3), epochs=2, diagnose="strict", **QUICK)


def test_the_same_network_only_warns_otherwise(tmp_path: Path) -> None:
    run = pellucid.fit(table(), "y", out=str(tmp_path), network=Forgotten(3), epochs=2, **QUICK)
    kept = RunFolder(run.folder).read_diagnosis()
    assert kept is not None
    assert kept.findings[0].cause == "unregistered_layers"
    assert kept.sentence.startswith(kept.findings[0].title)


def test_a_check_writes_nothing_and_says_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert check(table(), "y", quiet=True) == ()
    assert [one.cause for one in check(table(), "y", quiet=True, network=Forgotten(3))][:1] == ["unregistered_layers"]
    assert not list(tmp_path.iterdir())


def test_a_run_that_nobody_diagnosed_says_so(tmp_path: Path) -> None:
    run = pellucid.fit(table(), "y", out=str(tmp_path), name="off", diagnose="off", epochs=1, **QUICK)
    with pytest.raises(RunFolderError, match="diagnose expected a run with findings, got .*, which was fitted with"):
        diagnose(run.folder)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_every_stand_in_can_be_made(name: str) -> None:
    made = stand_in(nn.Linear(2, 1), TrainingSettings(optimizer=name, learning_rate=0.5, weight_decay=0.1))
    assert isinstance(made, StandIn)
    optimizer = made([nn.Parameter(torch.ones(1))], lr=0.5)
    assert optimizer.param_groups[0]["lr"] == 0.5
    assert made.param_groups[0]["weight_decay"] == 0.1


def test_what_torch_has_not_has_no_stand_in() -> None:
    assert stand_in(nn.Linear(2, 1), TrainingSettings(optimizer="lbfgs", learning_rate=1.0)) is None
    assert stand_in(nn.Flatten(), TrainingSettings(optimizer="adam", learning_rate=1.0)) is None

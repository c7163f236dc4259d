from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

import pellucid
from pellucid import Run
from pellucid.foundation.errors import NotTrainedError, RunFolderError
from pellucid.runs.folder import RunFolder
from pellucid.workbench.weights import rebuilt, weights_of


def test_weights_are_copies_buffers_included() -> None:
    network = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    weights = weights_of(network)
    assert set(weights) == set(network.state_dict())
    nn.init.zeros_(network[0].weight)  # type: ignore[arg-type]
    assert weights["0.weight"].abs().sum() > 0


def test_shared_weights_are_written_under_each_name() -> None:
    first = nn.Linear(2, 2)
    weights = weights_of(nn.Sequential(first, first))
    assert torch.equal(weights["0.weight"], weights["1.weight"])
    assert weights["0.weight"].data_ptr() != weights["1.weight"].data_ptr()


def test_rebuilt_network_is_the_trained_one(flowers: Run) -> None:
    again = pellucid.load(flowers.folder)
    for name, tensor in flowers.network.state_dict().items():
        assert torch.equal(again.network.state_dict()[name], tensor)
    assert not again.network.training


def test_double_precision_stays(tmp_path: Path) -> None:
    run = pellucid.fit("iris", network="linear", out=tmp_path, report=False, baselines=False, bootstrap=0, quiet=True)
    assert next(pellucid.load(run.folder).network.parameters()).dtype == torch.float64


def test_weights_of_another_network(flowers: Run, tmp_path: Path) -> None:
    folder = RunFolder(Path(shutil.copytree(flowers.folder, tmp_path / "copy")))
    weights = folder.read_weights()
    name = next(iter(weights))
    folder.write_weights({**weights, name: weights[name].repeat(2, *[1] * (weights[name].ndim - 1))})
    with pytest.raises(RunFolderError, match=f"to fit the network, got other names or shapes for {name}"):
        pellucid.load(folder.path).network  # noqa: B018


def test_run_without_a_network(flowers: Run) -> None:
    record = replace(flowers.record, network=None)
    with pytest.raises(NotTrainedError, match="expected a trained run, got flowers: `pellucid resume` finishes it"):
        rebuilt(record, flowers.task, RunFolder(flowers.folder), None)

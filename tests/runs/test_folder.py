from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch
from safetensors.numpy import load_file

from pellucid.foundation.errors import RunFolderError
from pellucid.runs.folder import RunFolder
from pellucid.training.records import EpochRecord


@pytest.fixture
def folder(out: Path, tmp_path: Path) -> RunFolder:
    """Return a finished run that may be changed."""
    return RunFolder(Path(shutil.copytree(out / "first", tmp_path / "run")))


def test_record_is_written_as_it_is_read(folder: RunFolder) -> None:
    record = replace(folder.read_record(), name="renamed")
    folder.write_record(record)
    assert folder.read_record() == record
    assert folder.exists()
    assert not RunFolder(folder.path / "nothing").exists()


def test_functions_are_recorded_by_name(folder: RunFolder) -> None:
    record = folder.read_record()
    assert record.resolved is not None
    folder.write_record(replace(record, resolved=replace(record.resolved, optimizer=torch.optim.SGD)))
    resolved = folder.read_record().resolved
    assert resolved is not None
    assert resolved.optimizer == "<SGD>"


def test_weights(folder: RunFolder) -> None:
    weights = {"a": torch.arange(3.0), "b": torch.ones(2, 2, dtype=torch.float64)[:, :1]}
    folder.write_weights(weights)
    again = folder.read_weights()
    assert set(again) == {"a", "b"}
    assert all(torch.equal(again[name], weights[name]) for name in weights)
    (folder.path / "network.safetensors").write_bytes(b"no weights")
    with pytest.raises(RunFolderError, match="to hold weights, got a damaged file"):
        folder.read_weights()
    (folder.path / "network.safetensors").unlink()
    with pytest.raises(RunFolderError, match="expected trained weights in .*, got no such file: .*resume"):
        folder.read_weights()


def test_history_keeps_what_is_no_number(folder: RunFolder) -> None:
    """JSON has no NaN; the losses of a run that diverged are read again as NaN."""
    epochs = (
        EpochRecord(epoch=1, train_loss=0.5, validation_loss=0.6, scores={"accuracy": 0.7}, rate=0.1, seconds=0.2),
        EpochRecord(
            epoch=2, train_loss=math.nan, validation_loss=None, scores={"accuracy": math.nan}, rate=0.1, seconds=0.2
        ),
    )
    folder.write_history(epochs)
    first, second = folder.read_history()
    assert first == epochs[0]
    assert math.isnan(second.train_loss)
    assert math.isnan(second.scores["accuracy"])


@pytest.mark.parametrize("line", ['{"epoch": 1', "[1, 2]", '{"epoch": "one"}'])
def test_damaged_history(folder: RunFolder, line: str) -> None:
    (folder.path / "history.jsonl").write_text(line)
    with pytest.raises(RunFolderError, match="to hold a line for each epoch, got damaged content"):
        folder.read_history()


def test_history_of_a_run_that_was_not_trained(tmp_path: Path) -> None:
    assert RunFolder(tmp_path).read_history() == ()


def test_split_holds_every_row_once(folder: RunFolder) -> None:
    parts = load_file(folder.path / "split.safetensors")
    rows = np.sort(np.concatenate(list(parts.values())))
    assert rows.tolist() == list(range(150))
    assert {name: len(rows) for name, rows in parts.items()} == dict(folder.read_record().parts)


def test_predictions(folder: RunFolder) -> None:
    frame = pl.DataFrame({"row": [1, 2], "predicted_a": [0.5, 1.5]})
    folder.write_predictions(frame)
    assert folder.read_predictions().equals(frame)
    (folder.path / "predictions.parquet").write_bytes(b"PAR1")
    with pytest.raises(RunFolderError, match=r"expected predictions in .*, got ComputeError: finish the run"):
        folder.read_predictions()


def test_pictures_of_mistakes(folder: RunFolder) -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(1, 3, 4)
    folder.write_pictures({})
    assert not (folder.path / "mistakes.safetensors").exists()
    folder.write_pictures({"7": pixels})
    np.testing.assert_array_equal(load_file(folder.path / "mistakes.safetensors")["7"], pixels)


def test_newer_and_foreign_records_are_refused(folder: RunFolder) -> None:
    path = folder.path / "run.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps({**record, "format": 2}))
    with pytest.raises(RunFolderError, match="of format 1 or older, got format 2 in .*: install the newer Pellucid"):
        folder.read_record()
    path.write_text(json.dumps({**record, "format": "2"}))
    with pytest.raises(RunFolderError, match="to hold a RunRecord, got damaged or foreign content"):
        folder.read_record()
    path.write_text("3")
    with pytest.raises(RunFolderError, match="to hold a RunRecord, got damaged or foreign content"):
        folder.read_record()
    path.unlink()
    with pytest.raises(RunFolderError, match=r"expected a run folder, got .* without run.json: `pellucid runs` lists"):
        folder.read_record()


@pytest.mark.parametrize("name", ["network.safetensors", "scores.json", "predictions.parquet", "history.jsonl"])
def test_whole_only_with_every_result(folder: RunFolder, name: str) -> None:
    record = folder.read_record()
    assert folder.is_whole(record)
    (folder.path / name).unlink()
    assert not folder.is_whole(record)

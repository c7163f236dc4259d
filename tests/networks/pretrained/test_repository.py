"""Files of a model: only safetensors, and only whole ones."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from pellucid.foundation.errors import DataError
from pellucid.networks.pretrained.repository import put_weights, read_configuration, read_weights


def test_what_is_said_of_pictures_is_part_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "resnet"}')
    (tmp_path / "model.safetensors").touch()
    assert read_configuration(tmp_path, "ada/small") == {"model_type": "resnet"}
    (tmp_path / "preprocessor_config.json").write_text('{"image_mean": [0.5]}')
    assert read_configuration(tmp_path, "ada/small") == {"model_type": "resnet", "image_mean": [0.5]}


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "resnet"}')
    (tmp_path / "pytorch_model.bin").touch()
    with pytest.raises(
        DataError, match="expected model.safetensors in the model ada/old, got none: .* pickle are not read"
    ):
        read_configuration(tmp_path, "ada/old")


def test_half_precision_becomes_float32(tmp_path: Path) -> None:
    save_file({"a": torch.ones(2, dtype=torch.float16), "b": torch.tensor(3)}, tmp_path / "model.safetensors")
    weights = read_weights(tmp_path)
    assert weights["a"].dtype == torch.float32
    assert weights["b"].dtype == torch.int64


def test_damaged_weights_are_said(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"half")
    with pytest.raises(DataError, match="expected whole weights"):
        read_weights(tmp_path)


def test_weights_find_their_places_or_are_refused() -> None:
    layer = nn.BatchNorm1d(2)
    weights = {name: torch.full((2,), 3.0) for name in ("weight", "bias", "running_mean", "running_var")}
    put_weights(layer, weights, "ada/small")  # without the counter of batches
    assert layer.running_var is not None
    assert layer.running_var.tolist() == [3, 3]
    with pytest.raises(DataError, match="for bias"):
        put_weights(layer, weights | {"bias": torch.zeros(3)}, "ada/small")

"""Names and forms of residual networks of transformers and timm; every weight finds its place, of its shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from pellucid.foundation.errors import DataError
from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import Call
from pellucid.networks.pretrained.backbone import BACKBONE, BackboneConfiguration
from pellucid.networks.pretrained.choosing import known_model
from pellucid.networks.pretrained.residual import residual_options

Put = Callable[..., Path]
Weights = dict[str, torch.Tensor]

SPEC = InputSpec(kind="picture", examples=8, shape=(3, 64, 64), mean=(0.5,) * 3, std=(0.2,) * 3)
USUAL = {"model_type": "resnet", "depths": [1, 1], "hidden_sizes": [64, 128], "layer_type": "basic"}


def built(model: str) -> Any:
    call, _ = known_model(Call(f"hf:{model}"))
    return BACKBONE.build(BackboneConfiguration(**dict(call.options)), SPEC, 5, 0)


def test_bottlenecks_of_transformers(put_model: Put, transformers_weights: Callable[..., Weights]) -> None:
    weights = transformers_weights((1, 2), bottleneck=True)
    put_model("ada/deep", USUAL | {"depths": [1, 2], "hidden_sizes": [256, 512], "layer_type": "bottleneck"}, weights)
    network = built("ada/deep")
    start = "resnet.encoder.stages.1.layers.0"
    block = network.features[2][0]
    assert block.branch[1].convolution.weight.equal(weights[f"{start}.layer.1.convolution.weight"])
    assert block.branch[2].weight.equal(weights[f"{start}.layer.2.convolution.weight"])
    assert block.branch[3].running_var.equal(weights[f"{start}.layer.2.normalization.running_var"])
    assert block.shortcut[0].weight.equal(weights[f"{start}.shortcut.convolution.weight"])
    assert block.shortcut[1].bias.equal(weights[f"{start}.shortcut.normalization.bias"])


def test_a_resnet18_of_timm(put_model: Put, timm_weights: Callable[..., Weights]) -> None:
    weights = timm_weights()
    prepared = {"mean": [0.1, 0.2, 0.3], "std": [1, 1, 1]}
    put_model("timm/resnet18.x", {"architecture": "resnet18", "pretrained_cfg": prepared}, weights)
    network = built("timm/resnet18.x")
    assert network.features[0][0].convolution.weight.equal(weights["conv1.weight"])
    assert network.features[0][0].norm.running_mean.equal(weights["bn1.running_mean"])
    assert network.features[4][1].branch[0].norm.weight.equal(weights["layer4.1.bn1.weight"])
    assert network.features[4][1].branch[2].weight.equal(weights["layer4.1.bn2.weight"])
    assert network.features[3][0].shortcut[0].weight.equal(weights["layer3.0.downsample.0.weight"])
    assert sum(parameter.numel() for parameter in network.features.parameters()) == 11_176_512  # torchvision, less fc


@pytest.mark.parametrize(
    ("key", "value"),
    [("hidden_sizes", [32, 64]), ("hidden_act", "gelu"), ("downsample_in_first_stage", True), ("embedding_size", 32)],
)
def test_other_forms_are_refused(key: str, value: Any) -> None:
    with pytest.raises(DataError, match=f"with {key} .* got .*: choose one of the usual form"):
        residual_options(USUAL | {key: value}, "ada/other")


def test_weights_that_do_not_fit_are_said(put_model: Put, transformers_weights: Callable[..., Weights]) -> None:
    weights = transformers_weights((1, 1), bottleneck=False)
    put_model("ada/more", USUAL, weights | {"resnet.other.weight": torch.zeros(2)})
    with pytest.raises(DataError, match=r"other names or shapes for resnet.other.weight \(1 in all\)"):
        built("ada/more")
    weights["resnet.embedder.embedder.convolution.weight"] = torch.zeros(64, 3, 3, 3)
    put_model("ada/shape", USUAL, weights)
    with pytest.raises(DataError, match=r"for 0.0.convolution.weight \(1 in all\)"):
        built("ada/shape")


def test_options_without_mean_are_imagenets() -> None:
    options = residual_options(json.loads(json.dumps(USUAL)), "ada/usual")
    assert options["mean"] == (0.485, 0.456, 0.406)
    assert options["blocks"] == (1, 1)

"""Residual networks of the hub: what their configuration says, and our names for their weights."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from torch import Tensor

from pellucid.foundation.errors import DataError
from pellucid.networks.vision.residual import EXPANSION
from pellucid.networks.vision.resnet import WIDTH

TIMM: Final[Mapping[str, tuple[tuple[int, ...], bool]]] = MappingProxyType(
    {
        "resnet18": ((2, 2, 2, 2), False),
        "resnet34": ((3, 4, 6, 3), False),
        "resnet50": ((3, 4, 6, 3), True),
        "resnet101": ((3, 4, 23, 3), True),
        "resnet152": ((3, 8, 36, 3), True),
    }
)
"""Blocks of each stage, and whether they have bottlenecks, by timm's names."""
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of pictures scaled to 0 … 1
HEADS: Final = ("classifier.", "fc.")
TRANSFORMERS: Final = re.compile(
    r"(?:resnet\.)?(?:embedder\.(?P<stem>embedder)|encoder\.stages\.(?P<stage>\d+)\.layers\.(?P<block>\d+)\."
    r"(?:layer\.(?P<layer>\d+)|(?P<shortcut>shortcut)))\.(?P<kind>convolution|normalization)\.(?P<leaf>\w+)"
)
TIMM_NAME: Final = re.compile(
    r"(?:layer(?P<stage>\d+)\.(?P<block>\d+)\.)?"
    r"(?:(?P<kind>conv|bn)(?P<layer>\d+)|downsample\.(?P<shortcut>[01]))\.(?P<leaf>\w+)"
)


def is_residual(configuration: Mapping[str, Any]) -> bool:
    """Say whether a configuration is that of a residual network, of transformers or of timm.

    Example:
        >>> is_residual({"model_type": "resnet"}), is_residual({"architecture": "vit_base_patch16_224"})
        (True, False)
    """
    return configuration.get("model_type") == "resnet" or configuration.get("architecture") in TIMM


def residual_options(configuration: Mapping[str, Any], model: str) -> dict[str, Any]:
    """Return the options of the network that a configuration describes.

    Raises:
        DataError: it is another form of residual network than ours.
    """
    prepared = configuration.get("pretrained_cfg", {})
    mean = configuration.get("image_mean") or prepared.get("mean") or IMAGENET_MEAN
    std = configuration.get("image_std") or prepared.get("std") or IMAGENET_STD
    options = {"mean": tuple(mean), "std": tuple(std)}
    if configuration.get("architecture") in TIMM:
        blocks, bottleneck = TIMM[configuration["architecture"]]
        return {"blocks": blocks, "bottleneck": bottleneck, **options}
    blocks = tuple(configuration["depths"])
    bottleneck = configuration["layer_type"] == "bottleneck"
    widths = [WIDTH * 2**stage * (EXPANSION if bottleneck else 1) for stage in range(len(blocks))]
    usual = {
        "hidden_sizes": widths,
        "embedding_size": WIDTH,
        "num_channels": len(mean),
        "hidden_act": "relu",
        "downsample_in_first_stage": False,
    }
    for key, value in usual.items():
        if configuration.get(key, value) != value:
            raise DataError(
                f"network expected the residual network {model} with {key} {value}, got {configuration[key]}: "
                "choose one of the usual form, such as hf:microsoft/resnet-18"
            )
    return {"blocks": blocks, "bottleneck": bottleneck, **options}


def residual_weights(weights: Mapping[str, Tensor], bottleneck: bool) -> dict[str, Tensor]:
    """Return the weights of the features by our names; those of the last layer, for other classes, are left out.

    A name that is none of a residual network's keeps it, and does not fit then.
    """
    last = 2 if bottleneck else 1
    kept = {name: tensor for name, tensor in weights.items() if not name.startswith(HEADS)}
    return {_our_name(name, last): tensor for name, tensor in kept.items()}


def _our_name(name: str, last: int) -> str:
    """Return our name for one of theirs; `last` is the place of the last convolution in a block."""
    found = TRANSFORMERS.fullmatch(name)
    if found:
        is_norm, stage, layer = found["kind"] == "normalization", found["stage"], found["layer"]
        place = "0.0" if found["stem"] else f"{int(stage) + 1}.{found['block']}"
        if found["shortcut"]:
            return f"{place}.shortcut.{int(is_norm)}.{found['leaf']}"
    else:
        found = TIMM_NAME.fullmatch(name)
        if not found:
            return name
        is_norm, stage = found["kind"] == "bn", found["stage"]
        place = f"{stage}.{found['block']}" if stage else "0.0"
        if found["shortcut"]:
            return f"{place}.shortcut.{found['shortcut']}.{found['leaf']}"
        layer = str(int(found["layer"]) - 1)
    if place == "0.0":
        return f"0.0.{'norm' if is_norm else 'convolution'}.{found['leaf']}"
    if int(layer) < last:
        return f"{place}.branch.{layer}.{'norm' if is_norm else 'convolution'}.{found['leaf']}"
    return f"{place}.branch.{last + is_norm}.{found['leaf']}"

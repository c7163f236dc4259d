"""A residual network that has learnt on other pictures, with a new last layer: first that alone learns, then all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.foundation.hub import HubName, at_hand
from pellucid.foundation.records import InputSpec
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.blocks import one_cycle
from pellucid.networks.family import Family, Recommendation
from pellucid.networks.pretrained.repository import WANTED, put_weights, read_weights
from pellucid.networks.pretrained.residual import IMAGENET_MEAN, IMAGENET_STD, residual_weights
from pellucid.networks.pretrained.thawing import Thawing
from pellucid.networks.vision.resnet import ResNet, ResNetConfiguration
from pellucid.tasks.task import Task

GREY, COLOUR = 1, 3  # channels
SMALLEST_SIDE: Final = 64  # pixels: halved five times, 2 x 2 places are left
FROZEN_EPOCHS: Final = 1  # as fastai's fine_tune has it (J. Howard, S. Gugger, 2020)
RATE: Final = 1e-3  # of the last layer; not compared with others: no weights could be fetched where this was written
RATE_FACTOR: Final = 0.1  # of all other layers, as D2L has it in its section on fine-tuning
WEIGHT_DECAY: Final = 0.05
STEPS: Final = 1300  # half of what the networks take that begin with nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class BackboneConfiguration:
    """Options of a network that has learnt before; all but the last two come from the model."""

    model: str = setting("", "owner/name of the model on the hub")
    revision: str = setting("", "its commit")
    blocks: tuple[int, ...] = setting((2, 2, 2, 2), "residual blocks of each stage")
    bottleneck: bool = setting(False, "whether blocks have a bottleneck")
    mean: tuple[float, ...] = setting(IMAGENET_MEAN, "of each channel of the pictures on which it has learnt")
    std: tuple[float, ...] = setting(IMAGENET_STD, "of each channel of the pictures on which it has learnt")
    frozen: int = setting(FROZEN_EPOCHS, "passes over the data in which only the last layer learns")
    side: int = setting(SMALLEST_SIDE, "pixels to which the shorter side of smaller pictures is enlarged")

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            RangeError: an option lies outside its range.
        """
        check_setting("frozen", self.frozen, "a whole number of epochs, 0 or more", self.frozen >= 0)
        check_setting("side", self.side, "a whole number of pixels above 0", self.side > 0)


class Backbone(Thawing):
    """Features of a residual network, first frozen, and a new last layer.

    Args:
        network: whose features are taken.
        spec: of the input: its own mean and std are undone, those of the model are applied.
        options: the rest.

    Example:
        >>> spec = InputSpec(kind="picture", examples=9, shape=(1, 8, 8), mean=(0.5,), std=(0.2,))
        >>> network = Backbone(ResNet((3, 64, 64), 5, blocks=(1, 1)), spec, BackboneConfiguration())
        >>> network(torch.zeros(2, 1, 8, 8)).shape
        torch.Size([2, 5])
    """

    def __init__(self, network: ResNet, spec: InputSpec, options: BackboneConfiguration) -> None:
        super().__init__(network.features, options.frozen * spec.examples, RATE_FACTOR)
        self.mean, self.last, self.side = network.mean, network.last, options.side
        mean, std = (torch.tensor(values).view(-1, 1, 1) for values in (options.mean, options.std))
        ours, spread = (torch.tensor(values).view(-1, 1, 1) for values in (spec.mean, spec.std))
        self.register_buffer("scale", spread / std, persistent=False)
        self.register_buffer("shift", (ours - mean) / std, persistent=False)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the logits (n, o) of pictures (n, c, h, w)."""
        logits: Tensor = self.last(self.mean(self.features_of(self._as_learnt(pictures))))
        return logits

    def _as_learnt(self, pictures: Tensor) -> Tensor:
        """Return the pictures as the model has seen its own: in colour, large enough, with its mean and std."""
        shorter = min(pictures.shape[-2:])
        coloured = pictures * self.get_buffer("scale") + self.get_buffer("shift")  # (n, 3, h, w), grey ones too
        if shorter >= self.side:
            return coloured
        factor = self.side / shorter
        return functional.interpolate(coloured, scale_factor=factor, mode="bilinear", align_corners=False)


def build_backbone(configuration: BackboneConfiguration, spec: InputSpec, outputs: int, seed: int) -> nn.Module:
    """Return the network, with the weights of the model where they are at hand.

    They are, when a training begins: choosing the network has fetched them. A trained run that is loaded on another
    machine brings its own weights, and needs none of the model's.

    Raises:
        RangeError: no model is named.
        ShapeError: the pictures are neither grey nor of three colours.
        DataError: the model's weights do not fit.
    """
    if not configuration.model:
        raise RangeError("network expected a model of the hub, got none: write hf:owner/name")
    channels, *sides = spec.shape
    if channels not in (GREY, COLOUR):
        raise ShapeError(f"network expected pictures of 1 or 3 channels, got {channels}: drop the others")
    factor = max(configuration.side / min(sides), 1)
    network = ResNet(
        (COLOUR, *(int(side * factor) for side in sides)),
        outputs,
        blocks=configuration.blocks,
        bottleneck=configuration.bottleneck,
        options=ResNetConfiguration(stem="large"),
        generator=torch.Generator().manual_seed(seed),
    )
    name = HubName(repository=configuration.model, revision=configuration.revision)
    folder = at_hand(name, "model", WANTED)
    if folder is not None:
        weights = residual_weights(read_weights(folder), configuration.bottleneck)
        put_weights(network.features, weights, configuration.model)
    return Backbone(network, spec, configuration)


def _recommend(spec: InputSpec, task: Task) -> Recommendation:
    """Return how a network that has learnt before wants to be trained."""
    recommended = one_cycle(spec, task, learning_rate=RATE, weight_decay=WEIGHT_DECAY, steps=STEPS)
    told = f"all layers but the last learn with {RATE_FACTOR:g} of the rate, because they have learnt before"
    return Recommendation(settings=recommended.settings, reason=f"{recommended.reason}; {told}")


BACKBONE: Final = Family(
    name="pretrained",
    title="residual network that has learnt before",
    meaning="a residual network of the Hugging Face hub has learnt on other pictures, so that it needs fewer new ones",
    kinds=("picture",),
    categories="levels",
    configuration=BackboneConfiguration,
    build=build_backbone,
    recommend=_recommend,
)

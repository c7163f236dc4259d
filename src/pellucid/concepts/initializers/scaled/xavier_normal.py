"""Xavier's normal initialization: a compromise between forward and backward signals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.initializers.initializer import Initializer, fans

if TYPE_CHECKING:
    import torch


def xavier_normal_reference(shape: tuple[int, ...], generator: np.random.Generator) -> Floats:
    """Return the first weights of a layer.

    **Formula** w = √(2 / (fan_in + fan_out)) · N(0, 1).

    Args:
        shape: of the weights, (out, in) or (out, in, *kernel).
        generator: of the random numbers.

    Returns:
        Weights of that shape.

    Raises:
        ShapeError: the shape has fewer than two axes.

    Example:
        >>> import numpy as np
        >>> xavier_normal_reference((3, 2), np.random.default_rng(0)).shape
        (3, 2)
    """
    fan_in, fan_out = fans(shape)
    return math.sqrt(2 / (fan_in + fan_out)) * generator.standard_normal(shape)


def xavier_normal(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    """Return the first weights of a layer; see `xavier_normal_reference`."""
    import torch

    weights = torch.empty(shape, dtype=torch.float64)
    return torch.nn.init.xavier_normal_(weights, generator=generator)


XAVIER_NORMAL: Final = Initializer(
    name="xavier_normal",
    aliases=(
        "glorot_normal",
        "xavier_normal_",
        "GlorotNormal",
        "xavier",
    ),
    title="Xavier normal",
    summary="Normal weights with variance 2 / (fan_in + fan_out): signals and gradients keep their size about equally.",
    formula="w = sqrt(2 / (fan_in + fan_out)) randn",
    latex=r"w \sim N\left(0, \frac{2}{\mathrm{fan}_{in} + \mathrm{fan}_{out}}\right)",
    reference=xavier_normal_reference,
    fast=xavier_normal,
    when="Before tanh, sigmoid and softmax, and in linear layers.",
    when_not="In deep ReLU networks: half of the variance is lost in each layer; take He.",
    mistakes=("Taking Xavier and Glorot for two methods: it is one man's first and last name.",),
    source="X. Glorot & Y. Bengio, 2010, gain 1. Not truncated, as in PyTorch; Keras' GlorotNormal is.",
)

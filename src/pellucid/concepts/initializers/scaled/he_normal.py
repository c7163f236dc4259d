"""He's normal initialization: keeps the spread of signals through ReLU layers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from pellucid.concepts.concept import Floats, Option
from pellucid.concepts.initializers.initializer import Initializer, fans

if TYPE_CHECKING:
    import torch


def he_normal_reference(
    shape: tuple[int, ...], generator: np.random.Generator, mode: Literal["fan_in", "fan_out"] = "fan_in"
) -> Floats:
    """Return the first weights of a layer.

    **Formula** w = √(2 / fan) · N(0, 1).

    Args:
        shape: of the weights, (out, in) or (out, in, *kernel).
        generator: of the random numbers.
        mode: fan_in keeps the forward signal, fan_out the gradient.

    Returns:
        Weights of that shape.

    Raises:
        ShapeError: the shape has fewer than two axes.

    Example:
        >>> import numpy as np
        >>> he_normal_reference((3, 2), np.random.default_rng(0)).shape
        (3, 2)
    """
    fan = fans(shape)[0 if mode == "fan_in" else 1]
    return math.sqrt(2 / fan) * generator.standard_normal(shape)


def he_normal(
    shape: tuple[int, ...], generator: torch.Generator, mode: Literal["fan_in", "fan_out"] = "fan_in"
) -> torch.Tensor:
    """Return the first weights of a layer; see `he_normal_reference`."""
    import torch

    weights = torch.empty(shape, dtype=torch.float64)
    return torch.nn.init.kaiming_normal_(weights, mode=mode, nonlinearity="relu", generator=generator)


HE_NORMAL: Final = Initializer(
    name="he_normal",
    aliases=(
        "kaiming_normal",
        "kaiming_normal_",
        "HeNormal",
        "he",
    ),
    title="He normal",
    summary="Normal weights with variance 2 / fan: ReLU loses half of the variance, and the 2 gives it back.",
    formula="w = sqrt(2 / fan) randn",
    latex=r"w \sim N\left(0, \frac{2}{\mathrm{fan}}\right)",
    options=(
        Option(
            name="mode", meaning="fan_in keeps the forward signal, fan_out the gradient", choices=("fan_in", "fan_out")
        ),
    ),
    reference=he_normal_reference,
    fast=he_normal,
    when="Before ReLU and its relatives, in dense and convolutional layers.",
    when_not="Before tanh or sigmoid: the factor 2 makes up for a half that they do not lose; take Xavier.",
    mistakes=("torch.nn.Linear does not start so: its default is uniform with variance 1 / (3 fan_in).",),
    source="K. He et al., Delving deep into rectifiers, 2015. Not truncated, as in PyTorch; Keras' HeNormal is.",
)

"""LeCun's normal initialization: each sum keeps the variance of its inputs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.initializers.initializer import Initializer, fans

if TYPE_CHECKING:
    import torch


def lecun_normal_reference(shape: tuple[int, ...], generator: np.random.Generator) -> Floats:
    """Return the first weights of a layer.

    **Formula** w = √(1 / fan_in) · N(0, 1).

    Args:
        shape: of the weights, (out, in) or (out, in, *kernel).
        generator: of the random numbers.

    Returns:
        Weights of that shape.

    Raises:
        ShapeError: the shape has fewer than two axes.

    Example:
        >>> import numpy as np
        >>> lecun_normal_reference((3, 2), np.random.default_rng(0)).shape
        (3, 2)
    """
    fan_in, _ = fans(shape)
    return math.sqrt(1 / fan_in) * generator.standard_normal(shape)


def lecun_normal(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    """Return the first weights of a layer; see `lecun_normal_reference`."""
    import torch

    weights = torch.empty(shape, dtype=torch.float64)
    return torch.nn.init.kaiming_normal_(weights, nonlinearity="linear", generator=generator)


LECUN_NORMAL: Final = Initializer(
    name="lecun_normal",
    aliases=("LecunNormal",),
    title="LeCun normal",
    summary="Normal weights with variance 1 / fan_in.",
    formula="w = sqrt(1 / fan_in) randn",
    latex=r"w \sim N\left(0, \frac{1}{\mathrm{fan}_{in}}\right)",
    reference=lecun_normal_reference,
    fast=lecun_normal,
    when="Before SELU and in linear layers: each sum has the variance of its inputs.",
    when_not="Before ReLU, which needs twice the variance; take He.",
    mistakes=("Using SELU with another one: its fixed point needs variance 1 / fan_in.",),
    source="Y. LeCun et al., Efficient BackProp, 1998. Not truncated; Keras' LecunNormal is.",
)

"""He's uniform initialization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from pellucid.concepts.concept import Floats, Option
from pellucid.concepts.initializers.initializer import Initializer, fans

if TYPE_CHECKING:
    import torch


def he_uniform_reference(
    shape: tuple[int, ...], generator: np.random.Generator, mode: Literal["fan_in", "fan_out"] = "fan_in"
) -> Floats:
    """Return the first weights of a layer.

    **Formula** w = U(-b, b), b = √(6 / fan).

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
        >>> he_uniform_reference((3, 2), np.random.default_rng(0)).shape
        (3, 2)
    """
    fan = fans(shape)[0 if mode == "fan_in" else 1]
    b = np.sqrt(6 / fan)
    return generator.uniform(-b, b, shape)


def he_uniform(
    shape: tuple[int, ...], generator: torch.Generator, mode: Literal["fan_in", "fan_out"] = "fan_in"
) -> torch.Tensor:
    """Return the first weights of a layer; see `he_uniform_reference`."""
    import torch

    weights = torch.empty(shape, dtype=torch.float64)
    return torch.nn.init.kaiming_uniform_(weights, mode=mode, nonlinearity="relu", generator=generator)


HE_UNIFORM: Final = Initializer(
    name="he_uniform",
    aliases=(
        "kaiming_uniform",
        "kaiming_uniform_",
        "HeUniform",
    ),
    title="He uniform",
    summary="Uniform weights with variance 2 / fan, for layers before ReLU.",
    formula="w = U(-b, b), b = sqrt(6 / fan)",
    latex=r"w \sim U(-b, b), \; b = \sqrt{\frac{6}{\mathrm{fan}}}",
    options=(
        Option(
            name="mode", meaning="fan_in keeps the forward signal, fan_out the gradient", choices=("fan_in", "fan_out")
        ),
    ),
    reference=he_uniform_reference,
    fast=he_uniform,
    when="Before ReLU and its relatives, in dense and convolutional layers.",
    when_not="Before tanh or sigmoid: the factor 2 makes up for a half that they do not lose; take Xavier.",
    mistakes=("Copying a = √5 from torch.nn.Linear's call of kaiming_uniform_: that has six times less variance.",),
    source="K. He et al., Delving deep into rectifiers, 2015, with uniform numbers.",
)

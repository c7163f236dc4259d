"""LeCun's uniform initialization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.initializers.initializer import Initializer, fans

if TYPE_CHECKING:
    import torch


def lecun_uniform_reference(shape: tuple[int, ...], generator: np.random.Generator) -> Floats:
    """Return the first weights of a layer.

    **Formula** w = U(-b, b), b = √(3 / fan_in).

    Args:
        shape: of the weights, (out, in) or (out, in, *kernel).
        generator: of the random numbers.

    Returns:
        Weights of that shape.

    Raises:
        ShapeError: the shape has fewer than two axes.

    Example:
        >>> import numpy as np
        >>> lecun_uniform_reference((3, 2), np.random.default_rng(0)).shape
        (3, 2)
    """
    fan_in, _ = fans(shape)
    b = np.sqrt(3 / fan_in)
    return generator.uniform(-b, b, shape)


def lecun_uniform(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    """Return the first weights of a layer; see `lecun_uniform_reference`."""
    import torch

    weights = torch.empty(shape, dtype=torch.float64)
    return torch.nn.init.kaiming_uniform_(weights, nonlinearity="linear", generator=generator)


LECUN_UNIFORM: Final = Initializer(
    name="lecun_uniform",
    aliases=("LecunUniform",),
    title="LeCun uniform",
    summary="Uniform weights with variance 1 / fan_in.",
    formula="w = U(-b, b), b = sqrt(3 / fan_in)",
    latex=r"w \sim U(-b, b), \; b = \sqrt{\frac{3}{\mathrm{fan}_{in}}}",
    reference=lecun_uniform_reference,
    fast=lecun_uniform,
    when="Before SELU and in linear layers: each sum has the variance of its inputs.",
    when_not="Before ReLU, which needs twice the variance; take He.",
    mistakes=("Taking it for torch's default, whose bound is √(1 / fan_in): a third of the variance.",),
    source="Y. LeCun et al., Efficient BackProp, 1998.",
)

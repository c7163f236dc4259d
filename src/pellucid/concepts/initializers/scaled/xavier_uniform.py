"""Xavier's uniform initialization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.initializers.initializer import Initializer, fans

if TYPE_CHECKING:
    import torch


def xavier_uniform_reference(shape: tuple[int, ...], generator: np.random.Generator) -> Floats:
    """Return the first weights of a layer.

    **Formula** w = U(-b, b), b = √(6 / (fan_in + fan_out)).

    Args:
        shape: of the weights, (out, in) or (out, in, *kernel).
        generator: of the random numbers.

    Returns:
        Weights of that shape.

    Raises:
        ShapeError: the shape has fewer than two axes.

    Example:
        >>> import numpy as np
        >>> xavier_uniform_reference((3, 2), np.random.default_rng(0)).shape
        (3, 2)
    """
    fan_in, fan_out = fans(shape)
    b = np.sqrt(6 / (fan_in + fan_out))
    return generator.uniform(-b, b, shape)


def xavier_uniform(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    """Return the first weights of a layer; see `xavier_uniform_reference`."""
    import torch

    weights = torch.empty(shape, dtype=torch.float64)
    return torch.nn.init.xavier_uniform_(weights, generator=generator)


XAVIER_UNIFORM: Final = Initializer(
    name="xavier_uniform",
    aliases=(
        "glorot_uniform",
        "xavier_uniform_",
        "GlorotUniform",
    ),
    title="Xavier uniform",
    summary="Uniform weights with variance 2 / (fan_in + fan_out); the default of Keras.",
    formula="w = U(-b, b), b = sqrt(6 / (fan_in + fan_out))",
    latex=r"w \sim U(-b, b), \; b = \sqrt{\frac{6}{\mathrm{fan}_{in} + \mathrm{fan}_{out}}}",
    reference=xavier_uniform_reference,
    fast=xavier_uniform,
    when="Before tanh, sigmoid and softmax, and in linear layers.",
    when_not="In deep ReLU networks: half of the variance is lost in each layer; take He.",
    mistakes=("Comparing Keras and torch without it: their defaults differ in variance.",),
    source="X. Glorot & Y. Bengio, 2010, gain 1.",
)

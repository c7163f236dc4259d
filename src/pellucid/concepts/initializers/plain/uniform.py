"""Uniform numbers in one interval for every layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats, Option
from pellucid.concepts.initializers.initializer import Initializer

if TYPE_CHECKING:
    import torch


def uniform_reference(
    shape: tuple[int, ...], generator: np.random.Generator, low: float = -0.05, high: float = 0.05
) -> Floats:
    """Return the first weights of a layer.

    **Formula** w = U(low, high).

    Args:
        shape: of the weights, (out, in) or (out, in, *kernel).
        generator: of the random numbers.
        low: the least weight.
        high: the largest weight, above the least.

    Returns:
        Weights of that shape.

    Example:
        >>> import numpy as np
        >>> uniform_reference((3, 2), np.random.default_rng(0)).shape
        (3, 2)
    """
    return generator.uniform(low, high, shape)


def even_weights(
    shape: tuple[int, ...], generator: torch.Generator, low: float = -0.05, high: float = 0.05
) -> torch.Tensor:
    """Return the first weights of a layer; see `uniform_reference`."""
    import torch

    weights = torch.empty(shape, dtype=torch.float64)
    return torch.nn.init.uniform_(weights, low, high, generator=generator)


UNIFORM: Final = Initializer(
    name="uniform",
    aliases=(
        "uniform_",
        "RandomUniform",
    ),
    title="uniform numbers",
    summary="Draws every weight evenly from one interval, whatever the layer.",
    formula="w = U(low, high)",
    latex=r"w \sim U(\mathrm{low}, \mathrm{high})",
    options=(
        Option(name="low", meaning="the least weight"),
        Option(name="high", meaning="the largest weight, above the least"),
    ),
    reference=uniform_reference,
    fast=even_weights,
    when="For embeddings, and to repeat old papers.",
    when_not="In deep networks: the interval must follow from the width; take He or Xavier.",
    mistakes=("Taking the bound for the standard deviation: that is the bound over the root of 3.",),
    source="Elementary; -0.05 to 0.05 as in Keras.",
)

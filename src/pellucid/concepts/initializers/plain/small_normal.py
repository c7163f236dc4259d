"""Small normal numbers, the same spread for every layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats, Option
from pellucid.concepts.initializers.initializer import Initializer

if TYPE_CHECKING:
    import torch


def small_normal_reference(shape: tuple[int, ...], generator: np.random.Generator, spread: float = 0.01) -> Floats:
    """Return the first weights of a layer.

    **Formula** w = spread · N(0, 1).

    Args:
        shape: of the weights, (out, in) or (out, in, *kernel).
        generator: of the random numbers.
        spread: the standard deviation.

    Returns:
        Weights of that shape.

    Example:
        >>> import numpy as np
        >>> small_normal_reference((3, 2), np.random.default_rng(0)).shape
        (3, 2)
    """
    return spread * generator.standard_normal(shape)


def small_normal(shape: tuple[int, ...], generator: torch.Generator, spread: float = 0.01) -> torch.Tensor:
    """Return the first weights of a layer; see `small_normal_reference`."""
    import torch

    weights = torch.empty(shape, dtype=torch.float64)
    return torch.nn.init.normal_(weights, 0.0, spread, generator=generator)


SMALL_NORMAL: Final = Initializer(
    name="small_normal",
    aliases=(
        "normal_",
        "RandomNormal",
        "randn",
    ),
    title="small normal numbers",
    summary="Draws every weight from a normal distribution with one small spread, whatever the layer.",
    formula="w = spread randn",
    latex=r"w \sim N(0, \mathrm{spread}^2)",
    options=(Option(name="spread", meaning="the standard deviation", low=0),),
    reference=small_normal_reference,
    fast=small_normal,
    when="In networks with one hidden layer, and for embeddings (0.02).",
    when_not="In deep networks: signals shrink by the same factor in each layer until nothing is left; "
    "take He or Xavier.",
    mistakes=("Making it larger by hand until it works: the right spread depends on the width.",),
    source="A. Krizhevsky et al., 2012: 0.01.",
)

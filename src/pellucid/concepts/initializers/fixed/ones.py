"""All ones: the scale of a normalization layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.initializers.initializer import Initializer

if TYPE_CHECKING:
    import torch


def ones_reference(shape: tuple[int, ...], generator: np.random.Generator) -> Floats:
    """Return the first weights of a layer.

    **Formula** w = 1.

    Args:
        shape: of the weights, (out, in) or (out, in, *kernel).
        generator: of the random numbers.

    Returns:
        Weights of that shape.

    Example:
        >>> import numpy as np
        >>> ones_reference((2,), np.random.default_rng(0))
        array([1., 1.])
    """
    del generator
    return np.ones(shape)


def one_weights(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    """Return the first weights of a layer; see `ones_reference`."""
    import torch

    del generator
    return torch.ones(shape, dtype=torch.float64)


ONES: Final = Initializer(
    name="ones",
    aliases=(
        "ones_",
        "Ones",
    ),
    title="ones",
    summary="Every weight is 1: a scale that changes nothing yet.",
    formula="w = 1",
    latex=r"w = 1",
    reference=ones_reference,
    fast=one_weights,
    when="For the scales of normalization layers.",
    when_not="For weights: all units are equal and stay so, and sums grow with the width.",
    mistakes=("Using it to debug and forgetting it there.",),
    source="Elementary.",
)

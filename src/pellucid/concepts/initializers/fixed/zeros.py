"""All zeros: right for biases, fatal for weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.initializers.initializer import Initializer

if TYPE_CHECKING:
    import torch


def zeros_reference(shape: tuple[int, ...], generator: np.random.Generator) -> Floats:
    """Return the first weights of a layer.

    **Formula** w = 0.

    Args:
        shape: of the weights, (out, in) or (out, in, *kernel).
        generator: of the random numbers.

    Returns:
        Weights of that shape.

    Example:
        >>> import numpy as np
        >>> zeros_reference((2,), np.random.default_rng(0))
        array([0., 0.])
    """
    del generator
    return np.zeros(shape)


def zero_weights(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    """Return the first weights of a layer; see `zeros_reference`."""
    import torch

    del generator
    return torch.zeros(shape, dtype=torch.float64)


ZEROS: Final = Initializer(
    name="zeros",
    aliases=(
        "zeros_",
        "Zeros",
    ),
    title="zeros",
    summary="Every weight is 0: units of a layer stay equal for ever, because their gradients are.",
    formula="w = 0",
    latex=r"w = 0",
    reference=zeros_reference,
    fast=zero_weights,
    when="For biases, and for the last layer of a residual branch.",
    when_not="For the weights of hidden layers: no gradient comes through, and all units stay alike.",
    mistakes=("Starting all weights at 0 because linear regression may: hidden units never become different.",),
    source="Elementary.",
)

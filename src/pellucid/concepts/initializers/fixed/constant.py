"""One constant for every weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats, Option
from pellucid.concepts.initializers.initializer import Initializer

if TYPE_CHECKING:
    import torch


def constant_reference(shape: tuple[int, ...], generator: np.random.Generator, value: float = 0.01) -> Floats:
    """Return the first weights of a layer.

    **Formula** w = value.

    Args:
        shape: of the weights, (out, in) or (out, in, *kernel).
        generator: of the random numbers.
        value: of every weight.

    Returns:
        Weights of that shape.

    Example:
        >>> import numpy as np
        >>> constant_reference((2,), np.random.default_rng(0), value=3)
        array([3., 3.])
    """
    del generator
    return np.full(shape, float(value))


def same_weights(shape: tuple[int, ...], generator: torch.Generator, value: float = 0.01) -> torch.Tensor:
    """Return the first weights of a layer; see `constant_reference`."""
    import torch

    del generator
    return torch.full(shape, float(value), dtype=torch.float64)


CONSTANT: Final = Initializer(
    name="constant",
    aliases=(
        "constant_",
        "Constant",
    ),
    title="constant",
    summary="Every weight is the same number.",
    formula="w = value",
    latex=r"w = \mathrm{value}",
    options=(Option(name="value", meaning="of every weight"),),
    reference=constant_reference,
    fast=same_weights,
    when="For biases with a reason: log(p / (1 - p)) at the output for rare positives; 1 at the "
    "forget gate of an LSTM.",
    when_not="For weights: symmetry is never broken.",
    mistakes=("Expecting a small constant to break the symmetry: only different numbers do.",),
    source="Elementary.",
)

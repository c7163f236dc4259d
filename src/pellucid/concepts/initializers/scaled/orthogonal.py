"""Orthogonal initialization: lengths are kept exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats, Option
from pellucid.concepts.initializers.initializer import Initializer, fans

if TYPE_CHECKING:
    import torch


def orthogonal_reference(shape: tuple[int, ...], generator: np.random.Generator, gain: float = 1.0) -> Floats:
    """Return the first weights of a layer.

    **Formula** Q R = N(0, 1) of shape (out, in · kernel), transposed where it is wide; w = gain Q sign(diag R).

    Args:
        shape: of the weights, (out, in) or (out, in, *kernel).
        generator: of the random numbers.
        gain: multiplies the matrix; √2 before ReLU.

    Returns:
        Weights of that shape.

    Raises:
        ShapeError: the shape has fewer than two axes.

    Example:
        >>> import numpy as np
        >>> orthogonal_reference((3, 2), np.random.default_rng(0)).shape
        (3, 2)
    """
    rows, columns = shape[0], fans(shape)[0]
    normal = generator.standard_normal((max(rows, columns), min(rows, columns)))
    Q, R = np.linalg.qr(normal)
    Q = Q * np.sign(np.diag(R))  # without it the distribution is not even over all rotations
    return gain * (Q if rows >= columns else Q.T).reshape(shape)


def orthogonal(shape: tuple[int, ...], generator: torch.Generator, gain: float = 1.0) -> torch.Tensor:
    """Return the first weights of a layer; see `orthogonal_reference`."""
    import torch

    weights = torch.empty(shape, dtype=torch.float64)
    return torch.nn.init.orthogonal_(weights, gain, generator=generator)


ORTHOGONAL: Final = Initializer(
    name="orthogonal",
    aliases=(
        "orthogonal_",
        "Orthogonal",
    ),
    title="orthogonal",
    summary="A random rotation or reflection: a linear layer as wide as its input keeps every length exactly.",
    formula="w = gain Q, Q'Q = 1; QQ' = 1 where there are fewer outputs than inputs",
    latex=r"w = \mathrm{gain}\, Q, \quad Q^T Q = 1 \; \mathrm{or} \; Q Q^T = 1",
    options=(Option(name="gain", meaning="multiplies the matrix; √2 before ReLU", low=0),),
    reference=orthogonal_reference,
    fast=orthogonal,
    when="For the recurrent weights of RNN, GRU and LSTM, and very deep networks.",
    when_not="For huge layers: the decomposition costs the cube of the width.",
    mistakes=("Gain 1 before ReLU: half of the squared length is lost in each layer; take √2.",),
    source="A. Saxe, J. McClelland & S. Ganguli, 2014.",
)

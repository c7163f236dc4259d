"""Normal numbers without their tails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pellucid.concepts.concept import Floats, Option
from pellucid.concepts.initializers.initializer import Initializer

if TYPE_CHECKING:
    import torch

CUT: Final = 2.0  # standard deviations


def truncated_normal_reference(shape: tuple[int, ...], generator: np.random.Generator, spread: float = 0.02) -> Floats:
    """Return the first weights of a layer.

    **Formula** w = N(0, spread²), drawn again where |w| > 2 spread.

    Args:
        shape: of the weights, (out, in) or (out, in, *kernel).
        generator: of the random numbers.
        spread: the standard deviation before cutting.

    Returns:
        Weights of that shape.

    Example:
        >>> import numpy as np
        >>> truncated_normal_reference((3, 2), np.random.default_rng(0)).shape
        (3, 2)
    """
    w = generator.standard_normal(shape)
    while (far := np.abs(w) > CUT).any():
        w[far] = generator.standard_normal(int(far.sum()))
    return spread * w


def truncated_normal(shape: tuple[int, ...], generator: torch.Generator, spread: float = 0.02) -> torch.Tensor:
    """Return the first weights of a layer; see `truncated_normal_reference`."""
    import torch

    weights = torch.empty(shape, dtype=torch.float64)
    return torch.nn.init.trunc_normal_(weights, 0.0, spread, -2 * spread, 2 * spread, generator=generator)


TRUNCATED_NORMAL: Final = Initializer(
    name="truncated_normal",
    aliases=(
        "trunc_normal_",
        "TruncatedNormal",
    ),
    title="truncated normal numbers",
    summary="Draws normal numbers, and again those beyond two standard deviations: no outlier at the start.",
    formula="w = N(0, spread^2), |w| <= 2 spread",
    latex=r"w \sim N(0, \mathrm{spread}^2), \; |w| \le 2\, \mathrm{spread}",
    options=(Option(name="spread", meaning="the standard deviation before cutting", low=1e-6),),
    reference=truncated_normal_reference,
    fast=truncated_normal,
    when="In transformers for text and pictures, with a spread of 0.02.",
    when_not="When the variance counts exactly: cutting leaves 0.774 of it.",
    mistakes=("Cutting at -2 and 2 (torch's default bounds) with a spread of 0.02: nothing is cut.",),
    source="torch.nn.init.trunc_normal_ with bounds of two standard deviations, as Keras has them.",
)

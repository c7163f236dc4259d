"""Whether weights look as they were initialised, or as something that was trained before. Needs torch."""

from __future__ import annotations

import math
from typing import Final

from torch import Tensor

FEWEST: Final = 8  # weights: of fewer no distribution can be told
ENOUGH: Final = 1000  # weights: of fewer only torch's own distribution can be told from trained weights
SIGMAS: Final = 4.0  # standard errors: chance goes farther once in 16,000 times
CLOSE: Final = 0.03  # of a normal distribution's scale: more would take many trained layers for fresh ones
FLAT: Final = 2.1  # kurtosis; 1.8 of a uniform distribution, 3 of a normal one
PLAIN: Final = (0.001, 0.01, 0.02, 0.05, 0.1, 1.0)  # scales that programs write by hand


def looks_untrained(weights: Tensor) -> bool | None:
    """Return whether weights follow one of the usual initial distributions; None where it cannot be told.

    Training leaves the bound of a uniform distribution and the exact scale of a normal one within a few steps.

    Args:
        weights: (out, in, …).

    Example:
        >>> import torch
        >>> _ = torch.manual_seed(0)
        >>> layer = torch.nn.Linear(64, 64)
        >>> looks_untrained(layer.weight), looks_untrained(layer.weight + 0.05 * torch.randn(64, 64))
        (True, False)
    """
    values = weights.detach().float()
    count = values.numel()
    if count < FEWEST or values.ndim < 2:  # noqa: PLR2004  (a matrix)
        return None
    std = float(values.std(correction=0))
    if std == 0:
        return True
    fan_in, fan_out = values[0].numel(), values.shape[0] * values[0, 0].numel()
    scales = (1 / fan_in, 2 / fan_in, 2 / (fan_in + fan_out), 2 / fan_out, 1 / fan_out)
    # uniform on (-b, b): b is the square root of 3 times the standard deviation, and nothing lies beyond
    largest = float(values.abs().max())
    default = (1 / math.sqrt(fan_in), *(math.sqrt(gates / fan_out) for gates in (1, 3, 4)))
    bounds = default if count < ENOUGH else (*default, *(math.sqrt(3 * one) for one in scales), *PLAIN)
    tolerance = SIGMAS * 0.447 / math.sqrt(count)  # relative standard error of a uniform sample's deviation
    for bound in bounds:
        if largest <= bound * (1 + 1e-5) and abs(std * math.sqrt(3) / bound - 1) < tolerance:
            return True
    kurtosis = float(((values - values.mean()) / std).pow(4).mean())
    normal = abs(kurtosis - 3) < SIGMAS * math.sqrt(24 / count)
    if normal and count >= ENOUGH and any(abs(std / one - 1) < CLOSE for one in (*map(math.sqrt, scales), *PLAIN)):
        return True
    return None if normal or kurtosis < FLAT else False

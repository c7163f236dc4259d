"""Joining the members of an ensemble: the mean of their predictions, given back as logits. Imports torch late.

Everything is done with logarithms, so that probabilities near 0 and 1 and large rates keep their digits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from torch import Tensor

AXES_WITH_MEMBERS: Final = 3  # (n, e, o)


def mean_of_numbers(logits: Tensor) -> Tensor:
    """Return the (n, t) mean of (n, e, t) numbers."""
    return logits.mean(dim=1) if logits.ndim == AXES_WITH_MEMBERS else logits


def mean_of_rates(logits: Tensor) -> Tensor:
    """Return the (n, t) log of the mean rate, from (n, e, t) log rates."""
    return _log_mean_exp(logits) if logits.ndim == AXES_WITH_MEMBERS else logits


def mean_of_labels(logits: Tensor) -> Tensor:
    """Return the (n, t) logits of the mean probability, from (n, e, t) logits of single labels."""
    from torch.nn.functional import logsigmoid

    if logits.ndim != AXES_WITH_MEMBERS:
        return logits
    return _log_mean_exp(logsigmoid(logits)) - _log_mean_exp(logsigmoid(-logits))  # log p - log(1 - p)


def mean_of_classes(logits: Tensor) -> Tensor:
    """Return the (n, k) log of the mean probabilities, from (n, e, k) logits of k classes."""
    return _log_mean_exp(logits.log_softmax(dim=2)) if logits.ndim == AXES_WITH_MEMBERS else logits


def _log_mean_exp(values: Tensor) -> Tensor:
    """Return log(mean(exp(values))) over the members, (n, e, o) -> (n, o)."""
    return values.logsumexp(dim=1) - math.log(values.shape[1])

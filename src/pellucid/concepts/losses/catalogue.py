"""All losses, in one explicit, read-only tuple. Importing it imports torch."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from pellucid.concepts.losses.absolute_error import ABSOLUTE_ERROR
from pellucid.concepts.losses.binary_cross_entropy import BINARY_CROSS_ENTROPY
from pellucid.concepts.losses.cross_entropy import CROSS_ENTROPY
from pellucid.concepts.losses.huber import HUBER
from pellucid.concepts.losses.loss import Loss
from pellucid.concepts.losses.negative_binomial import NEGATIVE_BINOMIAL
from pellucid.concepts.losses.poisson import POISSON
from pellucid.concepts.losses.squared_error import SQUARED_ERROR
from pellucid.foundation.names import look_up

LOSSES: Final[tuple[Loss, ...]] = (
    SQUARED_ERROR,
    ABSOLUTE_ERROR,
    HUBER,
    BINARY_CROSS_ENTROPY,
    CROSS_ENTROPY,
    POISSON,
    NEGATIVE_BINOMIAL,
)

BY_NAME: Final = MappingProxyType({name: loss for loss in LOSSES for name in (loss.name, *loss.aliases)})


def loss_called(name: str) -> Loss:
    """Return the loss of this name or alias; letter case does not matter, and a hyphen is as good as an underscore.

    Raises:
        UnknownNameError: there is none; the nearest is offered.

    Example:
        >>> loss_called("MSE").name
        'squared_error'
    """
    return look_up("loss_called", "a loss", name.casefold().replace("-", "_"), BY_NAME)

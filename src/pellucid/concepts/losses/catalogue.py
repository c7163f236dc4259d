"""All losses, in one explicit, read-only tuple: of numbers, counts, classes, margins and pairs."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.families import record_called
from pellucid.concepts.losses.classes.binary_cross_entropy import BINARY_CROSS_ENTROPY
from pellucid.concepts.losses.classes.cross_entropy import CROSS_ENTROPY
from pellucid.concepts.losses.counts.negative_binomial import NEGATIVE_BINOMIAL
from pellucid.concepts.losses.counts.poisson import POISSON
from pellucid.concepts.losses.loss import Loss
from pellucid.concepts.losses.margins.hinge import HINGE
from pellucid.concepts.losses.numbers.absolute_error import ABSOLUTE_ERROR
from pellucid.concepts.losses.numbers.huber import HUBER
from pellucid.concepts.losses.numbers.squared_error import SQUARED_ERROR

LOSSES: Final[tuple[Loss, ...]] = (
    SQUARED_ERROR,
    ABSOLUTE_ERROR,
    HUBER,
    BINARY_CROSS_ENTROPY,
    CROSS_ENTROPY,
    POISSON,
    NEGATIVE_BINOMIAL,
    HINGE,
)


def loss_called(name: str) -> Loss:
    """Return the loss of this name or alias; letter case, hyphens and underscores do not matter.

    Raises:
        UnknownNameError: there is none; the nearest is offered.

    Example:
        >>> loss_called("MSE").name
        'squared_error'
    """
    return record_called("loss_called", "a loss", name, LOSSES)

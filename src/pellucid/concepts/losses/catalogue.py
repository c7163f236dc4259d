"""All losses, in one explicit, read-only tuple: of numbers, counts, classes, margins and pairs."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.families import record_called
from pellucid.concepts.losses.classes.bce_of_probabilities import BCE_OF_PROBABILITIES
from pellucid.concepts.losses.classes.binary_cross_entropy import BINARY_CROSS_ENTROPY
from pellucid.concepts.losses.classes.cross_entropy import CROSS_ENTROPY
from pellucid.concepts.losses.classes.focal import FOCAL
from pellucid.concepts.losses.classes.kl_divergence import KL_DIVERGENCE
from pellucid.concepts.losses.classes.nll import NLL
from pellucid.concepts.losses.counts.negative_binomial import NEGATIVE_BINOMIAL
from pellucid.concepts.losses.counts.poisson import POISSON
from pellucid.concepts.losses.loss import Loss
from pellucid.concepts.losses.margins.exponential import EXPONENTIAL
from pellucid.concepts.losses.margins.hinge import HINGE
from pellucid.concepts.losses.margins.multi_margin import MULTI_MARGIN
from pellucid.concepts.losses.margins.perceptron import PERCEPTRON
from pellucid.concepts.losses.margins.soft_margin import SOFT_MARGIN
from pellucid.concepts.losses.margins.squared_hinge import SQUARED_HINGE
from pellucid.concepts.losses.margins.zero_one import ZERO_ONE
from pellucid.concepts.losses.numbers.absolute_error import ABSOLUTE_ERROR
from pellucid.concepts.losses.numbers.huber import HUBER
from pellucid.concepts.losses.numbers.log_cosh import LOG_COSH
from pellucid.concepts.losses.numbers.quantile import QUANTILE
from pellucid.concepts.losses.numbers.smooth_l1 import SMOOTH_L1
from pellucid.concepts.losses.numbers.squared_error import SQUARED_ERROR
from pellucid.concepts.losses.pairs.cosine_embedding import COSINE_EMBEDDING
from pellucid.concepts.losses.pairs.margin_ranking import MARGIN_RANKING
from pellucid.concepts.losses.pairs.triplet_margin import TRIPLET_MARGIN

LOSSES: Final[tuple[Loss, ...]] = (
    SQUARED_ERROR,
    ABSOLUTE_ERROR,
    HUBER,
    SMOOTH_L1,
    QUANTILE,
    LOG_COSH,
    BINARY_CROSS_ENTROPY,
    BCE_OF_PROBABILITIES,
    FOCAL,
    CROSS_ENTROPY,
    NLL,
    KL_DIVERGENCE,
    POISSON,
    NEGATIVE_BINOMIAL,
    ZERO_ONE,
    PERCEPTRON,
    HINGE,
    SQUARED_HINGE,
    SOFT_MARGIN,
    EXPONENTIAL,
    MULTI_MARGIN,
    COSINE_EMBEDDING,
    MARGIN_RANKING,
    TRIPLET_MARGIN,
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

"""What binary and multilabel share: a label that holds or does not."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from pellucid.tasks.task import Encoded, Floats, Prediction


def balancing_weight(labels: NDArray[np.int64]) -> float:
    """Return the weight of the positives at which both classes weigh the same: negatives over positives.

    A class that the training part does not hold counts as one row, so that the weight stays finite.

    Example:
        >>> balancing_weight(np.repeat([1, 0], [100, 900]))
        9.0
    """
    positives = int(labels.sum())
    return max(len(labels) - positives, 1) / max(positives, 1)


def logit_of_share(labels: Encoded, pos_weight: float) -> float:
    """Return the logit of the (weighted) share of positives among (n,) zeros and ones.

    Of n rows at least half a row counts for each class: a share of 0 or 1 would be an infinite logit.
    """
    positives = min(max(float(labels.sum()), 0.5), len(labels) - 0.5)
    return math.log(pos_weight * positives / (len(labels) - positives))


def label_prediction(target: str, logits: Floats, classes: tuple[str, str]) -> Prediction:
    """Return the prediction of one label from its (n,) logits; `classes` are the negative and the positive one."""
    log_odds = np.stack([-logits, logits], axis=1)  # (n, 2)
    probabilities = np.exp(-np.logaddexp(0, -log_odds))  # 1 / (1 + exp(-z)), which does not overflow
    names = np.array(classes, dtype=object)
    return Prediction(
        target=target,
        values=names[(logits >= 0).astype(np.int64)],
        probabilities=probabilities,
        classes=classes,
    )

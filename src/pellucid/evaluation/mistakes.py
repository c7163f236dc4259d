"""The rows on which the network is most wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.classification import POSITIVE_FROM
from pellucid.evaluation.deviance import unit_deviance
from pellucid.evaluation.records import Mistake
from pellucid.evaluation.sheet import Floats, Integers

MOST_MISTAKES: Final = 12  # a screenful of pictures or rows
NO_LABEL: Final = "none"

Describe = Callable[[int], Mapping[str, str]]
Picture = Callable[[int], str]


def of_classes(names: Sequence[str], truth: Integers, probabilities: Floats) -> list[tuple[int, Mistake]]:
    """Return the positions and mistakes of (n, k) probabilities, the most confidently wrong first."""
    everyone, predicted = np.arange(len(truth)), probabilities.argmax(axis=1)
    size = np.where(predicted == truth, 0.0, 1.0 - probabilities[everyone, truth])
    return [
        (
            i,
            Mistake(
                row=i,
                truth=names[truth[i]],
                predicted=names[predicted[i]],
                confidence=float(probabilities[i, predicted[i]]),
                size=float(size[i]),
            ),
        )
        for i in _worst(size)
    ]


def of_labels(names: Sequence[str], truth: Integers, probabilities: Floats) -> list[tuple[int, Mistake]]:
    """Return the positions and mistakes of (n, k) label probabilities, by the mean distance from the truth."""
    called = probabilities >= POSITIVE_FROM
    wrong = (called != (truth == 1)).any(axis=1)
    size = np.where(wrong, np.abs(probabilities - truth).mean(axis=1), 0.0)
    return [
        (
            i,
            Mistake(
                row=i,
                truth=_joined(names, truth[i] == 1),
                predicted=_joined(names, called[i]),
                confidence=None,
                size=float(size[i]),
            ),
        )
        for i in _worst(size)
    ]


def of_numbers(truth: Floats, predicted: Floats) -> list[tuple[int, Mistake]]:
    """Return the positions and mistakes of (n,) numbers, by |residual|."""
    return _of_quantities(truth, predicted, np.abs(truth - predicted))


def of_counts(truth: Floats, means: Floats, spread: float) -> list[tuple[int, Mistake]]:
    """Return the positions and mistakes of (n,) counts, by deviance."""
    means = np.maximum(means, np.finfo(np.float64).eps)
    return _of_quantities(truth, means, unit_deviance(truth, means, spread))


def _of_quantities(truth: Floats, predicted: Floats, size: Floats) -> list[tuple[int, Mistake]]:
    return [
        (
            i,
            Mistake(row=i, truth=float(truth[i]), predicted=float(predicted[i]), confidence=None, size=float(size[i])),
        )
        for i in _worst(size)
    ]


def located(
    mistakes: Sequence[tuple[int, Mistake]],
    rows: NDArray[np.int64],
    describe: Describe | None,
    picture: Picture | None,
) -> tuple[Mistake, ...]:
    """Return the mistakes with their row in the source, their features and their picture."""
    return tuple(
        Mistake(
            row=int(rows[position]),
            truth=mistake.truth,
            predicted=mistake.predicted,
            confidence=mistake.confidence,
            size=mistake.size,
            features=dict(describe(position)) if describe else {},
            picture=picture(position) if picture else None,
        )
        for position, mistake in mistakes
    )


def _worst(size: Floats) -> list[int]:
    """Return the positions of the largest sizes above 0, worst first."""
    order: NDArray[Any] = np.argsort(-size, kind="stable")[:MOST_MISTAKES]
    return [int(i) for i in order if size[i] > 0]


def _joined(names: Sequence[str], held: NDArray[np.bool_]) -> str:
    return ", ".join(name for name, holds in zip(names, held, strict=True) if holds) or NO_LABEL

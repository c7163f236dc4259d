"""The task: what is predicted decides the last layer, the link, the loss and the metrics, as in a generalized linear model.

The network gives the linear predictor (here always called *logits*); a task turns it into a loss and into predictions.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from pellucid.foundation.records import ColumnKind

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One column that is to be predicted, as the data have it."""

    name: str
    kind: ColumnKind
    """`number` or `category`, as the schema sees the column (or as the user said)."""
    values: NDArray[np.float64] | NDArray[np.object_]
    """(n,) floats with NaN for missing where the kind is number; texts with None for missing otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What is predicted for one target, in the units of the data."""

    target: str
    values: NDArray[np.float64] | NDArray[np.object_]
    """(n,) means of numbers and counts; class names (texts) of categories."""
    probabilities: NDArray[np.float64] | None = None
    """(n, k), rows sum to 1; for each label of a multilabel task (n, 2); None for numbers and counts."""
    classes: tuple[str, ...] = ()
    """The k class names, in the order of the columns of `probabilities`."""


@dataclass(frozen=True, kw_only=True)
class Task(ABC):
    """One kind of thing to predict. Final subclasses are frozen dataclasses; what they learn from data are fields."""

    kind: ClassVar[str]
    """The name in the catalogue: `binary`, `multiclass`, …"""
    title: ClassVar[str]
    """As said to people: `binary classification`."""
    last_layer: ClassVar[str]
    """In words and formula: `1 unit, sigmoid: p = 1 / (1 + exp(-z))`."""
    loss: ClassVar[str]
    """The loss's name in the catalogue of concepts."""
    main_score: ClassVar[str]
    """The score that a reader should look at first."""

    targets: tuple[str, ...]
    """Names of the target columns."""

    @property
    @abstractmethod
    def outputs(self) -> int:
        """Units of the last layer (o)."""

    @property
    def parts(self) -> tuple[Task, ...]:
        """The tasks of which this one consists: itself, or one for each target when there are several kinds."""
        return (self,)

    @abstractmethod
    def fitted(self, targets: Sequence[Target]) -> Self:
        """Return the task with what it takes from the training part: class weights, centre and scale, dispersion."""

    @abstractmethod
    def encode(self, targets: Sequence[Target]) -> NDArray[np.float32] | NDArray[np.int64]:
        """Return the targets as the loss wants them: (n,) int64 classes, (n,) float32, or (n, t) float32.

        Raises:
            DataError: a value is missing or was never seen; the row is named.
        """

    @abstractmethod
    def objective(self) -> nn.Module:
        """Return the loss as a module: `objective(logits, targets, offset)` is the mean over the batch, a scalar.

        `logits` are (n, o), or (n, e, o) from a network with e members, over which the mean is taken too.
        The module may own parameters that are learnt beside the network's (the dispersion of counts).
        """

    @abstractmethod
    def initial_logits(self, targets: NDArray[np.float32] | NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the (o,) logits of the best constant prediction: where the last layer's bias starts."""

    @abstractmethod
    def combine(self, logits: Tensor) -> Tensor:
        """Return (n, o) logits of the mean *prediction* of e members, from their (n, e, o) logits."""

    @abstractmethod
    def predict(self, logits: NDArray[np.float64], offset: NDArray[np.float64] | None = None) -> tuple[Prediction, ...]:
        """Return the predictions, one for each target column, from (n, o) logits."""

    @abstractmethod
    def monitor(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> dict[str, float]:
        """Return one or two cheap scores to watch while training, by name, e.g. `{"accuracy": 0.97}`."""

"""The task: what is predicted decides last layer, link, loss and metrics, as in a generalized linear model.

The network gives the linear predictor (here always called *logits*); a task turns it into a loss and into predictions.
Importing this and the tasks themselves does not import torch: `infer` runs before it is needed.
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

Floats = NDArray[np.float64]
Encoded = NDArray[np.float32] | NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One column that is to be predicted, as the data have it."""

    name: str
    kind: ColumnKind
    """`number` or `category`, as the schema sees the column (or as the user said)."""
    values: NDArray[np.float64] | NDArray[np.object_]
    """(n,) floats with NaN for missing where the kind is number; texts with None for missing otherwise.

    Of a forecast (n, h): the h steps from each origin on."""
    rows: NDArray[np.int64] | None = None
    """(n,) where each value stands in its source: the line of a file. None: counted from 1."""

    def row(self, place: int) -> int:
        """Return the row in its source of the value at a place: how a sentence names it."""
        return place + 1 if self.rows is None else int(self.rows[place])


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What is predicted for one target, in the units of the data."""

    target: str
    values: NDArray[np.float64] | NDArray[np.object_]
    """(n,) means of numbers and counts; class names (texts) of categories; (n, h) medians of a forecast."""
    probabilities: NDArray[np.float64] | None = None
    """(n, k), rows sum to 1; for each label of a multilabel task (n, 2); None for numbers and counts."""
    classes: tuple[str, ...] = ()
    """The k class names, in the order of the columns of `probabilities`."""
    quantiles: NDArray[np.float64] | None = None
    """(n, h, q) of a forecast, rising along the last axis; None of everything else."""
    levels: tuple[float, ...] = ()
    """The q shares of values that lie below each of the quantiles."""


@dataclass(frozen=True, kw_only=True)
class Task(ABC):
    """One kind of thing to predict. Final subclasses are frozen dataclasses; what they learn from data are fields."""

    kind: ClassVar[str]
    """The name in the catalogue: `binary`, `multiclass`, …"""
    title: ClassVar[str]
    """As said to people: `binary classification`."""
    last_layer: ClassVar[str]
    """In words and formula: `1 unit, sigmoid: p = 1 / (1 + exp(-z))`."""
    main_score: ClassVar[str]
    """The score that a reader should look at first."""

    targets: tuple[str, ...]
    """Names of the target columns."""

    @property
    @abstractmethod
    def loss(self) -> str:
        """The loss's name in the catalogue of concepts."""

    @property
    @abstractmethod
    def outputs(self) -> int:
        """Units of the last layer (o)."""

    @property
    def parts(self) -> tuple[Task, ...]:
        """The tasks of which this one consists: itself, or one for each target when there are several kinds."""
        return (self,)

    @abstractmethod
    def fitted(self, targets: Sequence[Target], offset: Floats | None = None) -> Self:
        """Return the task with what it takes from the training part: class weights, centre and scale, dispersion.

        Args:
            targets: the target columns of the training part.
            offset: (n,) log exposure of the same rows; counts are then rates.

        Raises:
            DataError: the training part does not suffice, e.g. holds one value only.
        """

    @abstractmethod
    def encode(self, targets: Sequence[Target]) -> Encoded:
        """Return the targets as the loss wants them: (n,) int64 classes of multiclass, (n, t) float32 of all others.

        Raises:
            DataError: a value is missing or was never seen; the row is named, counted from 1.
        """

    @abstractmethod
    def objective(self) -> nn.Module:
        """Return the loss as a module: `objective(logits, targets, offset=None)` is the mean over the batch, a scalar.

        `logits` are (n, o), or (n, e, o) from a network with e members, over which the mean is taken too.
        The module may own parameters that are learnt beside the network's (the dispersion of counts).
        """

    def learnt(self, objective: nn.Module) -> Task:
        """Return the task with what its trained objective has learnt beside the network: the dispersion of counts."""
        del objective
        return self

    def strata(self, targets: Sequence[Target]) -> NDArray[np.int64] | None:
        """Return the (n,) classes whose shares a split should keep; None of a task without classes. Fitted or not."""
        del targets
        return None

    @abstractmethod
    def initial_logits(self, targets: Encoded, offset: Floats | None = None) -> NDArray[np.float32]:
        """Return the (o,) logits of the best constant prediction: where the last layer's bias starts.

        Args:
            targets: of the training part, as `encode` gives them.
            offset: (n,) log exposure of the same rows.
        """

    @abstractmethod
    def combine(self, logits: Tensor) -> Tensor:
        """Return (n, o) logits of the mean *prediction* of e members, from their (n, e, o) logits.

        Logits that are (n, o) already pass through.
        """

    @abstractmethod
    def predict(self, logits: Floats, offset: Floats | None = None) -> tuple[Prediction, ...]:
        """Return the predictions, one for each target column, from (n, o) logits."""

    @abstractmethod
    def monitor(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> dict[str, float]:
        """Return one or two cheap scores to watch while training, by name, e.g. `{"accuracy": 0.97}`."""

"""One or several continuous numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from pellucid.foundation.errors import DataError, NotTrainedError
from pellucid.tasks.members import mean_of_numbers
from pellucid.tasks.task import Encoded, Floats, Prediction, Target, Task
from pellucid.tasks.values import complete_numbers_of

if TYPE_CHECKING:
    from torch import Tensor, nn

CAPPED_SHARE: Final = 0.01  # from this share of rows exactly at the extreme value on, the scale ends there
CAPPED_ROWS: Final = 5  # fewer rows than this can share an extreme value by chance
ROOM: Final = 0.5  # predictions may leave the range of the training part by this share of its width


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression(Task):
    """Numbers: linear regression when the network has no hidden layer.

    Targets are standardised for the optimizer, with centre and scale of the training part; predictions are in the
    data's units, and stay within `low` and `high`: see `limits`.
    """

    kind: ClassVar[str] = "regression"
    title: ClassVar[str] = "regression"
    last_layer: ClassVar[str] = "one unit for each number, no activation: y = centre + scale z"
    main_score: ClassVar[str] = "rmse"

    error: Literal["squared", "absolute", "huber"] = "squared"
    """What the loss measures, on the standardised scale."""
    centre: tuple[float, ...] = ()
    """Mean of each target in the training part."""
    scale: tuple[float, ...] = ()
    """Standard deviation of each target in the training part."""
    low: tuple[float, ...] = ()
    """The lowest prediction of each target."""
    high: tuple[float, ...] = ()
    """The highest prediction of each target."""

    @property
    def loss(self) -> str:
        """The loss's name in the catalogue of concepts."""
        return {"squared": "squared_error", "absolute": "absolute_error", "huber": "huber"}[self.error]

    @property
    def outputs(self) -> int:
        """One unit for each number."""
        return len(self.targets)

    def fitted(self, targets: Sequence[Target], offset: Floats | None = None) -> Self:
        """Return the task with centre, scale and limits of the training part.

        Raises:
            DataError: a target is constant.
        """
        values = self._values(targets)
        scale = values.std(axis=0)
        for name, column in zip(self.targets, values.T, strict=True):
            if column.min() == column.max():
                raise DataError(
                    f"pellucid expected different values of {name} in the training part, got only {column[0]:g}: "
                    "choose another target, or give more rows"
                )
        low, high = zip(*map(limits, values.T), strict=True)
        return replace(
            self, centre=tuple(values.mean(axis=0).tolist()), scale=tuple(scale.tolist()), low=low, high=high
        )

    def encode(self, targets: Sequence[Target]) -> NDArray[np.float32]:
        """Return (n, t), standardised.

        Raises:
            DataError: a value is missing, no number or infinite.
            NotTrainedError: the task has not been fitted.
        """
        centre, scale = self._standard()
        return ((self._values(targets) - centre) / scale).astype(np.float32)

    def objective(self) -> nn.Module:
        """Return the loss between standardised numbers."""
        from pellucid.concepts.losses.catalogue import loss_called
        from pellucid.tasks.objectives import NumberObjective

        return NumberObjective(loss_called(self.loss))

    def initial_logits(self, targets: Encoded, offset: Floats | None = None) -> NDArray[np.float32]:
        """Return the (t,) means; medians when the error is not squared."""
        best = targets.mean(axis=0) if self.error == "squared" else np.median(targets, axis=0)
        return np.asarray(best, dtype=np.float32)

    def combine(self, logits: Tensor) -> Tensor:
        """Return the (n, t) mean of the members."""
        return mean_of_numbers(logits)

    def predict(self, logits: Floats, offset: Floats | None = None) -> tuple[Prediction, ...]:
        """Return the numbers in the data's units, within the limits."""
        centre, scale = self._standard()
        values = np.clip(centre + scale * logits, self.low, self.high)  # (n, t)
        return tuple(
            Prediction(target=name, values=column) for name, column in zip(self.targets, values.T, strict=True)
        )

    def monitor(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> dict[str, float]:
        """Return the root mean squared error: in the data's units of one target, in standard deviations of several."""
        squared = (self.combine(logits) - targets).double().square().mean().item()
        return {"rmse": squared**0.5 * (self.scale[0] if self.outputs == 1 else 1.0)}

    def _values(self, targets: Sequence[Target]) -> Floats:
        return np.stack([complete_numbers_of(target) for target in targets], axis=1)  # (n, t)

    def _standard(self) -> tuple[Floats, Floats]:
        if not self.centre:
            raise NotTrainedError(
                f"regression expected centre and scale of {', '.join(self.targets)}, got a task that has not been "
                "fitted: call fitted(targets of the training part) first"
            )
        return np.array(self.centre), np.array(self.scale)


def limits(values: Floats) -> tuple[float, float]:
    """Return the lowest and the highest prediction, from the values of the training part.

    At each end: exactly the extreme value where many rows share it, since the scale ends there (a house value capped
    at 500,001); else half the range beyond it, never across zero when all values lie on one side. A straight line
    may so be followed a good way, and an odd row cannot be given an absurd number.

    Example:
        >>> limits(np.array([1.0, 2.0, 3.0]))
        (0.0, 4.0)
        >>> limits(np.array([1.0, 2.0, 3.0, 5.0, 5.0, 5.0, 5.0, 5.0]))
        (0.0, 5.0)
    """
    low, high = float(values.min()), float(values.max())
    room = ROOM * (high - low)
    floor, ceiling = low - room, high + room
    if low >= 0:
        floor = max(floor, 0.0)
    if high <= 0:
        ceiling = min(ceiling, 0.0)
    return (low if piled_up(values, low) else floor), (high if piled_up(values, high) else ceiling)


def piled_up(values: Floats, extreme: float) -> bool:
    """Say whether so many rows hold the extreme value that the scale must end there.

    Example:
        >>> piled_up(np.array([1.0, 2.0, 3.0]), 3.0)
        False
    """
    rows = int((values == extreme).sum())
    return rows >= CAPPED_ROWS and rows >= CAPPED_SHARE * len(values)

"""The next values of a series: for each step ahead the median, and quantiles that say how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from pellucid.foundation.errors import NotTrainedError, RangeError, ShapeError
from pellucid.tasks.members import AXES_WITH_MEMBERS, mean_of_numbers
from pellucid.tasks.task import Encoded, Floats, Prediction, Target, Task

if TYPE_CHECKING:
    from torch import Tensor, nn

QUANTILES: Final = (0.1, 0.5, 0.9)  # the median, and an interval that should hold four values of five
MEDIAN: Final = 0.5
WINDOW_AXES: Final = 2  # (n, h)
BELIEVED: Final = 0.5  # of a bias of the medians on the validation part, which may be gone later. MASE with all, half,
# none of it: ETTh1, 24 hours ahead, 0.523, 0.515, 0.511; daily temperatures, 7 days, 0.617, 0.617, 0.620 (one seed)
GAINS: Final = (1.0, 0.75, 0.5, 0.25, 0.0)  # from the network's own forecast to the reference; the first wins a tie
SMALLEST_SPREAD: Final = 1e-6  # of a standard deviation: a reference that is never wrong leaves nothing to scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast(Task):
    """The next `horizon` values of each target, in quantiles: a row is an origin, from which the series goes on.

    The network learns what a reference forecast (the last value, the value a season ago, a linear one) leaves over, in
    the unit of each origin: y = centre + scale (reference + unit spread z). The `offset` (n, t, h + 1) holds the
    reference of each step and last the unit, both in standard deviations of the training part. Targets hold (n, h)
    values, the h steps from each origin on.
    """

    kind: ClassVar[str] = "forecast"
    title: ClassVar[str] = "forecast"
    last_layer: ClassVar[str] = (
        "one unit for each target, step ahead and quantile, no activation: y = reference + spread z"
    )
    main_score: ClassVar[str] = "mae"

    horizon: int
    """Steps ahead (h)."""
    quantiles: tuple[float, ...] = QUANTILES
    """Levels (q), rising; the median is among them."""
    season: float = 1.0
    """Steps after which the series repeats itself; 1 where it does not."""
    centre: tuple[float, ...] = ()
    """Mean of each target in the training part."""
    scale: tuple[float, ...] = ()
    """Standard deviation of each target in the training part."""
    naive_error: tuple[float, ...] = ()
    """Of each target, the mean absolute difference of values a season apart in the training part: the unit of MASE."""
    spread: tuple[tuple[float, ...], ...] = ()
    """(t, h) standard deviation of what the reference leaves over, in the units of the origins."""
    gain: tuple[float, ...] = ()
    """For each target how much of the network's change to the reference counts, from 0 to 1; 1 before calibration."""
    shift: tuple[tuple[float, ...], ...] = ()
    """(t, q) how far each quantile is moved, in spreads; 0 before calibration."""

    def __post_init__(self) -> None:
        """Check horizon and levels.

        Raises:
            RangeError: the horizon is below 1, or the quantiles do not rise from above 0 to below 1 over the median.
        """
        levels = self.quantiles
        rising = all(0 < low < high < 1 for low, high in zip((1e-9, *levels), (*levels, 1 - 1e-9), strict=True))
        if self.horizon < 1 or not rising or MEDIAN not in levels:
            raise RangeError(
                f"Forecast expected a horizon from 1 on and quantiles that rise between 0 and 1 with 0.5 among them, "
                f"got {self.horizon} and {levels}: pass for example quantiles={QUANTILES}"
            )

    @property
    def loss(self) -> str:
        """The loss's name in the catalogue of concepts."""
        return "quantile"

    @property
    def outputs(self) -> int:
        """One unit for each target, step and quantile, in this order."""
        return len(self.targets) * self.horizon * len(self.quantiles)

    @property
    def median(self) -> int:
        """The place of the median among the quantiles."""
        return self.quantiles.index(MEDIAN)

    def fitted(self, targets: Sequence[Target], offset: Floats | None = None) -> Self:
        """Return the task with the spread of what the reference leaves over, for each step.

        Args:
            targets: of some training origins, (n, h) each.
            offset: (n, t, h + 1) references and units of the same origins.
        """
        spread = np.maximum(self._left_over(targets, offset).std(axis=0), SMALLEST_SPREAD)  # (t, h)
        return replace(self, spread=tuple(map(tuple, spread.tolist())))

    def encode(self, targets: Sequence[Target], offset: Floats | None = None) -> NDArray[np.float32]:
        """Return (n, t h): what the reference leaves over, in its spread.

        Args:
            targets: (n, h) each.
            offset: (n, t, h + 1) references and units; None for 0, the mean of the training part, and 1.

        Raises:
            NotTrainedError: the task has not been fitted.
        """
        left = self._left_over(targets, offset) / self._spread()
        return left.reshape(len(left), -1).astype(np.float32)

    def objective(self) -> nn.Module:
        """Return the mean quantile loss over all levels; each step counts by its spread, as in the data's units."""
        from pellucid.tasks.objectives import QuantileObjective

        spread = self._spread()
        return QuantileObjective(self.quantiles, (spread / spread.mean()).ravel().tolist())

    def initial_logits(self, targets: Encoded, offset: Floats | None = None) -> NDArray[np.float32]:
        """Return the (o,) quantiles of what the reference leaves over, for each target and step."""
        del offset
        return np.quantile(targets, self.quantiles, axis=0).T.ravel().astype(np.float32)

    def combine(self, logits: Tensor) -> Tensor:
        """Return the (n, o) mean of the members, each with its quantiles in order."""
        if logits.ndim != AXES_WITH_MEMBERS:
            return logits
        n, e, _ = logits.shape
        return mean_of_numbers(logits.view(n, e, -1, len(self.quantiles)).sort(dim=3).values.flatten(2))

    def predict(self, logits: Floats, offset: Floats | None = None) -> tuple[Prediction, ...]:
        """Return medians (n, h) and quantiles (n, h, q) in the data's units; quantiles that cross are sorted."""
        t, h, q = len(self.targets), self.horizon, len(self.quantiles)
        z = self._moved(logits.reshape(-1, t, h, q))
        reference, unit = _reference_and_unit(offset)
        centre, scale = (np.array(values)[:, None, None] for values in self._standard())
        left = unit[..., None] * self._spread()[..., None] * z  # (n, t, h, q)
        values = centre + scale * (reference[..., None] + left)
        return tuple(
            Prediction(
                target=name,
                values=values[:, place, :, self.median],
                quantiles=values[:, place],
                levels=self.quantiles,
            )
            for place, name in enumerate(self.targets)
        )

    def monitor(self, logits: Tensor, targets: Tensor, offset: Tensor | None = None) -> dict[str, float]:
        """Return the mean absolute error of the medians: in the data's units of one target, else in deviations."""
        t, h = len(self.targets), self.horizon
        medians = self.combine(logits).view(-1, t, h, len(self.quantiles))[..., self.median]
        error = (medians - targets.view(-1, t, h)).abs().double() * medians.new_tensor(self._spread())
        mean = (error if offset is None else error * offset[..., h:]).mean().item()
        return {"mae": mean * (self._standard()[1][0] if len(self.targets) == 1 else 1.0)}

    def calibrated(self, logits: Floats, targets: Encoded, offset: Floats | None = None) -> Self:
        """Return the task with gain and shifts that fit the validation part.

        Of a few gains that with the least mean absolute error of the medians is taken; then each quantile is moved to
        where it has the share of targets below it that it stands for, and all of them half the way back by which the
        median was moved. Each is one number for all steps ahead.

        Args:
            logits: (n, o) of the validation part.
            targets: (n, t h) as `encode` gives them, of the same rows.
            offset: (n, t, h + 1) of the same rows.

        Source: the shifts follow split conformal prediction, for each quantile and without its correction for few rows:
        Y. Romano, E. Patterson, E. Candès, Conformalized quantile regression, 2019.
        """
        t, h, q = len(self.targets), self.horizon, len(self.quantiles)
        truth, unit = targets.reshape(-1, t, h).astype(np.float64), _reference_and_unit(offset)[1]
        plain = np.sort(logits.reshape(-1, t, h, q), axis=3)
        median = plain[..., self.median]
        left = truth - np.array(GAINS)[:, None, None, None] * median  # (g, n, t, h)
        left -= np.median(left, axis=(1, 3), keepdims=True)
        errors = np.mean(unit * self._spread() * np.abs(left), axis=(1, 3))  # (g, t)
        gain = np.array(GAINS)[errors.argmin(axis=0)]
        rest = truth[..., None] - plain + ((1 - gain)[:, None] * median)[..., None]  # (n, t, h, q)
        shifts = [np.quantile(rest[..., place], level, axis=(0, 2)) for place, level in enumerate(self.quantiles)]
        shift = np.array(shifts) - (1 - BELIEVED) * shifts[self.median]  # (q, t)
        return replace(self, gain=tuple(gain.tolist()), shift=tuple(map(tuple, shift.T.tolist())))

    def _moved(self, z: Floats) -> Floats:
        """Return calibrated quantiles (n, t, h, q) in order, in spreads."""
        z = np.sort(z, axis=3)
        if self.gain:
            loss = (1 - np.array(self.gain))[:, None] * z[..., self.median]
            z = z - loss[..., None] + np.array(self.shift)[:, None, :]
        return np.sort(z, axis=3)

    def _left_over(self, targets: Sequence[Target], offset: Floats | None) -> Floats:
        """Return (n, t, h): targets less their reference, in the units of the origins.

        Raises:
            ShapeError: a target does not hold `horizon` values in each row.
        """
        for target in targets:
            if target.values.ndim != WINDOW_AXES or target.values.shape[1] != self.horizon:
                raise ShapeError(
                    f"Forecast expected {target.name} with values of shape (n, {self.horizon}), got "
                    f"{target.values.shape}: pass the steps from each origin on"
                )
        values = np.stack([np.asarray(target.values, dtype=np.float64) for target in targets], axis=1)
        centre, scale = (np.array(values)[:, None] for values in self._standard())
        standard: Floats = (values - centre) / scale
        reference, unit = _reference_and_unit(offset)
        return (standard - reference) / unit

    def _standard(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        if not self.centre or not self.scale:
            raise self._unfitted("centre and scale")
        return self.centre, self.scale

    def _spread(self) -> Floats:
        if not self.spread:
            raise self._unfitted("spread")
        return np.array(self.spread)

    def _unfitted(self, what: str) -> NotTrainedError:
        return NotTrainedError(
            f"forecast expected {what} of {', '.join(self.targets)}, got a task that has not been fitted: "
            "call fitted(targets of the training part) first"
        )


def _reference_and_unit(offset: Floats | None) -> tuple[Floats, Floats]:
    """Return references (n, t, h) and units (n, t, 1); 0 and 1 without an offset."""
    if offset is None:
        return np.zeros((1, 1, 1)), np.ones((1, 1, 1))
    return offset[..., :-1], offset[..., -1:]

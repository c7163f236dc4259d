"""Batch normalization in training and in prediction: how the moving averages find the statistics of the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.layers.normalization.batch_norm import batch_norm_reference, running_statistics_reference
from pellucid.drawing.records import Picture, Plot, Series
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

SURE: Final = 5.0  # standard errors
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class RunningStatistics(Experiment):
    """Feed batch after batch, and watch the running mean, the running variance, and the answer for one row.

    Example:
        >>> RunningStatistics(batches=20).run()["running mean"].shape
        (21,)
    """

    name: ClassVar[str] = "running_statistics"
    aliases: ClassVar[tuple[str, ...]] = ("batch norm train and eval",)
    theme: ClassVar[str] = "normalization"
    title: ClassVar[str] = "batch normalization: training against prediction"
    question: ClassVar[str] = "How do the moving averages of training become the statistics of prediction?"
    formula: ClassVar[str] = "mean <- (1 - a) mean + a mean(batch); variance <- (1 - a) variance + a variance(batch)"
    latex: ClassVar[str] = (
        r"\bar\mu \leftarrow (1 - a)\, \bar\mu + a\, \mu_B, \qquad \bar v \leftarrow (1 - a)\, \bar v + a\, v_B"
    )
    look_for: ClassVar[str] = (
        "The averages start at 0 and 1 and arrive after a few times 1 / a batches: predicting earlier gives wrong "
        "answers, however good the weights are. In training the same row gets another answer in each batch. Lower the "
        "momentum: less noise at the end, but a longer way there."
    )
    source: ClassVar[str] = "S. Ioffe, C. Szegedy, 2015, section 3.1. Momentum as PyTorch counts it."

    batches: int = parameter(80, "how many batches are seen", low=2, high=2000)
    size: int = parameter(32, "rows in a batch", low=2, high=4096)
    momentum: float = parameter(0.1, "a, weight of the new batch", low=0.001, high=1)
    mean: float = parameter(3.0, "of the data", low=-100, high=100)
    spread: float = parameter(2.0, "standard deviation of the data", low=0.01, high=100)
    row: float = parameter(5.0, "value of the row that is in every batch", low=-1000, high=1000)
    seed: int = parameter(0, "of the data", low=0)

    def run(self) -> Result:
        """Return the running statistics (batches + 1,) and the answers for the row (batches,) in both modes."""
        rng = np.random.default_rng(self.seed)
        x = rng.normal(self.mean, self.spread, (self.batches, self.size, 1))
        one, zero = np.ones(1), np.zeros(1)
        means, variances = [zero], [one]
        training, prediction = np.empty(self.batches), np.empty(self.batches)
        for t, batch in enumerate(x):
            with_row = np.concatenate([[[self.row]], batch[1:]])
            mean, variance = running_statistics_reference(batch, means[-1], variances[-1], self.momentum)
            means.append(mean)
            variances.append(variance)
            training[t] = batch_norm_reference(with_row, one, zero, mean, variance)[0, 0]
            prediction[t] = batch_norm_reference(with_row, one, zero, mean, variance, training=False)[0, 0]
        mu, v = np.concatenate(means), np.concatenate(variances)
        final = [batch_norm_reference(b, one, zero, mu[-1:], v[-1:], training=False)[0, 0] for b in self._with_row(x)]
        return Result(
            experiment=self,
            values={
                "running mean": mu,
                "running variance": v,
                "answer in training": training,
                "answer in prediction": prediction,
            },
            claims=(*self._arrivals(mu, v), *self._answers(training, prediction, np.array(final))),
            picture=self._picture(mu, v, training, prediction),
        )

    def _with_row(self, x: Floats) -> Floats:
        x = x.copy()
        x[:, 0] = self.row
        return x

    def _arrivals(self, mu: Floats, v: Floats) -> tuple[Claim, Claim]:
        left = (1 - self.momentum) ** self.batches  # what remains of the start
        smooth = np.sqrt(self.momentum / (2 - self.momentum))  # noise of a moving average against that of one batch
        noise = self.spread / np.sqrt(self.size) * smooth
        noise_v = self.spread**2 * np.sqrt(2 / (self.size - 1)) * smooth
        within = SURE * noise + left * abs(self.mean)
        within_v = SURE * noise_v + left * abs(self.spread**2 - 1)
        return (
            Claim(
                sentence=f"after {self.batches} batches the running mean is as near to the data's mean as theory says",
                holds=bool(abs(mu[-1] - self.mean) <= within),
                measured=f"from 0 to {mu[-1]:.3g}, {abs(mu[-1] - self.mean):.3g} from {self.mean:g}; "
                f"at most {within:.3g} is expected",
            ),
            Claim(
                sentence=f"after {self.batches} batches the running variance is as near to the data's as theory says",
                holds=bool(abs(v[-1] - self.spread**2) <= within_v),
                measured=f"from 1 to {v[-1]:.3g}, {abs(v[-1] - self.spread**2):.3g} from {self.spread**2:g}; "
                f"at most {within_v:.3g} is expected",
            ),
        )

    def _answers(self, training: Floats, prediction: Floats, final: Floats) -> tuple[Claim, Claim]:
        right = (self.row - self.mean) / self.spread
        first, last = abs(prediction[0] - right), abs(prediction[-1] - right)
        return (
            Claim(
                sentence="predicting after one batch is worse than after all",
                holds=bool(first > last),
                measured=f"the row should become {right:.3f}: off by {first:.3f} after 1 batch, by {last:.3f} after "
                f"{self.batches}",
            ),
            Claim(
                sentence="a row's answer hangs on its batch in training, and not in prediction",
                holds=bool(np.ptp(final) == 0 < np.ptp(training)),
                measured=f"over {self.batches} batches it varies by {np.ptp(training):.3g} in training, by "
                f"{np.ptp(final):.3g} in prediction",
            ),
        )

    def _picture(self, mu: Floats, v: Floats, training: Floats, prediction: Floats) -> Picture:
        steps = np.arange(self.batches + 1)
        ends = np.array([0, self.batches])
        right = (self.row - self.mean) / self.spread

        def level(value: float) -> Series:
            return Series(name="", x=ends, y=np.full(2, value), role="quiet")

        return Picture(
            alt=f"Over {self.batches} batches the running mean goes from 0 to {mu[-1]:.2f} (data: {self.mean:g}), the "
            f"running variance from 1 to {v[-1]:.2f} (data: {self.spread**2:g}).",
            panels=(
                Plot(
                    title="moving averages",
                    x_title="batch",
                    series=(
                        Series(name="running mean", x=steps, y=mu),
                        Series(name="running variance", x=steps, y=v, role="other"),
                        level(self.mean),
                        level(self.spread**2),
                    ),
                ),
                Plot(
                    title=f"the answer for x = {self.row:g}",
                    x_title="batch",
                    y_title="x̂",
                    series=(
                        Series(name="prediction", x=steps[1:], y=prediction, role="third"),
                        Series(name="training", x=steps[1:], y=training, kind="dots", role="fourth"),
                        level(right),
                    ),
                ),
            ),
        )

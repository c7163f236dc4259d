"""The learning-rate finder: raise the rate at every step and watch where the loss falls and where it breaks out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.drawing.records import Picture, Plot, Series
from pellucid.foundation.seeds import numpy_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.jets import Floats

EXAMPLES: Final = 1000
FEATURES: Final = 8
LOW: Final = 1e-5
HIGH: Final = 100.0
KEPT: Final = 0.9  # of the running mean of the losses, freed of its bias: mini-batches are noisy
BROKEN: Final = 4.0  # times the least loss so far: the search stops
BELOW: Final = 10.0  # the suggestion is the rate of the least loss, divided by this
ARRIVED: Final = 0.05  # part of the excess loss that is left
TRIED: Final = 300  # steps with the suggested rate


@dataclass(frozen=True, kw_only=True)
class RateFinder(Experiment):
    """Find a learning rate for linear regression in one short run, and compare it with the limit 2 / L.

    Example:
        >>> result = RateFinder().run()
        >>> result["suggested"] < result["limit"]
        True
    """

    name: ClassVar[str] = "rate_finder"
    aliases: ClassVar[tuple[str, ...]] = ("learning rate finder", "lr finder", "learning rate range test")
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "the learning-rate finder"
    question: ClassVar[str] = "How does one find a learning rate in a hundred steps?"
    formula: ClassVar[str] = "rate_t = low (high / low)^(t / T); suggestion: a tenth of the rate of the least loss"
    latex: ClassVar[str] = r"\eta_t = \eta_0 \left( \frac{\eta_T}{\eta_0} \right)^{t/T}"
    look_for: ClassVar[str] = (
        "Three parts: flat while the rate is too small to matter, falling, and then up like a wall. The wall stands a "
        "little above 2 / L, where L is the largest curvature, although the finder never computed a curvature. It "
        "comes late, since an explosion needs steps too: hence a tenth of the rate at the lowest point. Change the "
        "spread: inputs of different size lower the limit."
    )
    source: ClassVar[str] = "L. N. Smith, Cyclical learning rates for training neural networks, 2017 (range test)."

    steps: int = parameter(150, "how many rates to try", low=50, high=1000)
    batch: int = parameter(50, "examples in each mini-batch", low=1, high=EXAMPLES)
    spread: float = parameter(2.0, "standard deviation of the first input; the others have 1", low=0.5, high=10)
    seed: int = parameter(0, "of data and batches", low=0)

    def run(self) -> Result:
        """Return the rates tried, their losses (smoothed), the suggestion, the limit 2 / L, and a run with each."""
        draw = numpy_generator(self.seed, "rate finder")
        X = draw.normal(size=(EXAMPLES, FEATURES))
        X[:, 0] *= self.spread
        y = X @ draw.normal(size=FEATURES) + 0.5 * draw.normal(size=EXAMPLES)
        rates, losses = self._search(X, y, draw)
        suggested = float(rates[losses.argmin()] / BELOW)
        limit = float(2 / np.linalg.eigvalsh(X.T @ X / EXAMPLES)[-1])
        least = _loss(X, y, np.asarray(np.linalg.lstsq(X, y)[0], float))
        nothing = _loss(X, y, np.zeros(FEATURES))
        left = {
            rate: (self._train(X, y, rate, draw) - least) / (nothing - least) for rate in (suggested, suggested / 100)
        }
        return Result(
            experiment=self,
            values={"rates": rates, "losses": losses, "suggested": suggested, "limit": limit, "left": left},
            claims=_claims(rates, suggested, limit, list(left.values())),
            picture=_picture(rates, losses, suggested, limit),
        )

    def _search(self, X: Floats, y: Floats, draw: np.random.Generator) -> tuple[Floats, Floats]:
        """Return the rates up to where the loss broke out, and the running mean of the losses at them."""
        w, mean, smooth = np.zeros(FEATURES), 0.0, []
        rates = LOW * (HIGH / LOW) ** (np.arange(self.steps) / (self.steps - 1))
        for t, rate in enumerate(rates, start=1):
            rows = draw.integers(EXAMPLES, size=self.batch)
            residual = X[rows] @ w - y[rows]
            mean = KEPT * mean + (1 - KEPT) * 0.5 * float(residual @ residual) / self.batch
            smooth.append(mean / (1 - KEPT**t))
            if smooth[-1] > BROKEN * min(smooth):
                break
            w = w - rate * X[rows].T @ residual / self.batch
        return rates[: len(smooth)], np.array(smooth)

    def _train(self, X: Floats, y: Floats, rate: float, draw: np.random.Generator) -> float:
        """Return the loss after a run at a constant rate."""
        w = np.zeros(FEATURES)
        for _ in range(TRIED):
            rows = draw.integers(EXAMPLES, size=self.batch)
            w = w - rate * X[rows].T @ (X[rows] @ w - y[rows]) / self.batch
        return _loss(X, y, w)


def _loss(X: Floats, y: Floats, w: Floats) -> float:
    return 0.5 * float(np.mean((X @ w - y) ** 2))


def _claims(rates: Floats, suggested: float, limit: float, left: list[float]) -> tuple[Claim, ...]:
    broke = float(rates[-1])
    return (
        Claim(
            sentence="the suggestion is below the limit 2 / L",
            holds=suggested < limit,
            measured=f"suggested {suggested:.3g}, limit {limit:.3g}",
        ),
        Claim(
            sentence="the loss breaks out above the limit, within a factor of ten",
            holds=limit / 2 < broke < 10 * limit,
            measured=f"search stopped at rate {broke:.3g}, limit {limit:.3g}",
        ),
        Claim(
            sentence="a run at the suggested rate arrives, one at a hundredth of it does not",
            holds=left[0] < ARRIVED < left[1],
            measured=f"after {TRIED} steps {100 * left[0]:.2g} % and {100 * left[1]:.3g} % of the excess loss is left",
        ),
    )


def _picture(rates: Floats, losses: Floats, suggested: float, limit: float) -> Picture:
    ends = np.array([losses.min() / 1.5, losses.max() * 1.1])
    plot = Plot(
        x_title="learning rate",
        y_title="loss (running mean)",
        x_log=True,
        y_log=True,
        series=(
            Series(name="loss", x=rates, y=losses),
            Series(name="suggested", x=np.full(2, suggested), y=ends, role="other"),
            Series(name="limit 2 / L", x=np.full(2, limit), y=ends, role="third", dashed=True),
        ),
    )
    return Picture(alt=f"Loss over the rate: suggested {suggested:.3g}, limit {limit:.3g}.", panels=(plot,))

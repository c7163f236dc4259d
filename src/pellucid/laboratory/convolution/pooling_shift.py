"""Pooling and small shifts: a classifier of digits, with and without pooling, on digits that moved a little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.convolution.convolution import convolution_reference
from pellucid.concepts.layers.pooling.avg_pool import avg_pool_reference
from pellucid.concepts.layers.pooling.max_pool import max_pool_reference
from pellucid.drawing.records import Cells, Picture, Plot, Series
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

MARGIN: Final = 2
"""Cells around the digits, so that they stay inside when they move."""
BRIGHTEST: Final = 16.0
TRAINING: Final = 1000
TEST: Final = 400
RIDGE: Final = 10.0
"""Penalty of the linear classifier: enough that it does not learn single digits by heart."""
CLASSES: Final = 10
SIDE: Final = 8
PRICE: Final = 0.05
"""Accuracy that pooling may cost where nothing moves; more would be a bad bargain."""


@dataclass(frozen=True, kw_only=True)
class PoolingShift(Experiment):
    """Train a linear classifier on small features of digits, and test it on digits that moved.

    Example:
        >>> result = PoolingShift().run()
        >>> bool(result["pooled"][1] > result["plain"][1])
        True
    """

    name: ClassVar[str] = "pooling_shift"
    aliases: ClassVar[tuple[str, ...]] = ("pooling", "shift robustness")
    theme: ClassVar[str] = "convolution"
    title: ClassVar[str] = "pooling and small shifts"
    question: ClassVar[str] = "What does pooling buy when a digit stands a pixel further to the right?"
    formula: ClassVar[str] = "features = pool(max(0, conv(x))), class = argmax of a linear map of them"
    latex: ClassVar[str] = r"z = \mathrm{pool}(\max(0, w \star x)), \quad \hat{y} = \mathrm{argmax}\, (V z + b)"
    look_for: ClassVar[str] = (
        "Pooling softens a shift of one pixel and costs a little where nothing moves. It does not make the classifier "
        "invariant, whatever is often said: most of the loss stays. The gain needs enough kernels: with kernels=4 the "
        "pooled map holds too few numbers, and it shrinks or vanishes. With kind=average it is small and, for some "
        "seeds, a loss: the largest number survives a shift better than the mean. Try window=(2,3) too."
    )
    source: ClassVar[str] = "Y. LeCun et al., 1989; digits: E. Alpaydin, C. Kaynak, 1998 (sklearn.datasets)."

    window: tuple[int, ...] = parameter(
        (3, 3), "the pooling window, rows and columns: (2, 3) is allowed", low=1, high=6
    )
    kind: str = parameter("max", "which pooling", choices=("max", "average"))
    kernels: int = parameter(16, "random 3x3 kernels", low=1, high=24)
    seed: int = parameter(0, "of the kernels, and which digits are for training", low=0)

    def run(self) -> Result:
        """Return accuracies on digits moved right by 0, 1 and 2 pixels, with and without pooling."""
        from sklearn.datasets import load_digits

        rng = np.random.default_rng(self.seed)
        pixels, labels = load_digits(return_X_y=True)
        order = rng.permutation(len(labels))[: TRAINING + TEST]
        w = rng.normal(size=(self.kernels, 1, 3, 3))
        images = pixels[order].reshape(-1, 1, SIDE, SIDE) / BRIGHTEST
        x, y = np.pad(images, ((0, 0), (0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN))), labels[order]
        shifts = np.arange(MARGIN + 1, dtype=np.int64)
        maps = [_convolved(x[:TRAINING], w), *(_convolved(np.roll(x[TRAINING:], s, axis=3), w) for s in shifts)]
        plain, plain_change = _judged([_flat(z) for z in maps], y)
        pooled, pooled_change = _judged([_flat(self._pool(z)) for z in maps], y)
        return Result(
            experiment=self,
            values={"plain": plain, "pooled": pooled, "shifts": shifts},
            claims=_claims(plain, pooled, plain_change, pooled_change),
            picture=self._picture(shifts, plain, pooled, x[0, 0], maps[0][0, 0]),
        )

    def _pool(self, z: Floats) -> Floats:
        return max_pool_reference(z, self.window) if self.kind == "max" else avg_pool_reference(z, self.window)

    def _picture(
        self, shifts: NDArray[np.int64], plain: Floats, pooled: Floats, digit: Floats, shown: Floats
    ) -> Picture:
        small = self._pool(shown[None, None])[0, 0]
        size = f"{self.window[0]}x{self.window[-1]}"
        series = (
            Series(name=f"{self.kind} pooling {size}", x=shifts, y=pooled, kind="line and dots"),
            Series(name="no pooling", x=shifts, y=plain, kind="line and dots", role="other"),
        )
        return Picture(
            alt=f"Accuracy on {TEST} digits moved by 0, 1 and 2 pixels: with {size} {self.kind} pooling "
            f"{pooled[0]:.0%}, {pooled[1]:.0%}, {pooled[2]:.0%}; without {plain[0]:.0%}, "
            f"{plain[1]:.0%}, {plain[2]:.0%}.",
            panels=(
                Plot(x_title="pixels moved to the right", y_title="accuracy", series=series, y_range=(0.0, 1.05)),
                Cells(values=digit, title="a digit", numbers=False, low=0.0, high=1.0),
                Cells(values=shown, title="under the first kernel", numbers=False),
                Cells(values=small, title=f"pooled by {size}", digits=1),
            ),
        )


def _claims(plain: Floats, pooled: Floats, plain_change: float, pooled_change: float) -> tuple[Claim, ...]:
    return (
        Claim(
            sentence="on digits moved by one pixel, pooling is more accurate than no pooling",
            holds=bool(pooled[1] > plain[1]),
            measured=f"{pooled[1]:.1%} with pooling, {plain[1]:.1%} without",
        ),
        Claim(
            sentence="pooling makes the classifier invariant to a shift of one pixel",
            holds=bool(pooled[0] - pooled[1] <= PRICE),
            measured=f"accuracy falls from {pooled[0]:.1%} to {pooled[1]:.1%}",
            expected=False,
        ),
        Claim(
            sentence="on digits that did not move, pooling costs little",
            holds=bool(plain[0] - pooled[0] <= PRICE),
            measured=f"{pooled[0]:.1%} with pooling, {plain[0]:.1%} without",
        ),
        Claim(
            sentence="pooled features change less when the digit moves by one pixel",
            holds=pooled_change < plain_change,
            measured=f"relative change {pooled_change:.2f} with pooling, {plain_change:.2f} without",
        ),
    )


def _convolved(x: Floats, w: Floats) -> Floats:
    return np.maximum(convolution_reference(x, w, padding="same"), 0.0)


def _flat(z: Floats) -> Floats:
    """Return (n, features) with a constant behind them."""
    return np.hstack([z.reshape(len(z), -1), np.ones((len(z), 1))])


def _judged(features: list[Floats], y: NDArray[np.int64]) -> tuple[Floats, float]:
    """Return the accuracy at each shift after training on the first features, and how far one pixel moves them."""
    train, *tests = features
    gram = train.T @ train + RIDGE * np.eye(train.shape[1])
    v = np.linalg.solve(gram, train.T @ np.eye(CLASSES)[y[:TRAINING]])
    accuracy = np.array([float(((z @ v).argmax(axis=1) == y[TRAINING:]).mean()) for z in tests])
    return accuracy, float(np.linalg.norm(tests[1] - tests[0]) / np.linalg.norm(tests[0]))

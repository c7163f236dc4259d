"""Softmax in float32: the formula as it stands overflows, subtracting the largest logit mends it; temperature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Frame, Picture, Plot, Series, Table
from pellucid.foundation.errors import RangeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Float32 = NDArray[np.float32]

SCALES: Final = (1.0, 10.0, 50.0, 88.0, 89.0, 100.0, 1000.0)
"""Largest logits: exp overflows float32 at 88.72 (log of 3.4e38)."""
TEMPERATURES: Final = tuple(np.geomspace(0.05, 50, 25).tolist())
ROUNDING: Final = 1e-6
"""Ten times the resolution of float32."""
EXP_MOST: Final = float(np.log(np.finfo(np.float32).max))
SURE: Final = 0.99


@dataclass(frozen=True, kw_only=True)
class SoftmaxOverflow(Experiment):
    """Compute the softmax of growing logits twice, and divide the logits by a temperature.

    Example:
        >>> result = SoftmaxOverflow().run()
        >>> result["stable"].sum(axis=1)[-1], bool(np.isnan(result["naive"][-1]).any())
        (np.float32(1.0), True)
    """

    name: ClassVar[str] = "softmax_overflow"
    aliases: ClassVar[tuple[str, ...]] = ("stable softmax", "temperature")
    theme: ClassVar[str] = "activations"
    title: ClassVar[str] = "softmax of large logits, and temperature"
    question: ClassVar[str] = "Why does every library subtract the largest logit before it exponentiates?"
    formula: ClassVar[str] = "softmax(z)_i = exp(z_i) / sum_j exp(z_j) = exp(z_i - max z) / sum_j exp(z_j - max z)"
    latex: ClassVar[str] = (
        r"\mathrm{softmax}(z / T)_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}} "
        r"= \frac{e^{(z_i - m) / T}}{\sum_j e^{(z_j - m) / T}}, \quad m = \max_j z_j"
    )
    look_for: ClassVar[str] = (
        "Play the temperatures: cold makes the largest logit take all, hot makes all classes alike; the order never "
        "changes. In the table, the naive form says nan as soon as one exponential is infinite: inf / inf. The "
        "logarithm "
        "needs a form of its own (log_softmax): softmax rounds a small probability to 0, and log 0 is -inf."
    )
    source: ClassVar[str] = "P. Blanchard, D. Higham & N. Higham, Accurately computing the log-sum-exp, 2021."

    logits: tuple[float, ...] = parameter(
        (-1.0, 0.5, 1.0, 0.0), "of one row; scaled up until exp overflows", low=-1000, high=1000
    )
    shift: float = parameter(1000.0, "added to all logits", low=0, high=10_000)

    def __post_init__(self) -> None:
        """Check that there is something to scale.

        Raises:
            RangeError: all logits are zero.
        """
        super().__post_init__()
        if not any(self.logits):
            raise RangeError(f"{self.name} expected a logit other than 0, got {self.logits}: pass one")

    def run(self) -> Result:
        """Return naive and stable (scales, k) in float32, and the distributions (temperatures, k)."""
        z = np.array(self.logits, np.float32)
        rows = [(z / np.abs(z).max() * scale).astype(np.float32) for scale in SCALES]
        with np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore"):
            naive = np.stack([_naive(row) for row in rows])
            stable = np.stack([_stable(row) for row in rows])
            rounded = np.log(_stable(rows[-1]))
        heated = np.stack([_stable(z / np.float32(T)) for T in TEMPERATURES])
        shifted = float(np.abs(_stable(z + np.float32(self.shift)) - _stable(z)).max())
        values = {"naive": naive, "stable": stable, "temperatures": np.array(TEMPERATURES), "heated": heated}
        return Result(
            experiment=self,
            values={**values, "log of softmax": rounded, "log softmax": _log(rows[-1]), "shifted": shifted},
            claims=(*self._overflow(naive, stable, shifted, rounded, _log(rows[-1])), *self._temperature(heated)),
            picture=self._picture(heated),
            tables=(self._table(naive, stable),),
        )

    def _overflow(
        self, naive: Float32, stable: Float32, shifted: float, rounded: Float32, logs: Float32
    ) -> tuple[Claim, ...]:
        broken = np.isnan(naive).any(axis=1)
        off = float(np.abs(stable.sum(axis=1) - 1).max())
        return (
            Claim(
                sentence="the naive form breaks when a logit passes 88.7, the largest whose exponential fits float32",
                holds=bool(
                    (broken == (np.array(SCALES) * max(self.logits) / max(map(abs, self.logits)) > EXP_MOST)).all()
                ),
                measured=f"nan at {int(broken.sum())} of {len(SCALES)} scales; log of the largest float32 is "
                f"{EXP_MOST:.2f}",
            ),
            Claim(
                sentence="the stable form gives finite rows that sum to 1 at every scale",
                holds=bool(np.isfinite(stable).all() and off < ROUNDING),
                measured=f"up to logits of {max(SCALES):g}, the sums differ from 1 by at most {off:.1e}",
            ),
            Claim(
                sentence="adding one number to all logits changes nothing",
                holds=shifted < max(ROUNDING, self.shift * ROUNDING / 10),
                measured=f"+{self.shift:g} moved the probabilities by {shifted:.1e} (float32 rounds the shifted "
                f"logits)",
            ),
            Claim(
                sentence="the logarithm of a softmax loses small probabilities, log_softmax keeps them",
                holds=bool(np.isneginf(rounded).any() and np.isfinite(logs).all()),
                measured=f"least log-probability {rounded.min():g} against {logs.min():g}",
            ),
        )

    def _temperature(self, heated: Float32) -> tuple[Claim, ...]:
        most = heated.max(axis=1)
        k = len(self.logits)
        return (
            Claim(
                sentence="a low temperature makes the largest logit take all, a high one makes all classes alike",
                holds=bool(most[0] > SURE and most[-1] < 1 / k + 1 - SURE),
                measured=f"largest probability {most[0]:.3f} at T = {TEMPERATURES[0]:g}, {most[-1]:.3f} at "
                f"T = {TEMPERATURES[-1]:g} (1/k = {1 / k:.3f})",
            ),
        )

    def _picture(self, heated: Float32) -> Picture:
        classes = np.array([f"z = {one:g}" for one in self.logits])
        frames = tuple(
            Frame(
                label=f"T = {T:.2g}",
                note=f"entropy {_entropy(row):.3f} nats, largest probability {row.max():.3f}",
                panels=(
                    Plot(
                        title="softmax(z / T)",
                        y_range=(0.0, 1.0),
                        series=(Series(name="probability", x=classes, y=row, kind="bars"),),
                    ),
                    Plot(
                        title="entropy in nats",
                        x_title="temperature",
                        x_log=True,
                        series=(
                            Series(
                                name="entropy",
                                x=np.array(TEMPERATURES),
                                y=np.array([_entropy(one) for one in heated]),
                                role="other",
                            ),
                            Series(name="now", x=np.array([T]), y=np.array([_entropy(row)]), kind="dots", role="mark"),
                        ),
                    ),
                ),
            )
            for T, row in zip(TEMPERATURES, heated, strict=True)
        )
        return Picture(
            alt=f"Softmax of {len(self.logits)} logits: the largest probability falls from {heated[0].max():.3f} at "
            f"temperature {TEMPERATURES[0]:g} to {heated[-1].max():.3f} at {TEMPERATURES[-1]:g}.",
            frames=frames,
        )

    def _table(self, naive: Float32, stable: Float32) -> Table:
        return Table(
            title="Largest probability in float32",
            columns=("largest |logit|", "naive", "stable"),
            rows=tuple(
                (scale, f"{one.max():.6g}", f"{other.max():.6g}")
                for scale, one, other in zip(SCALES, naive, stable, strict=True)
            ),
        )


def _naive(z: Float32) -> Float32:
    powers: Float32 = np.exp(z)
    return np.asarray(powers / powers.sum(), np.float32)


def _stable(z: Float32) -> Float32:
    return _naive(z - z.max())


def _log(z: Float32) -> Float32:
    shifted = z - z.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), np.float32)


def _entropy(p: Float32) -> float:
    kept = p[p > 0]
    return float(-(kept * np.log(kept)).sum())

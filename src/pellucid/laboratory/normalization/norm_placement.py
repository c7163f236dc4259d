"""Where batch normalization stands: between convolution and activation, where the convolution's bias does nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.layers.convolution.convolution import (
    convolution_reference,
    convolution_reference_backward,
)
from pellucid.concepts.layers.normalization.batch_norm import (
    batch_norm_reference,
    batch_norm_reference_backward,
)
from pellucid.drawing.records import Picture, Plot, Series
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Floats = NDArray[np.float64]
NOTHING: Final = 1e-9  # rounding of sums over some thousand values
FEW, MOST = 0.25, 0.75


@dataclass(frozen=True, kw_only=True)
class NormPlacement(Experiment):
    """Put a bias in front of batch normalization, measure what it does, and count which units are active.

    Example:
        >>> NormPlacement().run()["change behind batch norm"] < 1e-9
        True
    """

    name: ClassVar[str] = "norm_placement"
    aliases: ClassVar[tuple[str, ...]] = ("bias before batch norm",)
    theme: ClassVar[str] = "normalization"
    title: ClassVar[str] = "where batch normalization stands, and the bias in front of it"
    question: ClassVar[str] = (
        "What does a bias in front of batch normalization do, and why normalize before the activation?"
    )
    formula: ClassVar[str] = "u + b - mean(u + b) = u - mean(u)"
    latex: ClassVar[str] = r"u + b - \mathrm{mean}(u + b) = u - \mathrm{mean}(u)"
    look_for: ClassVar[str] = (
        "The bias pushes channels out of reach of the ReLU: some are always on, some never. With normalization between "
        "convolution and activation every channel is on for about half of the places, whatever the bias. Behind the "
        "activation it comes too late: a channel that was never on stays 0. That is why convolutions in front of batch "
        "normalization are built with bias=False."
    )
    source: ClassVar[str] = "S. Ioffe, C. Szegedy, Batch normalization, 2015, section 3.2."

    channels: int = parameter(6, "output channels of the convolution", low=1, high=32)
    bias: float = parameter(8.0, "largest bias; the channels' biases go from its negative to it", low=0.1, high=1000)
    seed: int = parameter(0, "of the pictures and the kernels", low=0)

    def run(self) -> Result:
        """Return what the bias changes, its gradient (c,), and the active share of each channel (c,), both ways."""
        rng = np.random.default_rng(self.seed)
        x, w = rng.normal(size=(16, 3, 8, 8)), rng.normal(size=(self.channels, 3, 3, 3)) / 3
        b = np.linspace(-self.bias, self.bias, self.channels)
        one, zero = np.ones(self.channels), np.zeros(self.channels)
        rest = (one, zero, zero, one)
        plain, shifted = convolution_reference(x, w), convolution_reference(x, w, b)
        y = batch_norm_reference(shifted, *rest)
        change = float(np.abs(y - batch_norm_reference(plain, *rest)).max())
        change_raw = float(np.abs(np.maximum(shifted, 0) - np.maximum(plain, 0)).max())
        upstream = rng.normal(size=y.shape) * (y > 0)  # back through the ReLU
        du = batch_norm_reference_backward(upstream, shifted, *rest)[0]
        _, dw, db = convolution_reference_backward(du, x, w, b)
        active = {"before": self._share(y), "none": self._share(shifted)}
        behind = batch_norm_reference(np.maximum(shifted, 0), *rest)
        spread = behind.std(axis=(0, 2, 3))
        return Result(
            experiment=self,
            values={
                "change behind batch norm": change,
                "change without": change_raw,
                "gradient by the bias": db,
                "gradient by the kernels": dw,
                "active with batch norm": active["before"],
                "active without": active["none"],
                "spread when behind the activation": spread,
            },
            claims=self._claims(change, change_raw, db, dw, active),
            picture=self._picture(b, active),
        )

    def _share(self, u: Floats) -> Floats:
        return np.asarray((u > 0).mean(axis=(0, 2, 3)))

    def _claims(
        self, change: float, change_raw: float, db: Floats, dw: Floats, active: dict[str, Floats]
    ) -> tuple[Claim, ...]:
        low, high = active["before"].min(), active["before"].max()
        return (
            Claim(
                sentence="a bias in front of batch normalization changes nothing",
                holds=change < NOTHING,
                measured=f"biases up to {self.bias:g} move the output by {change:.1e}; without normalization by "
                f"{change_raw:.3g}",
            ),
            Claim(
                sentence="its gradient is zero: it cannot even learn",
                holds=bool(np.abs(db).max() < NOTHING * np.abs(dw).max()),
                measured=f"largest gradient {np.abs(db).max():.1e} of a bias, {np.abs(dw).max():.3g} of a kernel",
            ),
            Claim(
                sentence=(
                    "normalized before the activation, every channel is on for a quarter to three quarters of places"
                ),
                holds=bool(low > FEW and high < MOST),
                measured=f"from {low:.2f} to {high:.2f}; without normalization from {active['none'].min():.2f} to "
                f"{active['none'].max():.2f}",
            ),
        )

    def _picture(self, b: Floats, active: dict[str, Floats]) -> Picture:
        return Picture(
            alt=(
                f"Share of places where a channel is on, by bias from {-self.bias:g} to {self.bias:g}: about "
                f"half with normalization; without it from {active['none'].min():.2f} to {active['none'].max():.2f}."
            ),
            panels=(
                Plot(
                    title="how often a channel is on",
                    x_title="bias of the convolution",
                    y_title="share of places",
                    y_range=(-0.03, 1.03),
                    series=(
                        Series(name="normalized before the ReLU", x=b, y=active["before"], kind="line and dots"),
                        Series(name="not normalized", x=b, y=active["none"], kind="line and dots", role="other"),
                    ),
                ),
            ),
            columns=1,
        )

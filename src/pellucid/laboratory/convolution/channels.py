"""Several input and output channels, and the 1x1 convolution as a dense layer over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.basic.dense import dense_reference
from pellucid.concepts.layers.convolution.convolution import convolution_reference
from pellucid.drawing.records import Cells, Picture, Table
from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.convolution.matrices import Rows, as_matrix
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

FIRST: Final[Rows] = ((0.0, 1.0, 2.0), (3.0, 4.0, 5.0), (6.0, 7.0, 8.0))
SECOND: Final[Rows] = ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0), (7.0, 8.0, 9.0))
TOLERANCE: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class Channels(Experiment):
    """Convolve two channels by two kernels, add, and repeat for several outputs.

    Example:
        >>> Channels().run()["output"][0].tolist()
        [[56.0, 72.0], [104.0, 120.0]]
    """

    name: ClassVar[str] = "channels"
    aliases: ClassVar[tuple[str, ...]] = ("several channels", "1x1 convolution", "pointwise")
    theme: ClassVar[str] = "convolution"
    title: ClassVar[str] = "several channels and the 1x1 convolution"
    question: ClassVar[str] = "How do input channels become output channels, and what is left of it at 1x1?"
    formula: ClassVar[str] = "y[o] = sum over c of conv(x[c], w[o, c])"
    latex: ClassVar[str] = r"y_o = \sum_{c} x_c \star w_{o,c}"
    look_for: ClassVar[str] = (
        "Each output channel has its own kernel for each input channel, and adds their answers. At 1x1 nothing but the "
        "sum over channels is left: a dense layer at every place."
    )
    source: ClassVar[str] = "A. Zhang et al., Dive into Deep Learning, 7.4, whose numbers are the defaults."

    first: Rows = parameter(FIRST, "input channel 0, rows of numbers", low=-1000, high=1000)
    second: Rows = parameter(SECOND, "input channel 1, of the same size", low=-1000, high=1000)
    first_kernel: Rows = parameter(((0.0, 1.0), (2.0, 3.0)), "kernel for channel 0", low=-1000, high=1000)
    second_kernel: Rows = parameter(
        ((1.0, 2.0), (3.0, 4.0)), "kernel for channel 1, of the same size", low=-1000, high=1000
    )
    outputs: int = parameter(3, "output channels; kernel o is the given one plus o", low=1, high=8)

    def run(self) -> Result:
        """Return the answer of each input channel, the outputs, and the 1x1 convolution of the inputs."""
        x = np.stack(self._pair("first", "second"))
        kernel = np.stack(self._pair("first_kernel", "second_kernel"))
        w = np.stack([kernel + o for o in range(self.outputs)])
        y = convolution_reference(x[None], w)[0]
        single = np.stack(
            [convolution_reference(x[None, c : c + 1], kernel[None, c : c + 1])[0, 0] for c in range(len(x))]
        )
        mixing = w[:, :, 0, 0]
        pointwise = convolution_reference(x[None], mixing[:, :, None, None])[0]
        rows = x.reshape(len(x), -1).T
        dense = dense_reference(rows, mixing, np.zeros(self.outputs)).T.reshape(pointwise.shape)
        panels = (
            *(Cells(values=x[c], title=f"input channel {c}") for c in range(len(x))),
            *(Cells(values=kernel[c], title=f"kernel for channel {c}") for c in range(len(x))),
            *(Cells(values=single[c], title=f"answer of channel {c}") for c in range(len(x))),
            Cells(values=y[0], title="output channel 0: their sum"),
        )
        return Result(
            experiment=self,
            values={"single": single, "output": y, "pointwise": pointwise, "dense": dense},
            claims=_claims(y, single, pointwise, dense),
            tables=(_counts(),),
            picture=Picture(
                alt=f"Two input channels, a kernel for each, their two answers, and the sum of both, from "
                f"{y[0].min():g} to {y[0].max():g}: output channel 0 of {self.outputs}.",
                panels=panels,
                columns=2,
            ),
        )

    def _pair(self, one: str, other: str) -> tuple[Floats, Floats]:
        first, second = (as_matrix(self.name, name, getattr(self, name)) for name in (one, other))
        if first.shape != second.shape:
            raise ShapeError(
                f"channels expected {other} of the shape of {one} {first.shape}, got {second.shape}: make both alike"
            )
        return first, second


def _claims(y: Floats, single: Floats, pointwise: Floats, dense: Floats) -> tuple[Claim, ...]:
    apart, mixed = float(np.abs(single.sum(axis=0) - y[0]).max()), float(np.abs(pointwise - dense).max())
    return (
        Claim(
            sentence="an output channel is the sum of one convolution for each input channel",
            holds=apart <= TOLERANCE * max(1.0, float(np.abs(y).max())),
            measured=f"largest difference {apart:.2g} at values up to {np.abs(y[0]).max():g}",
        ),
        Claim(
            sentence="a 1x1 convolution is a dense layer over the channels at every place",
            holds=mixed <= TOLERANCE * max(1.0, float(np.abs(dense).max())),
            measured=f"largest difference {mixed:.2g} in {dense.size} numbers",
        ),
    )


def _counts() -> Table:
    rows = tuple(
        (c_in, c_out, c_in * c_out * 9 + c_out, c_in * c_out + c_out) for c_in, c_out in ((3, 16), (64, 64), (256, 64))
    )
    return Table(title="weights and biases", columns=("channels in", "channels out", "3x3", "1x1"), rows=rows)

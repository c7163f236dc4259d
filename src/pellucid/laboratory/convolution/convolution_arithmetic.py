"""The arithmetic of convolution: any input, kernel, padding, stride and dilation, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.convolution.convolution import convolution_reference
from pellucid.concepts.layers.convolution.stepping import convolution_frames, window_at
from pellucid.concepts.layers.windows import Sizes, convolved_size, extent
from pellucid.drawing.records import Picture, Table
from pellucid.laboratory.convolution.matrices import FIVE, THREE, Rows, as_matrix, by, margins
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

SEVEN: Final = (
    ("no padding", 0, "no", 1, 1),
    ("arbitrary padding", 0, "2", 1, 1),
    ("half padding: the size stays where the kernel is odd", 0, "half", 1, 1),
    ("full padding: the size grows", 0, "full", 1, 1),
    ("no padding, stride 2", 0, "no", 2, 1),
    ("padding 1, stride 2", 0, "1", 2, 1),
    ("odd: one more row and column, padding 1, stride 2", 1, "1", 2, 1),
    ("dilation 2", 0, "no", 1, 2),
)
"""The cases of the guide: name, rows and columns added to the input, padding, stride, dilation."""


@dataclass(frozen=True, kw_only=True)
class ConvolutionArithmetic(Experiment):
    """Step a kernel over a matrix and write down every sum of products.

    Example:
        >>> result = ConvolutionArithmetic(padding="no").run()
        >>> result["output"].tolist()
        [[12.0, 12.0, 17.0], [10.0, 17.0, 19.0], [9.0, 6.0, 14.0]]
    """

    name: ClassVar[str] = "convolution_arithmetic"
    aliases: ClassVar[tuple[str, ...]] = ("padding", "stride", "dilation")
    theme: ClassVar[str] = "convolution"
    title: ClassVar[str] = "the arithmetic of convolution"
    question: ClassVar[str] = "Which cells does the kernel see at each place, and how large is the output?"
    formula: ClassVar[str] = "out = floor((in + 2 p - d (k - 1) - 1) / s) + 1"
    latex: ClassVar[str] = r"o = \left\lfloor \frac{i + 2p - d(k-1) - 1}{s} \right\rfloor + 1"
    look_for: ClassVar[str] = (
        "Half padding keeps the size, full padding lets the kernel touch the input with one cell. Set stride=2 on a "
        "matrix of 6 rows: the last row is never seen, and inputs of 5 and 6 rows give outputs of one size."
    )
    source: ClassVar[str] = "V. Dumoulin, F. Visin, A guide to convolution arithmetic for deep learning, 2016."

    matrix: Rows = parameter(FIVE, "the input, rows of numbers", low=-1000, high=1000)
    kernel: Rows = parameter(THREE, "the kernel, rows of numbers", low=-1000, high=1000)
    padding: str = parameter("half", "zeros around the input: no, half, full, or a whole number")
    stride: int = parameter(1, "cells from one place to the next", low=1, high=20)
    dilation: int = parameter(1, "cells from one number of the kernel to the next", low=1, high=20)

    def run(self) -> Result:
        """Return the padded input, the output, and how often each padded cell was seen."""
        x, w = as_matrix(self.name, "matrix", self.matrix), as_matrix(self.name, "kernel", self.kernel)
        p = margins(self.name, self.padding, w.shape, self.dilation)
        s, d = (self.stride, self.stride), (self.dilation, self.dilation)
        y = convolution_reference(x[None, None], w[None, None], stride=s, padding=p, dilation=d)[0, 0]
        padded = np.pad(x, [(margin, margin) for margin in p])
        seen = np.zeros(padded.shape)
        by_hand = np.zeros(y.shape)
        for place in np.ndindex(y.shape):
            for cell, weight in zip(window_at(place, w.shape, s, d), w.ravel(), strict=True):
                seen[cell] += 1
                by_hand[place] += padded[cell] * weight
        return Result(
            experiment=self,
            values={"padded": padded, "output": y, "seen": seen},
            claims=self._claims(padded, y, by_hand, seen, tuple(extent(k, self.dilation) for k in w.shape)),
            tables=(_seven(x.shape, w.shape),),
            picture=Picture(
                alt=f"A {by(w.shape)} kernel over a {by(x.shape)} input with padding {by(p)}, stride {self.stride} and "
                f"dilation {self.dilation}: the output is {by(y.shape)}, from {y.min():.4g} to {y.max():.4g}.",
                frames=convolution_frames(padded, w, y, s, d),
                columns=3,
            ),
        )

    def _claims(self, padded: Floats, y: Floats, by_hand: Floats, seen: Floats, span: Sizes) -> tuple[Claim, ...]:
        fitting = tuple(
            sum(start + width <= size for start in range(0, size, self.stride))
            for size, width in zip(padded.shape, span, strict=True)
        )
        error = float(np.abs(y - by_hand).max())
        missed = int((seen.max(axis=1) == 0).sum() + (seen.max(axis=0) == 0).sum()) if self.dilation == 1 else 0
        return (
            Claim(
                sentence="the formula gives as many places as the kernel fits at",
                holds=fitting == y.shape,
                measured=f"counted {by(fitting)}, formula {by(y.shape)}",
            ),
            Claim(
                sentence="every output cell is the sum of products under the kernel",
                holds=error <= 1e-9 * max(1.0, float(np.abs(y).max())),
                measured=f"{y.size} cells summed by hand, largest difference {error:.2g}",
            ),
            Claim(
                sentence="no row or column of the padded input is left out at the end",
                holds=missed == 0,
                measured=f"{missed} rows and columns of {by(padded.shape)} never seen",
            ),
        )


def _seven(x: Sizes, w: Sizes) -> Table:
    """Return the output sizes of all cases for this input and this kernel."""
    rows = []
    for case, more, padding, stride, dilation in SEVEN:
        p = margins("convolution_arithmetic", padding, w, dilation)
        sizes = tuple(size + more for size in x)
        out = tuple(convolved_size(*one) for one in zip(sizes, w, (stride,) * 2, p, (dilation,) * 2, strict=True))
        result = by(out) if min(out) > 0 else "does not fit"
        rows.append((case, by(sizes), by(p), stride, dilation, result))
    return Table(
        title=f"all cases for a kernel of {by(w)}",
        columns=("case", "input", "padding", "stride", "dilation", "output"),
        rows=tuple(rows),
    )

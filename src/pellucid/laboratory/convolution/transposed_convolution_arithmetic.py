"""The arithmetic of transposed convolution: every input cell stamps the kernel, padding cuts the rim off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.convolution.conv_transpose import conv_transpose_reference
from pellucid.concepts.layers.convolution.convolution import convolution_reference
from pellucid.concepts.layers.convolution.stamping import stamping_frames
from pellucid.concepts.layers.windows import Sizes, convolved_size, transposed_size
from pellucid.drawing.records import Picture, Table
from pellucid.laboratory.convolution.matrices import FIVE, THREE, Rows, as_matrix, by, margins
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

SEVEN: Final = (
    ("no padding", "no", 1, 0, 1),
    ("arbitrary padding", "1", 1, 0, 1),
    ("half padding", "half", 1, 0, 1),
    ("full padding", "full", 1, 0, 1),
    ("no padding, stride 2", "no", 2, 0, 1),
    ("padding 1, stride 2", "1", 2, 0, 1),
    ("odd: padding 1, stride 2, one more row and column", "1", 2, 1, 1),
    ("dilation 2", "no", 1, 0, 2),
)
"""The cases of the guide: name, padding, stride, output padding, dilation."""
TOLERANCE: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class TransposedConvolutionArithmetic(Experiment):
    """Stamp a kernel into the output, once for each input cell.

    Example:
        >>> result = TransposedConvolutionArithmetic(matrix=((1.0, 2.0),), kernel=((1.0, 3.0),), padding="no").run()
        >>> result["output"].tolist()
        [[1.0, 3.0, 2.0, 6.0]]
    """

    name: ClassVar[str] = "transposed_convolution_arithmetic"
    aliases: ClassVar[tuple[str, ...]] = ("transposed convolution", "deconvolution", "output padding")
    theme: ClassVar[str] = "convolution"
    title: ClassVar[str] = "the arithmetic of transposed convolution"
    question: ClassVar[str] = "How does a small map grow to a large one, and what does padding do there?"
    formula: ClassVar[str] = "out = s (in - 1) + d (k - 1) + 1 - 2 p + output_padding"
    latex: ClassVar[str] = r"o = s\,(i - 1) + d\,(k-1) + 1 - 2p + a"
    look_for: ClassVar[str] = (
        "Stamps that overlap add up. Padding makes the output smaller: it removes the rim. Raise the padding to full: "
        "with stride 1 the output is then smaller than the input."
    )
    source: ClassVar[str] = "V. Dumoulin, F. Visin, A guide to convolution arithmetic for deep learning, 2016."

    matrix: Rows = parameter(tuple(row[:3] for row in FIVE[:3]), "the input, rows of numbers", low=-1000, high=1000)
    kernel: Rows = parameter(THREE, "the kernel, rows of numbers", low=-1000, high=1000)
    padding: str = parameter("1", "cells cut off each side of the output: no, half, full, or a whole number")
    stride: int = parameter(2, "output cells from one stamp to the next", low=1, high=20)
    dilation: int = parameter(1, "cells from one number of the kernel to the next", low=1, high=20)
    output_padding: int = parameter(0, "rows and columns added at the end, below stride or dilation", low=0, high=19)

    def run(self) -> Result:
        """Return the output, and the whole one before its rim is removed."""
        x, w = as_matrix(self.name, "matrix", self.matrix), as_matrix(self.name, "kernel", self.kernel)
        p = margins(self.name, self.padding, w.shape, self.dilation)
        y, whole = (
            conv_transpose_reference(
                x[None, None], w[None, None], None, self.stride, margin, self.output_padding, self.dilation
            )[0, 0]
            for margin in (p, 0)
        )
        kept = (slice(p[0], p[0] + y.shape[0]), slice(p[1], p[1] + y.shape[1]))
        step, gap = (self.stride,) * 2, (self.dilation,) * 2
        return Result(
            experiment=self,
            values={"output": y, "whole": whole},
            claims=self._claims(x, w, y, whole, p),
            tables=(_seven(x.shape, w.shape),),
            picture=Picture(
                alt=f"Each cell of a {by(x.shape)} input stamps a {by(w.shape)} kernel, {self.stride} cells apart: the "
                f"whole output is {by(whole.shape)}. Padding {by(p)} removes its rim and leaves {by(y.shape)}.",
                frames=stamping_frames(x, w, whole.shape, step, gap, kept),
                columns=2,
            ),
        )

    def _claims(self, x: Floats, w: Floats, y: Floats, whole: Floats, p: Sizes) -> tuple[Claim, ...]:
        rim = tuple(slice(margin, size - margin) for margin, size in zip(p, whole.shape, strict=True))
        difference = float(np.abs(whole[rim] - y).max())
        stretched = np.zeros([self.stride * (size - 1) + 1 for size in x.shape])
        stretched[:: self.stride, :: self.stride] = x
        stretched = np.pad(stretched, [(0, self.output_padding)] * 2)
        flipped = w[None, None, ::-1, ::-1]
        turned = convolution_reference(stretched[None, None], flipped, None, 1, "full", self.dilation)[0, 0]
        apart = float(np.abs(turned - whole).max())
        rows = zip(y.shape, w.shape, p, strict=True)
        back = tuple(convolved_size(size, k, self.stride, margin, self.dilation) for size, k, margin in rows)
        scale = max(1.0, float(np.abs(whole).max())) * TOLERANCE
        return (
            Claim(
                sentence="padding removes the output's rim and changes nothing else",
                holds=difference <= scale,
                measured=f"{by(whole.shape)} became {by(y.shape)}, largest difference inside {difference:.2g}",
            ),
            Claim(
                sentence="it is a convolution of the stretched input with the kernel turned by 180 degrees",
                holds=apart <= scale,
                measured=f"input stretched to {by(stretched.shape)}, largest difference {apart:.2g}",
            ),
            Claim(
                sentence="a convolution with the same numbers leads back to the input's size",
                holds=back == x.shape,
                measured=f"{by(x.shape)} to {by(y.shape)} and back to {by(back)}",
            ),
        )


def _seven(x: Sizes, w: Sizes) -> Table:
    """Return the output sizes of all cases for this input and this kernel."""
    rows = []
    for case, padding, stride, more, dilation in SEVEN:
        p = margins("transposed_convolution_arithmetic", padding, w, dilation)
        out = tuple(transposed_size(i, k, stride, m, dilation, more) for i, k, m in zip(x, w, p, strict=True))
        rows.append((case, by(p), stride, more, dilation, by(out) if min(out) > 0 else "nothing is left"))
    return Table(
        title=f"all cases for an input of {by(x)} and a kernel of {by(w)}",
        columns=("case", "padding", "stride", "output padding", "dilation", "output"),
        rows=tuple(rows),
    )

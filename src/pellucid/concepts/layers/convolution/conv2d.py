"""Convolution of pictures: one small kernel at every place, as cross-correlation."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from pellucid.concepts.layers.convolution.convolution import (
    FORMULA,
    LATEX,
    OPTIONS,
    arguments,
    convolution,
    convolution_reference,
    convolution_reference_backward,
    sample,
)
from pellucid.concepts.layers.convolution.stepping import convolution_frames
from pellucid.concepts.layers.layer import Layer
from pellucid.drawing.records import Picture

PICTURE: Final = np.repeat([[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]], 5, axis=0)
"""Dark at the left, light at the right: (5, 6)."""
SOBEL: Final = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])


def _picture() -> Picture:
    y = convolution_reference(PICTURE[None, None], SOBEL[None, None])[0, 0]
    return Picture(
        alt="A 3x3 Sobel kernel steps over a 5x6 picture, dark at the left and light at the right. The output of 3x4 "
        "is 4 in the two columns where the window sees both sides of the edge, and 0 where it sees one side only.",
        frames=convolution_frames(PICTURE, SOBEL, y, (1, 1), (1, 1)),
        columns=3,
    )


CONV2D: Final = Layer(
    name="conv2d",
    aliases=("convolution", "conv", "Convolution2D"),
    title="convolution in two dimensions",
    summary="Lays one small kernel on every place of a picture: few weights, the same everywhere.",
    formula=FORMULA,
    latex=LATEX,
    arguments=arguments("h, w", "k_h, k_w"),
    options=OPTIONS,
    result="(n, c_out, h_out, w_out) with h_out = floor((h + 2 p - d (k_h - 1) - 1) / s) + 1, and w_out alike",
    reference=convolution_reference,
    reference_backward=convolution_reference_backward,
    fast=convolution,
    sample=partial(sample, axes=2),
    linear=True,
    equivariant=("translation with stride 1, away from the rim",),
    parameters="c_out (c_in / groups) k_h k_w + c_out",
    module="torch.nn.Conv2d",
    drawn=_picture,
    when="Pictures, spectrograms, maps: neighbours belong together and a thing is the same thing wherever it lies.",
    when_not="Columns of a table: their order means nothing, so neighbours mean nothing. Use a dense layer.",
    mistakes=(
        "Passing (n, h, w, c): PyTorch wants the channels second.",
        "Keeping a bias in front of batch normalization: it is subtracted again at once.",
        "Taking it for the convolution of mathematics, which flips the kernel. A learnt kernel does not care.",
        "Even kernels with padding 'same': the picture moves by half a cell in every layer.",
    ),
    source="Y. LeCun et al., Gradient-based learning applied to document recognition, 1998. Cross-correlation, "
    "zeros outside; arithmetic as in V. Dumoulin, F. Visin, A guide to convolution arithmetic, 2016.",
)

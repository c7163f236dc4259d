"""Convolution of volumes and videos: the kernel has a depth, or an extent in time."""

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
from pellucid.concepts.layers.layer import Layer
from pellucid.drawing.records import Cells, Frame, Picture

MOMENTS: Final = 6
SIDE: Final = 8
CHANGE: Final = np.array([-1.0, 1.0]).reshape(1, 1, 2, 1, 1)
"""A kernel over two moments: the later one minus the earlier one."""


def _picture() -> Picture:
    x = np.zeros((MOMENTS, SIDE, SIDE))
    x[:, 5:7, 1:3] = 1  # stands still
    for t in range(MOMENTS):
        x[t, 1:3, t : t + 2] = 1  # moves to the right
    y = convolution_reference(x[None, None], CHANGE)[0, 0]
    frames = tuple(
        Frame(
            label=f"moment {t + 1}",
            note=f"y[{t}] = x[{t + 1}] − x[{t}]: {int((y[t] != 0).sum())} cells answer, all of them at what moves",
            panels=(
                Cells(values=x[t], title=f"x[{t}], before"),
                Cells(values=x[t + 1], title=f"x[{t + 1}], after"),
                Cells(values=y[t], title=f"y[{t}]"),
            ),
        )
        for t in range(MOMENTS - 1)
    )
    return Picture(
        alt="A video of 6 moments with one square that stands and one that moves right, under a kernel (−1, 1) in "
        "time. The standing square vanishes; the moving one leaves +1 at its front and −1 at its back.",
        frames=frames,
        columns=3,
    )


CONV3D: Final = Layer(
    name="conv3d",
    aliases=("Convolution3D", "volumetric convolution"),
    title="convolution in three dimensions",
    summary="Lays one small block of weights on every place of a volume or of a video.",
    formula=FORMULA,
    latex=LATEX,
    arguments=arguments("z, h, w", "k_z, k_h, k_w"),
    options=OPTIONS,
    result="(n, c_out, z_out, h_out, w_out) with z_out = floor((z + 2 p - d (k_z - 1) - 1) / s) + 1, the others alike",
    reference=convolution_reference,
    reference_backward=convolution_reference_backward,
    fast=convolution,
    sample=partial(sample, axes=3),
    linear=True,
    equivariant=("translation with stride 1, away from the rim",),
    parameters="c_out (c_in / groups) k_z k_h k_w + c_out",
    module="torch.nn.Conv3d",
    drawn=_picture,
    when="Volumes (tomography) and videos in which movement matters: the third axis is as local as the other two.",
    when_not="Videos that one picture decides: a 2D convolution for each picture costs a third and learns from less.",
    mistakes=(
        "Passing the moments as channels: a 2D convolution then mixes all moments at once and is not local in time.",
        "One stride for all axes although the slices of a scan lie further apart than its pixels.",
        "Planning the memory as for pictures: activations grow with the third axis.",
    ),
    source="S. Ji et al., 3D convolutional neural networks for human action recognition, 2013. Cross-correlation.",
)

"""Convolution along one axis: a small kernel that looks for its pattern everywhere in a sequence."""

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
from pellucid.drawing.records import ROLES, Picture, Plot, Series

LENGTH: Final = 60
NOISE: Final = 0.15
SMOOTHING: Final = np.full((1, 1, 7), 1 / 7)
JUMP: Final = np.array([[[-1.0, -1.0, -1.0, 0.0, 1.0, 1.0, 1.0]]]) / 3


def _picture() -> Picture:
    place = np.arange(LENGTH)
    clean = np.where((place >= LENGTH // 3) & (place < 2 * LENGTH // 3), 1.0, 0.0)
    x = clean + np.random.default_rng(0).normal(0, NOISE, LENGTH)
    smooth, jump = (convolution_reference(x[None, None], w)[0, 0] for w in (SMOOTHING, JUMP))
    middle = place[3:-3]
    up, down = middle[jump.argmax()], middle[jump.argmin()]
    answers = (
        ("kernel of seven 1/7: smooths", "y, smoothed", smooth),
        ("kernel (−1, −1, −1, 0, 1, 1, 1)/3: finds jumps", "y, jumps", jump),
    )
    panels = tuple(
        Plot(
            title=title,
            x_title="place",
            series=(
                Series(name="x, the input", x=place, y=x, role="quiet"),
                Series(name=name, x=middle, y=y, role=role),
            ),
        )
        for (title, name, y), role in zip(answers, ROLES, strict=False)
    )
    return Picture(
        alt=f"A noisy signal that steps up at 20 and down at 40, under two kernels of 7 numbers. The even one smooths "
        f"it; the one from −1 to 1 answers most at {up} (up) and {down} (down), wherever the jumps are.",
        panels=panels,
    )


CONV1D: Final = Layer(
    name="conv1d",
    aliases=("Convolution1D", "temporal convolution"),
    title="convolution in one dimension",
    summary="Slides one kernel along a sequence and writes down how well it matches at every place.",
    formula=FORMULA,
    latex=LATEX,
    arguments=arguments("l", "k_l"),
    options=OPTIONS,
    result="(n, c_out, l_out) with l_out = floor((l + 2 p - d (k_l - 1) - 1) / s) + 1",
    reference=convolution_reference,
    reference_backward=convolution_reference_backward,
    fast=convolution,
    sample=partial(sample, axes=1),
    linear=True,
    equivariant=("translation with stride 1, away from the rim",),
    parameters="c_out (c_in / groups) k_l + c_out",
    module="torch.nn.Conv1d",
    drawn=_picture,
    when="Sound, sensor readings, words in order: a pattern means the same wherever it stands, and it is short.",
    when_not="When far-apart places must meet early: use attention, a recurrent layer, or growing dilation.",
    mistakes=(
        "Passing (n, l, c) as Keras does: PyTorch wants the channels second.",
        "Forgetting that without padding every layer cuts k - 1 places off.",
        "In forecasts, padding both sides: the output then sees the future. Pad the left side only.",
    ),
    source="A. Waibel et al., Phoneme recognition using time-delay neural networks, 1989. Cross-correlation.",
)

"""Positional encoding: waves of many lengths are added, so that attention can tell the first step from the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.layers.layer import Layer
from pellucid.drawing.records import ROLES, Field, Picture, Plot, Series
from pellucid.foundation.errors import RangeError, ShapeError

if TYPE_CHECKING:
    from torch import Tensor

BASE: Final = 10_000.0  # of the paper: wave lengths from 2 pi to 20,000 pi
AXES: Final = 3


def positional_encoding_reference(x: Floats, base: float = BASE) -> Floats:
    """Return x with the code of each position added.

    **Formula** P[t, 2i] = sin(t / base^(2i / d)), P[t, 2i + 1] = cos(t / base^(2i / d)); y = x + P.

    Args:
        x: (n, t, d).
        base: how much longer the longest wave is than the shortest, about; at least 1.

    Returns:
        y, (n, t, d).

    Raises:
        ShapeError: x does not have three axes.
        RangeError: base is below 1.

    Example:
        >>> import numpy as np
        >>> positional_encoding_reference(np.zeros((1, 2, 4))).round(2)
        array([[[0.  , 1.  , 0.  , 1.  ],
                [0.84, 0.54, 0.01, 1.  ]]])
    """
    _check(x, base)
    t, d = np.arange(x.shape[1])[:, None], x.shape[2]
    i = np.arange(d) // 2
    angle = t / base ** (2 * i / d)
    P = np.where(np.arange(d) % 2 == 0, np.sin(angle), np.cos(angle))  # (t, d)
    return np.asarray(x + P)


def positional_encoding_reference_backward(upstream: Floats, x: Floats, base: float = BASE) -> tuple[Floats]:
    """Return dL/dx = dL/dy: the code is a constant."""
    return (upstream,)


def positional_encoding(x: Tensor, base: float = BASE) -> Tensor:
    """Return x with the code of each position added; see `positional_encoding_reference`."""
    import torch

    _check(x, base)
    t, d = torch.arange(x.shape[1], dtype=torch.float64), x.shape[2]
    rates = base ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)
    angle = torch.outer(t, rates)
    waves = torch.stack([angle.sin(), angle.cos()], dim=2).flatten(1)[:, :d]  # an odd d lacks the last cosine
    return x + (waves.to(x) if x.is_floating_point() else waves)


def _check(x: Any, base: float) -> None:
    if len(x.shape) != AXES:
        raise ShapeError(
            f"positional_encoding expected x of shape (n, t, d), got {tuple(x.shape)}: pass a batch of sequences"
        )
    if not base >= 1:
        raise RangeError(f"positional_encoding expected base of at least 1, got {base}: the paper has 10000")


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    x = rng.normal(size=tuple(rng.integers(1, 8, 3)))
    return (x,), {"base": float(rng.choice([10.0, 100.0, BASE]))}


def _picture() -> Picture:
    steps, width = 60, 32
    P = positional_encoding_reference(np.zeros((1, steps, width)))[0]
    t = np.arange(steps)
    likeness = P @ P[20] / (width / 2)
    waves = tuple(
        Series(name=f"feature {place}", x=t, y=P[:, place], role=role)
        for place, role in zip((0, 4, 8, 16), ROLES, strict=False)
    )
    return Picture(
        alt=f"The code of {steps} positions with {width} features: waves of the first features repeat every "
        f"6.3 steps, later ones hardly move. The code of step 20 is most like itself (1.00), "
        f"like its neighbour {likeness[21]:.2f}, like step 50 {likeness[50]:.2f}.",
        panels=(
            Plot(
                title="the code",
                x_title="position t",
                y_title="feature",
                field=Field(x=t.astype(float), y=np.arange(width, dtype=float), values=P.T, kind="heat"),
            ),
            Plot(title="four features", x_title="position t", series=waves),
            Plot(
                title="likeness to step 20",
                x_title="position t",
                y_title="product / (d / 2)",
                series=(Series(name="", x=t, y=likeness),),
            ),
        ),
    )


POSITIONAL_ENCODING: Final = Layer(
    name="positional_encoding",
    aliases=("sinusoidal encoding", "sinusoidal position encoding", "SinePositionEncoding"),
    title="sinusoidal positional encoding",
    summary="Adds waves of many lengths, so that every position has a code and neighbours have like ones.",
    formula="y = x + P, P[t, 2i] = sin(t / base^(2i/d)), P[t, 2i+1] = cos(t / base^(2i/d))",
    latex=r"y = x + P, \quad P_{t,2i} = \sin\left(\frac{t}{\mathrm{base}^{2i/d}}\right), "
    r"\quad P_{t,2i+1} = \cos\left(\frac{t}{\mathrm{base}^{2i/d}}\right)",
    arguments=(Argument(name="x", shapes=("(n, t, d)",), meaning="the embedded sequences"),),
    options=(Option(name="base", meaning="how much longer the longest wave is than the shortest, about", low=1.0),),
    result="(n, t, d)",
    reference=positional_encoding_reference,
    reference_backward=positional_encoding_reference_backward,
    fast=positional_encoding,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples",),
    parameters="none",
    module="none in torch.nn; functional form here",
    drawn=_picture,
    when="Before the first attention layer, when the code of a position is not to be learnt: any length has one.",
    when_not="Recurrent and convolutional networks: they know the order already.",
    mistakes=(
        "Leaving it out: attention without positions treats a sentence as a bag of words.",
        "Small embeddings in front of it: the code drowns them. Scale them by sqrt(d), as the paper does.",
        "Adding it again in every layer.",
    ),
    source="A. Vaswani et al., Attention is all you need, 2017, section 3.5: sine and cosine interleaved.",
)

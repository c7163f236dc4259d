"""Spatial dropout: whole channels are silenced, since the neighbours of a dropped pixel would tell it anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.regularization.dropout import (
    PROBABILITY,
    PROBABILITY_OPTION,
    TRAINING_OPTION,
    check_probability,
    dropout_mask,
)
from pellucid.drawing.records import Cells, Picture
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

AXES: Final = (3, 4, 5)


def spatial_dropout_reference(
    x: Floats, mask: Floats, probability: float = PROBABILITY, training: bool = True
) -> Floats:
    """Return x with whole channels dropped, the others scaled up.

    **Formula** m ~ Bernoulli(1 - p) for each example and channel: y[n, c, …] = m[n, c] x[n, c, …] / (1 - p) in
    training, y = x in prediction.

    Args:
        x: (n, c, w), (n, c, h, w) or (n, c, z, h, w).
        mask: m, (n, c), 0 (dropped) or 1 (kept).
        probability: p, of being dropped, at least 0, below 1.
        training: whether to drop.

    Returns:
        y, of the shape of x.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: p is not in [0, 1).

    Example:
        >>> import numpy as np
        >>> spatial_dropout_reference(np.ones((1, 2, 2)), np.array([[0.0, 1.0]]))
        array([[[0., 0.],
                [2., 2.]]])
    """
    _check(x, mask, probability)
    if not training:
        return x
    m = mask.reshape(*mask.shape, *(1 for _ in x.shape[2:]))
    return np.asarray(x * m / (1 - probability))


def spatial_dropout_reference_backward(
    upstream: Floats, x: Floats, mask: Floats, probability: float = PROBABILITY, training: bool = True
) -> tuple[Floats]:
    """Return dL/dx: m dL/dy / (1 - p) in training, dL/dy in prediction."""
    m = mask.reshape(*mask.shape, *(1 for _ in x.shape[2:]))
    return (upstream * m / (1 - probability) if training else upstream,)


def spatial_dropout(x: Tensor, mask: Tensor, probability: float = PROBABILITY, training: bool = True) -> Tensor:
    """Return x with whole channels dropped; see `spatial_dropout_reference`."""
    _check(x, mask, probability)
    return x * mask.reshape(*mask.shape, *(1 for _ in x.shape[2:])) / (1 - probability) if training else x


def _check(x: Any, mask: Any, probability: float) -> None:
    shape = tuple(x.shape)
    if len(shape) not in AXES:
        raise ShapeError(
            f"spatial_dropout expected x of shape (n, c, w), (n, c, h, w) or (n, c, z, h, w), got {shape}: "
            f"put the channels second"
        )
    if tuple(mask.shape) != shape[:2]:
        raise ShapeError(
            f"spatial_dropout expected mask of shape (n, c) = {shape[:2]}, got {tuple(mask.shape)}: "
            f"draw one number for each channel"
        )
    check_probability("spatial_dropout", probability)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    shape = tuple(rng.integers(1, 4, AXES[int(rng.integers(0, 3))]).tolist())
    p = float(rng.uniform(0, 0.9))
    options = {"probability": p, "training": bool(rng.integers(0, 4))}
    return (rng.normal(size=shape), dropout_mask(shape[:2], p, rng)), options


def _picture() -> Picture:
    h, w = np.indices((5, 5)) - 2.0
    channels = np.stack([4 - np.hypot(h, w), 2 + h, 4 - abs(h - w)])
    mask = np.array([[1.0, 0.0, 1.0]])
    y = spatial_dropout_reference(channels[None], mask)[0]
    names = [f"channel {place + 1}" for place in range(3)]
    before = [
        Cells(values=one, title=name, digits=1, low=0.0, high=8.0) for one, name in zip(channels, names, strict=True)
    ]
    after = [
        Cells(values=one, title=f"{name}, {'doubled' if one.any() else 'dropped'}", digits=1, low=0.0, high=8.0)
        for one, name in zip(y, names, strict=True)
    ]
    return Picture(
        alt="Three channels of 5x5. With p = 0.5 and the mask (1, 0, 1) the second is 0, the others are doubled.",
        panels=(*before, *after),
        columns=3,
    )


SPATIAL_DROPOUT: Final = Layer(
    name="spatial_dropout",
    aliases=(
        "Dropout1d",
        "Dropout2d",
        "Dropout3d",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
        "channel dropout",
    ),
    title="spatial dropout",
    summary="Silences whole channels in training, and scales up the others.",
    formula="y[n, c, ...] = m[n, c] x[n, c, ...] / (1 - p) with m ~ Bernoulli(1 - p) in training; y = x in prediction",
    latex=r"y_{n,c,i} = \frac{m_{n,c}\, x_{n,c,i}}{1 - p}, \quad m_{n,c} \sim \mathrm{Bernoulli}(1 - p)",
    arguments=(
        Argument(name="x", shapes=("(n, c, w)", "(n, c, h, w)", "(n, c, z, h, w)"), meaning="the input"),
        Argument(
            name="mask",
            shapes=("(n, c)", "(n, c)", "(n, c)"),
            meaning="m, 1 where a channel is kept",
            values="zero or one",
            differentiable=False,
        ),
    ),
    options=(PROBABILITY_OPTION, TRAINING_OPTION),
    result="of the shape of x",
    reference=spatial_dropout_reference,
    reference_backward=spatial_dropout_reference_backward,
    fast=spatial_dropout,
    sample=_sample,
    linear=True,
    equivariant=(),
    parameters="none",
    module="torch.nn.Dropout2d",
    drawn=_picture,
    when="Convolutional networks that overfit: neighbouring pixels are alike, so single ones are not missed.",
    when_not="Before a dense layer on single features: plain dropout there.",
    mistakes=(
        "Plain dropout between convolutions: the neighbours tell the dropped pixel, and little is regularized.",
        "Few channels: with p = 0.5 and 4 channels, one example in 16 loses everything.",
    ),
    source="J. Tompson et al., Efficient object localization using convolutional networks, 2015. Inverted variant.",
)

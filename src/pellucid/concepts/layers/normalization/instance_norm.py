"""Instance normalization: each channel of each example gets mean 0 and spread 1 over its places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.normalization.channels import (
    EPSILON,
    EPSILON_OPTION,
    SCALE,
    SHAPES,
    SHIFT,
    along_channels,
    check_channels,
    check_epsilon,
    drawn_channels,
)
from pellucid.concepts.layers.normalization.pictures import who_shares
from pellucid.drawing.records import Picture
from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    from torch import Tensor

LEAST_AXES: Final = 3  # with (n, c) each value would be its own mean


def instance_norm_reference(x: Floats, scale: Floats, shift: Floats, epsilon: float = EPSILON) -> Floats:
    """Return x normalized over the places of each channel of each example, scaled and shifted.

    **Formula** for each example and channel: mu = mean(x), v = mean((x - mu)²) over its places;
    x̂ = (x - mu) / sqrt(v + eps); y = gamma x̂ + beta.

    Args:
        x: (n, c, w), (n, c, h, w) or (n, c, z, h, w), with two places or more.
        scale: gamma, (c,), learnt.
        shift: beta, (c,), learnt.
        epsilon: is added to the variance.

    Returns:
        y, of the shape of x.

    Raises:
        ShapeError: the shapes do not fit, or there is one place only.
        RangeError: epsilon is below 0.

    Example:
        >>> import numpy as np
        >>> instance_norm_reference(np.array([[[1.0, 3.0]], [[10.0, 30.0]]]), np.ones(1), np.zeros(1)).round(3)
        array([[[-1.,  1.]],
        <BLANKLINE>
               [[-1.,  1.]]])
    """
    _check(x, scale, shift, epsilon)
    axes = tuple(range(2, x.ndim))
    mu = x.mean(axis=axes, keepdims=True)
    v = ((x - mu) ** 2).mean(axis=axes, keepdims=True)
    x_hat = (x - mu) / np.sqrt(v + epsilon)
    return np.asarray(along_channels(scale, x.ndim) * x_hat + along_channels(shift, x.ndim))


def instance_norm_reference_backward(
    upstream: Floats, x: Floats, scale: Floats, shift: Floats, epsilon: float = EPSILON
) -> tuple[Floats, Floats, Floats]:
    """Return dL/dx, dL/dgamma and dL/dbeta from upstream = dL/dy.

    **Formula** with g = gamma dy: dL/dx = (g - mean(g) - x̂ mean(g x̂)) / sqrt(v + eps), means over the places;
    dL/dgamma = sum(dy x̂), dL/dbeta = sum(dy), sums over examples and places.
    """
    axes = tuple(range(2, x.ndim))
    mu = x.mean(axis=axes, keepdims=True)
    v = ((x - mu) ** 2).mean(axis=axes, keepdims=True)
    x_hat = (x - mu) / np.sqrt(v + epsilon)
    g = along_channels(scale, x.ndim) * upstream
    dx = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / np.sqrt(
        v + epsilon
    )
    return dx, (upstream * x_hat).sum(axis=(0, *axes)), upstream.sum(axis=(0, *axes))


def instance_norm(x: Tensor, scale: Tensor, shift: Tensor, epsilon: float = EPSILON) -> Tensor:
    """Return x normalized over the places of each channel; see `instance_norm_reference`."""
    from torch.nn import functional

    _check(x, scale, shift, epsilon)
    return functional.group_norm(x, x.shape[1], scale, shift, epsilon)  # a group for each channel; takes empty batches


def _check(x: Any, scale: Any, shift: Any, epsilon: float) -> None:
    check_channels("instance_norm", x, {"scale": scale, "shift": shift}, least_axes=LEAST_AXES)
    check_epsilon("instance_norm", epsilon)
    shape = tuple(x.shape)
    if max(shape[2:]) == 1:
        raise ShapeError(
            f"instance_norm expected x with two places or more, got {shape}: with one place all becomes the shift"
        )


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    x = drawn_channels(rng, axes=(3, 4, 5))
    return (x, rng.normal(size=(x.shape[1],)), rng.normal(size=(x.shape[1],))), {}


def _picture() -> Picture:
    return who_shares("instance_norm")


INSTANCE_NORM: Final = Layer(
    name="instance_norm",
    aliases=("instancenorm", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d", "contrast normalization"),
    title="instance normalization",
    summary="Gives each channel of each picture mean 0 and spread 1: brightness and contrast of the picture are gone.",
    formula="y = gamma (x - mu) / sqrt(v + eps) + beta, with mu and v of each example's channel",
    latex=r"y = \gamma_c\, \frac{x - \mu_{n,c}}{\sqrt{v_{n,c} + \epsilon}} + \beta_c",
    arguments=(Argument(name="x", shapes=SHAPES[1:], meaning="the input, channels second"), SCALE, SHIFT),
    options=(EPSILON_OPTION,),
    result="of the shape of x",
    reference=instance_norm_reference,
    reference_backward=instance_norm_reference_backward,
    fast=instance_norm,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples", "permutation of places"),
    parameters="2 c",
    module="torch.nn.InstanceNorm2d",
    drawn=_picture,
    when="Style transfer, and pictures whose contrast is an accident of the recording.",
    when_not="When brightness or contrast tells the classes apart: it is erased here.",
    mistakes=(
        "PyTorch's InstanceNorm2d has no scale and shift unless affine=True, unlike its batch normalization.",
        "Placing it after global pooling: with one place left, every value is its own mean. It is refused.",
    ),
    source="D. Ulyanov, A. Vedaldi, V. Lempitsky, Instance normalization, 2016. Biased variance, no moving averages.",
)

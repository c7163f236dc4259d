"""Group normalization: each example, each group of its channels, gets mean 0 and spread 1."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
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

GROUPS: Final = 1  # one group of all channels; the paper's 32 presumes hundreds of them


def group_norm_reference(
    x: Floats, scale: Floats, shift: Floats, groups: int = GROUPS, epsilon: float = EPSILON
) -> Floats:
    """Return x normalized over groups of channels within each example, scaled and shifted.

    **Formula** for each example and group, over its channels and all their places: mu = mean(x), v = mean((x - mu)²);
    x̂ = (x - mu) / sqrt(v + eps); y = gamma x̂ + beta with gamma and beta of each channel.

    Args:
        x: (n, c), (n, c, w), (n, c, h, w) or (n, c, z, h, w).
        scale: gamma, (c,), learnt.
        shift: beta, (c,), learnt.
        groups: how many, a divisor of c. 1 normalizes over all channels, c is instance normalization.
        epsilon: is added to the variance.

    Returns:
        y, of the shape of x.

    Raises:
        ShapeError: the shapes do not fit, the groups do not divide the channels, or a group has one value only.
        RangeError: epsilon is below 0.

    Example:
        >>> import numpy as np
        >>> x = np.array([[1.0, 3.0, 10.0, 30.0]])
        >>> group_norm_reference(x, np.ones(4), np.zeros(4), groups=2).round(3)
        array([[-1.,  1., -1.,  1.]])
    """
    _check(x, scale, shift, groups, epsilon)
    gamma, beta = along_channels(scale, x.ndim), along_channels(shift, x.ndim)
    grouped = x.reshape(len(x), groups, math.prod(x.shape[1:]) // groups)  # (n, groups, channels and places)
    mu = grouped.mean(axis=-1, keepdims=True)
    v = ((grouped - mu) ** 2).mean(axis=-1, keepdims=True)
    x_hat = ((grouped - mu) / np.sqrt(v + epsilon)).reshape(x.shape)
    return np.asarray(gamma * x_hat + beta)


def group_norm_reference_backward(
    upstream: Floats, x: Floats, scale: Floats, shift: Floats, groups: int = GROUPS, epsilon: float = EPSILON
) -> tuple[Floats, Floats, Floats]:
    """Return dL/dx, dL/dgamma and dL/dbeta from upstream = dL/dy.

    **Formula** with g = gamma dy: dL/dx = (g - mean(g) - x̂ mean(g x̂)) / sqrt(v + eps), means over the group;
    dL/dgamma = sum(dy x̂), dL/dbeta = sum(dy), sums over examples and places.
    """
    grouped = x.reshape(len(x), groups, math.prod(x.shape[1:]) // groups)
    mu = grouped.mean(axis=-1, keepdims=True)
    v = ((grouped - mu) ** 2).mean(axis=-1, keepdims=True)
    x_hat = (grouped - mu) / np.sqrt(v + epsilon)
    g = (along_channels(scale, x.ndim) * upstream).reshape(grouped.shape)
    dx = (g - g.mean(axis=-1, keepdims=True) - x_hat * (g * x_hat).mean(axis=-1, keepdims=True)) / np.sqrt(v + epsilon)
    axes = (0, *range(2, x.ndim))
    return dx.reshape(x.shape), (upstream * x_hat.reshape(x.shape)).sum(axis=axes), upstream.sum(axis=axes)


def group_norm(x: Tensor, scale: Tensor, shift: Tensor, groups: int = GROUPS, epsilon: float = EPSILON) -> Tensor:
    """Return x normalized over groups of channels; see `group_norm_reference`."""
    from torch.nn import functional

    _check(x, scale, shift, groups, epsilon)
    return functional.group_norm(x, groups, scale, shift, epsilon)


def _check(x: Any, scale: Any, shift: Any, groups: int, epsilon: float) -> None:
    check_channels("group_norm", x, {"scale": scale, "shift": shift})
    check_epsilon("group_norm", epsilon)
    c = x.shape[1]
    if not isinstance(groups, int) or groups < 1 or c % groups:
        raise ShapeError(f"group_norm expected groups to divide the {c} channels, got {groups}: pass a divisor of {c}")
    if math.prod(x.shape[1:]) == groups:
        raise ShapeError(
            f"group_norm expected groups of two values or more, got {groups} groups in x of shape {tuple(x.shape)}: "
            f"with one value all becomes the shift"
        )


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    x = drawn_channels(rng, groups=4)
    return (x, rng.normal(size=(x.shape[1],)), rng.normal(size=(x.shape[1],))), {"groups": int(rng.integers(1, 3))}


def _picture() -> Picture:
    return who_shares("group_norm")


GROUP_NORM: Final = Layer(
    name="group_norm",
    aliases=("groupnorm", "gn", "GroupNorm", "GroupNormalization"),
    title="group normalization",
    summary="Gives each group of channels of each example mean 0 and spread 1: no batch is needed.",
    formula="y = gamma (x - mu) / sqrt(v + eps) + beta, with mu and v of each example's group of channels",
    latex=r"y = \gamma_c\, \frac{x - \mu_{n,g}}{\sqrt{v_{n,g} + \epsilon}} + \beta_c",
    arguments=(Argument(name="x", shapes=SHAPES, meaning="the input, channels second"), SCALE, SHIFT),
    options=(Option(name="groups", meaning="how many; a divisor of c", low=1), EPSILON_OPTION),
    result="of the shape of x",
    reference=group_norm_reference,
    reference_backward=group_norm_reference_backward,
    fast=group_norm,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples", "permutation of places"),
    parameters="2 c",
    module="torch.nn.GroupNorm",
    drawn=_picture,
    when="Convolutional networks with small batches: large pictures, detection, volumes, video.",
    when_not="Large batches of pictures: batch normalization is at least as good and regularizes a little besides.",
    mistakes=(
        "PyTorch asks for the number of groups first: GroupNorm(2, 6) is 2 groups of 3 channels.",
        "As many groups as channels on (n, c) input: every value is then its own mean. It is refused.",
    ),
    source="Y. Wu, K. He, Group normalization, 2018. Biased variance.",
)

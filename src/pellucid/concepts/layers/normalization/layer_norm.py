"""Layer normalization: each example gets mean 0 and spread 1 over its own features, whatever the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.normalization.channels import EPSILON, EPSILON_OPTION, check_epsilon
from pellucid.concepts.layers.normalization.features import SHAPES, check_features, drawn_features
from pellucid.concepts.layers.normalization.pictures import rows_before_and_after
from pellucid.drawing.records import Picture

if TYPE_CHECKING:
    from torch import Tensor


def layer_norm_reference(x: Floats, scale: Floats, shift: Floats, epsilon: float = EPSILON) -> Floats:
    """Return x normalized over its last axis, scaled and shifted.

    **Formula** for each row: mu = mean(x), v = mean((x - mu)²); x̂ = (x - mu) / sqrt(v + eps); y = gamma x̂ + beta.

    Args:
        x: (n, d) or (n, t, d).
        scale: gamma, (d,), learnt.
        shift: beta, (d,), learnt.
        epsilon: is added to the variance.

    Returns:
        y, of the shape of x.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: epsilon is below 0.

    Example:
        >>> import numpy as np
        >>> layer_norm_reference(np.array([[1.0, 3.0]]), np.ones(2), np.zeros(2)).round(4)
        array([[-1.,  1.]])
    """
    _check(x, scale, shift, epsilon)
    mu = x.mean(axis=-1, keepdims=True)
    v = ((x - mu) ** 2).mean(axis=-1, keepdims=True)
    x_hat = (x - mu) / np.sqrt(v + epsilon)
    return np.asarray(scale * x_hat + shift)


def layer_norm_reference_backward(
    upstream: Floats, x: Floats, scale: Floats, shift: Floats, epsilon: float = EPSILON
) -> tuple[Floats, Floats, Floats]:
    """Return dL/dx, dL/dgamma and dL/dbeta from upstream = dL/dy.

    **Formula** with g = gamma dy: dL/dx = (g - mean(g) - x̂ mean(g x̂)) / sqrt(v + eps), means over the row;
    dL/dgamma = sum(dy x̂), dL/dbeta = sum(dy), sums over all rows.
    """
    mu = x.mean(axis=-1, keepdims=True)
    v = ((x - mu) ** 2).mean(axis=-1, keepdims=True)
    x_hat = (x - mu) / np.sqrt(v + epsilon)
    g = scale * upstream
    dx = (g - g.mean(axis=-1, keepdims=True) - x_hat * (g * x_hat).mean(axis=-1, keepdims=True)) / np.sqrt(v + epsilon)
    rows = tuple(range(x.ndim - 1))
    return dx, (upstream * x_hat).sum(axis=rows), upstream.sum(axis=rows)


def layer_norm(x: Tensor, scale: Tensor, shift: Tensor, epsilon: float = EPSILON) -> Tensor:
    """Return x normalized over its last axis; see `layer_norm_reference`."""
    from torch.nn import functional

    _check(x, scale, shift, epsilon)
    return functional.layer_norm(x, tuple(scale.shape), scale, shift, epsilon)


def _check(x: Any, scale: Any, shift: Any, epsilon: float) -> None:
    check_features("layer_norm", x, {"scale": scale, "shift": shift})
    check_epsilon("layer_norm", epsilon)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    x = drawn_features(rng)
    return (x, rng.normal(size=(x.shape[-1],)), rng.normal(size=(x.shape[-1],))), {}


def _picture() -> Picture:
    return rows_before_and_after(
        "layer_norm", lambda x: layer_norm_reference(x, np.ones(x.shape[1]), np.zeros(x.shape[1]))
    )


LAYER_NORM: Final = Layer(
    name="layer_norm",
    aliases=("layernorm", "ln", "LayerNorm", "LayerNormalization"),
    title="layer normalization",
    summary="Gives each example mean 0 and spread 1 over its own features, whatever else is in the batch.",
    formula="y = gamma (x - mu) / sqrt(v + eps) + beta, with mu and v of each row",
    latex=r"y = \gamma\, \frac{x - \mu_n}{\sqrt{v_n + \epsilon}} + \beta",
    arguments=(
        Argument(name="x", shapes=SHAPES, meaning="the input, features last"),
        Argument(name="scale", shapes=("(d,)", "(d,)"), meaning="gamma, learnt; 1 at the start"),
        Argument(name="shift", shapes=("(d,)", "(d,)"), meaning="beta, learnt; 0 at the start"),
    ),
    options=(EPSILON_OPTION,),
    result="of the shape of x",
    reference=layer_norm_reference,
    reference_backward=layer_norm_reference_backward,
    fast=layer_norm,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples",),
    parameters="2 d",
    module="torch.nn.LayerNorm",
    drawn=_picture,
    when="Transformers, recurrent networks, small batches: training and prediction compute the same.",
    when_not="Convolutional networks on pictures with large batches: batch or group normalization does better there.",
    mistakes=(
        "Looking for a training mode: there is none, and no running statistics.",
        "Normalizing features that mean different things in different units: the row's mean then means nothing.",
        "Giving PyTorch the whole shape (c, h, w) of a picture and being surprised by as many scales and shifts.",
    ),
    source="J. L. Ba, J. R. Kiros, G. E. Hinton, Layer normalization, 2016. Over the last axis, biased variance.",
)

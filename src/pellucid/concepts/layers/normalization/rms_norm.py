"""RMS normalization: layer normalization without the mean and without the shift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.normalization.channels import EPSILON_OPTION, check_epsilon
from pellucid.concepts.layers.normalization.features import SHAPES, check_features, drawn_features
from pellucid.concepts.layers.normalization.pictures import rows_before_and_after
from pellucid.drawing.records import Picture

if TYPE_CHECKING:
    from torch import Tensor

EPSILON: Final = 1e-6  # as large language models have it; PyTorch's None is the rounding unit of the dtype


def rms_norm_reference(x: Floats, scale: Floats, epsilon: float = EPSILON) -> Floats:
    """Return x divided by the root of its mean square over the last axis, and scaled.

    **Formula** for each row: r = sqrt(mean(x²) + eps); y = gamma x / r.

    Args:
        x: (n, d) or (n, t, d).
        scale: gamma, (d,), learnt.
        epsilon: is added to the mean square.

    Returns:
        y, of the shape of x.

    Raises:
        ShapeError: the shapes do not fit.
        RangeError: epsilon is below 0.

    Example:
        >>> import numpy as np
        >>> rms_norm_reference(np.array([[1.0, 7.0]]), np.ones(2)).round(4)
        array([[0.2, 1.4]])
    """
    _check(x, scale, epsilon)
    r = np.sqrt((x**2).mean(axis=-1, keepdims=True) + epsilon)
    return np.asarray(scale * x / r)


def rms_norm_reference_backward(
    upstream: Floats, x: Floats, scale: Floats, epsilon: float = EPSILON
) -> tuple[Floats, Floats]:
    """Return dL/dx and dL/dgamma from upstream = dL/dy.

    **Formula** with g = gamma dy: dL/dx = g / r - x mean(g x) / r³; dL/dgamma = sum(dy x / r) over all rows.
    """
    r = np.sqrt((x**2).mean(axis=-1, keepdims=True) + epsilon)
    g = scale * upstream
    dx = g / r - x * (g * x).mean(axis=-1, keepdims=True) / r**3
    return dx, (upstream * x / r).sum(axis=tuple(range(x.ndim - 1)))


def rms_norm(x: Tensor, scale: Tensor, epsilon: float = EPSILON) -> Tensor:
    """Return x divided by the root of its mean square; see `rms_norm_reference`."""
    from torch.nn import functional

    _check(x, scale, epsilon)
    return functional.rms_norm(x, tuple(scale.shape), scale, epsilon)


def _check(x: Any, scale: Any, epsilon: float) -> None:
    check_features("rms_norm", x, {"scale": scale})
    check_epsilon("rms_norm", epsilon)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    x = drawn_features(rng)
    return (x, rng.normal(size=(x.shape[-1],))), {}


def _picture() -> Picture:
    return rows_before_and_after("rms_norm", lambda x: rms_norm_reference(x, np.ones(x.shape[1])))


RMS_NORM: Final = Layer(
    name="rms_norm",
    aliases=("rmsnorm", "RMSNorm", "RMSNormalization", "root_mean_square_norm"),
    title="RMS normalization",
    summary="Divides each row by the root of its mean square: layer normalization without the mean and the shift.",
    formula="y = gamma x / sqrt(mean(x^2) + eps)",
    latex=r"y = \gamma\, \frac{x}{\sqrt{\frac{1}{d} \sum_{j} x_j^2 + \epsilon}}",
    arguments=(
        Argument(name="x", shapes=SHAPES, meaning="the input, features last"),
        Argument(name="scale", shapes=("(d,)", "(d,)"), meaning="gamma, learnt; 1 at the start"),
    ),
    options=(EPSILON_OPTION,),
    result="of the shape of x",
    reference=rms_norm_reference,
    reference_backward=rms_norm_reference_backward,
    fast=rms_norm,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples",),
    parameters="d",
    module="torch.nn.RMSNorm",
    drawn=_picture,
    when="Large transformers: as good as layer normalization there, with one pass less over the numbers.",
    when_not="When the mean of a row carries no meaning and should go: layer normalization takes it out.",
    mistakes=(
        "Loading its weights into a layer normalization: that one also subtracts the mean.",
        "Adding epsilon after the root in one place and before it in the other: small rows then differ.",
    ),
    source="B. Zhang, R. Sennrich, Root mean square layer normalization, 2019. Epsilon under the root.",
)

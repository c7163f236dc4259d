"""Batch normalization: each channel gets mean 0 and spread 1 over the batch, then a learnt scale and shift."""

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
from pellucid.concepts.layers.normalization.pictures import channels_before_and_after
from pellucid.drawing.records import Picture
from pellucid.foundation.errors import RangeError, ShapeError

if TYPE_CHECKING:
    from torch import Tensor

MOMENTUM: Final = 0.1  # PyTorch's default and meaning: the weight of the new batch


def batch_norm_reference(
    x: Floats,
    scale: Floats,
    shift: Floats,
    running_mean: Floats,
    running_variance: Floats,
    training: bool = True,
    epsilon: float = EPSILON,
) -> Floats:
    """Return x normalized over the batch for each channel, scaled and shifted.

    **Formula** for each channel with its m p q values: mu = mean(x), v = mean((x - mu)²) in training, the running mean
    and the running variance in prediction; x̂ = (x - mu) / sqrt(v + eps); y = gamma x̂ + beta.

    Args:
        x: (n, c), (n, c, w), (n, c, h, w) or (n, c, z, h, w); for pictures m = n, p = h, q = w.
        scale: gamma, (c,), learnt.
        shift: beta, (c,), learnt.
        running_mean: (c,), used in prediction only; `running_statistics` moves it during training.
        running_variance: (c,), likewise.
        training: whether the statistics are those of this batch.
        epsilon: is added to the variance.

    Returns:
        y, of the shape of x.

    Raises:
        ShapeError: the shapes do not fit, or a channel has one value only in training.
        RangeError: epsilon is below 0.

    Example:
        >>> import numpy as np
        >>> x = np.array([[1.0], [2.0], [3.0]])
        >>> batch_norm_reference(x, np.ones(1), np.zeros(1), np.zeros(1), np.ones(1)).ravel().round(3)
        array([-1.225,  0.   ,  1.225])
    """
    _check(x, scale, shift, running_mean, running_variance, training, epsilon)
    axes = (0, *range(2, x.ndim))
    gamma, beta, mu, v = (along_channels(one, x.ndim) for one in (scale, shift, running_mean, running_variance))
    if training:
        mu = x.mean(axis=axes, keepdims=True)
        v = ((x - mu) ** 2).mean(axis=axes, keepdims=True)
    x_hat = (x - mu) / np.sqrt(v + epsilon)
    return np.asarray(gamma * x_hat + beta)


def batch_norm_reference_backward(
    upstream: Floats,
    x: Floats,
    scale: Floats,
    shift: Floats,
    running_mean: Floats,
    running_variance: Floats,
    training: bool = True,
    epsilon: float = EPSILON,
) -> tuple[Floats, Floats, Floats]:
    """Return dL/dx, dL/dgamma and dL/dbeta from upstream = dL/dy.

    **Formula** dL/dgamma = sum(dy x̂); dL/dbeta = sum(dy); with g = gamma dy:
    in training dL/dx = (g - mean(g) - x̂ mean(g x̂)) / sqrt(v + eps), because mu and v hang on x; in prediction
    dL/dx = g / sqrt(v + eps).
    """
    axes = (0, *range(2, x.ndim))
    gamma, mu, v = (along_channels(one, x.ndim) for one in (scale, running_mean, running_variance))
    if training:
        mu = x.mean(axis=axes, keepdims=True)
        v = ((x - mu) ** 2).mean(axis=axes, keepdims=True)
    x_hat = (x - mu) / np.sqrt(v + epsilon)
    g = gamma * upstream
    if training:
        g = g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)
    dx = g / np.sqrt(v + epsilon)
    return dx, (upstream * x_hat).sum(axis=axes), upstream.sum(axis=axes)


def running_statistics_reference(
    x: Floats, running_mean: Floats, running_variance: Floats, momentum: float = MOMENTUM
) -> tuple[Floats, Floats]:
    """Return the running mean and the running variance after one batch of training.

    **Formula** for each channel with N = m p q values: mean <- (1 - a) mean + a mean(x);
    variance <- (1 - a) variance + a N / (N - 1) mean((x - mean(x))²): the unbiased variance, while the batch itself is
    normalized with the biased one.

    Args:
        x: the batch, (n, c, …).
        running_mean: (c,), 0 at the start.
        running_variance: (c,), 1 at the start.
        momentum: a, the weight of the new batch, from 0 to 1.

    Returns:
        Both, (c,).

    Raises:
        ShapeError: the shapes do not fit, or a channel has one value only.
        RangeError: the momentum is not between 0 and 1.

    Example:
        >>> import numpy as np
        >>> running_statistics_reference(np.array([[1.0], [3.0]]), np.zeros(1), np.ones(1))
        (array([0.2]), array([1.1]))
    """
    _check(x, running_mean, running_variance, running_mean, running_variance, training=True, epsilon=EPSILON)
    if not 0 <= momentum <= 1:
        raise RangeError(f"batch_norm expected momentum from 0 to 1, got {momentum}: 0.1 is PyTorch's default")
    axes = (0, *range(2, x.ndim))
    mean, variance = x.mean(axis=axes), x.var(axis=axes, ddof=1)
    return (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_variance + momentum * variance


def batch_norm(
    x: Tensor,
    scale: Tensor,
    shift: Tensor,
    running_mean: Tensor,
    running_variance: Tensor,
    training: bool = True,
    epsilon: float = EPSILON,
) -> Tensor:
    """Return x normalized over the batch; see `batch_norm_reference`. The running statistics are left as they are.

    Raises:
        RangeError: epsilon is 0 in training.
    """
    from torch.nn import functional

    _check(x, scale, shift, running_mean, running_variance, training, epsilon)
    if training and epsilon == 0:
        raise RangeError("batch_norm expected epsilon above 0 in training with torch, got 0: 1e-5 is usual")
    mean, variance = (None, None) if training else (running_mean, running_variance)
    return functional.batch_norm(x, mean, variance, scale, shift, training, 0.0, epsilon)


def _check(
    x: Any, scale: Any, shift: Any, running_mean: Any, running_variance: Any, training: bool, epsilon: float
) -> None:
    vectors = {"scale": scale, "shift": shift, "running_mean": running_mean, "running_variance": running_variance}
    check_channels("batch_norm", x, vectors)
    check_epsilon("batch_norm", epsilon)
    shape = tuple(x.shape)
    if training and math.prod(shape) <= shape[1]:
        raise ShapeError(
            f"batch_norm expected x with two values for each channel or more, got {shape}: "
            f"pass a larger batch, or training=False"
        )


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    x = drawn_channels(rng)
    c = x.shape[1]
    vectors = (*rng.normal(size=(3, c)), rng.uniform(0.5, 2.0, c))
    return (x, *vectors), {"training": bool(rng.integers(0, 2))}


def _picture() -> Picture:
    one, zero = np.ones(3), np.zeros(3)
    return channels_before_and_after("batch_norm", lambda x: batch_norm_reference(x, one, zero, zero, one), "channel")


BATCH_NORM: Final = Layer(
    name="batch_norm",
    aliases=("batchnorm", "bn", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "BatchNormalization"),
    title="batch normalization",
    summary="Gives each channel mean 0 and spread 1 over the batch, then a learnt scale and shift.",
    formula="y = gamma (x - mu) / sqrt(v + eps) + beta, with mu and v of each channel over the batch",
    latex=r"y = \gamma_c\, \frac{x - \mu_c}{\sqrt{v_c + \epsilon}} + \beta_c",
    arguments=(
        Argument(name="x", shapes=SHAPES, meaning="the input, channels second"),
        SCALE,
        SHIFT,
        Argument(name="running_mean", shapes=("(c,)",), meaning="used in prediction", differentiable=False),
        Argument(
            name="running_variance",
            shapes=("(c,)",),
            meaning="used in prediction",
            values="positive",
            differentiable=False,
        ),
    ),
    options=(
        Option(name="training", meaning="whether the statistics are those of this batch or the running ones"),
        EPSILON_OPTION,
    ),
    result="of the shape of x; in training each channel has mean beta and, but for eps, standard deviation |gamma|",
    reference=batch_norm_reference,
    reference_backward=batch_norm_reference_backward,
    fast=batch_norm,
    sample=_sample,
    linear=False,
    equivariant=("permutation of examples", "permutation of places"),
    parameters="2 c learnt, and 2 c running statistics that are not learnt: BatchNorm2d(6) is for 6 channels, 12 + 12",
    module="torch.nn.BatchNorm2d",
    drawn=_picture,
    when="Convolutional networks with batches of 16 or more: between a convolution and its activation.",
    when_not="Batches of a few examples, whose statistics are noise; sequences. Group or layer normalization there.",
    mistakes=(
        "Predicting in training mode: the answer for one row then hangs on the other rows of its batch.",
        "Keeping the bias of the layer in front: the mean takes it away again. Shift replaces it.",
        "Taking scale and shift for hyperparameters: they are learnt like weights.",
        "Keras counts momentum the other way round: its 0.9 is PyTorch's 0.1. Its defaults are 0.99 and epsilon 1e-3.",
        "A batch of one row: in training every value is its own mean, and is refused.",
    ),
    source="S. Ioffe, C. Szegedy, Batch normalization, 2015. PyTorch's variant: biased variance for the batch, "
    "unbiased variance in the moving average, momentum 0.1 as the weight of the new batch.",
)

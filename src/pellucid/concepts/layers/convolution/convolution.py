"""Convolution in one, two or three dimensions: the NumPy and the PyTorch form that conv1d, conv2d and conv3d share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats
from pellucid.concepts.layers.convolution.geometry import (
    DILATION,
    GROUPS,
    PADDING,
    STRIDE,
    Padding,
    geometry_of,
)
from pellucid.concepts.layers.windows import Numbers, inner

if TYPE_CHECKING:
    from torch import Tensor

OPTIONS: Final = (STRIDE, PADDING, DILATION, GROUPS)
FORMULA: Final = "y[n, o, j] = b[o] + sum over c, i of w[o, c, i] x[n, c, s j + d i - p]"
LATEX: Final = r"y_{n,o,j} = b_o + \sum_{c} \sum_{i} w_{o,c,i}\, x_{n,c,\,s j + d i - p}"


def convolution_reference(
    x: Floats,
    w: Floats,
    b: Floats | None = None,
    stride: Numbers = 1,
    padding: Padding = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Floats:
    """Return the convolution of x with the kernels w, as cross-correlation: the kernel is not flipped.

    **Formula** with places j and positions i of the kernel, one index for each axis:
    y[n, o, j] = b[o] + Σ_c Σ_i w[o, c, i] x[n, c, s j + d i - p], where x is 0 outside.
    With groups, c runs over the channels of o's own group.

    Args:
        x: (n, c_in, *sizes) with one to three sizes.
        w: (c_out, c_in / groups, *kernel).
        b: (c_out,); None for none.
        stride: s, at least 1.
        padding: p, at least 0; or valid (0), same (the output is as large as x), full (d (k - 1)).
        dilation: d, at least 1.
        groups: a divisor of c_in and of c_out.

    Returns:
        y, (n, c_out, *output) with output = floor((size + 2 p - d (k - 1) - 1) / s) + 1 along each axis.

    Raises:
        ShapeError: axes or channels do not fit, or the kernel is larger than the padded input.
        RangeError: an option is out of its range.

    Example:
        >>> import numpy as np
        >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
        >>> w = np.array([[[[0.0, 1.0], [2.0, 3.0]]]])
        >>> convolution_reference(x, w)[0, 0]
        array([[19., 25.],
               [37., 43.]])
    """
    at = geometry_of(x.shape, w.shape, None if b is None else b.shape, stride, padding, dilation, groups)
    padded = np.pad(x, ((0, 0), (0, 0), *at.padding))
    padded = padded.reshape(len(x), groups, w.shape[1], *padded.shape[2:])  # (n, g, c_in / g, *sizes)
    kernels = w.reshape(groups, -1, *w.shape[1:])  # (g, c_out / g, c_in / g, *kernel)
    y = np.zeros((len(x), groups, len(w) // groups, *at.output))
    for i in np.ndindex(at.kernel):
        y += np.einsum("ngc...,goc->ngo...", padded[at.seen(i)], kernels[(..., *i)])
    y = y.reshape(len(x), len(w), *at.output)
    return y if b is None else y + b.reshape(-1, *(1 for _ in at.output))


def convolution_reference_backward(
    upstream: Floats,
    x: Floats,
    w: Floats,
    b: Floats | None = None,
    stride: Numbers = 1,
    padding: Padding = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> tuple[Floats, Floats, Floats]:
    """Return dL/dx, dL/dw and dL/db from upstream = dL/dy: each product of the forward pass, walked back.

    **Formula** dL/dx[n, c, s j + d i - p] += Σ_o w[o, c, i] dL/dy[n, o, j];
    dL/dw[o, c, i] = Σ_n Σ_j dL/dy[n, o, j] x[n, c, s j + d i - p]; dL/db[o] = Σ_n Σ_j dL/dy[n, o, j].
    """
    at = geometry_of(x.shape, w.shape, None if b is None else b.shape, stride, padding, dilation, groups)
    padded = np.pad(x, ((0, 0), (0, 0), *at.padding))
    grouped = padded.reshape(len(x), groups, w.shape[1], *padded.shape[2:])
    kernels = w.reshape(groups, -1, *w.shape[1:])
    dy = upstream.reshape(len(x), groups, len(w) // groups, *at.output)
    dx, dw = np.zeros_like(grouped), np.zeros_like(kernels)
    places = tuple(range(3, dy.ndim))
    for i in np.ndindex(at.kernel):
        dx[at.seen(i)] += np.einsum("ngo...,goc->ngc...", dy, kernels[(..., *i)])
        dw[(..., *i)] = np.einsum("ngo...,ngc...->goc...", dy, grouped[at.seen(i)]).sum(axis=places)
    db = upstream.sum(axis=(0, *range(2, upstream.ndim)))
    return dx.reshape(padded.shape)[inner(x.shape[2:], at.before)], dw.reshape(w.shape), db


def convolution(
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    stride: Numbers = 1,
    padding: Padding = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Tensor:
    """Return the convolution of x with the kernels w; see `convolution_reference`."""
    from torch.nn import functional

    at = geometry_of(
        tuple(x.shape), tuple(w.shape), None if b is None else tuple(b.shape), stride, padding, dilation, groups
    )
    margins = [margin for pair in reversed(at.padding) for margin in pair]  # the last axis comes first
    convolve = (functional.conv1d, functional.conv2d, functional.conv3d)[len(at.kernel) - 1]
    return convolve(functional.pad(x, margins), w, b, at.stride, 0, at.dilation, groups)


def arguments(sizes: str, kernel: str) -> tuple[Argument, ...]:
    """Return the arguments of a convolution over these axes.

    Example:
        >>> arguments("w", "k_w")[1].shapes
        ('(c_out, c_in / groups, k_w)',)
    """
    return (
        Argument(name="x", shapes=(f"(n, c_in, {sizes})",), meaning="the input"),
        Argument(name="w", shapes=(f"(c_out, c_in / groups, {kernel})",), meaning="one kernel for each output channel"),
        Argument(name="b", shapes=("(c_out,)",), meaning="the bias of each output channel, or None"),
    )


def sample(rng: np.random.Generator, axes: int) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    """Return an input, kernels, a bias and options that fit together.

    Example:
        >>> inputs, options = sample(np.random.default_rng(0), 2)
        >>> convolution_reference(*inputs, **options).ndim
        4
    """
    groups = int(rng.integers(1, 3))
    padding: Padding = ("valid", "same", "full", 0, 1, (2,) * axes)[int(rng.integers(0, 6))]
    kernel, gaps, stride = (tuple(rng.integers(1, 4, axes).tolist()) for _ in range(3))
    sizes = [d * (k - 1) + int(rng.integers(1, 4)) for k, d in zip(kernel, gaps, strict=True)]
    c_in, c_out = groups * int(rng.integers(1, 3)), groups * int(rng.integers(1, 3))
    shapes = ((int(rng.integers(1, 3)), c_in, *sizes), (c_out, c_in // groups, *kernel), (c_out,))
    step = 1 if padding == "same" else stride
    options = {"stride": step, "padding": padding, "dilation": gaps, "groups": groups}
    return tuple(rng.normal(size=shape) for shape in shapes), options

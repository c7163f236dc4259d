"""Upsampling: every cell becomes several, by repetition or by straight lines between the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument, Floats, Option
from pellucid.concepts.layers.layer import Layer
from pellucid.concepts.layers.pooling.geometry import check_axes
from pellucid.concepts.layers.windows import Numbers, Sizes, per_axis
from pellucid.drawing.records import Cells, Picture
from pellucid.foundation.errors import RangeError

if TYPE_CHECKING:
    from torch import Tensor

Mode = Literal["nearest", "linear"]
MODES: Final = ("nearest", "linear")
SCALE: Final = 2  # doubles height and width
SHOWN: Final = np.array([[0.0, 4.0, 8.0], [8.0, 8.0, 0.0]])


def upsample_reference(x: Floats, scale: Numbers = SCALE, mode: Mode = "nearest") -> Floats:
    """Return x with every axis of space s times as long.

    **Formula** y[n, c, j] = Σ_i M[j, i] x[n, c, i], axis by axis, with u = (j + 1/2) / s - 1/2, the place of output
    cell j among the input cells. nearest: M[j, i] = 1 for i = floor(j / s). linear: with u kept inside 0 … size - 1,
    M[j, i] = max(0, 1 - |u - i|).

    Args:
        x: (n, c, *sizes) with one to three sizes.
        scale: s, a whole number of at least 1, or one for each axis.
        mode: nearest repeats cells; linear is linear, bilinear or trilinear, as x has one, two or three sizes.

    Returns:
        y, (n, c, *output) with output = s size.

    Raises:
        ShapeError: x has too few or too many axes, or no places.
        RangeError: scale is below 1, or the mode is unknown.

    Example:
        >>> import numpy as np
        >>> x = np.array([[[0.0, 4.0]]])
        >>> upsample_reference(x)[0, 0], upsample_reference(x, mode="linear")[0, 0]
        (array([0., 0., 4., 4.]), array([0., 1., 3., 4.]))
    """
    y = x
    for axis, s in enumerate(_scales(x.shape, scale, mode), start=2):
        M = weights_of(x.shape[axis], s, mode)
        y = np.moveaxis(np.moveaxis(y, axis, -1) @ M.T, -1, axis)
    return np.asarray(y)


def upsample_reference_backward(
    upstream: Floats, x: Floats, scale: Numbers = SCALE, mode: Mode = "nearest"
) -> tuple[Floats]:
    """Return dL/dx from upstream = dL/dy: every input cell collects from the output cells that used it.

    **Formula** dL/dx[n, c, i] = Σ_j M[j, i] dL/dy[n, c, j], axis by axis.
    """
    dx = upstream
    for axis, s in enumerate(_scales(x.shape, scale, mode), start=2):
        M = weights_of(x.shape[axis], s, mode)
        dx = np.moveaxis(np.moveaxis(dx, axis, -1) @ M, -1, axis)
    return (np.asarray(dx),)


def weights_of(size: int, s: int, mode: Mode) -> Floats:
    """Return M, (s size, size): how much each output cell takes of each input cell along one axis.

    Example:
        >>> weights_of(2, 2, "linear")
        array([[1.  , 0.  ],
               [0.75, 0.25],
               [0.25, 0.75],
               [0.  , 1.  ]])
    """
    j, i = np.arange(s * size)[:, None], np.arange(size)
    if mode == "nearest":
        return np.asarray(i == j // s, dtype=np.float64)
    u = np.clip((j + 0.5) / s - 0.5, 0, size - 1)
    return np.asarray(np.maximum(0, 1 - np.abs(u - i)))


def upsample(x: Tensor, scale: Numbers = SCALE, mode: Mode = "nearest") -> Tensor:
    """Return x with every axis of space s times as long; see `upsample_reference`."""
    from torch.nn import functional

    scales = _scales(tuple(x.shape), scale, mode)
    sizes = [s * size for s, size in zip(scales, x.shape[2:], strict=True)]
    if mode == "nearest":  # "nearest-exact": plain "nearest" rounds j / s in single precision
        return functional.interpolate(x, sizes, mode="nearest-exact")
    by_axes = ("linear", "bilinear", "trilinear")
    return functional.interpolate(x, sizes, mode=by_axes[len(sizes) - 1], align_corners=False)


def _scales(x: tuple[int, ...], scale: Numbers, mode: str) -> Sizes:
    """Return one factor for each axis; refuse what does not fit."""
    check_axes("upsample", x)
    if mode not in MODES:
        raise RangeError(f"upsample expected mode nearest or linear, got {mode!r}: pass one of the two")
    return per_axis("upsample", "scale", scale, len(x) - 2, 1)


def _sample(rng: np.random.Generator) -> tuple[tuple[NDArray[Any], ...], dict[str, Any]]:
    axes = int(rng.integers(1, 4))
    shape = (*rng.integers(1, 3, 2).tolist(), *rng.integers(1, 5, axes).tolist())
    scale = tuple(rng.integers(1, 4, axes).tolist())
    return (rng.normal(size=shape),), {"scale": scale, "mode": MODES[int(rng.integers(0, 2))]}


def _picture() -> Picture:
    nearest, linear = (upsample_reference(SHOWN[None, None], mode=mode)[0, 0] for mode in ("nearest", "linear"))
    (dx,) = upsample_reference_backward(np.ones((1, 1, *linear.shape)), SHOWN[None, None], mode="linear")
    return Picture(
        alt="A 2x3 picture at double size, 4x6. Nearest repeats every cell in a block of 2x2. Linear lies between the "
        f"cells: the first row reads {', '.join(f'{one:g}' for one in linear[0])}. With dL/dy = 1 everywhere every "
        f"input cell gets {dx.min():g}, the size of its block, in both modes.",
        panels=(
            Cells(values=SHOWN, title="x, 2x3", low=0, high=8),
            Cells(values=nearest, title="nearest: repeats", low=0, high=8),
            Cells(values=linear, title="linear (bilinear): in between", low=0, high=8),
            Cells(values=dx[0, 0], title="dL/dx where dL/dy = 1", low=0, high=8),
        ),
    )


UPSAMPLE: Final = Layer(
    name="upsample",
    aliases=(
        "UpsamplingNearest2d",
        "UpSampling1D",
        "UpSampling2D",
        "UpSampling3D",
        "interpolate",
        "bilinear_upsampling",
    ),
    title="upsampling",
    summary="Makes a feature map larger by a whole factor, by repeating cells or by straight lines between them.",
    formula="y[n, c, j] = sum over i of M[j, i] x[n, c, i]; nearest: M[j, i] = 1 for i = floor(j / s); "
    "linear: M[j, i] = max(0, 1 - |u - i|), u = (j + 1/2) / s - 1/2",
    latex=r"y_{n,c,j} = \sum_{i} M_{j,i}\, x_{n,c,i}, \quad M_{j,i} = \max\left(0, 1 - |u - i|\right), \quad "
    r"u = \frac{j + 1/2}{s} - \frac{1}{2}",
    arguments=(Argument(name="x", shapes=("(n, c, l)", "(n, c, h, w)", "(n, c, z, h, w)"), meaning="the input"),),
    options=(
        Option(name="scale", meaning="s, how many times longer each axis gets, one number or one for each axis"),
        Option(name="mode", meaning="nearest repeats cells, linear draws straight lines", choices=MODES),
    ),
    result="(n, c, *output) with output = s size",
    reference=upsample_reference,
    reference_backward=upsample_reference_backward,
    fast=upsample,
    sample=_sample,
    linear=True,
    equivariant=(
        "permutation of examples",
        "permutation of channels",
        "translation by one input cell: the output moves by s cells, away from the rim",
    ),
    parameters="none",
    module="torch.nn.Upsample",
    drawn=_picture,
    when="In decoders and generators, followed by a convolution: no checkerboard, unlike a transposed convolution.",
    when_not="When the enlargement is to be learnt: a transposed convolution. For factors that are no whole "
    "numbers: torch.nn.functional.interpolate.",
    mistakes=(
        "Comparing with align_corners=True, as torch.nn.UpsamplingBilinear2d has it: there corner cells lie on one "
        "another, and all the others somewhere else.",
        "Nearest for soft maps and linear for maps of classes: numbers of classes have no in-between.",
        "Expecting detail: it adds none. A skip connection from before the pooling brings it back.",
    ),
    source="A. Odena et al., Deconvolution and checkerboard artifacts, 2016, for the layer in front of a convolution. "
    "Places of cells as in PyTorch with align_corners=False.",
)

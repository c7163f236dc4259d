"""What follows from the shapes and the options of a convolution, checked once for the NumPy and the PyTorch form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pellucid.concepts.concept import Option
from pellucid.concepts.layers.windows import (
    Index,
    Numbers,
    Sizes,
    convolved_size,
    extent,
    inner,
    per_axis,
    seen,
    transposed_size,
)
from pellucid.foundation.errors import RangeError, ShapeError

Padding = Numbers | Literal["valid", "same", "full"]
NAMED: Final = ("valid", "same", "full")
FEWEST_AXES: Final = 3  # (n, c, w)
MOST_AXES: Final = 5  # (n, c, z, h, w)
Shape = tuple[int, ...]

STRIDE: Final = Option(name="stride", meaning="s, cells from one window to the next, one number or one for each axis")
PADDING: Final = Option(
    name="padding",
    meaning="p, zeros before and after the input: numbers, 'valid' (none), 'same' (output as large as the input, "
    "stride 1) or 'full' (every overlap of kernel and input)",
)
DILATION: Final = Option(name="dilation", meaning="d, cells from one number of the kernel to the next")
GROUPS: Final = Option(name="groups", meaning="g, parts of the channels that do not see one another", low=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """Sizes along every axis of the kernel."""

    kernel: Sizes
    stride: Sizes
    before: Sizes
    """Zeros before the input; of a transposed convolution, what is cut off the output."""
    after: Sizes
    dilation: Sizes
    output: Sizes
    """Sizes of the output; of a transposed convolution, before its rim is cut off."""

    @property
    def padding(self) -> tuple[tuple[int, int], ...]:
        """Zeros before and after, axis by axis."""
        return tuple(zip(self.before, self.after, strict=True))

    def seen(self, offset: Sizes, sizes: Sizes | None = None) -> Index:
        """Return the padded input's cells under one position of the kernel, for all places (default: of the output)."""
        return seen(offset, self.output if sizes is None else sizes, self.stride, self.dilation)


def geometry_of(
    x: Shape, w: Shape, b: Shape | None, stride: Numbers, padding: Padding, dilation: Numbers, groups: int = 1
) -> Geometry:
    """Return what follows for a convolution of x (n, c_in, *sizes) with w (c_out, c_in / groups, *kernel).

    Raises:
        ShapeError: axes or channels do not fit, or the kernel is larger than the padded input.
        RangeError: a number is too small, groups do not divide the channels, padding is unknown.

    Example:
        >>> geometry_of((1, 2, 5), (4, 2, 3), None, 1, "same", 1).output
        (5,)
    """
    name = "convolution"
    check_channels(name, x, w, groups)
    check_bias(name, b, w[0])
    if w[0] % groups:
        raise RangeError(f"{name} expected groups to divide c_out = {w[0]}, got {groups}: change one of the two")
    kernel, axes = w[2:], len(w) - 2
    s, d = per_axis(name, "stride", stride, axes, 1), per_axis(name, "dilation", dilation, axes, 1)
    before, after = padding_of(name, kernel, s, d, padding)
    padded = tuple(size + left + right for size, left, right in zip(x[2:], before, after, strict=True))
    spans = tuple(map(extent, kernel, d))
    if any(span > size for span, size in zip(spans, padded, strict=True)):
        raise ShapeError(
            f"{name} expected a kernel that fits into the padded input of sizes {padded}, got one that spans {spans}: "
            "pad the input, or take a smaller kernel or dilation"
        )
    output = tuple(convolved_size(size, k, one, 0, gap) for size, k, one, gap in zip(padded, kernel, s, d, strict=True))
    return Geometry(kernel=kernel, stride=s, before=before, after=after, dilation=d, output=output)


def transposed_geometry_of(
    x: Shape,
    w: Shape,
    b: Shape | None,
    stride: Numbers,
    padding: Numbers,
    output_padding: Numbers,
    dilation: Numbers,
    groups: int,
) -> tuple[Geometry, Index]:
    """Return what follows for a transposed convolution with w (c_in, c_out / groups, *kernel), and what is kept.

    Raises:
        ShapeError: axes or channels do not fit, or padding cuts off the whole output.
        RangeError: a number is too small or too large, or groups do not divide the channels.

    Example:
        >>> transposed_geometry_of((1, 1, 3), (1, 1, 3), None, 2, 1, 0, 1, 1)[1]
        (Ellipsis, slice(1, 6, None))
    """
    name = "conv_transpose"
    check_channels(name, x, w, groups, transposed=True)
    check_bias(name, b, w[1] * groups)
    kernel, axes = w[2:], len(w) - 2
    s, d = per_axis(name, "stride", stride, axes, 1), per_axis(name, "dilation", dilation, axes, 1)
    p, o = per_axis(name, "padding", padding, axes, 0), per_axis(name, "output_padding", output_padding, axes, 0)
    if any(more >= max(step, gap) for more, step, gap in zip(o, s, d, strict=True)):
        raise RangeError(
            f"{name} expected output_padding below stride or dilation, got {o} with stride {s} and dilation {d}: "
            "take a smaller output_padding"
        )
    rows = list(zip(x[2:], kernel, s, p, d, o, strict=True))
    kept = tuple(transposed_size(*row) for row in rows)
    if any(size < 1 for size in kept):
        raise ShapeError(f"{name} expected an output of at least 1 cell, got sizes {kept}: take a smaller padding")
    whole = tuple(transposed_size(size, k, step, 0, gap, more) for size, k, step, _, gap, more in rows)
    return Geometry(kernel=kernel, stride=s, before=p, after=p, dilation=d, output=whole), inner(kept, p)


def padding_of(name: str, kernel: Sizes, stride: Sizes, dilation: Sizes, padding: Padding) -> tuple[Sizes, Sizes]:
    """Return the zeros before and after each axis.

    Raises:
        RangeError: the padding is unknown, or 'same' with a stride above 1.

    Example:
        >>> padding_of("conv", (4,), (1,), (1,), "same"), padding_of("conv", (4,), (1,), (1,), "full")
        (((1,), (2,)), ((3,), (3,)))
    """
    if not isinstance(padding, str):
        numbers = per_axis(name, "padding", padding, len(kernel), 0)
        return numbers, numbers
    overlap = tuple(extent(k, d) - 1 for k, d in zip(kernel, dilation, strict=True))
    if padding == "valid":
        return (0,) * len(kernel), (0,) * len(kernel)
    if padding == "full":
        return overlap, overlap
    if padding != "same":
        raise RangeError(
            f"{name} expected padding to be numbers or one of {', '.join(NAMED)}, got {padding!r}: pass one"
        )
    if set(stride) != {1}:
        raise RangeError(f"{name} expected stride 1 with padding 'same', got {stride}: pass the padding as numbers")
    before = tuple(one // 2 for one in overlap)
    return before, tuple(one - left for one, left in zip(overlap, before, strict=True))


def check_channels(name: str, x: Shape, w: Shape, groups: int, *, transposed: bool = False) -> None:
    """Refuse arrays whose axes or channels do not fit together.

    Raises:
        ShapeError: they do not.
        RangeError: groups do not divide the channels of the input.

    Example:
        >>> check_channels("conv", (1, 2, 5), (4, 3, 3), 1)
        Traceback (most recent call last):
        pellucid.foundation.errors.ShapeError: conv expected w of shape (c_out, c_in / groups, *kernel) with c_in = 2 \
and groups = 1, got (4, 3, 3): give w the channels of x
    """
    form = "(c_in, c_out / groups, *kernel)" if transposed else "(c_out, c_in / groups, *kernel)"
    if not FEWEST_AXES <= len(x) <= MOST_AXES or len(w) != len(x):
        raise ShapeError(
            f"{name} expected x of shape (n, c_in, *sizes) and w of shape {form} with one to three sizes, "
            f"got {x} and {w}: give both the same number of axes"
        )
    if min(*x[1:], *w) < 1:
        raise ShapeError(f"{name} expected axes of at least 1, got {x} and {w}: leave empty inputs out")
    if isinstance(groups, bool) or not isinstance(groups, int) or groups < 1 or x[1] % groups:
        raise RangeError(f"{name} expected groups to divide c_in = {x[1]}, got {groups!r}: change one of the two")
    if (w[0] if transposed else w[1] * groups) != x[1]:
        raise ShapeError(
            f"{name} expected w of shape {form} with c_in = {x[1]} and groups = {groups}, got {w}: "
            "give w the channels of x"
        )


def check_bias(name: str, b: Shape | None, channels: int) -> None:
    """Refuse a bias that is not one number for each output channel.

    Raises:
        ShapeError: it is not.

    Example:
        >>> check_bias("conv", (4,), 4)
    """
    if b is not None and b != (channels,):
        raise ShapeError(
            f"{name} expected b of shape (c_out,) = ({channels},), got {b}: pass one bias for each channel"
        )

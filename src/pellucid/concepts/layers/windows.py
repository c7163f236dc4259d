"""Windows over an input: their output sizes, the cells that they see, and the check of one number for each axis.

Plain integers: neither NumPy nor torch, so that both forms of a layer may ask here and stay two witnesses.
"""

from __future__ import annotations

from types import EllipsisType

from pellucid.foundation.errors import RangeError, ShapeError

Sizes = tuple[int, ...]
Numbers = int | Sizes
"""One whole number for every axis of a window, or one for each."""
Index = tuple[EllipsisType | slice, ...]


def extent(kernel: int, dilation: int = 1) -> int:
    """Return how many cells a kernel spans with its gaps: d (k - 1) + 1.

    Example:
        >>> extent(3), extent(3, dilation=2)
        (3, 5)
    """
    return dilation * (kernel - 1) + 1


def convolved_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Return the output size of a convolution along one axis: floor((size + 2 p - d (k - 1) - 1) / s) + 1.

    Example:
        >>> convolved_size(5, 3), convolved_size(5, 3, stride=2, padding=1), convolved_size(7, 3, dilation=2)
        (3, 3, 3)
    """
    return (size + 2 * padding - extent(kernel, dilation)) // stride + 1


def transposed_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1, output_padding: int = 0
) -> int:
    """Return the output size of a transposed convolution along one axis: s (size - 1) + d (k - 1) + 1 - 2 p + o.

    Example:
        >>> transposed_size(3, 3), transposed_size(3, 3, stride=2, padding=1, output_padding=1)
        (5, 6)
    """
    return stride * (size - 1) + extent(kernel, dilation) - 2 * padding + output_padding


def pooled_size(
    size: int, window: int, stride: int = 1, padding: int = 0, dilation: int = 1, ceil_mode: bool = False
) -> int:
    """Return the output size of pooling along one axis: that of a convolution, or rounded up.

    Rounded up, a last window that begins behind the input and its left padding is left out.

    Example:
        >>> pooled_size(6, 3, stride=2), pooled_size(6, 3, stride=2, ceil_mode=True)
        (2, 3)
    """
    if not ceil_mode:
        return convolved_size(size, window, stride, padding, dilation)
    count = -((extent(window, dilation) - size - 2 * padding) // stride) + 1
    return count - 1 if (count - 1) * stride >= size + padding else count


def per_axis(function: str, name: str, value: Numbers, axes: int, least: int) -> Sizes:
    """Return one number for each axis.

    Raises:
        ShapeError: there are too few or too many numbers.
        RangeError: one is below the least, or no whole number.

    Example:
        >>> per_axis("conv", "stride", 2, 3, 1)
        (2, 2, 2)
    """
    numbers = tuple(value) if isinstance(value, tuple | list) else (value,) * axes
    if len(numbers) != axes:
        raise ShapeError(
            f"{function} expected {name} to be one number or {axes}, one for each axis, got {value!r}: "
            f"pass {axes} numbers"
        )
    if any(isinstance(one, bool) or not isinstance(one, int) or one < least for one in numbers):
        raise RangeError(
            f"{function} expected {name} to be whole numbers of at least {least}, got {value!r}: pass such numbers"
        )
    return numbers


def seen(offset: Sizes, sizes: Sizes, stride: Sizes, dilation: Sizes) -> Index:
    """Return the index of the cells that one position of the window sees, for all places of the output at once.

    At place j of the output, position i of the window sees cell s j + d i of the padded input.

    Example:
        >>> seen((1,), (3,), (2,), (1,))
        (Ellipsis, slice(1, 6, 2))
    """
    along = zip(offset, sizes, stride, dilation, strict=True)
    return (..., *(slice(d * i, d * i + s * (size - 1) + 1, s) for i, size, s, d in along))


def inner(sizes: Sizes, before: Sizes) -> Index:
    """Return the index that cuts an input of these sizes out of its padded form.

    Example:
        >>> inner((4,), (1,))
        (Ellipsis, slice(1, 5, None))
    """
    return (..., *(slice(start, start + size) for size, start in zip(sizes, before, strict=True)))

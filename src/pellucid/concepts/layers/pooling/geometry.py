"""What follows from the shape and the options of pooling, checked once for the NumPy and the PyTorch form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Option
from pellucid.concepts.layers.windows import Index, Numbers, Sizes, extent, per_axis, pooled_size, seen
from pellucid.foundation.errors import RangeError, ShapeError

FEWEST_AXES: Final = 3  # (n, c, w)
MOST_AXES: Final = 5  # (n, c, z, h, w)
WINDOW: Final = 2  # cells to each side: the usual one, which halves a picture

WINDOW_OPTION: Final = Option(name="window", meaning="k, cells of the window, one number or one for each axis: (2, 3)")
STRIDE: Final = Option(name="stride", meaning="s, cells from one window to the next; None: as large as the window")
PADDING: Final = Option(name="padding", meaning="p, cells around the input, at most half of the window")
CEIL_MODE: Final = Option(
    name="ceil_mode",
    meaning="whether a last window that reaches beyond the end counts, rather than being left out",
    choices=(False, True),
)
Options = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooling:
    """Sizes along every axis of the window."""

    window: Sizes
    stride: Sizes
    padding: Sizes
    dilation: Sizes
    output: Sizes
    after: Sizes
    """Cells behind the input that windows reach: the padding, or more or fewer where they do not fit exactly."""

    @property
    def margins(self) -> tuple[tuple[int, int], ...]:
        """Cells before and after the input, axis by axis, beginning with none for examples and channels."""
        return ((0, 0), (0, 0), *zip(self.padding, self.after, strict=True))

    def seen(self, offset: Sizes) -> Index:
        """Return the padded input's cells at one position of the window, for all places of the output."""
        return seen(offset, self.output, self.stride, self.dilation)


def pooling_of(
    x: tuple[int, ...],
    window: Numbers,
    stride: Numbers | None,
    padding: Numbers,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
) -> Pooling:
    """Return what follows for pooling x (n, c, *sizes).

    Raises:
        ShapeError: x has too few or too many axes, the window does not fit, or sees nothing but padding somewhere.
        RangeError: a number is too small, or the padding is larger than half of the window.

    Example:
        >>> pooling_of((1, 1, 7), 3, None, 0, ceil_mode=True).output
        (3,)
    """
    check_axes("pooling", x)
    axes, sizes = len(x) - 2, x[2:]
    k, d = per_axis("pooling", "window", window, axes, 1), per_axis("pooling", "dilation", dilation, axes, 1)
    s = k if stride is None else per_axis("pooling", "stride", stride, axes, 1)
    p = per_axis("pooling", "padding", padding, axes, 0)
    if any(margin > width // 2 for margin, width in zip(p, k, strict=True)):
        raise RangeError(f"pooling expected padding of at most half of the window {k}, got {p}: take a smaller padding")
    spans = tuple(map(extent, k, d))
    room = tuple(size + 2 * margin for size, margin in zip(sizes, p, strict=True))
    rows = list(zip(sizes, k, s, p, d, strict=True))
    output = tuple(pooled_size(*row, ceil_mode) for row in rows)
    if any(span > space for span, space in zip(spans, room, strict=True)):
        raise ShapeError(
            f"pooling expected a window that fits into the padded input of sizes {room}, got one that spans {spans}: "
            "take a smaller window"
        )
    if len(x) == MOST_AXES and any(width > size for width, size in zip(k, sizes, strict=True)):
        raise ShapeError(
            f"pooling expected, in three dimensions, a window no larger than the input of sizes {sizes}, got {k}: "
            "take a smaller window"  # PyTorch refuses it there, and only there
        )
    for (size, width, step, margin, gap), count in zip(rows, output, strict=True):
        starts = (step * place - margin for place in range(count))
        if not all(any(0 <= start + gap * i < size for i in range(width)) for start in starts):
            raise ShapeError(
                f"pooling expected every window to see a cell of the input of sizes {sizes}, got dilation {d} and "
                f"padding {p}, with which one sees padding only: take a smaller padding or dilation"
            )
    ends = (step * (count - 1) + span for step, count, span in zip(s, output, spans, strict=True))
    after = tuple(max(0, end - margin - size) for end, margin, size in zip(ends, p, sizes, strict=True))
    return Pooling(window=k, stride=s, padding=p, dilation=d, output=output, after=after)


def check_axes(name: str, x: tuple[int, ...]) -> None:
    """Refuse inputs that are no batch of sequences, pictures or volumes.

    Raises:
        ShapeError: they are not.

    Example:
        >>> check_axes("pooling", (1, 3, 8, 8))
    """
    if not FEWEST_AXES <= len(x) <= MOST_AXES or min(x[1:]) < 1:
        raise ShapeError(
            f"{name} expected x of shape (n, c, *sizes) with one to three sizes of at least 1, got {x}: "
            "add the axes for examples and channels, and leave empty inputs out"
        )


def drawn_input(rng: np.random.Generator, options: Options) -> tuple[NDArray[np.float64], Options]:
    """Return an input for which options hold, with random window, stride and padding added to them.

    Example:
        >>> x, options = drawn_input(np.random.default_rng(0), {})
        >>> pooling_of(x.shape, **options).window == options["window"]
        True
    """
    axes = int(rng.integers(1, 4))
    window, stride = (tuple(rng.integers(1, 4, axes).tolist()) for _ in range(2))
    padding = tuple(int(rng.integers(0, k // 2 + 1)) for k in window)
    gap = options.get("dilation", 1)
    sizes = [gap * (k - 1) + int(rng.integers(1, 4)) for k in window]
    shape = (*rng.integers(1, 3, 2).tolist(), *sizes)
    x = rng.permutation(int(np.prod(shape))).reshape(shape) / 10  # no ties: there the maximum has a kink
    return x, {"window": window, "stride": stride, "padding": padding, **options}

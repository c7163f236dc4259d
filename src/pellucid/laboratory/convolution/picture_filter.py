"""A photograph under a kernel: edges, blur, sharpening, relief."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.convolution.convolution import convolution_reference
from pellucid.drawing.records import Cells, Picture
from pellucid.foundation.errors import DataError
from pellucid.laboratory.convolution.matrices import Rows, as_matrix, by
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

KERNELS: Final = MappingProxyType(
    {
        "edge": ((-1.0, -1.0, -1.0), (-1.0, 8.0, -1.0), (-1.0, -1.0, -1.0)),
        "blur": ((1 / 9,) * 3,) * 3,
        "sharpen": ((0.0, -1.0, 0.0), (-1.0, 5.0, -1.0), (0.0, -1.0, 0.0)),
        "emboss": ((-2.0, -1.0, 0.0), (-1.0, 1.0, 1.0), (0.0, 1.0, 2.0)),
        "sobel-x": ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0)),
        "sobel-y": ((-1.0, -2.0, -1.0), (0.0, 0.0, 0.0), (1.0, 2.0, 1.0)),
    }
)
GREY: Final = (0.299, 0.587, 0.114)  # luma weights of red, green, blue, ITU-R BT.601
SIDE: Final = 160
"""Pixels of the longer side; enough to see, and quick."""
WHITE: Final = 255.0
RIM: Final = 0.02
"""Share of the greatest possible answer that the rows and columns at the rim may add to the mean."""


@dataclass(frozen=True, kw_only=True)
class PictureFilter(Experiment):
    """Lay a kernel on every place of a photograph.

    Example:
        >>> result = PictureFilter(kernel="blur").run()
        >>> bool(result["output"].std() < result["picture"].std())
        True
    """

    name: ClassVar[str] = "picture_filter"
    aliases: ClassVar[tuple[str, ...]] = ("image filter", "sobel", "edge detection")
    theme: ClassVar[str] = "convolution"
    title: ClassVar[str] = "a photograph under a kernel"
    question: ClassVar[str] = "What does a kernel of nine numbers make of a picture?"
    formula: ClassVar[str] = "y[j] = sum over i of w[i] x[j + i]"
    latex: ClassVar[str] = r"y_{j} = \sum_{i} w_i\, x_{j+i}"
    look_for: ClassVar[str] = (
        "A kernel whose numbers sum to 1 keeps the brightness, one whose numbers sum to 0 keeps only changes. "
        "Give your own with own=((0,1,0),(1,-4,1),(0,1,0)), and your own photograph with file=…"
    )
    source: ClassVar[str] = "I. Sobel, G. Feldman, 1968; photograph: sklearn.datasets.load_sample_image."

    kernel: str = parameter("sobel-x", "a named kernel", choices=tuple(KERNELS))
    own: Rows = parameter((), "your own kernel, instead of the named one", low=-1000, high=1000)
    file: str = parameter("", "path of your own picture, instead of the photograph")

    def run(self) -> Result:
        """Return the picture in grey from 0 to 1, the kernel, and the output."""
        w = as_matrix(self.name, "own", self.own) if self.own else np.array(KERNELS[self.kernel])
        x = _grey(self.file)
        y = convolution_reference(x[None, None], w[None, None])[0, 0]
        flat = convolution_reference(np.full((1, 1, *w.shape), 0.5), w[None, None])[0, 0, 0, 0]
        inside = x[w.shape[0] // 2 :, w.shape[1] // 2 :][: y.shape[0], : y.shape[1]]
        total = float(w.sum())
        size = float(np.abs(w).sum()) or 1.0
        claims = (
            Claim(
                sentence="on an even grey the kernel answers its sum times the grey",
                holds=bool(abs(flat - total / 2) <= 1e-9 * size),
                measured=f"sum {total:.4g}, answer to 0.5 is {flat:.4g}",
            ),
            Claim(
                sentence="the mean answer is the kernel's sum times the mean grey, up to what the rim adds",
                holds=bool(abs(y.mean() - total * inside.mean()) <= RIM * size),
                measured=f"mean answer {y.mean():.4f}, sum times mean grey {total * inside.mean():.4f}",
            ),
        )
        return Result(
            experiment=self,
            values={"picture": x, "kernel": w, "output": y},
            claims=claims,
            picture=Picture(
                alt=f"A photograph of {by(x.shape)} pixels, a kernel of {by(w.shape)} with sum {total:.4g}, and its "
                f"output of {by(y.shape)} with answers from {y.min():.2f} to {y.max():.2f}.",
                panels=(
                    Cells(values=x, title="photograph", numbers=False, low=0.0, high=1.0),
                    Cells(values=w, title="kernel"),
                    Cells(values=y, title="output", numbers=False, low=float(y.min()), high=float(y.max())),
                ),
                columns=3,
            ),
        )


def _grey(file: str) -> Floats:
    """Return a picture in grey from 0 to 1, (h, w), made small."""
    from PIL import Image

    if file and not _is_file(file):
        raise DataError(f"picture_filter expected file to be the path of a picture, got {file!r}: check the path")
    if file:
        try:
            photograph = Image.open(file).convert("RGB")
        except OSError:  # no picture, or a damaged one
            raise DataError(f"picture_filter expected file to be a picture, got {file!r}: pass a PNG or JPEG") from None
    else:
        from sklearn.datasets import load_sample_image

        photograph = Image.fromarray(load_sample_image("china.jpg"))
    photograph.thumbnail((SIDE, SIDE))
    grey: Floats = np.asarray(photograph, dtype=float) @ np.array(GREY) / WHITE
    return grey


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):  # too long for a path, or with letters that none has
        return False

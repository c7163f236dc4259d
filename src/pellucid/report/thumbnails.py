"""Small pictures inside the page, as PNG in `data:` addresses."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import TYPE_CHECKING, Final

from pellucid.foundation.errors import ShapeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST_SIDE_PX: Final = 160  # twice the width in which the page shows them, for fine screens
PICTURE_AXES: Final = 3
GREY_CHANNELS: Final = 1
COLOUR_CHANNELS: Final = 3


def thumbnail(picture: NDArray[np.uint8], side: int = LARGEST_SIDE_PX) -> str:
    """Return a picture as the address of an `img` element.

    Args:
        picture: (c, h, w) with 1 or 3 channels; large ones are made smaller, small ones stay as they are.
        side: pixels of the longer side at most.

    Raises:
        ShapeError: it is no such picture.
    """
    from PIL import Image

    if picture.ndim != PICTURE_AXES or picture.shape[0] not in (GREY_CHANNELS, COLOUR_CHANNELS):
        raise ShapeError(
            f"thumbnail expected a picture of shape (c, h, w) with c = 1 or 3, got {picture.shape}: "
            "put the channels first"
        )
    pixels = picture[0] if picture.shape[0] == GREY_CHANNELS else picture.transpose(1, 2, 0)  # (h, w) or (h, w, c)
    image = Image.fromarray(pixels)
    image.thumbnail((side, side))
    stream = BytesIO()
    image.save(stream, "PNG", optimize=True)
    return "data:image/png;base64," + b64encode(stream.getvalue()).decode()

"""Pictures inside the page."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from pellucid.foundation.errors import ShapeError
from pellucid.report.thumbnails import LARGEST_SIDE_PX, thumbnail


def decoded(address: str) -> Image.Image:
    head, _, content = address.partition(",")
    assert head == "data:image/png;base64"
    return Image.open(BytesIO(b64decode(content)))


@pytest.mark.parametrize("channels", [1, 3])
def test_small_pictures_keep_every_pixel(channels: int) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (channels, 5, 7)).astype(np.uint8)
    image = np.asarray(decoded(thumbnail(picture)))
    assert (image.reshape(5, 7, channels).transpose(2, 0, 1) == picture).all()


def test_large_pictures_become_small_and_keep_their_form() -> None:
    assert decoded(thumbnail(np.zeros((3, 600, 300), np.uint8))).size == (LARGEST_SIDE_PX // 2, LARGEST_SIDE_PX)


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 3), (2, 28, 28)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"thumbnail expected a picture of shape \(c, h, w\) with c = 1 or 3, got"):
        thumbnail(np.zeros(shape, np.uint8))

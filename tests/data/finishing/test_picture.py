import numpy as np
import torch

from pellucid.data.finishing.picture import PictureFinish


def test_the_same_numbers_as_in_memory() -> None:
    pixels = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (4, 3, 5, 6), dtype=np.uint8))
    finish = PictureFinish(mean=(0.1, 0.5, 0.9), std=(0.2, 0.3, 1.0))
    (ours,) = finish((pixels,), None)
    theirs = finish.normalise(channels_last=False).function(pixels, torch.device("cpu"))(pixels)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
    assert finish.is_plain

"""Networks that look at each frame and then along time: sizes, the order of frames, options."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.foundation.errors import RangeError
from pellucid.foundation.records import InputSpec
from pellucid.networks.video.frames import FRAMEGRU, FrameConvolution, FrameEncoder, FrameGRU, FramesConfiguration
from pellucid.tasks.multiclass import Multiclass

SMALL = FramesConfiguration(width=4, features=8)
both = pytest.mark.parametrize("kind", [FrameGRU, FrameConvolution])


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (3, 2, 4, 9), (1, 3, 33, 20), (1, 2, 97, 130)])
def test_a_frame_becomes_features_by_itself(shape: tuple[int, ...]) -> None:
    encoder, clips = FrameEncoder(shape, 6, width=2).eval(), noise(2, *shape)
    features = encoder(clips)
    assert features.shape == (2, 6, shape[1])
    for moment in range(shape[1]):
        torch.testing.assert_close(encoder(clips[:, :, moment : moment + 1])[:, :, 0], features[:, :, moment])


@both
def test_the_order_of_the_frames_matters_and_their_number_may_differ(kind: type[nn.Module]) -> None:
    network = kind(SMALL, (1, 5, 8, 8), 3, torch.Generator().manual_seed(0)).eval()
    clips = noise(2, 1, 5, 8, 8)
    assert not torch.allclose(network(clips), network(clips.flip(2)), atol=1e-4)
    assert network(clips[:, :, :2]).shape == (2, 3)


def test_where_something_is_in_a_frame_matters() -> None:
    encoder, clip = FrameEncoder((1, 1, 16, 16), 8, width=4).eval(), torch.zeros(1, 1, 1, 16, 16)
    clip[..., 3, 3] = 1.0
    assert not torch.allclose(encoder(clip), encoder(clip.roll(8, dims=4)), atol=1e-4)


@pytest.mark.parametrize(("shape", "batch"), [((1, 10, 32, 32), 128), ((3, 30, 224, 224), 22), ((1, 999, 95, 95), 1)])
def test_batches_of_large_clips_are_small(shape: tuple[int, ...], batch: int) -> None:
    # 2^23 pixels after the first stride: 8,388,608 / (30 * 112 * 112) = 22
    task = Multiclass(targets=("y",), classes=("a", "b"))
    spec = InputSpec(kind="video", examples=100_000, shape=shape)
    assert FRAMEGRU.recommend(spec, task).settings["batch_size"] == batch


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"width": 0}, "width to be a whole number above 0, got 0"),
        ({"features": 0}, "features to be a whole number above 0, got 0"),
        ({"dropout": 1.0}, "dropout to be at least 0 and below 1, got 1.0"),
    ],
)
def test_options_have_ranges(options: dict[str, float], message: str) -> None:
    with pytest.raises(RangeError, match=message):
        FramesConfiguration(**options)  # type: ignore[arg-type]  # wrong on purpose

"""Both kinds of stacks go through the same piece; test_video.py and test_volume.py look at what comes out of it."""

from pellucid.data.modalities.varied import vary
from pellucid.data.modalities.video import VIDEOS
from pellucid.data.modalities.volume import VOLUMES


def test_clips_and_volumes_are_varied_alike() -> None:
    assert VIDEOS.vary is vary
    assert VOLUMES.vary is vary

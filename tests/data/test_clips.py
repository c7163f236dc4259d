from __future__ import annotations

import sys
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pellucid.data import clips
from pellucid.data.clips import decode, frame_size, frames_of
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError, MissingExtraError

LOSSY = 6  # shades by which a compressed flat frame may be off


def ramp(
    frames: int, size: tuple[int, int] = (16, 16), colour: tuple[float, float, float] = (1, 1, 1)
) -> NDArray[np.uint8]:
    """Return frames (z, h, w, 3), each of one shade, which grows with its number: 10, 20, 30 …"""
    shades = 10 * (1 + np.arange(frames))[:, None, None, None]
    return np.broadcast_to(shades * np.array(colour), (frames, *size, 3)).astype(np.uint8)


def film(path: Path, frames: NDArray[np.uint8], codec: str = "mpeg4") -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = frames.shape[2], frames.shape[1], "yuv420p"
        container.start_encoding()
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def gif(path: Path, frames: NDArray[np.uint8], duration: int = 100) -> Path:
    first, *others = map(Image.fromarray, frames)
    first.save(path, save_all=True, append_images=others, duration=duration)
    return path


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [(".mp4", "mpeg4"), (".avi", "mpeg4"), (".mov", "mpeg4"), (".webm", "libvpx"), (".mkv", "libx264")],
)
def test_films_of_all_containers(tmp_path: Path, suffix: str, codec: str) -> None:
    """WebM and Matroska do not say how many frames they have: they are counted."""
    decoded = decode([film(tmp_path / f"a{suffix}", ramp(12), codec)], DataSettings(frames=4))
    assert decoded.rate == 10
    content = np.asarray(decoded.content)
    assert content.shape == (1, 1, 12, 16, 16)  # grey; three frames kept for each of four
    np.testing.assert_allclose(content[0, 0, :, 8, 8], 10 * (1 + np.arange(12)), atol=LOSSY)


def test_gifs_are_exact(tmp_path: Path) -> None:
    decoded = decode([gif(tmp_path / "a.gif", ramp(6, colour=(1, 0, 0.5)))], DataSettings())
    content = np.asarray(decoded.content)
    assert content.shape == (1, 3, 6, 16, 16)
    np.testing.assert_array_equal(content[0, 0, :, 3, 3], 10 * (1 + np.arange(6)))
    np.testing.assert_array_equal(content[0, 2, :, 3, 3], 5 * (1 + np.arange(6)))
    assert decoded.rate == 10
    assert decoded.decisions == ()


def test_clips_of_several_lengths_and_sizes(tmp_path: Path) -> None:
    files = [gif(tmp_path / f"{frames}.gif", ramp(frames, (2 * frames, 16))) for frames in (3, 8, 8)]
    decoded = decode(files, DataSettings())
    content = np.asarray(decoded.content)
    assert content.shape == (3, 1, 8, 16, 16)
    np.testing.assert_array_equal(content[0, 0, :, 0, 0] // 10, [1, 1, 1, 2, 2, 3, 3, 3])  # repeated evenly
    topics = {decision.topic: decision for decision in decoded.decisions}
    assert topics["frame size"].warning
    assert "some are repeated in 1 shorter clip" in topics["clip length"].choice


def test_a_turned_film_stands_upright(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = ramp(4, (16, 32)).copy()
    frames[:, :, :16] = 250  # the left half
    path = film(tmp_path / "a.mp4", frames)
    plain = np.asarray(decode([path], DataSettings()).content)
    assert plain[0, 0, 0, 8, 4] > 200 > plain[0, 0, 0, 8, 28]

    monkeypatch.setattr(clips, "turns_of", lambda frame: 1)
    upright = np.asarray(decode([path], DataSettings(size=(32, 16))).content)
    assert upright[0, 0, 0, 28, 8] > 200 > upright[0, 0, 0, 4, 8]  # a quarter turn to the left: left goes down


def test_a_film_that_breaks_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that promises more frames than it has: a few are made up, many are an error."""
    path = film(tmp_path / "a.mp4", ramp(8))
    promised = clips._film_head

    def more(times: float) -> None:
        def head(file: Path) -> clips.Head | str:
            found = promised(file)
            assert isinstance(found, clips.Head)
            return clips.Head(height=16, width=16, frames=int(found.frames * times), rate=10)

        monkeypatch.setattr(clips, "_film_head", head)

    more(1.25)
    content = np.asarray(decode([path], DataSettings()).content)
    np.testing.assert_allclose(content[0, 0, -3:, 8, 8], 80, atol=LOSSY)  # the last frame again
    more(3)
    with pytest.raises(DataError, match=r"whole clips, got .*a\.mp4 \(it breaks off before frame 9 of 24\)"):
        decode([path], DataSettings())


def test_bad_files_are_refused_left_out_or_kept(tmp_path: Path) -> None:
    good = gif(tmp_path / "a.gif", ramp(4))
    bad = [tmp_path / "b.mp4", tmp_path / "c.gif", tmp_path / "d.avi"]
    for file, content in zip(bad, (b"", b"GIF89a is none", b"RIFF or what"), strict=True):
        file.write_bytes(content)
    files = [bad[0], good, bad[1], bad[2]]
    with pytest.raises(DataError, match=r"b\.mp4 \(the file is empty\) and 2 more"):
        decode(files, DataSettings())
    left = decode(files, DataSettings(skip_bad_rows=True))
    assert left.kept.tolist() == [1]
    assert left.decisions[-1].topic == "bad clips"
    kept = decode(files, DataSettings(), keep=True)
    assert kept.kept.tolist() == [0, 1, 2, 3]
    assert [problem.row for problem in kept.problems] == [0, 2, 3]
    assert "no clip that can be recognised" in kept.problems[1].sentence
    with pytest.raises(DataError, match="whole clips"):
        decode(bad, DataSettings(), keep=True)


def test_damage_that_shows_only_in_decoding(tmp_path: Path) -> None:
    whole = gif(tmp_path / "a.gif", np.random.default_rng(0).integers(0, 256, (6, 16, 16, 3)).astype(np.uint8))
    files = [whole, tmp_path / "b.gif", tmp_path / "c.gif"]
    content = whole.read_bytes()
    files[1].write_bytes(content[: len(content) // 2])
    files[2].write_bytes(content)
    decoded = decode(files, DataSettings(skip_bad_rows=True))
    assert decoded.kept.tolist() == [0, 2]
    assert len(np.asarray(decoded.content)) == 2


@pytest.mark.parametrize(("frames", "sentence"), [(0, "it has no frames"), (1, "it has a single frame")])
def test_films_in_which_nothing_moves(tmp_path: Path, frames: int, sentence: str) -> None:
    path = film(tmp_path / "a.avi", ramp(1)[:frames])
    with pytest.raises(DataError, match=rf"a\.avi \({sentence}"):
        decode([path], DataSettings())


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    (tmp_path / "a.mp4").write_bytes(b"film")
    with pytest.raises(MissingExtraError, match=r"pip install 'pellucid\[video\]'"):
        decode([tmp_path / "a.mp4"], DataSettings())
    assert len(decode([gif(tmp_path / "a.gif", ramp(4))], DataSettings()).kept) == 1  # GIFs need Pillow only


@pytest.mark.parametrize(
    ("sizes", "size", "expected"),
    [
        ([(20, 30)], None, (20, 30)),
        ([(720, 1280)], None, (36, 64)),
        ([(720, 1280)], 32, (32, 32)),
        ([(720, 1280)], (18, 32), (18, 32)),
        ([(10, 10), (20, 20), (30, 31)], None, (20, 20)),  # none is usual: the middle one
    ],
)
def test_size_of_frames(
    sizes: list[tuple[int, int]], size: int | tuple[int, int] | None, expected: tuple[int, int]
) -> None:
    assert frame_size(sizes, DataSettings(size=size))[0] == expected


@pytest.mark.parametrize(("length", "frames", "kept"), [(2, None, 2), (47, None, 16), (48, None, 48), (9, 30, 30)])
def test_number_of_frames(length: int, frames: int | None, kept: int) -> None:
    assert frames_of(length, DataSettings(frames=frames)) == kept

"""Decoding pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data.pixels import decode, picture_array, resize
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError


def saved(folder: Path, name: str, image: Image.Image) -> Path:
    path = folder / name
    image.save(path)
    return path


def test_grey_pictures_have_one_channel(tmp_path: Path) -> None:
    done = decode([saved(tmp_path, "a.png", Image.new("L", (3, 2), 7))], DataSettings())
    assert done.content.shape == (1, 1, 2, 3)
    assert done.content.max() == done.content.min() == 7
    assert not done.decisions


def test_mixed_modes_become_rgb_and_are_said(tmp_path: Path) -> None:
    palette = Image.new("RGB", (2, 2), (9, 8, 7)).quantize()
    files = [
        saved(tmp_path, "a.png", Image.new("RGB", (2, 2), (1, 2, 3))),
        saved(tmp_path, "b.png", Image.new("L", (2, 2), 5)),
        saved(tmp_path, "c.png", palette),
        saved(tmp_path, "d.png", Image.new("RGBA", (2, 2), (0, 0, 0, 0))),
    ]
    done = decode(files, DataSettings())
    assert done.content[:, :, 0, 0].tolist() == [[1, 2, 3], [5, 5, 5], [9, 8, 7], [255, 255, 255]]
    (said,) = done.decisions
    assert "transparency laid on white" in said.choice
    assert "turned into RGB" in said.choice


def test_sixteen_bits_are_reduced_not_clipped(tmp_path: Path) -> None:
    deep = np.array([[0, 256], [32768, 65535]], np.uint16)
    done = decode([saved(tmp_path, "a.png", Image.fromarray(deep))], DataSettings())
    assert done.content.ravel().tolist() == [0, 1, 128, 255]
    assert done.decisions[0].choice == "16 bits reduced to 8"


def test_black_and_white(tmp_path: Path) -> None:
    done = decode([saved(tmp_path, "a.png", Image.new("1", (2, 2), 1))], DataSettings())
    assert done.content.min() == 255


def test_several_sizes_become_the_usual_one(tmp_path: Path) -> None:
    files = [saved(tmp_path, f"{i}.png", Image.new("L", size)) for i, size in enumerate([(4, 6), (4, 6), (8, 8)])]
    done = decode(files, DataSettings())
    assert done.content.shape == (3, 1, 6, 4)
    (said,) = done.decisions
    assert said.choice == "all resized to 6 × 4 pixels (height × width)"
    assert said.reason == "2 of 3 pictures have it"
    assert said.overrule == "--size SIDE"


def test_all_different_sizes_become_the_middle_one(tmp_path: Path) -> None:
    files = [saved(tmp_path, f"{i}.png", Image.new("L", (i, i))) for i in (4, 6, 20)]
    assert decode(files, DataSettings()).content.shape == (3, 1, 6, 6)


def test_large_pictures_are_made_smaller_and_said(tmp_path: Path) -> None:
    done = decode([saved(tmp_path, "a.png", Image.new("L", (256, 512)))], DataSettings())
    assert done.content.shape == (1, 1, 128, 64)
    assert "would make training slow" in done.decisions[0].reason


@pytest.mark.parametrize(("size", "shape"), [(5, (5, 5)), ((3, 7), (3, 7)), (300, (300, 300))])
def test_the_user_names_the_size(tmp_path: Path, size: int | tuple[int, int], shape: tuple[int, int]) -> None:
    done = decode([saved(tmp_path, "a.png", Image.new("L", (4, 4)))], DataSettings(size=size))
    assert done.content.shape == (1, 1, *shape)


@pytest.mark.parametrize("broken", ["truncated", "text", "real numbers"])
def test_a_broken_picture_is_named_and_can_be_skipped(tmp_path: Path, broken: str) -> None:
    rng = np.random.default_rng(0)
    files = [
        saved(tmp_path, f"{i}.png", Image.fromarray(rng.integers(0, 255, (9, 9), dtype=np.uint8))) for i in range(3)
    ]
    if broken == "truncated":
        files[1].write_bytes(files[1].read_bytes()[:70])
    elif broken == "text":
        files[1].write_text("no picture")
    else:
        files[1] = saved(tmp_path, "1.tif", Image.fromarray(np.zeros((9, 9), np.float32)))
    with pytest.raises(DataError, match=rf"got .*{files[1].name} \(.*--skip-bad-rows"):
        decode(files, DataSettings())
    done = decode(files, DataSettings(skip_bad_rows=True))
    assert done.kept.tolist() == [0, 2]
    assert len(done.content) == 2
    assert done.decisions[-1].choice == "1 left out"
    assert done.decisions[-1].warning


def test_nothing_but_broken_pictures_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_text("no picture")
    with pytest.raises(DataError, match="no picture that can be recognised"):
        decode([path], DataSettings(skip_bad_rows=True))


def test_the_rotation_that_a_camera_notes_is_undone(tmp_path: Path) -> None:
    image = Image.fromarray(np.array([[0, 0, 0], [255, 255, 255]], np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 3  # turned by half
    path = tmp_path / "a.png"
    image.save(path, exif=exif)
    assert decode([path], DataSettings()).content[0, 0, :, 0].tolist() == [255, 0]


def test_a_folder_in_threads_is_in_order(tmp_path: Path) -> None:
    files = [saved(tmp_path, f"{i}.png", Image.new("L", (2, 2), i)) for i in range(50)]
    assert decode(files, DataSettings()).content[:, 0, 0, 0].tolist() == list(range(50))


def test_resize() -> None:
    pixels = np.full((2, 1, 4, 4), 9, np.uint8)
    assert resize(pixels, 1, 4, 4) is pixels
    assert resize(pixels, 3, 2, 6).shape == (2, 3, 2, 6)
    assert (resize(pixels, 3, 2, 6) == 9).all()
    assert resize(np.full((1, 3, 4, 4), 9, np.uint8), 1, 4, 4).shape == (1, 1, 4, 4)


def test_a_transparent_palette_is_laid_on_white() -> None:
    image = Image.new("P", (1, 1), 0)
    image.info["transparency"] = 0
    assert picture_array(image, 1, 1, 1).ravel().tolist() == [255]

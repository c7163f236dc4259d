from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.data.sources.clip_folder import is_clip_folder, read_clip_folder


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def gif(path: Path, frames: int = 3, shade: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    first, *others = [Image.fromarray(np.full((8, 8), 20 * i + shade, np.uint8)) for i in range(frames)]
    first.save(path, save_all=True, append_images=others)
    return path


def test_gifs_that_move_are_clips_and_others_pictures(tmp_path: Path) -> None:
    for name in "ab":
        gif(tmp_path / "moving" / name / "0.gif", shade=ord(name) % 9)
        gif(tmp_path / "still" / name / "0.gif", frames=1, shade=ord(name) % 9)
    assert is_clip_folder(tmp_path / "moving")
    assert is_clip_folder(tmp_path / "moving" / "a" / "0.gif")
    assert not is_clip_folder(tmp_path / "still")
    assert read(tmp_path / "moving").kind == "video"
    assert read(tmp_path / "still").kind == "picture"


def test_a_gif_that_moves_among_other_pictures_is_a_picture(tmp_path: Path) -> None:
    gif(tmp_path / "a" / "0.gif")
    Image.new("L", (8, 8)).save(tmp_path / "a" / "1.png")
    assert not is_clip_folder(tmp_path)
    assert read(tmp_path).kind == "picture"


def test_films_are_clips_without_being_opened(tmp_path: Path) -> None:
    (tmp_path / "a.MP4").write_bytes(b"")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "broken.gif").write_bytes(b"GIF89a")
    assert is_clip_folder(tmp_path)
    assert not is_clip_folder(tmp_path / "b")
    assert not is_clip_folder("iris")


def test_classes_and_parts_come_from_folders(tmp_path: Path) -> None:
    for part in ("train", "test"):
        for label in ("up", "down"):
            gif(tmp_path / "set" / part / label / "0.gif")
    data = read_clip_folder(tmp_path / "set", DataSettings(), ())
    assert data.frame["label"].to_list() == ["down", "up", "down", "up"]
    assert data.test_rows is not None
    assert data.test_rows.tolist() == [True, True, False, False]
    assert (data.kind, data.subject, data.target) == ("video", "clip", ("label",))


def test_clips_of_one_recording_stay_together(tmp_path: Path) -> None:
    """Names as in UCF101: v_ACTION_gGROUP_cCLIP."""
    for group in range(3):
        for clip in range(2):
            gif(tmp_path / "set" / "run" / f"v_run_g0{group}_c0{clip}.gif")
    data = read_clip_folder(tmp_path / "set", DataSettings(), ())
    assert data.group == "recording"
    assert data.frame["recording"].to_list() == [f"run/v_run_g0{group}" for group in range(3) for _ in range(2)]


def test_a_test_part_of_its_own_is_brought_to_the_size_of_the_first(tmp_path: Path) -> None:
    for label in "ab":
        gif(tmp_path / "train" / label / "0.gif", frames=4)
        gif(tmp_path / "other" / label / "0.gif", frames=9)
    data = read(tmp_path / "train", DataSettings(test=str(tmp_path / "other"), size=4))
    assert np.asarray(data.content).shape == (4, 1, 4, 4, 4)
    assert data.test_rows is not None
    assert data.test_rows.tolist() == [False, False, True, True]


def test_a_test_part_may_have_names_of_another_pattern(tmp_path: Path) -> None:
    for group in range(3):
        for clip in range(2):
            gif(tmp_path / "train" / "run" / f"v_run_g0{group}_c0{clip}.gif")
    gif(tmp_path / "other" / "run" / "0.gif")
    data = read(tmp_path / "train", DataSettings(test=str(tmp_path / "other")))
    assert data.group == "recording"
    assert data.frame["recording"].to_list()[4:] == ["run/v_run_g02", "run/v_run_g02", "run/0.gif"]

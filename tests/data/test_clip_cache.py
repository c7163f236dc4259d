from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import clip_cache
from pellucid.data.clip_cache import through_cache
from pellucid.data.settings import DataSettings
from pellucid.data.sources.files import Decoded
from pellucid.foundation.records import Decision

CLIPS = np.random.default_rng(0).integers(0, 256, (3, 1, 4, 6, 6), np.uint8)
SAID = Decision(topic="frame size", choice="small", reason="large is slow")


class Decoding:
    """Counts how often it is called."""

    def __init__(self, clips: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = CLIPS) -> None:
        self.times, self.clips = 0, clips

    def __call__(self) -> Decoded:
        self.times += 1
        return Decoded(content=self.clips, kept=np.array([0, 2, 3]), rate=25, decisions=(SAID,))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "pellucid" / "clips"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{i}.gif" for i in range(4)]
    for path in paths:
        path.write_bytes(path.name.encode())
    return paths


def test_decoded_once(folder: Path, files: list[Path]) -> None:
    decode = Decoding()
    first, second = (through_cache(files, DataSettings(), decode) for _ in range(2))
    assert decode.times == 1
    for decoded, word in ((first, "kept in"), (second, "taken from")):
        assert isinstance(decoded.content, np.memmap)
        np.testing.assert_array_equal(decoded.content, CLIPS)
        assert (decoded.kept.tolist(), decoded.rate) == ([0, 2, 3], 25)
        assert decoded.decisions[0] == SAID
        assert decoded.decisions[1].choice.startswith(f"{word} {folder}")


@pytest.mark.parametrize(
    "change",
    [
        lambda files: files[1].write_bytes(b"other"),
        lambda files: os.utime(files[1], ns=(5, 5)),
        lambda files: files.pop(),
        lambda files: files.reverse(),
    ],
)
@pytest.mark.usefixtures("folder")
def test_other_files_are_decoded_anew(files: list[Path], change: Callable[[list[Path]], object]) -> None:
    decode = Decoding()
    through_cache(files, DataSettings(), decode)
    change(files)
    through_cache(files, DataSettings(), decode)
    assert decode.times == 2


@pytest.mark.usefixtures("folder")
def test_other_settings_are_decoded_anew(files: list[Path]) -> None:
    decode = Decoding()
    for settings in (DataSettings(), DataSettings(frames=4), DataSettings(size=8), DataSettings(skip_bad_rows=True)):
        through_cache(files, settings, decode)
    assert decode.times == 4


@pytest.mark.parametrize(
    "damage",
    [
        lambda clips, record: clips.write_bytes(clips.read_bytes()[:-5]),
        lambda clips, record: clips.write_bytes(clips.read_bytes()[:-1] + b"x"),
        lambda clips, record: clips.unlink(),
        lambda clips, record: np.save(clips, CLIPS[:2]),
        lambda clips, record: record.write_text("{}"),
        lambda clips, record: record.write_bytes(b"\xff"),
    ],
)
def test_damage_is_noticed_and_mended(folder: Path, files: list[Path], damage: Callable[[Path, Path], object]) -> None:
    decode = Decoding()
    through_cache(files, DataSettings(), decode)
    damage(*folder.glob("*.npy"), *folder.glob("*.json"))
    again = through_cache(files, DataSettings(), decode)
    assert decode.times == 2
    assert "what was kept there was damaged" in again.decisions[-1].reason
    through_cache(files, DataSettings(), decode)
    assert decode.times == 2


def test_interrupted_before_the_end(folder: Path, files: list[Path]) -> None:
    """Without the record, which is written last, nothing is known of the clips."""
    decode = Decoding()
    through_cache(files, DataSettings(), decode)
    next(folder.glob("*.json")).unlink()
    again = through_cache(files, DataSettings(), decode)
    assert decode.times == 2
    assert "damaged" not in again.decisions[-1].reason


def test_it_never_grows_too_large(folder: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clip_cache, "MOST_BYTES", 2 * CLIPS.nbytes + 500)  # two files with their headers
    decode = Decoding()
    for number, frames in enumerate((1, 2, 3)):
        through_cache(files, DataSettings(frames=frames), decode)
        for record in folder.glob("*.json"):
            if record.stat().st_mtime > 100:
                os.utime(record, (number, number))
    assert len(list(folder.glob("*.npy"))) == len(list(folder.glob("*.json"))) == 2
    through_cache(files, DataSettings(frames=3), decode)
    through_cache(files, DataSettings(frames=2), decode)
    assert decode.times == 3
    through_cache(files, DataSettings(frames=1), decode)  # the oldest went
    assert decode.times == 4


def test_a_folder_that_cannot_be_written(folder: Path, files: list[Path]) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file, and no folder")
    decoded = through_cache(files, DataSettings(), Decoding())
    assert decoded.content is CLIPS
    assert decoded.decisions[-1].warning
    assert decoded.decisions[-1].choice.startswith(f"not kept in {folder}")


def test_more_than_all_may_have_is_not_kept(folder: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clip_cache, "MOST_BYTES", CLIPS.nbytes - 1)
    decoded = through_cache(files, DataSettings(), Decoding())
    assert decoded.content is CLIPS
    assert "they need 0 GB, and all together may have 8 GB" in decoded.decisions[-1].reason
    assert list(folder.glob("*.npy")) == []


@pytest.mark.usefixtures("folder")
def test_nothing_is_kept_of_nothing(files: list[Path]) -> None:
    assert through_cache(files, DataSettings(), lambda: Decoded(kept=np.arange(0))).decisions == ()

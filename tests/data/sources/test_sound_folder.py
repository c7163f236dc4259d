"""Folders of sounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from pellucid.data.content import Ragged
from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.data.sources.sound_folder import is_sound_folder, read_sound_folder
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Column

KNOWN = (Column(name="sound", kind="identifier", role="feature", missing=0, distinct=1, summary=""),)


def play(path: Path, samples: int = 100, rate: int = 8000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.sin(np.arange(samples)), rate)


def digits(folder: Path, takes: int = 2) -> Path:
    for digit in range(3):
        for who in ("ann", "bob", "cat"):
            for take in range(takes):
                play(folder / f"{digit}_{who}_{take}.wav")
    return folder


def test_a_folder_for_each_class(tmp_path: Path) -> None:
    play(tmp_path / "cat" / "1.wav", 50)
    play(tmp_path / "dog" / "1.flac", 60)
    assert is_sound_folder(tmp_path)
    data = read_sound_folder(tmp_path, DataSettings(), ())
    assert data.frame.rows() == [("cat/1.wav", "cat"), ("dog/1.flac", "dog")]
    assert isinstance(data.content, Ragged)
    assert data.content.lengths.tolist() == [50, 60]
    assert (data.target, data.group, data.rate, data.subject) == (("label",), "", 8000, "sound")


def test_names_that_say_label_and_speaker(tmp_path: Path) -> None:
    data = read_sound_folder(digits(tmp_path), DataSettings(), ())
    assert data.frame.columns == ["sound", "label", "speaker", "take"]
    assert (data.target, data.group) == (("label",), "speaker")
    assert [said.topic for said in data.decisions] == ["file names", "speaker"]


def test_one_folder_in_the_folder_names_no_class(tmp_path: Path) -> None:
    digits(tmp_path / "recordings")
    data = read_sound_folder(tmp_path, DataSettings(), ())
    assert data.frame.columns == ["sound", "label", "speaker", "take"]
    assert data.frame["label"].unique(maintain_order=True).to_list() == ["0", "1", "2"]


@pytest.mark.parametrize("settings", [DataSettings(split="stratified"), DataSettings(group="take")])
def test_nothing_is_said_of_speakers_where_the_user_splits(tmp_path: Path, settings: DataSettings) -> None:
    data = read_sound_folder(digits(tmp_path), settings, ())
    assert data.group == "speaker"
    assert [said.topic for said in data.decisions] == ["file names"]


def test_nothing_is_said_when_predicting(tmp_path: Path) -> None:
    assert read_sound_folder(digits(tmp_path), DataSettings(), KNOWN).decisions == ()


def test_official_parts(tmp_path: Path) -> None:
    for part in ("train", "test"):
        play(tmp_path / part / "cat" / "1.wav")
    data = read_sound_folder(tmp_path, DataSettings(), ())
    assert data.test_rows is not None
    assert data.test_rows.tolist() == [True, False]


def test_a_table_with_a_column_of_speakers(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("file,mood,Speaker_ID\n" + "".join(f"{i}.wav,{'gl'[i % 2]},{'abc'[i % 3]}\n" for i in range(6)))
    for i in range(6):
        play(tmp_path / "sounds" / f"{i}.wav")
    data = read_sound_folder(tmp_path / "sounds", DataSettings(labels=str(table)), ())
    assert data.frame.columns == ["sound", "mood", "Speaker_ID"]
    assert data.group == "Speaker_ID"
    assert data.decisions[-1].topic == "Speaker_ID"
    gaps = table.read_text().replace("5.wav,l,c", "5.wav,l,")
    table.write_text(gaps)
    assert read_sound_folder(tmp_path / "sounds", DataSettings(labels=str(table)), ()).group == ""


def test_a_table_that_names_missing_files(tmp_path: Path) -> None:
    play(tmp_path / "sounds" / "a.wav")
    table = tmp_path / "labels.csv"
    table.write_text("file,mood\na.wav,g\nb.wav,l\n")
    with pytest.raises(DataError, match="expected every sound of labels.csv in .*, got none for 'b.wav' in row 3"):
        read_sound_folder(tmp_path / "sounds", DataSettings(labels=str(table)), ())


def test_a_test_folder_of_another_rate_is_brought_to_that_of_the_first(tmp_path: Path) -> None:
    play(tmp_path / "one" / "cat" / "1.wav", 400, 8000)
    play(tmp_path / "two" / "cat" / "1.wav", 800, 16_000)
    data = read(tmp_path / "one", DataSettings(test=str(tmp_path / "two")))
    assert isinstance(data.content, Ragged)
    assert data.content.lengths.tolist() == [400, 400]


def test_unlabelled_sounds_and_a_single_one(tmp_path: Path) -> None:
    play(tmp_path / "a.wav")
    play(tmp_path / "b.wav")
    assert read_sound_folder(tmp_path, DataSettings(), ()).target == ()
    assert read_sound_folder(tmp_path / "b.wav", DataSettings(), ()).frame.rows() == [("b.wav",)]


def test_other_things_are_no_sound_folders(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    assert not is_sound_folder(tmp_path)
    assert not is_sound_folder(np.zeros(3))

"""Data sets of the hub: small repositories of the same form as real ones, in the user's own folder."""

from __future__ import annotations

import io
import json
import wave
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from PIL import Image

from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.data.sources import hub
from pellucid.foundation.errors import DataError
from pellucid.foundation.hub import Snapshot

ROWS = [f"{i},{'yes' if i % 2 else 'no'}\n" for i in range(20)]
TABLE = "x,answer\n" + "".join(ROWS)


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The empty folder of ada/set in the user's own folder."""
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "ada" / "set"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("# a set")
    return folder


def put(folder: Path, *names: str, text: str = TABLE) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def said(dataset: Any) -> dict[str, Any]:
    return {decision.topic: decision for decision in dataset.decisions}


def test_files_are_sorted_into_parts_by_their_names(repository: Path) -> None:
    put(repository, "data/train.csv", "data/test.csv", "data/valid.csv", "data/unlabelled.csv")
    put(repository, "dataset_infos.json", text="{}")
    dataset = read("hf:ada/set")
    assert dataset.name == "hf:ada/set"
    assert len(dataset) == 60
    assert dataset.test_rows is not None
    assert dataset.test_rows.tolist() == [False] * 40 + [True] * 20
    assert said(dataset)["test part"].reason == "its files are called test"
    assert said(dataset)["files"].choice == "unlabelled.csv left out"
    assert said(dataset)["files"].warning


def test_without_a_test_part_the_validation_part_is_it(repository: Path) -> None:
    put(repository, "training/a.csv", "dev/a.csv")
    dataset = read("hf:ada/set")
    assert dataset.test_rows is not None
    assert dataset.test_rows.sum() == 20
    assert said(dataset)["test part"].reason == "its files are called validation"


def test_shards_are_put_together(repository: Path) -> None:
    put(repository, *(f"train-0000{i}-of-00003.csv" for i in range(3)))
    dataset = read("hf:ada/set")
    assert len(dataset) == 60
    assert dataset.test_rows is None
    assert "test part" not in said(dataset)


def test_one_file_and_shards_without_a_part_are_the_set(repository: Path) -> None:
    put(repository, "numbers-00000-of-00002.csv", "numbers-00001-of-00002.csv")
    assert len(read("hf:ada/set")) == 40
    assert len(read("hf:ada/set/numbers-00000-of-00002.csv")) == 20


def test_several_files_without_a_part_are_asked_about(repository: Path) -> None:
    put(repository, "red.csv", "white.csv")
    with pytest.raises(DataError, match="none is called so: name the one you mean, such as hf:ada/set/red.csv"):
        read("hf:ada/set")


def test_several_sets_are_asked_about(repository: Path) -> None:
    put(repository, "sst2/train.csv", "sst2/test.csv", "cola/train.csv")
    with pytest.raises(DataError, match="got 2: name the one you mean, such as hf:ada/set/cola, hf:ada/set/sst2"):
        read("hf:ada/set")
    assert len(read("hf:ada/set/sst2")) == 40


def test_a_path_that_is_not_there_is_said(repository: Path) -> None:
    with pytest.raises(DataError, match="expected other.csv in the data set ada/set"):
        read("hf:ada/set/other.csv")


def test_another_form_of_name_is_said() -> None:
    with pytest.raises(DataError, match="a name of the hub such as hf:owner/name, got 'hf:set'"):
        read("hf:set")


def parquet(path: Path, columns: dict[str, Any], **features: Any) -> None:
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    pl.DataFrame(columns).write_parquet(path, metadata=metadata)


def test_codes_of_parquet_files_become_names(repository: Path) -> None:
    label = {"_type": "ClassLabel", "names": ["neg", "pos"]}
    texts = [f"a text with the number {i} in it" for i in range(4)]
    for part in ("train", "test"):
        parquet(repository / f"{part}.parquet", {"text": texts, "label": [0, 1, 1, 0]}, label=label, text={})
    assert read("hf:ada/set").frame["label"].to_list() == ["neg", "pos", "pos", "neg"] * 2


def test_a_test_part_that_hides_its_labels_is_none(repository: Path) -> None:
    label = {"_type": "ClassLabel", "names": ["neg", "pos"]}
    for part, labels in (("train", [0, 1, 0, 1]), ("validation", [1, 0, 1, 0]), ("test", [-1] * 4)):
        parquet(repository / f"{part}.parquet", {"x": [1, 2, 3, 4], "label": labels}, label=label)
    dataset = read("hf:ada/set")
    assert dataset.frame["label"].to_list() == ["neg", "pos"] * 2 + ["pos", "neg"] * 2
    assert dataset.test_rows is not None
    assert dataset.test_rows.tolist() == [False] * 4 + [True] * 4
    assert said(dataset)["files"].choice == "test.parquet left out"
    assert said(dataset)["files"].reason == "they hide their labels behind -1"
    (repository / "validation.parquet").unlink()
    assert read("hf:ada/set").test_rows is None


def test_a_parquet_file_without_names_keeps_its_codes(repository: Path) -> None:
    pl.DataFrame({"x": range(9), "label": [0, 1, 2] * 3}).write_parquet(repository / "train.parquet")
    assert read("hf:ada/set").frame["label"].to_list() == [0, 1, 2] * 3


def test_the_revision_is_said(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repository, "train.csv")
    found = Snapshot(folder=repository, revision="abc")
    monkeypatch.setattr(hub, "snapshot", lambda *_: found)
    current, named = said(read("hf:ada/set"))["data set"], said(read("hf:ada/set@v1/train.csv"))["data set"]
    assert current.choice == "ada/set of the Hugging Face hub, revision abc"
    assert current.reason == "it is the current one"
    assert current.overrule == "hf:ada/set@REVISION"
    assert named.reason == "you named this revision"


def test_pictures_in_parquet_files(repository: Path) -> None:
    label = {"_type": "ClassLabel", "names": ["dark", "bright"]}
    pictures = []
    for shade in (10, 200, 20, 210):
        stream = io.BytesIO()
        Image.fromarray(np.full((6, 5), shade, np.uint8)).save(stream, "PNG")
        pictures.append({"bytes": stream.getvalue(), "path": None})
    columns = {"image": pictures, "label": [0, 1, 0, 1]}
    for part in ("train", "test"):
        parquet(repository / f"{part}-00000-of-00001.parquet", columns, label=label)
    for _ in range(2):  # the second time, the files are there
        dataset = read("hf:ada/set")
        assert dataset.kind == "picture"
        assert isinstance(dataset.content, np.ndarray)
        assert dataset.content[:, 0, 0, 0].tolist() == [10, 200, 20, 210] * 2
        assert dataset.target == ("label",)
        assert dataset.frame["label"].to_list() == ["dark", "bright"] * 4
        assert dataset.test_rows is not None
        assert dataset.test_rows.tolist() == [False] * 4 + [True] * 4


def test_sounds_in_parquet_files(repository: Path) -> None:
    sounds = []
    for amplitude in (1000, 2000, 3000):
        stream = io.BytesIO()
        with wave.open(stream, "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(np.tile(np.array([amplitude, -amplitude], np.int16), 400).tobytes())
        sounds.append({"bytes": stream.getvalue(), "path": "a.wav"})
    parquet(repository / "train.parquet", {"audio": sounds, "label": ["yes", "no", "yes"]})
    dataset = read("hf:ada/set")
    assert dataset.kind == "sound"
    assert dataset.rate == 8000
    assert dataset.frame["label"].to_list() == ["yes", "no", "yes"]


def test_a_folder_of_pictures(repository: Path) -> None:
    for name in ("train/cat/1.png", "train/dog/2.png", "test/cat/3.png"):
        (repository / name).parent.mkdir(parents=True)
        Image.new("L", (4, 4)).save(repository / name)
    dataset = read("hf:ada/set", DataSettings())
    assert dataset.frame["label"].to_list() == ["cat", "cat", "dog"]
    assert said(dataset)["data set"].reason == "PELLUCID_DATA names the folder it is in"

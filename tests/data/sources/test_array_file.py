from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Column

FIELDS: dict[str, Any] = {"kind": "identifier", "role": "feature", "missing": 0, "distinct": 5, "summary": ""}
CLIPS = np.random.default_rng(0).integers(0, 256, (6, 4, 16, 16), np.uint8)


def test_clips_with_labels_beside_them(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", label=np.arange(6), clips=CLIPS, where=np.zeros((6, 2)), names=np.array(["u", "v"]))
    data = read(tmp_path / "a.npz")
    assert (data.kind, data.name, data.target) == ("video", "a.npz", ())
    assert data.frame.columns == ["clip", "label", "where_1", "where_2"]
    np.testing.assert_array_equal(np.asarray(data.content)[:, 0], CLIPS)
    assert "not used: names (2,)" in [decision.choice for decision in data.decisions]


def test_the_only_labels_are_the_target(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", clips=CLIPS, way=np.arange(6))
    assert read(tmp_path / "a.npz").target == ("way",)


def test_pictures_and_tables_in_files(tmp_path: Path) -> None:
    np.save(tmp_path / "pictures.npy", CLIPS[:, 0])
    np.savez(tmp_path / "table.npz", features=np.zeros((6, 3)), y=np.arange(6))
    assert read(tmp_path / "pictures.npy").kind == "picture"
    table = read(tmp_path / "table.npz")
    assert table.kind == "table"
    assert table.frame.columns == ["x1", "x2", "x3", "y"]


def test_mapped_clips_are_not_loaded(tmp_path: Path) -> None:
    np.save(tmp_path / "clips.npy", CLIPS)
    assert isinstance(read(tmp_path / "clips.npy").content, np.memmap)


def test_labels_from_a_table(tmp_path: Path) -> None:
    np.save(tmp_path / "clips.npy", CLIPS)
    (tmp_path / "labels.csv").write_text("way\n" + "\n".join("ududud") + "\n")
    data = read(tmp_path / "clips.npy", DataSettings(labels=str(tmp_path / "labels.csv")))
    assert data.frame["way"].to_list() == list("ududud")
    (tmp_path / "labels.csv").write_text("way,other\nu,1\nd,2\n")
    with pytest.raises(DataError, match=r"one row in labels\.csv for each of 6 examples, got 2"):
        read(tmp_path / "clips.npy", DataSettings(labels=str(tmp_path / "labels.csv")))
    with pytest.raises(DataError, match="got no such file"):
        read(tmp_path / "clips.npy", DataSettings(labels=str(tmp_path / "absent.csv")))


def test_a_single_volume_for_a_run_on_volumes(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((8, 9, 10)))
    data = read(tmp_path / "a.npy", known=[Column(name="volume", **FIELDS)])
    assert np.asarray(data.content).shape == (1, 1, 8, 9, 10)


def test_files_that_hold_no_examples(tmp_path: Path) -> None:
    (tmp_path / "words.npz").write_bytes(b"words")
    np.savez(tmp_path / "none.npz", a=np.arange(3))
    np.savez(tmp_path / "nothing.npz")
    np.savez(tmp_path / "objects.npz", a=np.array([[None]]), allow_pickle=True)
    for name, sentence in (
        ("words.npz", "expected arrays of numbers in"),
        ("none.npz", r"got a \(3,\): save it with"),
        ("nothing.npz", "got none: save it with"),
        ("objects.npz", "Object arrays cannot be loaded"),
    ):
        with pytest.raises(DataError, match=sentence):
            read(tmp_path / name)


def test_parts_by_name_as_in_medmnist(tmp_path: Path) -> None:
    """Official parts: 6 rows to train on, 2 to validate and 3 to test; labels have an axis too many."""
    arrays = {}
    for part, rows in (("train", 6), ("val", 2), ("test", 3)):
        arrays[f"{part}_images"] = np.random.default_rng(rows).integers(0, 256, (rows, 8, 8, 8), np.uint8)
        arrays[f"{part}_labels"] = np.arange(rows)[:, None]
    np.savez(tmp_path / "a.npz", **arrays)
    data = read(tmp_path / "a.npz")
    assert (data.kind, data.target, len(data)) == ("volume", ("labels",), 11)
    assert data.test_rows is not None
    assert data.test_rows.tolist() == [False] * 8 + [True] * 3
    np.testing.assert_array_equal(np.asarray(data.content)[8:, 0], arrays["test_images"])
    assert data.frame["labels"].to_list() == [0, 1, 2, 3, 4, 5, 0, 1, 0, 1, 2]
    assert data.decisions[-1].reason.endswith("rows of val_… are training rows like the others")
    assert read(tmp_path / "a.npz", DataSettings(test=0.2)).test_rows is None


def test_one_hot_labels_are_one_column_of_classes(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", X=np.zeros((3, 8, 8)), y=np.eye(2)[[1, 0, 1]])
    data = read(tmp_path / "a.npz")
    assert (data.target, data.frame["y"].to_list()) == (("y",), [1, 0, 1])


def test_all_columns_of_the_only_array_of_labels_are_targets(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", X=np.zeros((3, 8, 8)), y=np.arange(6.0).reshape(3, 2))
    assert read(tmp_path / "a.npz").target == ("y_1", "y_2")
    np.savez(tmp_path / "b.npz", X=np.zeros((3, 8, 8)), y=np.arange(3), z=np.arange(3))
    assert read(tmp_path / "b.npz").target == ()


def test_labels_of_another_number_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", X=np.zeros((3, 8, 8)), y=np.arange(2))
    with pytest.raises(DataError, match=r"labels for each of the 3 examples of X in .*, got y \(2,\): save as many"):
        read(tmp_path / "a.npz")
    assert len(read(tmp_path / "a.npz", known=[Column(name="picture", **FIELDS)])) == 3


def test_complex_numbers_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((3, 8, 8), complex))
    with pytest.raises(DataError, match="real numbers or texts in .*, got a of complex128: save its parts"):
        read(tmp_path / "a.npy")

"""Folders of pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data.settings import DataSettings
from pellucid.data.sources.picture_folder import is_picture_folder, read_picture_folder
from pellucid.foundation.errors import DataError


def draw(path: Path, shade: int = 0, size: tuple[int, int] = (4, 4)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, shade).save(path)


def test_a_folder_for_each_class(tmp_path: Path) -> None:
    draw(tmp_path / "cat" / "1.png", 10)
    draw(tmp_path / "dog" / "1.png", 20)
    (tmp_path / "dog" / "note.txt").write_text("no picture")
    assert is_picture_folder(tmp_path)
    data = read_picture_folder(tmp_path, DataSettings(), ())
    assert data.frame.rows() == [("cat/1.png", "cat"), ("dog/1.png", "dog")]
    assert data.content is not None
    assert data.content[:, 0, 0, 0].tolist() == [10, 20]
    assert data.target == ("label",)
    assert data.test_rows is None


@pytest.mark.parametrize(
    ("part", "choice", "reason"),
    [
        ("test", "2 pictures of the official test folder", "a folder is named so"),
        ("val", "2 pictures of the official validation folder", "a folder is named so, and none is named test"),
    ],
)
def test_official_parts(tmp_path: Path, part: str, choice: str, reason: str) -> None:
    for folder in ("train", part):
        draw(tmp_path / folder / "cat" / "1.png")
        draw(tmp_path / folder / "dog" / "1.png")
    data = read_picture_folder(tmp_path, DataSettings(), ())
    assert data.test_rows is not None
    assert data.frame.filter(data.test_rows)["picture"].to_list() == [f"{part}/cat/1.png", f"{part}/dog/1.png"]
    assert (data.decisions[0].choice, data.decisions[0].reason) == (choice, reason)


def test_a_validation_folder_beside_a_test_folder_is_for_training(tmp_path: Path) -> None:
    for folder in ("train", "val", "test"):
        draw(tmp_path / folder / "cat" / "1.png")
    data = read_picture_folder(tmp_path, DataSettings(), ())
    assert data.test_rows is not None
    assert data.test_rows.sum() == 1
    assert "validation folder are training pictures" in data.decisions[0].reason


def test_unlabelled_pictures_and_a_single_one(tmp_path: Path) -> None:
    draw(tmp_path / "1.png")
    draw(tmp_path / "2.png")
    data = read_picture_folder(tmp_path, DataSettings(), ())
    assert data.frame.columns == ["picture"]
    assert data.target == ()
    assert len(read_picture_folder(tmp_path / "2.png", DataSettings(), ())) == 1


def test_a_table_of_labels(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        draw(tmp_path / "pictures" / f"{name}.png", ord(name))
    table = tmp_path / "labels.csv"
    table.write_text("label,file\n1.5,c.png\n2.5,a\n")
    data = read_picture_folder(tmp_path / "pictures", DataSettings(labels=str(table)), ())
    assert data.frame.rows() == [("c.png", 1.5), ("a", 2.5)]
    assert data.content is not None
    assert data.content[:, 0, 0, 0].tolist() == [ord("c"), ord("a")]
    assert data.source_rows.tolist() == [2, 3]
    assert "1 pictures without a row left out" in data.decisions[-1].choice


def test_a_table_with_a_missing_picture(tmp_path: Path) -> None:
    draw(tmp_path / "pictures" / "a.png")
    table = tmp_path / "labels.csv"
    table.write_text("file,size\na.png,1\nb.png,2\n")
    settings = DataSettings(labels=str(table))
    with pytest.raises(DataError, match=r"got none for 'b.png' in row 3 \(1 in all\)"):
        read_picture_folder(tmp_path / "pictures", settings, ())
    data = read_picture_folder(tmp_path / "pictures", DataSettings(labels=str(table), skip_bad_rows=True), ())
    assert len(data) == 1


@pytest.mark.parametrize(
    ("text", "sentence"), [("file,size\nx.png,1\ny.png,2\n", "to name the picture files"), (None, "no such file")]
)
def test_a_table_that_does_not_help(tmp_path: Path, text: str | None, sentence: str) -> None:
    draw(tmp_path / "pictures" / "a.png")
    table = tmp_path / "labels.csv"
    if text is not None:
        table.write_text(text)
    with pytest.raises(DataError, match=sentence):
        read_picture_folder(tmp_path / "pictures", DataSettings(labels=str(table)), ())


def test_other_things_are_no_picture_folders(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    assert not is_picture_folder(tmp_path)
    assert not is_picture_folder(tmp_path / "a.txt")
    assert not is_picture_folder(np.zeros(3))

"""Folders of CSV files, each a series."""

from pathlib import Path

import pytest

from pellucid.data.content import Ragged
from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.data.sources import series_folder
from pellucid.data.sources.series_folder import is_series_folder
from pellucid.foundation.errors import DataError


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_folder_for_each_class(tmp_path: Path) -> None:
    write(tmp_path / "walk" / "1.csv", "x,y\n1,2\n3,4\n5,6\n")
    write(tmp_path / "run" / "1.csv", "y;x\n2,5;1\n4,5;3\n")
    data = read(tmp_path)
    assert data.frame.rows() == [("run/1.csv", "run"), ("walk/1.csv", "walk")]
    assert isinstance(data.content, Ragged)
    assert data.content[0].tolist() in ([[2.5, 1], [4.5, 3]], [[1, 2.5], [3, 4.5]])
    assert data.content[1].shape == (3, 2)
    assert data.decisions[0].choice.startswith("2 channels: ")


def test_a_column_of_times_is_no_channel(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / name / "1.csv", "time,date,value\n0,2020-01-01,5\n1,2020-01-02,7\n2,2020-01-03,\n")
    data = read(tmp_path)
    assert data.content[:, :, 0].tolist() == [[5, 7, 7]] * 2
    assert data.decisions[0].choice == "1 channel: value; 'time', 'date' only tells the time"
    assert data.decisions[1].topic == "missing values"


def test_a_column_named_time_that_falls_is_a_channel(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / name / "1.csv", "time,value\n3,5\n1,7\n2,6\n")
    assert read(tmp_path).content.shape == (2, 3, 2)


def test_a_table_of_labels_beside_or_among_the_files(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write(tmp_path / f"{name}.csv", "v\n1\n2\n3\n")
    labels = write(tmp_path / "labels.csv", "file,label\na,x\nb.csv,y\nc,x\n")
    data = read(tmp_path, DataSettings(labels=str(labels)))
    assert data.frame["label"].to_list() == ["x", "y", "x"]
    assert not [said for said in data.decisions if said.warning and said.topic == "labels"]


def test_files_that_do_not_fit_are_named(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write(tmp_path / name / "1.csv", "v,w\n1,2\n2,3\n")
    write(tmp_path / "c" / "2.csv", "v\n1\n2\n")
    with pytest.raises(DataError, match=r"c/2.csv \(no column 'w'\)"):
        read(tmp_path)
    write(tmp_path / "c" / "2.csv", "v,w\nlow,1\nhigh,2\n")
    with pytest.raises(DataError, match=r"c/2.csv \(column 'v' holds other things than numbers\)"):
        read(tmp_path)
    write(tmp_path / "c" / "2.csv", "")
    with pytest.raises(DataError, match=r"c/2.csv \(expected rows of data"):
        read(tmp_path)
    assert len(read(tmp_path, DataSettings(skip_bad_rows=True))) == 3


def test_one_file_is_a_table(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "v\n1\n")
    assert not is_series_folder(tmp_path)
    assert not is_series_folder(tmp_path / "a.csv")


def test_many_files_of_one_form_are_read_like_the_first_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series_folder, "AT_ONCE", 2)
    for number in range(6):
        write(tmp_path / "ab"[number % 2] / f"{number}.csv", f"v,w\n{number},1\n2,\n3,4\n")
    write(tmp_path / "a" / "7.csv", "v,w\n1,NA\n2,5\n3,6\n")
    write(tmp_path / "b" / "8.csv", "w;v\n1;2,5\n2;5\n3;6\n")
    data = read(tmp_path)
    assert data.content.shape == (8, 3, 2)
    assert sorted(data.content[:, 0, 0].tolist()) == [0, 1, 1, 2, 2.5, 3, 4, 5]
    assert data.content[3, :, 1].tolist() == [5, 5, 6]  # a/7.csv: NA becomes the nearest value

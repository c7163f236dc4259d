"""The one door for reading."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import soundfile
from PIL import Image

from pellucid.data.content import Ragged
from pellucid.data.dataset import Dataset
from pellucid.data.reading import joined, read
from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Column


def test_a_missing_file_offers_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "titanic.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=r"which does not exist: did you mean titanic.csv\?"):
        read(tmp_path / "titanc.csv")


def test_a_missing_name_offers_a_set() -> None:
    with pytest.raises(DataError, match=r"did you mean iris\?"):
        read("iriss")


def test_a_folder_without_pictures_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="or texts in the folder"):
        read(tmp_path)


def test_something_else_is_an_error() -> None:
    with pytest.raises(DataError, match=r"expected one of these: .*got int"):
        read(5)


def test_every_kind_of_file_finds_its_source(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    frame.write_csv(tmp_path / "t.csv")
    frame.write_parquet(tmp_path / "t.parquet")
    frame.write_ndjson(tmp_path / "t.jsonl")
    (tmp_path / "t.arff").write_text("@relation t\n@attribute a numeric\n@attribute b string\n@data\n1,x\n2,y\n")
    (tmp_path / "t.dat").write_text("1 x\n2 y\n")
    for path in tmp_path.iterdir():
        assert read(path).frame.rows() == [(1, "x"), (2, "y")]
    assert read(frame).frame.rows() == [(1, "x"), (2, "y")]


def test_a_file_named_like_a_set_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "iris").write_text("a,b\n1,2\n")
    monkeypatch.chdir(tmp_path)
    assert read("iris").frame.columns == ["a", "b"]


def test_a_test_file_is_marked(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("a,b\n1,x\n2,y\n")
    (tmp_path / "test.csv").write_text("b,c,a\nx,0,1.5\n")
    data = read(tmp_path / "train.csv", DataSettings(test=str(tmp_path / "test.csv")))
    assert data.frame.rows() == [(1.0, "x"), (2.0, "y"), (1.5, "x")]
    assert data.test_rows is not None
    assert data.test_rows.tolist() == [False, False, True]
    assert data.source_rows.tolist() == [2, 3, 2]
    assert data.decisions[-1].choice == "1 rows of test.csv"


def test_the_test_file_of_a_run_is_not_joined_to_what_is_predicted(tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("a,b\n1,x\n2,y\n")
    known = [Column(name="a", kind="number", role="feature", missing=0, distinct=2, summary="")]
    assert len(read(tmp_path / "new.csv", DataSettings(test="gone.csv"), known=known)) == 2


def test_a_mark_after_every_class_of_the_test_file_is_taken_away(tmp_path: Path) -> None:
    """As in the official test file of the census data `adult`."""
    (tmp_path / "train.csv").write_text("a,b\n1,<=50K\n2,>50K\n")
    (tmp_path / "test.csv").write_text("a,b\n1,>50K.\n2,<=50K.\n")
    data = read(tmp_path / "train.csv", DataSettings(test=str(tmp_path / "test.csv")))
    assert data.frame["b"].to_list() == ["<=50K", ">50K", ">50K", "<=50K"]
    assert data.decisions[0].topic == "column b"
    assert data.decisions[0].warning


def test_a_test_file_without_a_column_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("age,b\n1,x\n2,y\n")
    (tmp_path / "test.csv").write_text("ages,b\n1,x\n")
    with pytest.raises(DataError, match="got none named age: is it 'ages' there"):
        read(tmp_path / "train.csv", DataSettings(test=str(tmp_path / "test.csv")))


def test_pictures_and_tables_do_not_join() -> None:
    with pytest.raises(DataError, match="test part to be a picture too, got a table"):
        joined(read("digits"), read("iris"))


def test_a_test_part_of_pictures_takes_the_size_of_the_first() -> None:
    first = read((np.zeros((2, 4, 4), np.uint8), np.array(["u", "v"])))
    second = read((np.full((1, 6, 6), 9, np.uint8), np.array(["u"])))
    data = joined(first, second)
    assert data.content is not None
    assert data.content.shape == (3, 1, 4, 4)


def test_classes_of_two_files_join() -> None:
    data = joined(read("iris"), read("iris"))
    assert len(data) == 300
    assert data.frame["species"].n_unique() == 3


def test_a_folder_is_of_the_kind_of_most_of_its_files(tmp_path: Path) -> None:
    rate, samples = 8000, np.sin(np.arange(4000) / 5)
    for name in ("a/1.wav", "a/2.wav", "b/3.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        soundfile.write(tmp_path / name, samples, rate)
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / "a" / "cover.png")
    assert read(tmp_path).kind == "sound"


def test_a_test_part_of_series_may_have_other_lengths() -> None:
    def series(steps: int, channels: int = 1) -> Dataset:
        return read([np.full((channels, steps), float(i)) for i in range(3)])

    both = joined(series(4), series(6))
    assert isinstance(both.content, Ragged)
    assert both.content.lengths.tolist() == [4, 4, 4, 6, 6, 6]
    with pytest.raises(DataError, match="in the shape of the first"):
        joined(series(4), series(6, channels=2))

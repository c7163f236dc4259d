"""The older files of the UCR archive: small ones written here in its three spellings."""

from pathlib import Path

import numpy as np
import pytest

from pellucid.data.content import Ragged
from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.data.sources.ucr_table import is_ucr_table
from pellucid.foundation.errors import DataError

VALUES = np.arange(30.0).reshape(3, 10)


def write(path: Path, separator: str, form: str, rows: np.ndarray = VALUES) -> Path:
    lines = [
        separator.join(form % value for value in (label, *row)) for label, row in zip((1, 2, 1), rows, strict=True)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(
    ("name", "separator", "form"), [("a.tsv", "\t", "%g"), ("a.txt", "  ", "%.7e"), ("a", ",", "%g")]
)
def test_the_three_spellings(tmp_path: Path, name: str, separator: str, form: str) -> None:
    stem, dot, ending = name.partition(".")
    train = write(tmp_path / f"{stem}_TRAIN{dot}{ending}", separator, form)
    write(tmp_path / f"{stem}_TEST{dot}{ending}", separator, form, VALUES + 100)
    data = read(train)
    np.testing.assert_allclose(data.content[:, :, 0], np.concatenate([VALUES, VALUES + 100]))
    assert data.frame["label"].to_list() == ["1", "2", "1"] * 2
    assert data.test_rows is not None
    assert data.test_rows.tolist() == [False] * 3 + [True] * 3


def test_shorter_series_are_filled_up_with_nan(tmp_path: Path) -> None:
    rows = VALUES.copy()
    rows[1, 6:] = np.nan
    rows[2, 3] = np.nan
    data = read(write(tmp_path / "a_TRAIN.tsv", "\t", "%g", rows))
    assert isinstance(data.content, Ragged)
    assert data.content.lengths.tolist() == [10, 6, 10]
    np.testing.assert_allclose(data.content[2].ravel(), VALUES[2])  # the gap is on a straight line


def test_tables_are_left_to_others(tmp_path: Path) -> None:
    assert not is_ucr_table(write(tmp_path / "a.tsv", "\t", "%g"))
    assert not is_ucr_table(write(tmp_path / "b_TRAIN.tsv", "\t", "%g", VALUES[:, :4]))
    (tmp_path / "c_TRAIN.csv").write_text("class," + ",".join(f"x{i}" for i in range(10)) + "\n")
    assert not is_ucr_table(tmp_path / "c_TRAIN.csv")
    (tmp_path / "d_TRAIN.tsv").mkdir()
    assert not is_ucr_table(tmp_path / "d_TRAIN.tsv")
    assert not is_ucr_table("a_TRAIN.tsv")


def test_a_line_with_other_things(tmp_path: Path) -> None:
    path = write(tmp_path / "a_TRAIN.tsv", "\t", "%g")
    path.write_text(path.read_text() + "2.5\t" + "\t".join("1x1x1x1x1"))
    with pytest.raises(DataError, match=r"line 4 of a_TRAIN.tsv \('x' is no number\)"):
        read(path)
    data = read(path, DataSettings(skip_bad_rows=True))
    assert len(data) == 3


def test_classes_that_are_no_whole_numbers_stay_as_they_are(tmp_path: Path) -> None:
    path = write(tmp_path / "a_TRAIN.tsv", "\t", "%g")
    path.write_text(path.read_text() + "2.5\t" + "\t".join("1234567890") + "\nleft\t" + "\t".join("1234567890"))
    assert read(path).frame["label"].to_list()[3:] == ["2.5", "left"]

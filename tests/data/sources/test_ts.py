"""The `.ts` format: small files written here, and the real sets of the archive where they are at hand."""

import os
from pathlib import Path

import numpy as np
import pytest

from pellucid.data.content import Ragged
from pellucid.data.reading import read
from pellucid.data.settings import DataSettings
from pellucid.data.sources.ts import is_ts, read_ts
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Column

HEAD = "# about\n@problemName toy\n@timeStamps false\n@missing false\n@univariate true\n"
CLASSES = HEAD + "@classLabel true a b\n@data\n"
KNOWN = (Column(name="series", kind="identifier", role="feature", missing=0, distinct=1, summary=""),)


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def of(tmp_path: Path, text: str, **settings):
    return read_ts(write(tmp_path / "toy.ts", text), DataSettings(**settings), ())


def test_classes_and_equal_lengths(tmp_path: Path) -> None:
    data = of(tmp_path, CLASSES + "1,2,3:a\n\n4,5.5,-6e0:b\n# end\n")
    assert data.content.tolist() == [[[1], [2], [3]], [[4], [5.5], [-6]]]
    assert data.frame["label"].to_list() == ["a", "b"]
    assert data.frame["series"].to_list() == ["line 8 of toy.ts", "line 10 of toy.ts"]
    assert data.source_rows.tolist() == [8, 10]
    assert (data.kind, data.subject, data.target, data.test_rows) == ("series", "series", ("label",), None)


def test_channels_of_several_lengths_and_missing_values(tmp_path: Path) -> None:
    head = "@timeStamps false\n@univariate false\n@dimensions 2\n@equalLength false\n@classLabel true 1 2\n@data\n"
    data = of(tmp_path, head + "1,?,3:4,5,6:1\n7,8:9,NaN:2\n")
    assert isinstance(data.content, Ragged)
    assert data.content[0].tolist() == [[1, 4], [2, 5], [3, 6]]
    assert data.content[1].tolist() == [[7, 9], [8, 9]]
    assert data.decisions[0].topic == "missing values"


def test_targets_that_are_numbers(tmp_path: Path) -> None:
    head = HEAD + "@targetlabel true\n@data\n"
    data = of(tmp_path, head + "1,2:0.5\n3,4:-7\n5,6:?\n")
    assert data.frame["target"].to_list() == [0.5, -7, None]
    with pytest.raises(DataError, match=r"a number to predict at the end of line 8 of toy.ts, got 'x'"):
        of(tmp_path, head + "1,2:x\n")


def test_files_without_labels(tmp_path: Path) -> None:
    data = of(tmp_path, HEAD + "@classLabel false\n@data\n1,2\n3,4\n")
    assert data.frame.columns == ["series"]
    assert data.target == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD, "expected a line @data in toy.ts, got none"),
        (CLASSES, "expected series after @data"),
        (HEAD.replace("Stamps false", "Stamps true") + "@data\n1\n", "at even steps in toy.ts, got time stamps"),
        (CLASSES + "1,2:a\n1,2:c\n", r"got line 9 of toy.ts \(class 'c', which the header does not name\)"),
        (CLASSES + "1,2:3,4:a\n", r"got line 8 of toy.ts \(2 channels where the header says 1\)"),
        (CLASSES + "1,two:a\n", r"got line 8 of toy.ts \(could not convert string to float: 'two'\)"),
        (CLASSES.replace("@class", "@serieslength 3\n@class") + "1,2:a\n", r"2 values where the header says 3"),
        (CLASSES.replace("@univariate true", "@dimensions 2") + "1,2:3:a\n", "channels of 1 and of 2 values"),
        (CLASSES + "?,?:a\n", "no value at all"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        of(tmp_path, text)


def test_broken_lines_are_left_out_where_wished(tmp_path: Path) -> None:
    data = of(tmp_path, CLASSES + "1,2:a\n1,two:b\n3,4:b\n", skip_bad_rows=True)
    assert data.frame["label"].to_list() == ["a", "b"]
    assert data.source_rows.tolist() == [8, 10]


def parts(folder: Path) -> Path:
    write(folder / "toy_TEST.ts", CLASSES + "5,6:b\n7,8:a\n9,0:a\n")
    return write(folder / "toy_TRAIN.ts", CLASSES + "1,2:a\n3,4:b\n")


def test_the_official_parts(tmp_path: Path) -> None:
    train = parts(tmp_path)
    for source in (train, tmp_path):
        data = read(source)
        assert data.test_rows is not None
        assert data.test_rows.tolist() == [False, False, True, True, True]
        assert data.content[:, 0, 0].tolist() == [1, 3, 5, 7, 9]
        assert data.name == "toy_TRAIN"
        assert data.decisions[-1].choice == "the 3 series of toy_TEST.ts"
    assert read(tmp_path / "toy_TEST.ts").test_rows is None
    assert len(read(train, DataSettings(test=0.5))) == 2
    assert len(read_ts(train, DataSettings(), KNOWN)) == 2


def test_several_sets_in_a_folder(tmp_path: Path) -> None:
    parts(tmp_path)
    write(tmp_path / "other_TRAIN.ts", CLASSES + "1,2:a\n")
    with pytest.raises(DataError, match="training part of one set .* got other_TRAIN.ts, toy_TRAIN.ts: name one"):
        read(tmp_path)


def test_other_files_with_the_same_ending(tmp_path: Path) -> None:
    assert not is_ts(write(tmp_path / "program.ts", "export const a = 1;\n"))
    assert not is_ts(write(tmp_path / "video.ts", "G@\x11\n"))
    assert not is_ts(tmp_path)
    assert not is_ts("toy.ts")


def test_when_predicting_broken_lines_keep_their_place(tmp_path: Path) -> None:
    data = read_ts(write(tmp_path / "new.ts", CLASSES + "1,2:a\n1:b\n"), DataSettings(), KNOWN)
    assert len(data) == 2
    assert data.problems[0].sentence.startswith("predict expected a whole series, got line 9 of new.ts (1 step long)")


@pytest.mark.skipif(not os.environ.get("PELLUCID_SHARED_DATA"), reason="PELLUCID_SHARED_DATA names no folder")
@pytest.mark.parametrize(
    ("name", "shape", "train", "test"),  # of the archive's tables, www.timeseriesclassification.com
    [
        ("GunPoint", (150, 1), 50, 150),
        ("BasicMotions", (100, 6), 40, 40),
        ("ItalyPowerDemand", (24, 1), 67, 1029),
        ("ArrowHead", (251, 1), 36, 175),
        ("Tecator", (100, 1), 172, 43),
    ],
)
def test_real_sets(name: str, shape: tuple[int, int], train: int, test: int) -> None:
    folder = Path(os.environ["PELLUCID_SHARED_DATA"]) / "timeseries" / f"ucr-{name.lower()}"
    data = read(folder)
    assert data.content.shape == (train + test, *shape)
    assert data.test_rows is not None
    assert data.test_rows.sum() == test
    assert np.isfinite(data.content).all()
    assert len(data.target) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_of_the_encoding_hides_nothing(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "toy.ts").write_bytes((CLASSES + "1,2:a\n3,4:b\n").encode(encoding))
    assert is_ts(tmp_path / "toy.ts")
    assert read_ts(tmp_path / "toy.ts", DataSettings(), ()).content.shape == (2, 2, 1)


def test_a_series_in_the_place_of_a_label_is_shown_shortened(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"\(class '(1,){20}…', which the header does not name\)"):
        of(tmp_path, CLASSES + "1," * 99 + "1\n1,2:a\n")

"""Folders of texts, and single ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.sources.text_folder import is_text_folder, read_text_folder
from pellucid.foundation.errors import DataError
from pellucid.foundation.records import Column

REVIEW = "this was a {} film, and we all left the cinema late"
KNOWN = (Column(name="text", kind="text", role="feature", missing=0, distinct=2, summary=""),)


def write(path: Path, text: str = REVIEW) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    for name in ("pos", "neg"):
        for number in range(2):
            write(tmp_path / name / f"{number}.txt", f"{REVIEW.format(name)} {number}")
    return tmp_path


def test_a_folder_for_each_class(reviews: Path) -> None:
    assert is_text_folder(reviews)
    data = read_text_folder(reviews, DataSettings(), ())
    assert data.kind == "text"
    assert (data.subject, data.target) == ("text", ("label",))
    assert data.frame.columns == ["file", "text", "label"]
    assert data.frame["label"].to_list() == ["neg", "neg", "pos", "pos"]
    assert data.frame["file"][3] == "pos/1.txt"
    assert data.frame["text"][3] == f"{REVIEW.format('pos')} 1"
    assert data.decisions == ()


def test_official_parts_and_unlabelled_texts_as_in_aclimdb(tmp_path: Path) -> None:
    """The folder as it is when unpacked: lists of addresses beside the classes, and texts without a class."""
    root = tmp_path / "aclImdb"
    for part in ("train", "test"):
        for name in ("pos", "neg"):
            write(root / part / name / "0_9.txt", f"{REVIEW} {part} {name}")
            write(root / part / f"urls_{name}.txt", "http://example.com")
    write(root / "train" / "unsup" / "0_0.txt")
    write(root / "imdbEr.txt", "0.049\n-0.5\n")
    data = read_text_folder(tmp_path, DataSettings(), ())
    assert data.frame["label"].to_list() == ["neg", "pos", "neg", "pos"]
    assert data.frame["file"].to_list()[0] == "aclImdb/test/neg/0_9.txt"
    assert data.test_rows is not None
    assert data.test_rows.tolist() == [True, True, False, False]
    assert data.decisions[0].choice == "6 left out"
    assert data.decisions[0].reason.endswith(
        "aclImdb/imdbEr.txt, aclImdb/test/urls_neg.txt, aclImdb/test/urls_pos.txt …"
    )


def test_one_class_keeps_its_name(tmp_path: Path) -> None:
    write(tmp_path / "pos" / "1.txt")
    assert read_text_folder(tmp_path, DataSettings(), ()).frame["label"].to_list() == ["pos"]
    write(tmp_path / "unsup" / "1.txt")
    assert read_text_folder(tmp_path / "unsup", DataSettings(), ()).target == ()


def test_only_texts_that_nobody_labelled(tmp_path: Path) -> None:
    write(tmp_path / "unsup" / "1.txt")
    data = read_text_folder(tmp_path, DataSettings(), ())
    assert data.frame["label"].to_list() == ["unsup"]


def test_empty_texts_are_left_out_and_said(reviews: Path) -> None:
    write(reviews / "pos" / "0.txt", " \n")
    data = read_text_folder(reviews, DataSettings(), ())
    assert data.frame["file"].to_list() == ["neg/0.txt", "neg/1.txt", "pos/1.txt"]
    (said,) = data.decisions
    assert (said.topic, said.choice, said.warning) == ("empty texts", "1 left out", True)
    assert said.reason == "nothing can be learnt of them: 0.txt"
    for path in reviews.rglob("*.txt"):
        path.write_text("")
    with pytest.raises(DataError, match="expected texts in .*, got only empty files: check how they were saved"):
        read_text_folder(reviews, DataSettings(), ())


def test_bytes_are_named_and_left_out_when_asked(reviews: Path) -> None:
    (reviews / "neg" / "1.txt").write_bytes(b"\x89PNG\r\n\0\0\0\r")
    with pytest.raises(DataError, match=r"expected whole texts, got .*1\.txt \(binary content\): replace them"):
        read_text_folder(reviews, DataSettings(), ())
    data = read_text_folder(reviews, DataSettings(skip_bad_rows=True), ())
    assert len(data) == 3
    assert data.decisions[0].topic == "bad texts"


def test_when_predicting_every_file_keeps_its_place(reviews: Path) -> None:
    write(reviews / "neg" / "0.txt", "")
    (reviews / "neg" / "1.txt").write_bytes(b"\0\1\2\3")
    data = read_text_folder(reviews / "neg", DataSettings(), KNOWN)
    assert data.frame.rows() == [("0.txt", ""), ("1.txt", "")]
    assert [problem.row for problem in data.problems] == [0, 1]
    assert "a whole text, got" in data.problems[0].sentence
    assert "(it is empty)" in data.problems[0].sentence
    assert "(binary content)" in data.problems[1].sentence


def test_texts_are_called_as_the_table_that_was_learnt_from_calls_them(reviews: Path) -> None:
    known = (Column(name="review", kind="text", role="feature", missing=0, distinct=2, summary=""),)
    data = read_text_folder(reviews, DataSettings(), known)
    assert data.subject == "review"
    assert "review" in data.frame.columns


def test_unlabelled_texts_and_a_single_one(reviews: Path) -> None:
    data = read_text_folder(reviews / "pos", DataSettings(), ())
    assert data.frame.columns == ["text"]
    assert data.target == ()
    assert is_text_folder(reviews / "pos" / "1.txt")
    one = read_text_folder(reviews / "pos" / "1.txt", DataSettings(), KNOWN)
    assert one.frame.rows() == [("1.txt", f"{REVIEW.format('pos')} 1")]


def test_a_table_of_labels(reviews: Path) -> None:
    table = reviews.parent / f"{reviews.name}.csv"
    table.write_text("stars,file\n4.5,0\n2.5,1.txt\n")
    data = read_text_folder(reviews / "pos", DataSettings(labels=str(table)), ())
    texts = [f"{REVIEW.format('pos')} {number}" for number in range(2)]
    assert data.frame.rows() == [("0", 4.5, texts[0]), ("1.txt", 2.5, texts[1])]
    assert data.subject == "text"


@pytest.mark.parametrize("name", ["text", "file"])
def test_a_column_of_ours_in_the_table_of_labels_is_named(reviews: Path, name: str) -> None:
    """It would take the place of the texts, or of the column that names their files."""
    table = reviews.parent / f"{reviews.name}.csv"
    table.write_text(f"id,{name}\n0,x\n1,y\n")
    with pytest.raises(DataError, match=f"without a column '{name}', the name for what the files hold, got one in"):
        read_text_folder(reviews / "pos", DataSettings(labels=str(table)), ())


def test_what_is_no_folder_of_texts(tmp_path: Path) -> None:
    assert not is_text_folder(3)
    assert not is_text_folder(tmp_path / "none")
    write(tmp_path / "numbers" / "a.txt", "1\n2\n3\n")
    assert not is_text_folder(tmp_path / "numbers")
    assert not is_text_folder(tmp_path / "numbers" / "a.txt")
    write(tmp_path / "table" / "readme.txt")
    write(tmp_path / "table" / "train.csv", "a,b\n1,2\n")
    assert not is_text_folder(tmp_path / "table")

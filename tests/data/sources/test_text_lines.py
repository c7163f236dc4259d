"""Folders with a file of lines for each class."""

from __future__ import annotations

from pathlib import Path

import pytest

from pellucid.data.settings import DataSettings
from pellucid.data.sources.text_lines import FEWEST_LINES, is_text_lines, read_text_lines
from pellucid.foundation.records import Column

KNOWN = (Column(name="text", kind="text", role="feature", missing=0, distinct=2, summary=""),)


def write(path: Path, word: str, lines: int = FEWEST_LINES) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(f"a {'very ' * (i % 5)}{word} film, {'so ' * (i % 3)}we left {i}" for i in range(lines)))


def test_lines_of_rt_polarity(tmp_path: Path) -> None:
    write(tmp_path / "rt-polarity.neg", "bad")
    write(tmp_path / "rt-polarity.pos", "good", FEWEST_LINES + 1)
    (tmp_path / "README").write_text("about")
    with (tmp_path / "rt-polarity.neg").open("a") as file:
        file.write("\n\n")
    assert is_text_lines(tmp_path)
    data = read_text_lines(tmp_path, DataSettings(), ())
    assert data.frame.columns == ["text", "label"]
    assert data.frame["label"].to_list() == ["neg"] * FEWEST_LINES + ["pos"] * (FEWEST_LINES + 1)
    assert data.frame["text"][FEWEST_LINES] == "a good film, we left 0"
    assert (data.kind, data.subject, data.target) == ("text", "text", ("label",))
    assert data.decisions[0].choice == f"each line is one: neg ({FEWEST_LINES}), pos ({FEWEST_LINES + 1})"
    assert data.decisions[0].warning


def test_lines_are_called_as_the_table_that_was_learnt_from_calls_them(tmp_path: Path) -> None:
    for name in ("neg", "pos"):
        write(tmp_path / f"rt.{name}", "bad")
    known = (Column(name="review", kind="text", role="feature", missing=0, distinct=2, summary=""),)
    data = read_text_lines(tmp_path, DataSettings(), known)
    assert (data.subject, data.frame.columns) == ("review", ["review", "label"])


def test_the_encoding_of_each_file_is_said(tmp_path: Path) -> None:
    for name in ("gut", "schlecht"):
        line = "der Film über die schöne Straße nach Süden war größer als die Übrigen, für mich jedenfalls"
        (tmp_path / f"{name}.txt").write_bytes(
            "\n".join(f"{line} {i} {'ja ' * (i % 4)}" for i in range(30)).encode("cp1252")
        )
    data = read_text_lines(tmp_path, DataSettings(encoding="cp1252"), ())
    assert data.frame["text"][0].startswith("der Film über die schöne Straße")
    assert data.frame["label"].unique().sort().to_list() == ["gut", "schlecht"]
    data = read_text_lines(tmp_path, DataSettings(), ())
    assert [decision.topic for decision in data.decisions] == [
        "texts",
        "encoding of gut.txt",
        "encoding of schlecht.txt",
    ]


def test_labels_in_a_table_make_each_file_one_text(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / "texts" / f"{name}.txt", "good")
    (tmp_path / "labels.csv").write_text("file,stars\na.txt,1.5\nb.txt,2.5\n")
    assert is_text_lines(tmp_path / "texts")
    assert len(read_text_lines(tmp_path / "texts", DataSettings(labels=str(tmp_path / "labels.csv")), ())) == 2
    assert len(read_text_lines(tmp_path / "texts", DataSettings(), KNOWN)) == 2


@pytest.mark.parametrize(
    "names",
    [
        ("train.txt", "test.txt"),  # parts, no classes
        ("a.txt",),
        ("a.py", "b.py"),  # programs
        ("a.csv", "a.tsv"),
        ("x.txt", "y.txt", "folder/z.txt"),
        tuple(f"{i}.txt" for i in range(101)),
    ],
)
def test_what_is_no_folder_of_lines(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        write(tmp_path / name, "good", 20)
    assert not is_text_lines(tmp_path)


def test_a_few_lines_are_one_text(tmp_path: Path) -> None:
    assert not is_text_lines("folder")
    assert not is_text_lines(tmp_path / "none")
    for name in ("a", "b"):
        write(tmp_path / f"{name}.txt", "good", FEWEST_LINES - 1)
    assert not is_text_lines(tmp_path)


@pytest.mark.parametrize("name", ["{part}_{label}.txt", "{label}.{part}.txt", "{part}-{label}"])
def test_files_named_after_parts_are_the_official_ones(tmp_path: Path, name: str) -> None:
    for part, lines in (("train", 30), ("Test", 20)):
        for label in ("neg", "pos"):
            write(tmp_path / name.format(part=part, label=label), label, lines)
    assert is_text_lines(tmp_path)
    data = read_text_lines(tmp_path, DataSettings(), ())
    assert data.frame["label"].unique(maintain_order=True).to_list() == ["neg", "pos"]
    assert data.test_rows is not None
    assert (len(data), int(data.test_rows.sum())) == (100, 40)
    assert data.frame.filter(data.test_rows)["label"].value_counts(sort=True)["count"].to_list() == [20, 20]
    assert "40 texts" in [decision.choice for decision in data.decisions]


def test_one_part_alone_is_no_part(tmp_path: Path) -> None:
    for label in ("train_neg", "train_pos"):
        write(tmp_path / f"{label}.txt", label)
    data = read_text_lines(tmp_path, DataSettings(), ())
    assert data.frame["label"].unique(maintain_order=True).to_list() == ["neg", "pos"]
    assert data.test_rows is None

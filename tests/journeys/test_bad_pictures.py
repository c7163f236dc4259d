"""Pictures that cannot be read, of several sizes, without labels."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from PIL import Image

Refused = Callable[..., str]
Fit = Callable[..., str]


@pytest.fixture
def pictures(own_folder: Path) -> Path:
    """Return a folder of 2 x 12 grey pictures of 12 x 12 pixels: dark cats and light dogs."""
    random = np.random.default_rng(0)
    for kind, light in (("cat", 0), ("dog", 120)):
        (own_folder / "pets" / kind).mkdir(parents=True)
        for number in range(12):
            pixels = (random.integers(0, 100, (12, 12)) + light).astype(np.uint8)
            Image.fromarray(pixels).save(own_folder / "pets" / kind / f"{number:02d}.png")
    return own_folder / "pets"


@pytest.mark.parametrize(
    ("length", "sentence"), [(60, "image file is truncated"), (0, "no picture that can be recognised")]
)
def test_unreadable_picture_is_named(
    fit_refused: Refused, fit: Fit, pictures: Path, length: int, sentence: str
) -> None:
    broken = pictures / "cat" / "03.png"
    broken.write_bytes(broken.read_bytes()[:length])
    assert f"expected whole pictures, got {broken} ({sentence})" in fit_refused(pictures)
    said = fit(pictures, "--skip-bad-rows", "--network", "linear")
    assert "pets  23 pictures" in said
    assert re.search(r"! .*1 .*03\.png", said.replace("\n", " "))


def test_pictures_of_several_sizes_are_brought_to_one(fit: Fit, pictures: Path) -> None:
    Image.new("L", (30, 20)).save(pictures / "dog" / "odd.png")
    said = fit(pictures, "--network", "linear").replace("\n", " ")
    assert re.search(r"size.*12", said)


def test_no_such_label(fit_refused: Refused, pictures: Path) -> None:
    assert "a target among label, got 'lable': did you mean 'label'?" in fit_refused(pictures, "-t", "lable")


def test_pictures_of_one_class(fit_refused: Refused, pictures: Path) -> None:
    shutil.rmtree(pictures / "dog")
    assert "at least two classes in label, got only 'cat' in all 12 rows" in fit_refused(pictures)


def test_pictures_without_labels(fit_refused: Refused, pictures: Path) -> None:
    assert "something to predict in cat, got no labels: give it --labels TABLE" in fit_refused(pictures / "cat")


def test_label_table_that_does_not_fit(fit_refused: Refused, pictures: Path) -> None:
    assert "the label table none.csv, got no such file" in fit_refused(pictures, "--labels", "none.csv")
    rows = [f"{number:02d}.png,{'old' if number % 2 else 'young'}" for number in range(13)]
    Path("labels.csv").write_text("\n".join(["file,age", *rows]))
    sentence = fit_refused(pictures / "cat", "--labels", "labels.csv")
    assert "every picture of labels.csv in" in sentence
    assert "got none for '12.png' in row 14" in sentence


def test_truncated_idx_file(fit_refused: Refused) -> None:
    header = b"\0\0\x08\x03" + b"".join(size.to_bytes(4, "big") for size in (20, 12, 12))
    Path("train-images-idx3-ubyte").write_bytes(header + bytes(1000))
    assert "expected 2880 bytes after the header of train-images-idx3-ubyte" in fit_refused("train-images-idx3-ubyte")


def test_predicting_goes_on_past_an_unreadable_picture(
    command_line: Callable[..., Any], fit: Fit, pictures: Path
) -> None:
    fit(pictures, "--network", "linear")
    broken = pictures / "cat" / "03.png"
    broken.write_bytes(broken.read_bytes()[:60])
    said = command_line("predict", "last", pictures, "--to", "answers.csv")
    assert said.code == 0, said.err
    answers = pl.read_csv("answers.csv")
    assert answers.height == 24
    assert answers.filter(pl.col("problem").is_not_null())["picture"].to_list() == ["cat/03.png"]


def test_predicting_pictures_from_a_table(refused: Refused, fit: Fit, pictures: Path, table: Path) -> None:
    fit(pictures, "--network", "linear")
    assert "predict expected pictures, got a table" in refused("predict", "last", table)


def test_damaged_pictures_of_mistakes(command_line: Callable[..., Any], refused: Refused, pictures: Path) -> None:
    quick = ("--epochs", 1, "--no-baselines", "--bootstrap", 0, "--quiet", "--network", "linear", "--name", "run")
    assert command_line("fit", pictures, *quick).code == 0
    Path("runs/run/mistakes.safetensors").write_bytes(b"garbage")
    assert "mistakes.safetensors to hold pictures by row, got damaged content" in refused("report", "run")

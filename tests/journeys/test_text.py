"""Texts from the command line: folders, tables, lines, archives; new texts, resuming, and texts that are none."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import pellucid

Refused = Callable[..., str]
Fit = Callable[..., str]
CommandLine = Callable[..., Any]
PRAISE, BLAME = ["lovely", "brilliant", "funny", "moving"], ["dull", "tedious", "silly", "clumsy"]
REST = "the film is about a man and his dog by the sea who wait for the last train"
PLAIN = ("--network", "bag")


def reviews(count: int, seed: int = 0) -> list[tuple[str, str]]:
    """Return texts and classes in turn: one of four words tells the class, the rest is alike."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(count):
        label, telling = [("neg", BLAME), ("pos", PRAISE)][number % 2]
        words = [*random.choice(REST.split(), random.integers(5, 12)), random.choice(telling), f"rare{number}"]
        found.append((" ".join(random.permutation(words)), label))
    return found


def write(folder: Path, count: int = 60, seed: int = 0) -> Path:
    for number, (text, label) in enumerate(reviews(count, seed)):
        (folder / label).mkdir(parents=True, exist_ok=True)
        (folder / label / f"{number:03d}.txt").write_text(text)
    return folder


@pytest.fixture
def folder(own_folder: Path) -> Path:
    """Return a folder with 60 texts of two classes."""
    return write(own_folder / "reviews")


def table(path: Path, count: int = 60, seed: int = 0) -> Path:
    """Write a table of texts and classes."""
    texts, labels = zip(*reviews(count, seed), strict=True)
    pl.DataFrame({"label": labels, "review": texts}).write_csv(path)
    return path


@pytest.mark.knowledge("H4")
def test_from_a_folder_to_a_report_and_predictions(command_line: CommandLine, folder: Path) -> None:
    """The whole way: some epochs suffice to find the words that tell the class."""
    learning = ("--epochs", "20", "--learning-rate", "0.05", "--batch-size", "8", "--patience", "0")
    said = command_line("fit", folder, "--network", "bag", "--name", "run", *learning)
    assert said.code == 0, said.err
    assert "60 texts" in said.out
    assert "vocabulary:" in said.out
    assert "unknown words:" in said.out
    run = Path("runs/run")
    score = pellucid.load(run).scores.targets[0].main
    assert score is not None
    assert score.value is not None
    assert score.value > 0.9
    page = (run / "report.html").read_text()
    assert '<mark class="for"' in page
    assert "Some that it got right" in page
    assert "TF-IDF" in page

    write(Path("new"), 6, seed=1)
    Path("new/pos/empty.txt").write_text("")
    assert command_line("evaluate", run, "new").code == 0
    said = command_line("predict", run, "new", "--to", "a.csv")
    assert said.code == 0, said.err
    assert "7 rows, 6 predicted" in said.out
    predicted = pl.read_csv("a.csv")
    assert predicted["predicted_label"].null_count() == 1
    assert "it is empty" in predicted.filter(pl.col("problem").is_not_null())["problem"][0]

    assert command_line("predict", run, "new/neg/000.txt", "--to", "b.csv").code == 0
    assert pl.read_csv("b.csv")["predicted_label"].to_list() == ["neg"]
    pl.DataFrame({"id": [7, 8], "text": ["a brilliant film", None]}).write_csv("new.csv")
    assert command_line("predict", run, "new.csv", "--to", "c.csv").code == 0
    assert pl.read_csv("c.csv")["predicted_label"].to_list() == ["pos", None]


def test_a_table_with_a_column_of_texts(command_line: CommandLine, fit: Fit, own_folder: Path) -> None:
    said = fit(table(own_folder / "t.csv"), "--target", "label", *PLAIN, "--name", "run").replace("\n", " ")
    assert "input: texts in review" in said
    table(own_folder / "new.csv", 4, seed=1)
    assert command_line("predict", "runs/run", "new.csv", "--to", "a.csv").code == 0
    assert pl.read_csv("a.csv").columns[:3] == ["label", "review", "predicted_label"]
    write(Path("new"), 4, seed=1)
    assert command_line("predict", "runs/run", "new", "--to", "b.csv").code == 0
    Path("lines").mkdir()
    for label in ("neg", "pos"):
        Path(f"lines/rt.{label}").write_text("\n".join(text for text, name in reviews(50) if name == label))
    assert "50 texts, 50 of them can be judged" in command_line("evaluate", "runs/run", "lines").out
    assert set(pl.read_csv("b.csv")["predicted_label"]) <= {"neg", "pos"}


def test_lines_and_archives_are_the_same_texts_as_the_folder(folder: Path) -> None:
    """All three give the same scores: the same texts, classes, split and seed (files in the order of the lines)."""
    Path("lines").mkdir()
    for label in ("neg", "pos"):
        texts = [path.read_text() for path in sorted((folder / label).iterdir())]
        Path(f"lines/reviews.{label}").write_text("\n".join(texts) + "\n")
    with tarfile.open("reviews.tar.gz", "w:gz") as tar:
        tar.add(folder, arcname="reviews")
    options: dict[str, Any] = {"epochs": 2, "report": False, "baselines": False, "bootstrap": 0, "quiet": True}
    runs = [pellucid.fit(source, network="bag", **options) for source in (folder, "lines", "reviews.tar.gz")]
    losses = [[epoch.train_loss for epoch in run.history] for run in runs]
    assert losses[0] == losses[1] == losses[2]


@pytest.mark.parametrize(
    "network", ["textconv(maps=4, embedding=4)", "gru(units=8)", "transformer(width=8, heads=2, layers=1)"]
)
def test_every_network_for_texts_learns(fit: Fit, own_folder: Path, network: str) -> None:
    said = fit(table(own_folder / "t.csv"), "--target", "label", "--network", network)
    assert "texts that it never saw" in said


def test_interrupted_and_resumed_equals_undisturbed(folder: Path, press_at: Callable[[int, int], list[Any]]) -> None:
    quick: dict[str, Any] = {"epochs": 4, "report": False, "baselines": False, "bootstrap": 0, "batch_size": 8}
    quick["network"] = "textconv(maps=4, embedding=4)"
    straight = pellucid.fit(folder, name="straight", quiet=True, **quick)

    pressed = press_at(2, 2)
    stopped = pellucid.fit(folder, name="stopped", **quick)
    assert pressed
    resumed = pellucid.resume(stopped.folder, quiet=True)
    for name in ("network.safetensors", "predictions.parquet", "words.json"):
        assert (resumed.folder / name).read_bytes() == (straight.folder / name).read_bytes()
    assert [epoch.train_loss for epoch in resumed.history] == [epoch.train_loss for epoch in straight.history]


def test_texts_that_are_none(fit_refused: Refused, fit: Fit, folder: Path) -> None:
    (folder / "neg" / "000.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\r")
    assert "expected whole texts, got" in fit_refused(folder)
    said = fit(folder, "--skip-bad-rows", *PLAIN).replace("\n", " ")
    assert "59 texts" in said
    (folder / "neg" / "000.txt").write_text("")
    assert "empty texts: 1 left out" in fit(folder, *PLAIN).replace("\n", " ")


def test_too_few_texts_or_classes(fit_refused: Refused, folder: Path) -> None:
    assert "something to predict in pos, got no labels" in fit_refused(folder / "pos")
    for path in (folder / "neg").iterdir():
        path.unlink()
    assert "at least two classes in label, got only 'pos' in all 30 rows" in fit_refused(folder)
    for path in sorted((folder / "pos").iterdir())[1:]:
        path.unlink()
    assert "got one: add rows" in fit_refused(folder)


def test_words_that_never_come_again(fit_refused: Refused, own_folder: Path) -> None:
    for number in range(12):
        path = own_folder / "reviews" / f"class {number % 2}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"one{number} two{number} three{number}")
    assert "expected texts with words that occur more than once" in fit_refused(own_folder / "reviews")


def test_another_encoding_is_found_or_named(fit: Fit, fit_refused: Refused, folder: Path) -> None:
    for path in folder.rglob("*.txt"):
        path.write_bytes(
            (path.read_text() + " für größere Leute über achtzehn, schöne Grüße aus Köln").encode("cp1252")
        )
    assert "of 60 of 60 texts" in fit(folder, *PLAIN).replace("\n", " ")
    assert "encoding of" not in fit(folder, "--encoding", "cp1252", *PLAIN)
    assert "expected whole texts" in fit_refused(folder, "--encoding", "utf-8")


def test_a_huge_text_and_copies(fit: Fit, folder: Path) -> None:
    (folder / "neg" / "000.txt").write_text("dull and slow " * 100_000)
    (folder / "pos" / "copy.txt").write_text((folder / "pos" / "001.txt").read_text())
    said = fit(folder, *PLAIN).replace("\n", " ")
    assert "1 row equals an earlier one; equal rows stay in one part" in said
    assert "length of texts:" in said

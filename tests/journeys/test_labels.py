"""Pictures with a table of labels: learnt from, judged on another folder with another table, from any folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

CommandLine = Callable[..., Any]
QUICK = ("--epochs", "2", "--no-report", "--no-baselines", "--bootstrap", "0", "--quiet", "--network", "linear")


def draw(folder: Path, number: int, seed: int) -> Path:
    """Dark and bright pictures, and a table that says which is which."""
    folder.mkdir()
    rng = np.random.default_rng(seed)
    rows = ["file,shade"]
    for place in range(number):
        bright = place % 2
        pixels = rng.integers(150 * bright, 100 + 150 * bright, (8, 8), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{place}.png")
        rows.append(f"{place}.png,{'bright' if bright else 'dark'}")
    table = folder.with_suffix(".csv")
    table.write_text("\n".join(rows))
    return table


def test_new_pictures_have_their_own_table(command_line: CommandLine, own_folder: Path) -> None:
    draw(own_folder / "train", 40, 0)
    draw(own_folder / "new", 10, 1)
    fitted = command_line("fit", "train", "--labels", "train.csv", "--name", "shades", *QUICK)
    assert fitted.code == 0, fitted.err
    settings = json.loads((own_folder / "runs" / "shades" / "run.json").read_text())["settings"]
    assert settings["data"]["labels"] == str(own_folder / "train.csv")  # also read from another folder
    judged = command_line("evaluate", "shades", "new", "--labels", "new.csv")
    assert judged.code == 0, judged.err
    assert "10 pictures, 10 of them can be judged" in judged.out + judged.err
    predicted = command_line("predict", "shades", "new", "--labels", "new.csv")
    assert predicted.code == 0, predicted.err
    assert "10 rows, 10 predicted" in predicted.out + predicted.err

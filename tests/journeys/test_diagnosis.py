"""From the command line: check before, strict in between, diagnose afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def leaky(own_folder: Path) -> Path:
    """Two hundred rows of which half stand in the official test file too."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(200, 3))
    lines = [f"{a:.6f},{b:.6f},{c:.6f},{'yes' if a + b > 0 else 'no'}" for a, b, c in x]
    (own_folder / "train.csv").write_text("\n".join(["a,b,c,y", *lines]) + "\n")
    return own_folder / "train.csv"


def test_a_healthy_table_passes_the_check(command_line: Any, leaky: Path) -> None:
    said = command_line("check", leaky, "--target", "y")
    assert said.code == 0
    assert "nothing wrong" in said.out
    assert not (leaky.parent / "runs").exists()


def test_a_fit_tells_and_diagnose_repeats_it(command_line: Any, leaky: Path) -> None:
    said = command_line(
        "fit", leaky, "--target", "y", "--epochs", 30, "--no-report", "--no-baselines", "--bootstrap", 0
    )
    assert said.code == 0
    assert "diagnosis:" in said.out
    again = command_line("diagnose", "last")
    assert again.code == 0
    assert said.out[said.out.index("diagnosis:") :].splitlines()[0] in again.out


def test_diagnose_off_and_wrong_wishes(command_line: Any, refused: Any, leaky: Path) -> None:
    quick = ("--target", "y", "--epochs", 1, "--no-report", "--no-baselines", "--bootstrap", 0)
    said = command_line("fit", leaky, *quick, "--diagnose", "off")
    assert "diagnosis:" not in said.out
    assert "--diagnose off" in refused("diagnose", "last")
    assert "on, off or strict" in refused("fit", leaky, *quick, "--diagnose", "maybe")

"""Training settings: ranges, choices, and what fills the gaps."""

import subprocess
import sys

import pytest

from pellucid.foundation.errors import RangeError, UnknownNameError
from pellucid.training.settings import DEFAULTS, TrainingSettings


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("epochs", 0, "a whole number above 0"),
        ("epochs", 1.5, "a whole number above 0"),
        ("batch_size", -1, "a whole number above 0"),
        ("accumulate", 0, "a whole number above 0"),
        ("threads", 0, "a whole number above 0"),
        ("learning_rate", 0.0, "above 0, or 'find'"),
        ("learning_rate", "fast", "above 0, or 'find'"),
        ("warm_up", 1.0, "at least 0 and below 1"),
        ("warm_up", -0.1, "at least 0 and below 1"),
        ("weight_decay", -0.1, "at least 0"),
        ("clip_norm", 0.0, "above 0"),
        ("patience", -1, "a whole number, 0 for never"),
        ("checkpoint_seconds", -1.0, "at least 0"),
        ("checkpoint_seconds", True, "at least 0"),
    ],
)
def test_values_out_of_range_are_sentences(name: str, value: object, rule: str) -> None:
    with pytest.raises(RangeError, match=f"fit expected {name} to be {rule}, got"):
        TrainingSettings(**{name: value})


def test_an_unknown_precision_gets_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'float32'"):
        TrainingSettings(precision="float23")


def test_finding_the_rate_is_allowed() -> None:
    assert TrainingSettings(learning_rate="find").learning_rate == "find"


def test_wishes_come_before_recommendations_and_these_before_defaults() -> None:
    filled = TrainingSettings(epochs=3).filled({"epochs": 9, "learning_rate": 0.5, "label_smoothing": 0.1})
    assert (filled.epochs, filled.learning_rate, filled.batch_size) == (3, 0.5, DEFAULTS["batch_size"])
    assert filled.select == "loss"
    assert filled.device is None
    assert filled.clip_norm is None


@pytest.mark.parametrize(
    ("wish", "recommended", "select"),
    [
        ({"optimizer": "lbfgs(memory=5)"}, {}, "last"),
        ({}, {"optimizer": "lbfgs"}, "last"),
        ({"optimizer": "adam"}, {"optimizer": "lbfgs"}, "loss"),
        ({"optimizer": "lbfgs", "select": "loss"}, {}, "loss"),
        ({}, {"optimizer": "lbfgs", "select": "loss"}, "loss"),
    ],
)
def test_lbfgs_keeps_its_minimum(wish: dict[str, str], recommended: dict[str, str], select: str) -> None:
    assert TrainingSettings(**wish).filled(recommended).select == select


def test_importing_the_settings_is_light() -> None:
    heavy = "{'torch', 'numpy', 'polars', 'sklearn'}"
    code = f"import sys, pellucid.training.settings; print(sorted({heavy} & set(sys.modules)))"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"

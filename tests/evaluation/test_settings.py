import subprocess
import sys

import pytest

from pellucid.evaluation.settings import JudgingSettings
from pellucid.foundation.errors import RangeError


def test_defaults() -> None:
    settings = JudgingSettings()
    assert (settings.baselines, settings.bootstrap, settings.confidence) == (True, 1000, 0.95)


def test_no_intervals_can_be_asked_for() -> None:
    assert JudgingSettings(bootstrap=0).bootstrap == 0


@pytest.mark.parametrize(
    ("name", "value", "match"),
    [
        ("bootstrap", 99, r"bootstrap to be 0 or at least 100, got 99"),
        ("bootstrap", -1, r"got -1"),
        ("confidence", 1.0, r"confidence to be between 0 and 1, got 1\.0"),
        ("confidence", 0.0, r"got 0\.0"),
        ("false_negative_cost", 0.0, r"false_negative_cost to be above 0"),
    ],
)
def test_ranges(name: str, value: float, match: str) -> None:
    with pytest.raises(RangeError, match=match):
        JudgingSettings(**{name: value})


def test_settings_import_nothing_heavy() -> None:
    code = (
        "import sys, pellucid.evaluation.settings; "
        "print(sorted({'numpy', 'torch', 'polars', 'sklearn'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"

"""The settings of data: what they admit."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pellucid.data.settings import DataSettings
from pellucid.foundation.errors import RangeError, UnknownNameError


def test_a_kind_that_does_not_exist_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'category'"):
        DataSettings(column={"a": "categry"})  # type: ignore[dict-item]


@pytest.mark.parametrize("fields", [{"test": 1.0}, {"test": -0.1}, {"validation": 1.5}, {"size": 0}, {"size": (4, 0)}])
def test_values_outside_their_range_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(RangeError, match=f"fit expected {next(iter(fields))} to be"):
        DataSettings(**fields)  # type: ignore[arg-type]


def test_a_split_that_does_not_exist_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'stratified'"):
        DataSettings(split="stratifed")


@pytest.mark.parametrize(
    ("test", "fraction", "path"),
    [(None, None, None), (0, 0.0, None), (0.3, 0.3, None), ("0.3", 0.3, None), ("b.csv", None, "b.csv")],
)
def test_test_is_a_fraction_or_a_path(test: float | str | None, fraction: float | None, path: str | None) -> None:
    settings = DataSettings(test=test)
    assert settings.test_fraction == fraction
    assert settings.test_path == path


def test_importing_the_settings_imports_nothing_heavy() -> None:
    code = (
        "import sys; import pellucid.data.settings;"
        "print([m for m in ('torch', 'numpy', 'polars', 'sklearn', 'PIL', 'narwhals') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

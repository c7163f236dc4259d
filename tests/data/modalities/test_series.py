"""Series as a kind of input."""

import numpy as np
import polars as pl
import pytest

from pellucid.data.content import Content, Ragged
from pellucid.data.dataset import Dataset
from pellucid.data.modalities.modality import Fitting
from pellucid.data.modalities.series import SERIES, features, fit, summary
from pellucid.data.settings import DataSettings

RNG = np.random.default_rng(0)
EVEN = RNG.normal(3, 2, (9, 50, 2)).astype(np.float32)
RAGGED = Ragged.of([RNG.normal(3, 2, (length, 2)).astype(np.float32) for length in (300, 9, 60)])
FITTING = Fitting(settings=DataSettings())


def dataset(content: Content) -> Dataset:
    rows = np.arange(len(content))
    return Dataset(kind="series", name="", frame=pl.DataFrame({"series": rows}), source_rows=rows, content=content)


@pytest.mark.parametrize(("content", "expected"), [(EVEN, "2 × 50 (c"), (RAGGED, "2 × 9 … 300 (c")])
def test_the_summary_tells_channels_and_steps(content: Content, expected: str) -> None:
    assert summary(dataset(content)).startswith(expected)


@pytest.mark.parametrize("content", [EVEN, RAGGED], ids=["one length", "several"])
def test_features_of_both_parts(content: Content) -> None:
    seen, judged = features(dataset(content), dataset(content).take(np.array([1])), FITTING)
    assert seen.raw.shape == (len(content), 1 + 2 * 21)
    assert seen.scaled.shape == (len(content), 2 * min(100, 50 if content is EVEN else 300))
    assert not seen.categorical.any()
    np.testing.assert_array_equal(judged.raw, seen.raw[1:2])
    np.testing.assert_array_equal(judged.scaled, seen.scaled[1:2])
    if content is EVEN:
        np.testing.assert_allclose(seen.scaled.reshape(-1, 2).std(0), 1, rtol=1e-5)


def test_one_series_is_drawn_and_told() -> None:
    assert SERIES.show is not None
    assert SERIES.tell is not None
    assert SERIES.show(dataset(RAGGED), 1).shape == (3, 160, 160)
    told = SERIES.tell(dataset(RAGGED), 1)
    assert told["steps"] == "9"
    assert float(told["least"]) == pytest.approx(RAGGED[1].min(), rel=1e-3)
    assert float(told["greatest"]) == pytest.approx(RAGGED[1].max(), rel=1e-3)


def test_fitting_looks_at_the_series() -> None:
    assert fit(dataset(EVEN), FITTING).steps == 50

"""Series to classify, or to predict a number of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pellucid.data.content import gathered
from pellucid.data.dataset import Dataset
from pellucid.data.modalities.curves import drawn, resampled, statistics
from pellucid.data.modalities.modality import Fitting, Modality, Picture
from pellucid.data.transforms.series import SeriesTransform, as_ragged, fit_series, lengths_of, series_of
from pellucid.foundation.features import Features

MOST_VALUES: Final = 200  # of a series given to the linear model, all channels together
VALIDATED_FROM: Final = (
    200  # on 5 UCR sets of 36 to 172 series all but one were judged better without a validation part
)
DIGITS: Final = 4


def summary(dataset: Dataset) -> str:
    """Return the size of the series."""
    content = series_of(dataset)
    channels, lengths = _values(dataset, 0).shape[1], lengths_of(content)
    low, high = int(lengths.min()), int(lengths.max())
    return f"{channels} × {high if low == high else f'{low} … {high}'} (channels × steps)"


def fit(dataset: Dataset, fitting: Fitting) -> SeriesTransform:
    """Fit the transform on the training series."""
    del fitting
    return fit_series(series_of(dataset))


def features(seen: Dataset, judged: Dataset, fitting: Fitting) -> tuple[Features, Features]:
    """Return statistics of each series for trees, and its values at up to 200 points for the linear model."""
    del fitting
    transform = fit_series(series_of(seen))
    points = min(max(MOST_VALUES // transform.channels, 1), transform.steps)
    first, second = (_features(part, transform, points) for part in (seen, judged))
    return first, second


def _features(dataset: Dataset, transform: SeriesTransform, points: int) -> Features:
    """Return the features of one part."""
    ragged = as_ragged(series_of(dataset))
    raw = np.stack([statistics(ragged[row]) for row in range(len(ragged))])
    values = np.stack([resampled(ragged[row], points) for row in range(len(ragged))])  # (n, points, c)
    scaled = (values - transform.mean) / transform.std
    return Features(
        raw=raw,
        categorical=np.zeros(raw.shape[1], np.bool_),
        scaled=scaled.reshape(len(ragged), -1).astype(np.float32),
    )


def show(dataset: Dataset, row: int) -> Picture:
    """Return a drawing of the series, a line for each of the first channels (c, h, w)."""
    return drawn(_values(dataset, row))


def tell(dataset: Dataset, row: int) -> Mapping[str, str]:
    """Return length, least and greatest value."""
    values = _values(dataset, row)
    low, high = (f"{value:.{DIGITS}g}" for value in (values.min(), values.max()))
    return {"steps": str(len(values)), "least": low, "greatest": high}


def _values(dataset: Dataset, row: int) -> NDArray[np.float32]:
    """Return one series (l, c)."""
    values: NDArray[np.float32] = gathered(series_of(dataset), np.array([row]))[0][0]
    return values


SERIES: Final = Modality(
    kind="series",
    noun="series",
    plural="series",
    summary=summary,
    transform=SeriesTransform,
    fit=fit,
    features=features,
    validated_from=VALIDATED_FROM,
    show=show,
    tell=tell,
    baselines={
        "linear model": f"the values at up to {MOST_VALUES} points",
        "boosted trees": "mean, deviation, slope, spectrum and other statistics of each channel",
    },
)

"""Tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pellucid.data.dataset import Dataset
from pellucid.data.modalities.modality import Fitting, Modality
from pellucid.data.transforms.table import TableTransform, fit_table
from pellucid.foundation.features import Features


def summary(dataset: Dataset) -> str:
    """Return the size of the table."""
    return f"{dataset.frame.width} columns"


def fit(dataset: Dataset, fitting: Fitting) -> TableTransform:
    """Fit the transform on the training rows."""
    return fit_table(dataset.frame, fitting.columns, fitting.features, categories=fitting.categories)


def features(seen: Dataset, judged: Dataset, fitting: Fitting) -> tuple[Features, Features]:
    """Return numbers as they are and one-hot categories of both parts, encoded by what the first holds."""
    onehot = fit_table(seen.frame, fitting.columns, fitting.features, categories="onehot")
    first, second = (_of_table(part, onehot) for part in (seen, judged))
    return first, second


def _of_table(dataset: Dataset, onehot: TableTransform) -> Features:
    raw, categorical = onehot.plain(dataset.frame)
    return Features(raw=raw, categorical=categorical, scaled=onehot.apply(dataset).arrays[0])


def tell(dataset: Dataset, row: int) -> Mapping[str, str]:
    """Return the cells of a row as texts."""
    return {name: "" if value is None else str(value) for name, value in dataset.frame.row(row, named=True).items()}


TABLES: Final = Modality(
    kind="table",
    noun="row",
    summary=summary,
    transform=TableTransform,
    fit=fit,
    features=features,
    tell=tell,
)

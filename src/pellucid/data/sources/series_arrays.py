"""Series in memory: an array (n, c, l) or (n, l), or a list of arrays (c, l) or (l,) of several lengths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.collecting import SERIES, collect
from pellucid.data.sources.source import Known, table_dataset
from pellucid.foundation.errors import ShapeError

CHANNEL_AXES: Final = 2  # (c, l)


def read_series(
    examples: Sequence[NDArray[Any]], labels: pl.DataFrame, settings: DataSettings, known: Known
) -> Dataset:
    """Return series from arrays (c, l) or (l,), one for each, with their labels.

    Raises:
        ShapeError: an array has another number of axes.
        DataError: a series is broken and not to be left out.

    Example:
        >>> read_series([np.arange(3.0), np.arange(4.0)], pl.DataFrame(), DataSettings(), ()).content[1].ravel()
        array([0., 1., 2., 3.], dtype=float32)
    """
    wrong = next((one.shape for one in examples if not 1 <= one.ndim <= CHANNEL_AXES), None)
    if wrong is not None:
        raise ShapeError(
            f"read expected series of shape (n, c, l) or (n, l), or a list of (c, l) or (l,), got one of {wrong}: "
            "reshape it"
        )
    if all(one.ndim == CHANNEL_AXES and one.shape[1] == 1 < one.shape[0] for one in examples):
        examples = [one.T for one in examples]  # (l, 1): one channel, and not one step
    names = [str(row) for row in range(len(examples))]
    with np.errstate(over="ignore"):  # what is too large for float32 becomes infinite, which is said
        values = [np.atleast_2d(one).T.astype(np.float32) for one in examples]
    decoded = collect(values, [f"series {name}" for name in names], settings, bool(known))
    table = pl.DataFrame({SERIES: names}).hstack(labels) if labels.width else pl.DataFrame({SERIES: names})
    kept = replace(settings, column={**(settings.column or {}), SERIES: "text"})
    dataset = table_dataset(table.lazy(), name="arrays", settings=kept, known=known, target=tuple(labels.columns))
    return replace(
        dataset.take(decoded.kept),
        kind="series",
        subject=SERIES,
        content=decoded.content,
        problems=decoded.problems,
        decisions=(*dataset.decisions, *decoded.decisions),
    )

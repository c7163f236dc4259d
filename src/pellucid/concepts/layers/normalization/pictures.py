"""The pictures of normalization: distributions before and after, rows before and after, and who shares a mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.drawing.records import ROLES, Cells, Picture, Plot, Series

EXAMPLES: Final = 400
PLACES: Final = ((-3.0, 0.6), (1.0, 2.0), (5.0, 1.2))
"""Mean and spread of three channels before normalization."""
ROWS: Final = ((1.0, 2.0, 3.0, 6.0), (10.0, 20.0, 30.0, 60.0), (-1.0, 0.0, 0.5, 0.5))
"""The second row is ten times the first: after normalization they are the same."""
SHARED: Final = {
    "batch_norm": "batch: one mean per channel, over all examples",
    "layer_norm": "layer: one mean per example, over all channels",
    "instance_norm": "instance: one mean per example and channel",
    "group_norm": "group: one mean per example and group of 2 channels",
}
COUNT: Final = 4  # examples and channels of the grids of `who_shares`


def channels_before_and_after(name: str, normalize: Callable[[Floats], Floats], unit: str) -> Picture:
    """Return the distribution of three channels, before and after.

    Example:
        >>> len(channels_before_and_after("batch_norm", lambda x: x, "channel").panels)
        2
    """
    rng = np.random.default_rng(0)
    x = np.stack([rng.normal(mean, spread, EXAMPLES) for mean, spread in PLACES], axis=1)
    y = normalize(x)
    before = ", ".join(f"{one.mean():.1f} ± {one.std():.1f}" for one in x.T)
    after = ", ".join(f"{one.mean():z.1f} ± {one.std():.1f}" for one in y.T)
    return Picture(
        alt=f"{name} on {EXAMPLES} examples of three {unit}s: mean and spread before {before}; after {after}.",
        panels=(_histogram("before", x, unit), _histogram("after", y, unit)),
    )


def rows_before_and_after(name: str, normalize: Callable[[Floats], Floats]) -> Picture:
    """Return three rows of numbers, before and after, with mean and root mean square of each.

    Example:
        >>> rows_before_and_after("layer_norm", lambda x: x).panels[0].row_names[0]
        'mean 3.00, rms 3.54'
    """
    x = np.array(ROWS)
    y = normalize(x)
    return Picture(
        alt=f"{name} on three rows. The second row is ten times the first; after it both read "
        f"{', '.join(f'{one:.2f}' for one in y[0])}.",
        panels=tuple(
            Cells(
                values=values,
                title=title,
                row_names=tuple(f"mean {one.mean():z.2f}, rms {np.sqrt((one**2).mean()):.2f}" for one in values),
                column_names=tuple(f"x{place + 1}" for place in range(x.shape[1])),
            )
            for title, values in (("before", x), ("after", y))
        ),
        columns=1,
    )


def who_shares(name: str) -> Picture:
    """Return grids of examples and channels, for this normalization first: cells of one number share mean and spread.

    Example:
        >>> who_shares("group_norm").panels[0].values[0]
        array([1., 1., 2., 2.])
    """
    example, channel = np.indices((COUNT, COUNT))
    groups = {
        "batch_norm": channel,
        "layer_norm": example,
        "instance_norm": COUNT * example + channel,
        "group_norm": 2 * example + channel // 2,
    }
    order = [name, *(one for one in groups if one != name)]
    return Picture(
        alt=f"{COUNT} examples with {COUNT} channels; cells with the same number share one mean and one spread. "
        f"{SHARED[name]}: {len(np.unique(groups[name]))} means; batch normalization has {COUNT}.",
        panels=tuple(
            Cells(
                values=groups[one] + 1.0,
                title=SHARED[one],
                row_names=tuple(f"example {place + 1}" for place in range(COUNT)),
                column_names=tuple(f"channel {place + 1}" for place in range(COUNT)),
                low=0.0,
                high=float(COUNT * COUNT),
            )
            for one in order
        ),
    )


def _histogram(title: str, x: Floats, unit: str) -> Plot:
    edges = np.linspace(x.min(), x.max(), 41)
    centres = (edges[1:] + edges[:-1]) / 2
    return Plot(
        title=title,
        x_title="value",
        y_title="examples",
        series=tuple(
            Series(name=f"{unit} {place + 1}", x=centres, y=np.histogram(one, edges)[0], kind="steps", role=role)
            for place, (one, role) in enumerate(zip(x.T, ROLES, strict=False))
        ),
    )

"""What is drawn of forecasts, and the worst of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from pellucid.evaluation.forecast_records import ForecastCurves, ForecastExample, StepErrors
from pellucid.evaluation.mistakes import MOST_MISTAKES, Describe
from pellucid.evaluation.records import Mistake
from pellucid.evaluation.sheet import Floats, Integers
from pellucid.tasks.forecast import Forecast

EXAMPLES: Final = (0.05, 0.5, 0.95, 1.0)  # ranks by error of the forecasts that are shown; 1 is the worst


def forecast_curves(
    truth: Floats,
    contenders: Mapping[str, Floats],
    *,
    task: Forecast,
    rows: Integers,
    history: Floats | None,
    describe: Describe | None,
) -> ForecastCurves:
    """Return what is drawn of one target.

    Args:
        truth: (n, h).
        contenders: quantiles (n, h, q) by name, the network's first.
        task: has levels and horizon.
        rows: (n,) row in the source of each origin.
        history: (n, m) values before each origin; None where they are not at hand.
        describe: gives at the position of an origin when its forecast begins.
    """
    network = next(iter(contenders.values()))
    median = task.median
    held = (truth >= network[:, :, 0]) & (truth <= network[:, :, -1])
    error = np.abs(truth - network[:, :, median]).mean(axis=1)
    order = np.argsort(error, kind="stable")
    shown = dict.fromkeys(int(order[round(rank * (len(order) - 1))]) for rank in EXAMPLES)
    return ForecastCurves(
        levels=task.quantiles,
        below=tuple((truth[:, :, None] <= network).mean(axis=(0, 1)).tolist()),
        coverage=tuple(held.mean(axis=0).tolist()),
        by_step=tuple(
            StepErrors(name=name, errors=tuple(np.abs(truth - values[:, :, median]).mean(axis=0).tolist()))
            for name, values in contenders.items()
        ),
        examples=tuple(
            ForecastExample(
                row=int(rows[place]),
                label=", ".join(describe(place).values()) if describe else f"row {rows[place]}",
                history=() if history is None else tuple(history[place][~np.isnan(history[place])].tolist()),
                truth=tuple(truth[place].tolist()),
                quantiles=tuple(tuple(line) for line in network[place].T.tolist()),
            )
            for place in shown
        ),
    )


def worst_origins(truth: Floats, median: Floats, rows: Integers, horizon: int) -> list[tuple[int, Mistake]]:
    """Return the positions and mistakes of the origins with the largest mean absolute error, worst first.

    Of forecasts that overlap only the worst is named: the others are the same mistake again.

    Args:
        truth: (n, h).
        median: (n, h).
        rows: (n,) row in the source of each origin.
        horizon: steps ahead.
    """
    size = np.abs(truth - median).mean(axis=1)
    found: list[int] = []
    for place in np.argsort(-size, kind="stable").tolist():
        if len(found) == MOST_MISTAKES or size[place] == 0:
            break
        if all(abs(rows[place] - rows[other]) >= horizon for other in found):
            found.append(place)
    return [
        (
            place,
            Mistake(
                row=place,
                truth=float(truth[place].mean()),
                predicted=float(median[place].mean()),
                confidence=None,
                size=float(size[place]),
            ),
        )
        for place in found
    ]

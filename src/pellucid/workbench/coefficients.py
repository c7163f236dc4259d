"""The coefficients of a linear network in the units of the data, as a statistics package would print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pellucid.data.modalities.saving import transform_from_json
from pellucid.data.transforms.table import TableTransform
from pellucid.foundation.errors import RangeError
from pellucid.networks.linear import Coefficients, LinearNetwork, coefficients
from pellucid.tasks.regression import Regression
from pellucid.tasks.task import Task

if TYPE_CHECKING:
    from pellucid.workbench.run import Run


def coefficients_of(run: Run) -> Coefficients:
    """Return the coefficients of a linear run; see `Run.coefficients`.

    Raises:
        RangeError: the run was trained on pictures, whose pixels have no names.
    """
    network = run.network
    transform = None if run.record.transform is None else transform_from_json(run.record.transform)
    if not isinstance(network, LinearNetwork) or not isinstance(transform, TableTransform):
        raise RangeError(f"coefficients expected a linear network on a table, got {run.record.name}: fit one")
    centre, scale = _units(run.task)
    return coefficients(
        network, transform.names, transform.center, transform.scale, target_centre=centre, target_scale=scale
    )


def _units(task: Task) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (o,) centre and (o,) scale of the outputs: of numbers what they were standardised with, else 0 and 1."""
    parts = [
        (part.centre, part.scale) if isinstance(part, Regression) else ((0.0,) * part.outputs, (1.0,) * part.outputs)
        for part in task.parts
    ]
    centres, scales = zip(*parts, strict=True)
    return np.concatenate(centres), np.concatenate(scales)

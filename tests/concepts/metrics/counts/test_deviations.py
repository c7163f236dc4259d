"""The picture of deviances."""

from __future__ import annotations

import numpy as np

from pellucid.concepts.metrics.counts.gamma_deviance import GAMMA_DEVIANCE
from pellucid.concepts.metrics.counts.poisson_deviance import POISSON_DEVIANCE
from pellucid.drawing.records import Plot


def test_each_panel_is_least_at_its_target() -> None:
    for metric, targets in ((POISSON_DEVIANCE, (0.0, 5.0, 100.0)), (GAMMA_DEVIANCE, (1.0, 5.0, 100.0))):
        for panel, y in zip(metric.picture().panels, targets, strict=True):
            assert isinstance(panel, Plot)
            curve = panel.series[0]
            nearest = curve.x[np.argmin(np.abs(curve.x - y))]
            assert curve.x[np.argmin(curve.y)] == nearest
            assert panel.title == f"y = {y:g}"

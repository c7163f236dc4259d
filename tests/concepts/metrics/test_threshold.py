"""Pictures in which a threshold moves."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.concepts.metrics.catalogue import METRICS
from pellucid.concepts.metrics.classes.precision import PRECISION
from pellucid.concepts.metrics.metric import Metric
from pellucid.concepts.metrics.threshold import scores_of, table_of
from pellucid.drawing.records import Cells


@pytest.mark.knowledge("I")
def test_the_counts_of_the_last_frame_are_those_of_its_threshold() -> None:
    cells = PRECISION.picture().frames[-1].panels[1]
    assert isinstance(cells, Cells)
    scores, targets = scores_of(100, 1000)
    np.testing.assert_array_equal(cells.values, table_of((scores >= 2.5).astype(np.int64), targets))
    assert cells.marked == ((1, 1), (0, 1))  # TP and FP: the column of what is called 1


@pytest.mark.parametrize("metric", METRICS, ids=lambda one: one.name)
def test_every_metric_has_a_picture_with_numbers_in_its_words(metric: Metric) -> None:
    picture = metric.picture()
    assert any(letter.isdigit() for letter in picture.alt)
    assert all(frame.note for frame in picture.frames)

"""The settings of the task."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pellucid.foundation.errors import RangeError, UnknownNameError
from pellucid.tasks.settings import TaskSettings


def test_nothing_is_decided_by_default() -> None:
    settings = TaskSettings()
    assert (settings.task, settings.positive, settings.loss, settings.label_smoothing) == (None, None, None, None)
    assert settings.class_weights == "none"


@pytest.mark.parametrize("smoothing", [-0.1, 1.0, float("nan")])
def test_label_smoothing_out_of_range_is_refused(smoothing: float) -> None:
    with pytest.raises(RangeError, match="fit expected label_smoothing to be at least 0 and below 1, got"):
        TaskSettings(label_smoothing=smoothing)


def test_an_unknown_choice_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'balanced'"):
        TaskSettings(class_weights="balance")
    with pytest.raises(UnknownNameError, match="did you mean 'huber'"):
        TaskSettings(loss="hubert")


def test_finding_the_task_does_not_import_torch() -> None:
    code = "import sys, pellucid.tasks.infer, pellucid.tasks.catalogue; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

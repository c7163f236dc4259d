"""What a report is made from: the records of one run, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pellucid.diagnosis.diagnosis import Diagnosis
    from pellucid.evaluation.records import Evaluation
    from pellucid.runs.records import RunRecord
    from pellucid.runs.weighing import TargetWords
    from pellucid.training.records import EpochRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """One run, as its folder holds it. Sections of stages that have not finished are left out of the page."""

    run: RunRecord
    history: tuple[EpochRecord, ...] = ()
    evaluation: Evaluation | None = None
    pictures: Mapping[int, NDArray[np.uint8]] = field(default_factory=dict)
    """(c, h, w) of the pictures among the worst mistakes, by row."""
    varied: NDArray[np.uint8] | None = None
    """(k, 1 + v, c, h, w) some training examples, each beside varied versions of it."""
    diagnosis: Diagnosis | None = None
    """None where nobody looked."""
    words: tuple[TargetWords, ...] = ()
    """Of runs on texts: how much each word speaks for the answer."""

"""Cases that were at hand while the rules were written, with the thresholds tuned on them."""

from __future__ import annotations

from typing import Final

from benchmarks.diagnosis.case import Case
from benchmarks.diagnosis.known.architecture import ARCHITECTURE
from benchmarks.diagnosis.known.data import DATA
from benchmarks.diagnosis.known.evaluation import EVALUATION
from benchmarks.diagnosis.known.head import HEAD
from benchmarks.diagnosis.known.healthy import HEALTHY
from benchmarks.diagnosis.known.healthy_rare import RARE
from benchmarks.diagnosis.known.loop import LOOP

KNOWN: Final[tuple[Case, ...]] = (*HEAD, *DATA, *ARCHITECTURE, *LOOP, *EVALUATION, *HEALTHY, *RARE)

"""Cases that whoever writes or tunes the rules of the diagnosis does not look at: they judge it from outside."""

from __future__ import annotations

from typing import Final

from benchmarks.diagnosis.aside.architecture import ARCHITECTURE
from benchmarks.diagnosis.aside.data import DATA
from benchmarks.diagnosis.aside.evaluation import EVALUATION
from benchmarks.diagnosis.aside.head import HEAD
from benchmarks.diagnosis.aside.healthy import HEALTHY
from benchmarks.diagnosis.aside.labels import LABELS
from benchmarks.diagnosis.aside.loop import LOOP
from benchmarks.diagnosis.aside.losses import LOSSES
from benchmarks.diagnosis.aside.ordinary import ORDINARY
from benchmarks.diagnosis.aside.rates import RATES
from benchmarks.diagnosis.aside.wiring import WIRING

ASIDE: Final = (
    *HEAD,
    *LOSSES,
    *DATA,
    *LABELS,
    *ARCHITECTURE,
    *WIRING,
    *LOOP,
    *RATES,
    *EVALUATION,
    *HEALTHY,
    *ORDINARY,
)

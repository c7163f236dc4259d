"""Cases written by somebody who had not seen the rules, and opened after two examinations: rules are tuned on them."""

from __future__ import annotations

from typing import Final

from benchmarks.diagnosis.first.architecture import ARCHITECTURE
from benchmarks.diagnosis.first.data import DATA
from benchmarks.diagnosis.first.evaluation import EVALUATION
from benchmarks.diagnosis.first.head import HEAD
from benchmarks.diagnosis.first.healthy import HEALTHY
from benchmarks.diagnosis.first.labels import LABELS
from benchmarks.diagnosis.first.loop import LOOP
from benchmarks.diagnosis.first.losses import LOSSES
from benchmarks.diagnosis.first.ordinary import ORDINARY
from benchmarks.diagnosis.first.rates import RATES
from benchmarks.diagnosis.first.wiring import WIRING

FIRST: Final = (
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

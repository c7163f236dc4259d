"""Cases written by three people who had not seen the rules, and opened after examinations: rules are tuned on them."""

from __future__ import annotations

from typing import Final

from benchmarks.diagnosis.second.crashes import CRASHES
from benchmarks.diagnosis.second.depth import DEPTH
from benchmarks.diagnosis.second.evaluation import EVALUATION
from benchmarks.diagnosis.second.heads import HEADS
from benchmarks.diagnosis.second.healthy_one import HEALTHY_ONE
from benchmarks.diagnosis.second.healthy_three import HEALTHY_THREE
from benchmarks.diagnosis.second.healthy_two import HEALTHY_TWO
from benchmarks.diagnosis.second.initial import INITIAL
from benchmarks.diagnosis.second.inputs import INPUTS
from benchmarks.diagnosis.second.labels import LABELS
from benchmarks.diagnosis.second.loaders import LOADERS
from benchmarks.diagnosis.second.loops import LOOPS
from benchmarks.diagnosis.second.rates import RATES
from benchmarks.diagnosis.second.results import RESULTS
from benchmarks.diagnosis.second.wiring import WIRING

SECOND: Final = (
    *HEADS,
    *CRASHES,
    *WIRING,
    *LOOPS,
    *INPUTS,
    *LABELS,
    *LOADERS,
    *EVALUATION,
    *INITIAL,
    *DEPTH,
    *RATES,
    *RESULTS,
    *HEALTHY_ONE,
    *HEALTHY_TWO,
    *HEALTHY_THREE,
)

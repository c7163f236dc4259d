"""Cases kept aside: written by people who had not seen the rules; whoever tunes rules does not look at them."""

from __future__ import annotations

from typing import Final

from benchmarks.diagnosis.third.answers import ANSWERS
from benchmarks.diagnosis.third.beginnings import BEGINNINGS
from benchmarks.diagnosis.third.columns import COLUMNS
from benchmarks.diagnosis.third.endings import ENDINGS
from benchmarks.diagnosis.third.graph import GRAPH
from benchmarks.diagnosis.third.healthy_five import HEALTHY_FIVE
from benchmarks.diagnosis.third.healthy_four import HEALTHY_FOUR
from benchmarks.diagnosis.third.judging import JUDGING
from benchmarks.diagnosis.third.layers import LAYERS
from benchmarks.diagnosis.third.optimizers import OPTIMIZERS
from benchmarks.diagnosis.third.outputs import OUTPUTS
from benchmarks.diagnosis.third.parts import PARTS
from benchmarks.diagnosis.third.rows import ROWS
from benchmarks.diagnosis.third.steps import STEPS

THIRD: Final = (
    *ANSWERS,
    *BEGINNINGS,
    *COLUMNS,
    *ENDINGS,
    *GRAPH,
    *HEALTHY_FIVE,
    *HEALTHY_FOUR,
    *JUDGING,
    *LAYERS,
    *OPTIMIZERS,
    *OUTPUTS,
    *PARTS,
    *ROWS,
    *STEPS,
)

"""All schedules, in one explicit, read-only tuple, and making one from a text such as `step(every=10)`."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Final

from pellucid.concepts.schedules.cycles.cosine_warm_restarts import COSINE_WARM_RESTARTS
from pellucid.concepts.schedules.cycles.coslog4 import COSLOG4
from pellucid.concepts.schedules.cycles.one_cycle import ONE_CYCLE
from pellucid.concepts.schedules.falling.cosine import COSINE
from pellucid.concepts.schedules.falling.exponential import EXPONENTIAL
from pellucid.concepts.schedules.falling.inverse_sqrt import INVERSE_SQRT
from pellucid.concepts.schedules.falling.linear import LINEAR
from pellucid.concepts.schedules.falling.polynomial import POLYNOMIAL
from pellucid.concepts.schedules.schedule import Factors, Schedule
from pellucid.concepts.schedules.stairs.multi_step import MULTI_STEP
from pellucid.concepts.schedules.stairs.step import STEP
from pellucid.concepts.schedules.steady.constant import CONSTANT
from pellucid.concepts.schedules.steady.warm_up import WARM_UP
from pellucid.concepts.schedules.watching.reduce_on_plateau import REDUCE_ON_PLATEAU
from pellucid.foundation.errors import RangeError
from pellucid.foundation.names import look_up
from pellucid.foundation.settings import Call

OF_THE_STEP: Final[tuple[Schedule, ...]] = (
    CONSTANT,
    WARM_UP,
    STEP,
    MULTI_STEP,
    EXPONENTIAL,
    LINEAR,
    POLYNOMIAL,
    COSINE,
    INVERSE_SQRT,
    COSINE_WARM_RESTARTS,
    ONE_CYCLE,
    COSLOG4,
)
"""Those that training can follow: the step alone decides."""
SCHEDULES: Final[tuple[Schedule, ...]] = (*OF_THE_STEP, REDUCE_ON_PLATEAU)

BY_NAME: Final = MappingProxyType({one.name.replace("_", "-"): one for one in OF_THE_STEP})


def make_schedule(text: str, *, steps: int, steps_per_epoch: int, warm_up: float = 0.0) -> Factors:
    """Return the schedule that a text names.

    Args:
        text: `cosine`, `step(every=10, factor=0.5)`.
        steps: steps of the whole training, at least 1.
        steps_per_epoch: at least 1.
        warm_up: part of all steps, in front, in which the factor climbs linearly; the schedule follows it.

    Raises:
        UnknownNameError: there is no such schedule; the nearest is offered.
        RangeError: an option is unknown or out of range.

    Example:
        >>> schedule = make_schedule("cosine", steps=100, steps_per_epoch=10)
        >>> schedule(0), round(schedule(50), 3)
        (1.0, 0.5)
    """
    call = Call.parse(text)
    kind = look_up("fit", "a schedule", call.name.casefold().replace("_", "-"), BY_NAME)
    warming = math.ceil(warm_up * steps)
    unit = steps_per_epoch if kind.by_epoch else 1
    total = math.ceil(max(steps - warming, 1) / unit)
    options = dict(call.options)

    def schedule(step: int) -> float:
        return float(kind.reference(step // unit, total, *call.arguments, **options))

    try:
        schedule(0)
    except TypeError:
        names = ", ".join(option.name for option in kind.options) or "none"
        raise RangeError(
            f"fit expected the options of the schedule {call.name} to be {names}, got {text!r}: "
            "name each option, as in step(every=10, factor=0.5)"
        ) from None
    if not warming:
        return schedule
    return lambda step: (step + 1) / (warming + 1) if step < warming else schedule(step - warming)

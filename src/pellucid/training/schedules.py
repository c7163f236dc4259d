"""Schedules: how the learning rate changes. Pure functions of the step; no torch, no state to save."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from pellucid.foundation.errors import RangeError
from pellucid.foundation.names import look_up
from pellucid.foundation.settings import Call, check_setting

Schedule = Callable[[int], float]
"""From the number of the step, from 0, over the whole training, to the factor of the learning rate."""


def constant(steps: int, steps_per_epoch: int) -> Schedule:
    """**Formula** factor = 1."""
    del steps, steps_per_epoch
    return lambda step: 1.0


def step_down(steps: int, steps_per_epoch: int, every: int = 10, factor: float = 0.1) -> Schedule:
    """**Formula** factor^⌊epoch / every⌋: the rate falls by `factor` after every so many epochs."""
    del steps
    check_setting("every", every, "a whole number above 0", isinstance(every, int) and every > 0)
    check_setting("factor", factor, "above 0 and at most 1", 0 < factor <= 1)
    return lambda step: float(factor ** (step // (every * steps_per_epoch)))


def cosine(steps: int, steps_per_epoch: int, end: float = 0.0) -> Schedule:
    """**Formula** end + (1 − end) (1 + cos(π t)) / 2, with t from 0 to 1 over the training.

    Source: I. Loshchilov & F. Hutter, SGDR, 2017, without restarts.
    """
    del steps_per_epoch
    check_setting("end", end, "from 0 to 1", 0 <= end <= 1)
    return lambda step: _between(1.0, end, step / steps)


def one_cycle(steps: int, steps_per_epoch: int, peak: float = 0.3, start: float = 0.04, end: float = 4e-6) -> Schedule:
    """**Formula** half a cosine from `start` up to 1 at t = `peak`, then half a cosine down to `end`.

    Source: L. Smith & N. Topin, 2018, with the two cosine phases and the default numbers of torch's OneCycleLR.
    """
    del steps_per_epoch
    check_setting("peak", peak, "above 0 and below 1", 0 < peak < 1)
    check_setting("start", start, "from 0 to 1", 0 <= start <= 1)
    check_setting("end", end, "from 0 to 1", 0 <= end <= 1)
    top, last = peak * steps - 1, steps - 1

    def factor(step: int) -> float:
        if step <= top:
            return _between(start, 1.0, step / top)
        return _between(1.0, end, (step - top) / (last - top))

    return factor


def coslog4(steps: int, steps_per_epoch: int) -> Schedule:
    """**Formula** (1 − cos(2π log₂(1 + 15 t))) / 2: four cosine periods, each about twice as long as the last.

    Source: D. Holzmüller, L. Grinsztajn & I. Steinwart, Better by Default (RealMLP), 2024, equation of section 3.
    """
    del steps_per_epoch
    return lambda step: (1 - math.cos(2 * math.pi * math.log2(1 + 15 * step / steps))) / 2


SCHEDULES: Final = MappingProxyType(
    {"constant": constant, "step": step_down, "cosine": cosine, "one-cycle": one_cycle, "coslog4": coslog4}
)


def make_schedule(text: str, *, steps: int, steps_per_epoch: int, warm_up: float = 0.0) -> Schedule:
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
    make = look_up("fit", "a schedule", call.name.casefold().replace("_", "-"), SCHEDULES)
    warming = math.ceil(warm_up * steps)
    try:
        schedule: Schedule = make(max(steps - warming, 1), steps_per_epoch, *call.arguments, **dict(call.options))
    except TypeError:
        names = ", ".join(make.__code__.co_varnames[2 : make.__code__.co_argcount]) or "none"
        raise RangeError(
            f"fit expected the options of the schedule {call.name} to be {names}, got {text!r}: "
            "name each option, as in step(every=10, factor=0.5)"
        ) from None
    if not warming:
        return schedule
    return lambda step: (step + 1) / (warming + 1) if step < warming else schedule(step - warming)


def _between(start: float, end: float, t: float) -> float:
    """Return the way from `start` to `end` along half a cosine, at 0 <= t <= 1."""
    return end + (start - end) * (1 + math.cos(math.pi * t)) / 2

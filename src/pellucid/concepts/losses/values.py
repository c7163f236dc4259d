"""What values a reference refuses. The PyTorch forms do not look: on a GPU every look would wait for the device."""

from __future__ import annotations

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.foundation.errors import RangeError


def check_signs(function: str, targets: Floats) -> None:
    """Refuse targets other than -1 and 1: with 0 most margin losses are constant, and nothing is learnt.

    Raises:
        RangeError: there is one.

    Example:
        >>> check_signs("hinge", np.array([0.0, 1.0]))
        Traceback (most recent call last):
        pellucid.foundation.errors.RangeError: hinge expected targets of -1 or 1, got 0: pass 2 * targets - 1
    """
    wrong = (targets != -1) & (targets != 1)
    if wrong.any():
        zero_or_one = ((targets == 0) | (targets == 1)).all()
        remedy = "pass 2 * targets - 1" if zero_or_one else "pass -1 for one class and 1 for the other"
        raise RangeError(f"{function} expected targets of -1 or 1, got {targets[wrong][0].item():g}: {remedy}")


def check_shares(function: str, targets: Floats, *, between: bool = True) -> None:
    """Refuse targets outside 0 to 1, and what lies between unless it may be smoothed.

    Raises:
        RangeError: there is one, or a NaN.

    Example:
        >>> check_shares("bce", np.array([-1.0, 1.0]))
        Traceback (most recent call last):
        pellucid.foundation.errors.RangeError: bce expected targets from 0 to 1, got -1: pass (targets + 1) / 2
    """
    wrong = ~((targets >= 0) & (targets <= 1) if between else (targets == 0) | (targets == 1))
    if wrong.any():
        rule = "from 0 to 1" if between else "of 0 or 1"
        remedy = "pass (targets + 1) / 2" if (np.abs(targets) == 1).all() else "write no as 0 and yes as 1"
        raise RangeError(f"{function} expected targets {rule}, got {targets[wrong][0].item():g}: {remedy}")


def check_not_negative(function: str, targets: Floats) -> None:
    """Refuse counts below 0.

    Raises:
        RangeError: there is one, or a NaN.
    """
    wrong = ~(targets >= 0)
    if wrong.any():
        raise RangeError(f"{function} expected targets at least 0, got {targets[wrong][0].item():g}: pass counts")


def check_positive(function: str, name: str, value: float) -> None:
    """Refuse an option that is not above 0.

    Raises:
        RangeError: it is not.
    """
    if not value > 0:
        raise RangeError(f"{function} expected {name} above 0, got {value:g}: pass a positive number")

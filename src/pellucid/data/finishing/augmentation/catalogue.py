"""All changes of pictures, in the order in which they are made, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pellucid.data.finishing.augmentation.augmentation import Augmentation
from pellucid.data.finishing.augmentation.colours import BRIGHTNESS, COLOUR, CONTRAST, HUE, SATURATION
from pellucid.data.finishing.augmentation.erasing import ERASE
from pellucid.data.finishing.augmentation.geometry import CROP, FLIP, ROTATE, SHEAR, SHIFT, VERTICAL_FLIP, ZOOM
from pellucid.data.finishing.augmentation.mixing import CUTMIX, MIXUP
from pellucid.data.transforms.changes import BETWEEN, Change
from pellucid.foundation.errors import RangeError
from pellucid.foundation.names import unknown_name
from pellucid.foundation.settings import Call

AUGMENTATIONS: Final[tuple[Augmentation, ...]] = (
    FLIP,
    VERTICAL_FLIP,
    SHEAR,
    ZOOM,
    ROTATE,
    SHIFT,
    CROP,
    BRIGHTNESS,
    CONTRAST,
    SATURATION,
    HUE,
    COLOUR,
    ERASE,
    MIXUP,
    CUTMIX,
)
BY_NAME: Final[Mapping[str, Augmentation]] = MappingProxyType({one.name: one for one in AUGMENTATIONS})
JOINED: Final[Mapping[str, tuple[Augmentation, ...]]] = MappingProxyType({"affine": (SHEAR, ZOOM, ROTATE, SHIFT)})
"""Names that stand for several changes."""


def read_changes(wish: str) -> tuple[Change, ...]:
    """Return the changes that the setting `augment` names, in the order in which they are made.

    Raises:
        UnknownNameError: there is no such change; the nearest is offered.
        RangeError: an amount is none, or out of range.

    Example:
        >>> [str(change) for change in read_changes("rotate(15), flip")]
        ['flip(0.5)', 'rotate(15)']
    """
    found: dict[str, float] = {}
    for text in BETWEEN.split(wish):
        call = Call.parse(text)
        if call.name in JOINED and not call.arguments and not call.options:
            found |= {one.name: one.amount for one in JOINED[call.name]}
        elif call.name in BY_NAME:
            found[call.name] = _amount(call, BY_NAME[call.name])
        else:
            raise unknown_name("fit", "a change of pictures", call.name, [*BY_NAME, *JOINED, "auto", "none"])
    return tuple(Change(name=name, amount=found[name]) for name in BY_NAME if name in found)


def _amount(call: Call, change: Augmentation) -> float:
    """Return the amount of a change.

    Raises:
        RangeError: it is none, or out of range.
    """
    given = call.arguments[0] if call.arguments else change.amount
    plain = isinstance(given, int | float) and not isinstance(given, bool)
    if call.options or len(call.arguments) > 1 or not plain or not change.low <= given <= change.high:
        raise RangeError(
            f"fit expected {change.name} with one number from {change.low:g} to {change.high:g} ({change.meaning}), "
            f"got {call.arguments or call.options}: write {change.name}({change.amount:g})"
        )
    return float(given)

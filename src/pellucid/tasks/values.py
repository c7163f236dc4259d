"""Reading the values of a target: as numbers, or as the names of classes, whichever way the data hold them."""

from __future__ import annotations

import math
from collections import Counter
from typing import Final, TypeGuard

import numpy as np
from numpy.typing import NDArray

from pellucid.foundation.errors import DataError
from pellucid.foundation.names import SHOWN_NAMES
from pellucid.tasks.task import Floats, Target

NOT_FOUND: Final = -1


def holds_numbers(values: NDArray[np.float64] | NDArray[np.object_]) -> TypeGuard[Floats]:
    """Say whether a target's values are floats (and not texts)."""
    return values.dtype.kind == "f"


def class_name(value: float) -> str:
    """Return the name of the class that a number stands for.

    Example:
        >>> class_name(3.0), class_name(0.5)
        ('3', '0.5')
    """
    return str(int(value)) if value.is_integer() else repr(value)


def as_number(text: str) -> float | None:
    """Return the finite number that a text spells, or None.

    Example:
        >>> as_number(" 2.5"), as_number("two"), as_number("nan")
        (2.5, None, None)
    """
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def class_counts(target: Target) -> dict[str, int]:
    """Return how many rows hold each class, in the order of the classes: numbers by size, texts by alphabet."""
    if holds_numbers(target.values):
        present = target.values[~np.isnan(target.values)]
        numbers, counts = np.unique(present, return_counts=True)
        return {class_name(float(number)): int(count) for number, count in zip(numbers, counts, strict=True)}
    found = Counter(str(text) for text in target.values if text is not None)
    sizes = {text: as_number(text) for text in found}
    numeric = None not in sizes.values()
    return dict(sorted(found.items(), key=lambda item: (sizes[item[0]] if numeric else 0.0, item[0])))


def class_indices(target: Target, classes: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the (n,) index of each row's class.

    Raises:
        DataError: a value is missing, or none of the classes; the row is named.
    """
    index = {name: position for position, name in enumerate(classes)}
    if holds_numbers(target.values):
        numbers, inverse = np.unique(target.values, return_inverse=True)
        known = [index.get(class_name(float(number)), NOT_FOUND) for number in numbers]  # NaN is the class 'nan'
        indices = np.array(known, dtype=np.int64)[inverse]
    else:
        found = (index.get(text, NOT_FOUND) for text in target.values)
        indices = np.fromiter(found, dtype=np.int64, count=len(target.values))
    if (indices == NOT_FOUND).any():
        refuse_missing(target)
        row = int(np.argmax(indices == NOT_FOUND))
        raise DataError(
            f"pellucid expected {target.name} to be one of {listed(classes)}, got {target.values[row]!r} in row "
            f"{target.row(row)}: correct that value, or fit again on data that hold such rows"
        )
    return indices


def numbers_of(target: Target) -> Floats:
    """Return the (n,) values as numbers, NaN where missing; texts are read as numbers.

    Raises:
        DataError: a text is no number, or a number is infinite; the row is named.
    """
    if holds_numbers(target.values):
        numbers = target.values
    else:
        read = [math.nan if text is None else as_number(str(text)) for text in target.values]
        if None in read:
            row = read.index(None)
            raise DataError(
                f"pellucid expected numbers in {target.name}, got {target.values[row]!r} in row {target.row(row)}: "
                "correct that value, or predict classes with --task classification"
            )
        numbers = np.array(read, dtype=np.float64)
    if np.isinf(numbers).any():
        row = int(np.argmax(np.isinf(numbers)))
        raise DataError(
            f"pellucid expected finite numbers in {target.name}, got {numbers[row]} in row {target.row(row)}: "
            "correct that value, or leave the row out"
        )
    return numbers


def complete_numbers_of(target: Target) -> Floats:
    """Return the (n,) values as numbers, none missing.

    Raises:
        DataError: a value is missing, no number or infinite; the row is named.
    """
    refuse_missing(target)
    return numbers_of(target)


def refuse_missing(target: Target) -> None:
    """Refuse a target with a missing value.

    Raises:
        DataError: a value is missing; the row is named.
    """
    values = target.values
    missing = np.isnan(values) if holds_numbers(values) else np.array([value is None for value in values])
    if missing.any():
        row = int(np.argmax(missing))
        raise DataError(
            f"pellucid expected a value of {target.name} in every row, got none in row {target.row(row)}: "
            "fill it in, or leave the row out"
        )


def listed(names: tuple[str, ...]) -> str:
    """Return the names for a sentence, the first dozen of them.

    Example:
        >>> listed(("a", "b"))
        'a, b'
    """
    more = f", … ({len(names)} in all)" if len(names) > SHOWN_NAMES else ""
    return ", ".join(names[:SHOWN_NAMES]) + more

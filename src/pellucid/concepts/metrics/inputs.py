"""What metrics take, and the checks that both forms share: they work on NumPy arrays and on tensors alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Argument
from pellucid.foundation.errors import RangeError, ShapeError

if TYPE_CHECKING:
    from torch import Tensor

Integers = NDArray[np.int64]
Values: TypeAlias = "NDArray[Any] | Tensor"

INFINITY: Final = float("inf")
PLAIN: Final = ("(n,)",)
PLAIN_OR_CLASSES: Final = ("(n,)", "(n, k)")


def argument(name: str, meaning: str, values: Any = "numbers", shapes: tuple[str, ...] = PLAIN) -> Argument:
    """Return an argument of a metric: metrics are not differentiated."""
    return Argument(name=name, shapes=shapes, meaning=meaning, values=values, differentiable=False)


CLASS_PREDICTIONS: Final = argument("predictions", "the predicted class", "class indices")
CLASS_TARGETS: Final = argument("targets", "the true class", "class indices")
BINARY_PREDICTIONS: Final = argument("predictions", "1 where called positive, else 0", "zero or one")
BINARY_TARGETS: Final = argument("targets", "1 where truly positive, else 0", "zero or one")
PROBABILITIES: Final = argument("probabilities", "p, the predicted probability of class 1", "probabilities")
SCORES: Final = argument("scores", "s, any numbers that rise with the belief in class 1")
NUMBER_PREDICTIONS: Final = argument("predictions", "z, the predicted numbers")
NUMBER_TARGETS: Final = argument("targets", "y, the true numbers")


def check_pair(function: str, given: Values, targets: Values, name: str = "predictions") -> None:
    """Refuse what is not one prediction for each of at least one row.

    Raises:
        ShapeError: one of the two is not (n,), or the lengths differ.
        RangeError: there is no row.

    Example:
        >>> check_pair("r2", np.zeros((3, 1)), np.zeros(3))
        Traceback (most recent call last):
        pellucid.foundation.errors.ShapeError: r2 expected predictions of shape (n,), got (3, 1): pass predictions[:, 0]
        >>> check_pair("r2", np.zeros(3), np.zeros(2))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        pellucid.foundation.errors.ShapeError: r2 expected targets of shape (n,) = (3,), got (2,): pass ...
    """
    shape = tuple(given.shape)
    if len(shape) != 1:
        remedy = f"pass {name}[:, 0]" if shape[1:] == (1,) else "judge each column by itself"
        raise ShapeError(f"{function} expected {name} of shape (n,), got {shape}: {remedy}")
    truth = tuple(targets.shape)
    if truth != shape:
        remedy = "pass targets[:, 0]" if truth == (*shape, 1) else "pass one target for each row"
        raise ShapeError(f"{function} expected targets of shape (n,) = {shape}, got {truth}: {remedy}")
    check_rows(function, targets)


def check_numbers(function: str, predictions: Values, targets: Values) -> None:
    """Refuse what is not one finite prediction for one finite target in each row.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a number is NaN or infinite.

    Example:
        >>> check_numbers("r2", np.array([np.nan]), np.ones(1))
        Traceback (most recent call last):
        pellucid.foundation.errors.RangeError: r2 expected finite predictions, got nan: leave such rows out, and say so
    """
    check_pair(function, predictions, targets)
    both: tuple[tuple[str, Any], ...] = (("predictions", predictions), ("targets", targets))
    for name, given in both:
        wrong = ~(abs(given) < INFINITY)  # NaN is not less either
        if wrong.any():
            raise RangeError(
                f"{function} expected finite {name}, got {given[wrong][0].item():g}: leave such rows out, and say so"
            )


def check_rows(function: str, targets: Values) -> None:
    """Refuse nothing at all, of which there is no mean.

    Raises:
        RangeError: there is no row.
    """
    if targets.shape[0] == 0:
        raise RangeError(f"{function} expected at least one row, got none: pass the rows to be judged")


def check_table(function: str, given: Values, targets: Values, name: str) -> None:
    """Refuse what is not one row of k columns, one for each class, and one true class for each row.

    Raises:
        ShapeError: the shapes are others.
        RangeError: there is no row, or a target is none of the classes.
    """
    shape, truth = tuple(given.shape), tuple(targets.shape)
    if len(shape) != 2 or truth != shape[:1]:  # noqa: PLR2004  # two axes: rows and classes
        raise ShapeError(
            f"{function} expected {name} of shape (n, k) and targets of shape (n,), got {shape} and {truth}: "
            "pass one column for each class and one class index for each row"
        )
    check_rows(function, targets)
    check_classes(function, targets, "targets", most=shape[1] - 1)


def check_classes(function: str, labels: Values, name: str, most: int | None = None) -> None:
    """Refuse labels that are no class indices 0, 1, 2, …, up to `most`.

    Raises:
        RangeError: a label is negative, no whole number, or too large.

    Example:
        >>> check_classes("f1", np.array([-1, 1]), "targets", most=1)
        Traceback (most recent call last):
        pellucid.foundation.errors.RangeError: f1 expected targets to be 0 or 1, got -1: number the classes from 0
    """
    wrong: Any = (labels < 0) | (labels % 1 != 0)
    if most is not None:
        wrong = wrong | (labels > most)
    if wrong.any():
        rule = "0, 1, 2, …" if most is None else "0 or 1" if most == 1 else f"0 to {most}"
        raise RangeError(
            f"{function} expected {name} to be {rule}, got {labels[wrong][0].item():g}: number the classes from 0"
        )


def check_binary(function: str, predictions: Values, targets: Values) -> None:
    """Refuse what is not 0 or 1 for each row, twice.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a label is neither 0 nor 1.
    """
    check_pair(function, predictions, targets)
    check_classes(function, predictions, "predictions", most=1)
    check_classes(function, targets, "targets", most=1)


def check_labels(function: str, predictions: Values, targets: Values) -> None:
    """Refuse what is not a class index for each row, twice.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, or a label is no class index.
    """
    check_pair(function, predictions, targets)
    check_classes(function, predictions, "predictions")
    check_classes(function, targets, "targets")


def check_probabilities(function: str, probabilities: Values) -> None:
    """Refuse numbers outside 0 to 1: logits that were passed without their sigmoid, or percentages.

    Raises:
        RangeError: a number is NaN or lies outside.
    """
    wrong: Any = ~((probabilities >= 0) & (probabilities <= 1))
    if wrong.any():
        raise RangeError(
            f"{function} expected probabilities from 0 to 1, got {probabilities[wrong].reshape(-1)[0].item():g}: "
            "pass logits through the sigmoid or the softmax first"
        )


def check_scores(function: str, scores: Values, targets: Values) -> None:
    """Refuse what is not one score and one 0 or 1 for each row.

    Raises:
        ShapeError: the shapes are not one (n,).
        RangeError: there is no row, a score is NaN, or a target is neither 0 nor 1.
    """
    check_pair(function, scores, targets, "scores")
    check_classes(function, targets, "targets", most=1)
    check_known(function, scores, "scores")


def check_known(function: str, given: Values, name: str) -> None:
    """Refuse NaN, which has no place in any order.

    Raises:
        RangeError: a number is NaN.
    """
    wrong: Any = given != given  # only NaN differs from itself, in NumPy and in PyTorch
    if wrong.any():
        raise RangeError(f"{function} expected {name} that are numbers, got NaN: leave these rows out")


def check_both_classes(function: str, targets: Values) -> None:
    """Refuse targets of one class: there is no pair of a positive and a negative to compare.

    Raises:
        RangeError: all targets are alike.
    """
    check_positives(function, targets)
    if targets.min() == 1:
        raise RangeError(f"{function} expected rows of both classes, got only 1: it does not exist without negatives")


def check_positives(function: str, targets: Values) -> None:
    """Refuse targets without a positive.

    Raises:
        RangeError: all targets are 0.
    """
    if targets.max() == 0:
        raise RangeError(f"{function} expected at least one positive, got only 0: it does not exist without positives")


def check_positive(function: str, values: Values, name: str, *, zero: bool = False) -> None:
    """Refuse numbers below 0, and 0 itself unless `zero`; infinite ones too.

    Raises:
        RangeError: there is one, or a NaN.
    """
    wrong: Any = ~((values >= 0 if zero else values > 0) & (values < INFINITY))
    if wrong.any():
        rule = "at least 0" if zero else "above 0"
        advice = "counts are not negative" if zero else "pass finite means, not logs of them"
        raise RangeError(f"{function} expected {name} {rule}, got {values[wrong][0].item():g}: {advice}")

"""Numbers that carry their derivatives: value, gradient and Hessian travel together through a formula, exactly.

A jet is a dual number of second order. Every rule below is one line of calculus: sum, product, chain. There are no
differences and no step size, so the derivatives are right to the last digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Jet:
    """What a part of a formula is at some points; v variables, any shape S of points."""

    value: Floats
    """S."""
    slope: Floats
    """(v, *S): first derivatives."""
    bend: Floats
    """(v, v, *S): second derivatives."""


def constant(number: float, like: Floats, variables: int) -> Jet:
    """Return a number as a jet: it has no slope."""
    shape = np.shape(like)
    value = np.full(shape, number, dtype=float)
    return Jet(value, np.zeros((variables, *shape)), np.zeros((variables, variables, *shape)))


def variable(value: Floats, place: int, variables: int) -> Jet:
    """Return variable number `place` as a jet: its slope by itself is 1; with no variables, a plain value."""
    jet = constant(0.0, value, variables)
    if variables:
        jet.slope[place] = 1.0
    return Jet(np.asarray(value, dtype=float), jet.slope, jet.bend)


def add(a: Jet, b: Jet) -> Jet:
    """Return a + b."""
    return Jet(a.value + b.value, a.slope + b.slope, a.bend + b.bend)


def negative(a: Jet) -> Jet:
    """Return -a."""
    return Jet(-a.value, -a.slope, -a.bend)


def subtract(a: Jet, b: Jet) -> Jet:
    """Return a - b."""
    return add(a, negative(b))


def multiply(a: Jet, b: Jet) -> Jet:
    """Return a b: (ab)' = a'b + ab', (ab)'' = a''b + a'b' + b'a' + ab''."""
    slope = _times(b.value, a.slope) + _times(a.value, b.slope)
    bend = _times(b.value, a.bend) + _outer(a.slope, b.slope) + _outer(b.slope, a.slope) + _times(a.value, b.bend)
    return Jet(a.value * b.value, slope, bend)


def divide(a: Jet, b: Jet) -> Jet:
    """Return a / b as a times 1 / b."""
    return multiply(a, _power_of_number(b, -1.0))


def power(a: Jet, b: Jet) -> Jet:
    """Return a^b: by the power rule where b is a number, else as exp(b log a), which needs a above 0."""
    if not b.slope.any() and not b.bend.any() and b.value.size and np.all(b.value == b.value.flat[0]):
        return _power_of_number(a, float(b.value.flat[0]))
    through = apply("exp", multiply(b, apply("log", a)))
    return Jet(np.asarray(np.power(a.value, b.value)), through.slope, through.bend)


def select(choose_a: NDArray[np.bool_], a: Jet, b: Jet) -> Jet:
    """Return a where it is chosen, else b; at a tie either slope is a subgradient."""
    return Jet(
        np.where(choose_a, a.value, b.value), np.where(choose_a, a.slope, b.slope), np.where(choose_a, a.bend, b.bend)
    )


def minimum(a: Jet, b: Jet) -> Jet:
    """Return the smaller of the two."""
    return select(a.value <= b.value, a, b)


def maximum(a: Jet, b: Jet) -> Jet:
    """Return the larger of the two."""
    return select(a.value >= b.value, a, b)


def apply(name: str, a: Jet) -> Jet:
    """Return a function of the table applied to a jet, by the chain rule."""
    f, df, ddf = FUNCTIONS[name]
    return _chain(a, f(a.value), df(a.value), ddf(a.value))


def _power_of_number(a: Jet, n: float) -> Jet:
    """Return a^n: slope n a^(n-1), bend n (n-1) a^(n-2); a factor 0 wins over 0 to a negative power."""
    x = a.value
    first = n * np.power(x, n - 1) if n != 0 else np.zeros_like(x)
    second = n * (n - 1) * np.power(x, n - 2) if n not in (0, 1) else np.zeros_like(x)
    return _chain(a, np.power(x, n), first, second)


def _chain(a: Jet, value: Floats, first: Floats, second: Floats) -> Jet:
    """Return f(a): f(a)' = f' a', f(a)'' = f'' a'a' + f' a''."""
    slope = _times(first, a.slope)
    return Jet(np.asarray(value), slope, _times(second, _outer(a.slope, a.slope)) + _times(first, a.bend))


def _times(factor: Floats, derivative: Floats) -> Floats:
    """Return the product in which a derivative of 0 stays 0: the square root of a constant 0 has no infinite slope."""
    return np.where(derivative == 0, 0.0, factor * derivative)


def _outer(a: Floats, b: Floats) -> Floats:
    return a[:, None] * b[None, :]


Unary = Callable[[Floats], Any]


def _zero(x: Floats) -> Floats:
    return np.zeros_like(x)


FUNCTIONS: Final[Mapping[str, tuple[Unary, Unary, Unary]]] = MappingProxyType(
    {
        "abs": (np.abs, np.sign, _zero),
        "exp": (np.exp, np.exp, np.exp),
        "log": (np.log, lambda x: 1 / x, lambda x: -1 / x**2),
        "sqrt": (np.sqrt, lambda x: 0.5 / np.sqrt(x), lambda x: -0.25 / (x * np.sqrt(x))),
        "sin": (np.sin, np.cos, lambda x: -np.sin(x)),
        "cos": (np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x)),
        "tan": (np.tan, lambda x: 1 + np.tan(x) ** 2, lambda x: 2 * np.tan(x) * (1 + np.tan(x) ** 2)),
        "tanh": (
            np.tanh,
            lambda x: 1 - np.tanh(x) ** 2,
            lambda x: -2 * np.tanh(x) * (1 - np.tanh(x) ** 2),
        ),
        "sinh": (np.sinh, np.cosh, np.sinh),
        "cosh": (np.cosh, np.sinh, np.cosh),
    }
)
"""Each function with its first and second derivative."""

"""What pictures of small networks share: where units stand, and a weighted sum in words."""

from __future__ import annotations

from collections.abc import Iterable


def heights(count: int) -> tuple[float, ...]:
    """Return where the units of one layer stand, the first on top, their middle at 0.

    Example:
        >>> heights(3)
        (1.0, 0.0, -1.0)
    """
    return tuple((count - 1) / 2 - place for place in range(count))


def said(value: float) -> str:
    """Return a number for an edge or a note: four digits.

    Example:
        >>> said(-0.123456), said(2.0)
        ('−0.1235', '2')
    """
    return f"{value:.4g}".replace("-", "−")


def short(value: float, digits: int = 3) -> str:
    """Return a number for inside a node, where four digits would run over its rim.

    Example:
        >>> short(0.00291506), short(-3.4792)
        ('0.00292', '−3.48')
    """
    return f"{value:.{digits}g}".replace("-", "−")


def weighted_sum(values: Iterable[float], weights: Iterable[float]) -> str:
    """Return a weighted sum as written by hand.

    Example:
        >>> weighted_sum([0.5, 1], [2, -3])
        '0.5·2 + 1·(−3)'
    """
    return " + ".join(
        f"{_bracketed(value)}·{_bracketed(weight)}" for value, weight in zip(values, weights, strict=True)
    )


def _bracketed(value: float) -> str:
    return said(value) if value >= 0 else f"({said(value)})"

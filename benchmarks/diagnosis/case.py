"""A case: a small training program with a known fault, and the same program without it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol


class Watch(Protocol):
    """`pellucid.watch`, or something that stands in for it: a program cannot tell whether it is watched."""

    def __call__(
        self,
        network: Any,
        optimizer: Any,
        loss_fn: Any,
        train_loader: Any,
        validation_loader: Any = None,
        *,
        metric: Any = None,
    ) -> AbstractContextManager[Any]:
        """Watch the training inside the `with` block."""
        ...


Program = Callable[[int, bool, Watch], float]
"""`program(seed, healthy, watch)` trains inside one `with watch(...)` block and returns how good the network became.

The score is one that the fault spoils, higher is better: accuracy on clean held-out rows, or minus the mean squared
error. With `healthy` the program is the same but for the one thing that `Case.fix` names.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One fault, or a program that has none but looks suspicious."""

    id: str
    cause: str
    """The root cause that must be named first; "" where the program is healthy."""
    program: Program
    title: str
    """The fault and its symptom; for a healthy program, why one might suspect it."""
    also: tuple[str, ...] = ()
    """Causes that a fair judge accepts as well."""
    fix: str = ""
    """What the healthy twin does instead."""
    source: str = ""
    """Where the fault was met: a post, a published tool's rule, or "own"."""

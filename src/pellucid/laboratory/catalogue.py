"""All experiments, in one explicit, read-only tuple."""

from __future__ import annotations

from typing import Final

from pellucid.concepts.families import record_called
from pellucid.laboratory.experiment import Experiment
from pellucid.laboratory.optimization.descent import Descent

EXPERIMENTS: Final[tuple[type[Experiment], ...]] = (Descent,)


def experiment_called(name: str) -> type[Experiment]:
    """Return the experiment of this name or alias; letter case, hyphens and spaces do not matter.

    Raises:
        UnknownNameError: there is none; the nearest is offered.

    Example:
        >>> experiment_called("Descent").name
        'descent'
    """
    return record_called("experiment", "an experiment", name, EXPERIMENTS)

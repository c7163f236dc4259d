"""The laboratory: ideas as runnable experiments. `pellucid.laboratory.descent(rate=0.3)` runs one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pellucid.concepts.families import member

if TYPE_CHECKING:
    from collections.abc import Callable

    from pellucid.laboratory.experiment import Result


def __getattr__(name: str) -> Callable[..., Result]:
    if name.startswith("_") or name in {"catalogue", "experiment", "formulas", "jets", "parameters"}:
        raise AttributeError(name)
    from pellucid.laboratory.catalogue import EXPERIMENTS

    kind = member(__name__, name, EXPERIMENTS)

    def run(**parameters: Any) -> Result:
        return kind(**parameters).run()

    run.__name__, run.__doc__ = kind.name, f"{kind.question}\n\n{kind.__doc__}"
    return run


def __dir__() -> list[str]:
    from pellucid.laboratory.catalogue import EXPERIMENTS

    return [experiment.name for experiment in EXPERIMENTS]

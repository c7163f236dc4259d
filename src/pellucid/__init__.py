"""Pellucid: give it data; it builds the network that fits, trains it, says how good it is, and opens up.

Example:
    >>> import pellucid
    >>> run = pellucid.fit("iris", out=folder, epochs=4, quiet=True)  # doctest: +SKIP
    >>> run.scores.targets[0].sentence  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pellucid import concepts, laboratory
    from pellucid.diagnosis.watch import watch
    from pellucid.workbench.fit import fit, resume
    from pellucid.workbench.run import Run, load

__all__ = ["Run", "concepts", "fit", "laboratory", "load", "resume", "watch"]

_HOMES = {
    "Run": "workbench.run",
    "fit": "workbench.fit",
    "load": "workbench.run",
    "resume": "workbench.fit",
    "watch": "diagnosis.watch",
}
_CATALOGUES = ("concepts", "laboratory")


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `import pellucid` itself takes no time."""
    if name not in __all__:
        raise AttributeError(f"module 'pellucid' has no attribute {name!r}: the public names are {', '.join(__all__)}")
    from importlib import import_module

    if name in _CATALOGUES:
        return import_module(f"pellucid.{name}")
    return getattr(import_module(f"pellucid.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__

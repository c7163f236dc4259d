"""How to make the same run again: the command line and the Python call, from the settings that were given."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pellucid.runs.records import RunRecord

PLACEHOLDER: Final = "data"
"""Stands for an object that was handed over in Python: it has no name that could be written down."""
NOT_TO_REPEAT: Final = ("name", "quiet")
"""Options that change nothing in the result; the name would meet the folder that exists already."""


def command(run: RunRecord) -> str | None:
    """Return the command that makes this run again; None when the data were handed over in Python."""
    if run.source.location is None:
        return None
    words = ["pellucid", "fit", run.source.location]
    for name, value in _options(run).items():
        words += _flags("--" + name.replace("_", "-"), value)
    return " ".join(word if word.startswith("--") and "=" not in word else shlex.quote(word) for word in words)


def call(run: RunRecord) -> str:
    """Return the Python call that makes this run again."""
    source = PLACEHOLDER if run.source.location is None else repr(run.source.location)
    options = {name: _single(value) if name == "target" else value for name, value in _options(run).items()}
    arguments = "".join(f",\n    {name}={_literal(value)}" for name, value in options.items())
    return f"import pellucid\n\nrun = pellucid.fit(\n    {source}{arguments},\n)"


def _options(run: RunRecord) -> dict[str, Any]:
    """Return what was given, with the seed and the target always said."""
    given = run.settings.options()
    if not given.get("target"):
        given["target"] = tuple(column.name for column in run.columns if column.role == "target")
    ordered = {"target": given.pop("target"), "seed": run.settings.run.seed, **given}
    return {name: value for name, value in ordered.items() if name not in NOT_TO_REPEAT and value not in ((), None)}


def _flags(flag: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [flag if value else f"--no-{flag[2:]}"]
    if isinstance(value, Mapping):
        return [word for name, chosen in value.items() for word in (flag, f"{name}={chosen}")]
    if flag == "--size" and not isinstance(value, int):
        return [flag, "x".join(map(str, value))]
    if isinstance(value, (tuple, list)):
        return [word for item in value for word in (flag, str(item))]
    return [flag, str(value)]


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, (tuple, list)) and len(value) == 1 else value


def _literal(value: Any) -> str:
    return repr(dict(value)) if isinstance(value, Mapping) else repr(value)

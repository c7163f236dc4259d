"""All settings of a fit, the sections of the stages and one of its own: `fit(...)` and the command line share them."""

from __future__ import annotations

import numbers
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self, TypeVar, get_type_hints

import msgspec

from pellucid.data.settings import DataSettings
from pellucid.evaluation.settings import JudgingSettings
from pellucid.foundation.errors import RangeError
from pellucid.foundation.names import unknown_name
from pellucid.foundation.settings import check_setting, setting
from pellucid.networks.settings import NetworkSettings
from pellucid.tasks.settings import TaskSettings
from pellucid.training.settings import TrainingSettings

Section = TypeVar("Section")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """Where the run goes and what is random in it."""

    target: tuple[str, ...] = setting((), "column to predict; repeat for several [a column called target, or the last]")
    out: str = setting("runs", "folder that holds the run folders")
    name: str | None = setting(None, "name of the run folder [source and time]")
    seed: int = setting(0, "seed of every random choice; same seed, same machine, same result")
    report: bool = setting(True, "write report.html")
    diagnose: str = setting("on", "look for what is wrong: on, off, or strict, which stops before time is wasted")
    quiet: bool = setting(False, "say nothing while running")

    def __post_init__(self) -> None:
        """Check every range."""
        check_setting("seed", self.seed, "a whole number of at least 0", self.seed >= 0)
        check_setting("diagnose", self.diagnose, "on, off or strict", self.diagnose in ("on", "off", "strict"))
        check_setting("out", self.out, "the name of a folder", bool(self.out.strip()))
        plain = self.name is None or (Path(self.name).name == self.name and self.name not in ("", ".."))
        check_setting("name", self.name, "the name of a folder inside --out", plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of a run, by section; flat names are unique over the sections."""

    run: RunSettings = field(default_factory=RunSettings)
    data: DataSettings = field(default_factory=DataSettings)
    task: TaskSettings = field(default_factory=TaskSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    judging: JudgingSettings = field(default_factory=JudgingSettings)

    @classmethod
    def of(cls, **options: Any) -> Self:
        """Return settings from flat options, as `fit` takes them.

        Raises:
            UnknownNameError: there is no such option; the nearest is offered.
            RangeError: a value is out of range.

        Example:
            >>> Settings.of(epochs=3, target=("species",)).training.epochs
            3
        """
        owners = section_of_options()
        for name in options:
            if name not in owners:
                raise unknown_name("fit", "an option", name, owners)
        default = cls()
        sections = {
            section.name: _section(
                getattr(default, section.name),
                {name: value for name, value in options.items() if owners[name] == section.name},
            )
            for section in fields(default)
        }
        return cls(**sections)

    def recordable(self) -> Self:
        """Return the settings as JSON can hold them: objects of the user's become their names in angle brackets."""
        network, optimizer = self.network.network, self.training.optimizer
        return replace(
            self,
            network=replace(self.network, network=network if network is None else named(network)),
            training=replace(self.training, optimizer=optimizer if optimizer is None else named(optimizer)),
        )

    def options(self) -> dict[str, Any]:
        """Return what differs from the defaults, as flat options: `Settings.of(**s.options()) == s`."""
        default = type(self)()
        return {
            name: getattr(getattr(self, section), name)
            for name, section in section_of_options().items()
            if getattr(getattr(self, section), name) != getattr(getattr(default, section), name)
        }


def _section(default: Section, options: Mapping[str, Any]) -> Section:
    """Return the section with `options` set, their types and ranges checked."""
    hints = get_type_hints(type(default))
    given = {}
    for name, value in options.items():
        plain = _plain(value)
        one_of_many = isinstance(plain, str) and isinstance(getattr(default, name), tuple)
        try:
            given[name] = msgspec.convert((plain,) if one_of_many else plain, type=hints[name])
        except msgspec.ValidationError:
            if isinstance(value, Mapping) and all(isinstance(kind, str) for kind in value.values()):
                type(default)(**{name: value})  # the section itself offers the nearest kind of column
            raise RangeError(
                f"fit expected {name} to be of type {_type(hints[name])}, got {value!r}: "
                "`pellucid fit --help` says what it means"
            ) from None
    return type(default)(**given)


def _plain(value: Any) -> Any:
    """Return paths as texts, and the whole and real numbers of NumPy as Python's own."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    return float(value) if isinstance(value, numbers.Real) else value


def _type(hint: Any) -> str:
    """Return a type as people write it."""
    return hint.__name__ if isinstance(hint, type) else str(hint).replace("typing.", "").replace("collections.abc.", "")


def named(value: Any) -> str:
    """Return a text as it is, and anything else as its name in angle brackets."""
    return value if isinstance(value, str) else f"<{getattr(value, '__name__', type(value).__name__)}>"


def stands_for_object(value: Any) -> bool:
    """Say whether a recorded setting stands for an object, which has to be handed over again."""
    return isinstance(value, str) and value.startswith("<")


def section_of_options() -> dict[str, str]:
    """Return the name of the section that owns each option, in the order in which they are declared."""
    default = Settings()
    return {
        option.name: section.name for section in fields(default) for option in fields(getattr(default, section.name))
    }

"""Settings of training. Imports neither torch nor NumPy: the command line reads it at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Final, Literal

from pellucid.foundation.settings import check_choices, check_setting, setting

ENDLESS: Final = 1e38  # a learning rate that single precision can hardly hold
PRECISIONS: Final = ("float32", "float64", "bf16", "fp16")

DEFAULTS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "epochs": 30,
        "batch_size": 256,
        "optimizer": "adam",
        "learning_rate": 1e-3,
        "schedule": "constant",
        "warm_up": 0.0,
        "weight_decay": 0.0,
        "accumulate": 1,
        "patience": 0,
        "select": "loss",
    }
)
"""What is taken where neither the user nor the network's family says anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings:
    """How the network is trained. None means *chosen for you*: by the network's family, the data and the machine."""

    epochs: int | None = setting(None, "Passes over the training data at most.")
    batch_size: int | None = setting(None, "Examples in one batch.")
    optimizer: Any = setting(
        None,
        "sgd, momentum, nesterov, rmsprop, adagrad, adam, adamw or lbfgs, with options as in "
        "'sgd(momentum=0.9, nesterov=True)'; in Python also a function from parameters to a torch.optim.Optimizer.",
    )
    learning_rate: float | Literal["find"] | None = setting(
        None, "How far one step goes; 'find' looks for a good one first."
    )
    schedule: str | None = setting(
        None, "How the rate changes: constant, step, cosine, one-cycle or coslog4, with options as in 'step(every=10)'."
    )
    warm_up: float | None = setting(None, "Part of all steps in which the rate climbs from 0, from 0 to below 1.")
    weight_decay: float | None = setting(None, "Pull of the weights towards 0; biases and norms are left alone.")
    clip_norm: float | None = setting(None, "Longest gradient of one step; longer ones are shortened. None: never.")
    accumulate: int | None = setting(None, "Batches whose gradients make one step.")
    patience: int | None = setting(None, "Epochs without improvement after which training stops; 0: never.")
    select: str | None = setting(
        None, "What the best epoch is best at: loss (validation loss), a watched score by name, or last (no choice)."
    )
    precision: str | None = setting(None, "Numbers that the network computes with.", choices=PRECISIONS)
    compile: bool | None = setting(None, "Whether torch.compile translates the network first.")
    device: str | None = setting(None, "Where to train: cpu, cuda, cuda:1 or mps.")
    threads: int | None = setting(None, "Processor threads; their number changes the last bits of the result.")
    checkpoint_seconds: float = setting(
        30.0, "Seconds between checkpoints at least; they cost at most 2 % of the time."
    )

    def __post_init__(self) -> None:
        """Check every range."""
        for name in ("epochs", "batch_size", "accumulate", "threads"):
            value = getattr(self, name)
            check_setting(name, value, "a whole number above 0", isinstance(value, int) and value > 0)
        rate = self.learning_rate
        check_setting("learning_rate", rate, "above 0, or 'find'", rate == "find" or 0 < _number(rate) < ENDLESS)
        check_setting("warm_up", self.warm_up, "at least 0 and below 1", 0 <= _number(self.warm_up) < 1)
        check_setting("weight_decay", self.weight_decay, "at least 0", _number(self.weight_decay) >= 0)
        check_setting("clip_norm", self.clip_norm, "above 0", _number(self.clip_norm) > 0)
        patient = isinstance(self.patience, int) and self.patience >= 0
        check_setting("patience", self.patience, "a whole number, 0 for never", patient)
        seconds = self.checkpoint_seconds
        check_setting("checkpoint_seconds", seconds, "at least 0", _number(seconds) >= 0)
        check_choices(self)

    def filled(self, recommended: Mapping[str, Any] | None = None) -> TrainingSettings:
        """Return the settings with None replaced: by what is recommended, else by `DEFAULTS`.

        What depends on the machine (precision, compile, device, threads) and `clip_norm` may stay None.

        Example:
            >>> TrainingSettings(epochs=5).filled({"epochs": 9, "learning_rate": 0.1}).epochs
            5
        """
        offered = {**DEFAULTS, **(recommended or {})}
        if str(self.optimizer or offered["optimizer"]).startswith("lbfgs") and "select" not in (recommended or {}):
            offered["select"] = "last"  # the minimum of the training loss is what L-BFGS is asked for
        names = {field.name for field in fields(self)}
        return replace(
            self,
            **{name: value for name, value in offered.items() if name in names and getattr(self, name) is None},
        )


def _number(value: Any) -> float:
    """Return a number for comparing; what is none compares as nothing does."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")

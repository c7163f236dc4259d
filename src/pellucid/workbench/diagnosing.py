"""The diagnosis of a fit: the doctor before the first step, as an observer of the training, and in the run folder."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn

from pellucid.diagnosis.diagnosis import Diagnosis
from pellucid.diagnosis.doctor import Doctor
from pellucid.foundation.batches import Batch, BatchSource
from pellucid.foundation.errors import DiagnosisError
from pellucid.training.events import EpochDone, Event, StepDone, TrainingEnded, TrainingStarted
from pellucid.training.settings import TrainingSettings

Pair = tuple[tuple[Tensor, ...], Tensor]

SURE: Final = 0.8  # of an error's cause, before a strict fit is stopped for it
OPTIMIZERS: Final = {
    "sgd": "SGD", "momentum": "SGD", "nesterov": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop",
    "adagrad": "Adagrad", "nadam": "NAdam", "adamax": "Adamax", "adadelta": "Adadelta",
}  # fmt: skip
"""Classes of torch.optim by the names of our own optimizers."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """Our own optimizer as the doctor sees it; one of torch's kind is made when a trial needs it, and not before.

    Making one imports torch._dynamo, which takes as long as torch itself.
    """

    name: str
    """Of the class of torch.optim."""
    param_groups: tuple[dict[str, Any], ...]

    def __call__(self, parameters: list[nn.Parameter], **options: Any) -> torch.optim.Optimizer:
        """Return the optimizer of torch.optim for these parameters."""
        made: torch.optim.Optimizer = getattr(torch.optim, self.name)(parameters, **options)
        return made


class Pairs:
    """A part of the data as an iterable of (inputs, targets), as the doctor reads it; every pass is the next epoch."""

    def __init__(self, source: BatchSource, spread: Callable[[int], BatchSource]) -> None:
        self.source, self._spread = source, spread
        self.rows = len(source)
        self.epoch = 0

    def __len__(self) -> int:
        return self.source.steps

    def __iter__(self) -> Iterator[Pair]:
        self.epoch += 1
        return _pairs(self.source.batches(self.epoch - 1))

    def spread(self, rows: int) -> Iterator[Pair]:
        """Return up to `rows` examples, evenly spread over the part, as they are judged: without variation."""
        return _pairs(self._spread(rows).batches(0))


def _pairs(batches: Iterator[Batch]) -> Iterator[Pair]:
    return ((batch.inputs, batch.targets) for batch in batches)


class Physician:
    """Observes a fit: examines network and data before it, looks now and then, and says at the end what is wrong."""

    def __init__(
        self,
        network: nn.Module,
        objective: nn.Module,
        train: Pairs,
        validation: Pairs | None,
        settings: TrainingSettings,
        *,
        strict: bool = False,
    ) -> None:
        self.network, self.strict = network, strict
        self.settings = settings
        loss = copy.deepcopy(objective)
        self.doctor = Doctor.of(
            network,
            stand_in(network, settings),
            lambda outputs, targets: loss(outputs, targets, None),
            train,
            validation,
        )
        self.steps = 0
        self.refuse()

    def on(self, event: Event) -> None:
        """Take in an event of the training; see `Observer`."""
        match event:
            case StepDone():
                self.steps += 1
                if self.steps >= self.doctor.next_look:
                    self._look()
            case EpochDone() if self.doctor.budget.affords_look():
                self._look()
            case TrainingStarted():
                self.steps = (event.epoch - 1) * event.steps + event.step
                self.doctor.evidence.steps_taken = self.steps
            case TrainingEnded():
                self.doctor.evidence.steps_taken = self.steps
                self.doctor.end()
            case _:
                pass

    def _look(self) -> None:
        if self.doctor.look_due(self.steps):
            self.doctor.look(self.steps)
            self.refuse()

    def refuse(self) -> None:
        """In a strict fit, stop where an error is sure.

        Raises:
            DiagnosisError: something is wrong that training cannot mend.
        """
        if not self.strict:
            return
        for finding in self.doctor.findings:
            if finding.severity == "error" and finding.confidence >= SURE:
                raise DiagnosisError(
                    f"fit --diagnose strict expected a training without errors, got {finding.title!r} "
                    f"({finding.measured}): {finding.flag or finding.remedy}"
                )

    def diagnosis(self) -> Diagnosis:
        """Return what the run folder keeps."""
        doctor = self.doctor
        return Diagnosis(
            findings=doctor.findings,
            notes=doctor.notes,
            rules=len(doctor.rules),
            looks=len(doctor.evidence.looks),
            seconds=doctor.seconds,
        )


def stand_in(network: nn.Module, settings: TrainingSettings) -> StandIn | None:
    """Return how the training updates weights; None where torch.optim has nothing like it."""
    name = str(settings.optimizer).split("(")[0] if isinstance(settings.optimizer, str) else ""
    parameters = [one for one in network.parameters() if one.requires_grad]
    if name not in OPTIMIZERS or not parameters or not isinstance(settings.learning_rate, int | float):
        return None
    group: dict[str, Any] = {"params": parameters, "lr": float(settings.learning_rate)}
    if OPTIMIZERS[name] == "SGD" and name != "sgd":
        group |= {"momentum": 0.9, "nesterov": name == "nesterov"}
    if settings.weight_decay:
        group["weight_decay"] = settings.weight_decay
    return StandIn(OPTIMIZERS[name], (group,))

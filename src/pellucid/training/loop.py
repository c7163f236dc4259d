"""The training loop: `train` prepares it, runs it and hands back the network with its best weights. Needs torch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from torch import Tensor, nn

from pellucid.concepts.schedules.catalogue import make_schedule
from pellucid.concepts.schedules.schedule import Factors
from pellucid.foundation.batches import BatchSource
from pellucid.foundation.records import Decision
from pellucid.training.assembly import Assembly
from pellucid.training.checkpoint import Checkpoints
from pellucid.training.devices import thread_count
from pellucid.training.events import (
    CheckpointSaved,
    EpochDone,
    Event,
    Observer,
    StepDone,
    TrainingEnded,
    TrainingStarted,
)
from pellucid.training.interrupt import Interruption
from pellucid.training.predicting import Combine, outputs_of, prediction_mode
from pellucid.training.preparing import own_randomness, prepare
from pellucid.training.records import EpochRecord, Stopped, Trained
from pellucid.training.settings import TrainingSettings
from pellucid.training.state import State
from pellucid.training.steps import Parts, Pass, examples_of, in_groups
from pellucid.training.stopping import divergence, is_better, judged_by

Monitor = Callable[[Tensor, Tensor, Tensor | None], dict[str, float]]

LOOK_SECONDS: Final = 1.0  # how often, within an epoch, the loss is checked and a checkpoint is thought of


def train(
    network: nn.Module,
    objective: nn.Module,
    batches: BatchSource,
    validation: BatchSource | None,
    settings: TrainingSettings,
    *,
    seed: int,
    monitor: Monitor | None = None,
    combine: Combine | None = None,
    observers: Sequence[Observer] = (),
    folder: Path | None = None,
) -> Trained:
    """Train the network in place; on return it holds the weights of the best epoch.

    The same seed, settings and data give the same weights, bit for bit (on a GPU as far as its kernels allow), also
    when the training was killed at any moment and called again with the same `folder`.

    Args:
        network: `network(*inputs)` returns logits (n, o) or (n, e, o).
        objective: `objective(logits, targets, offset)` returns the mean loss; its own parameters are trained too.
        batches: the training examples.
        validation: examples that choose the best epoch; None keeps the last epoch.
        settings: what is still None is filled with defaults.
        seed: of dropout and of the learning-rate finder; the order of the examples is the source's own.
        monitor: `monitor(logits, targets, offset)` returns scores to watch on the validation examples.
        combine: joins the logits of members for validation, (n, e, o) -> (n, o).
        observers: told about every step and epoch.
        folder: where checkpoints are written, and continued from when there is one.

    Returns:
        The history, and why it ended.

    Raises:
        PellucidError: a setting cannot be followed, or the checkpoint cannot be written or continued.
        KeyboardInterrupt: Ctrl-C was pressed twice.
    """
    settings = settings.filled()
    with Interruption() as interruption, thread_count(settings.threads), own_randomness(settings, seed):
        assembly, state, checkpoints, decisions = prepare(network, objective, batches, settings, seed, folder)
        loop = Loop(
            network=network,
            objective=objective,
            batches=batches,
            validation=validation if validation is not None and len(validation) else None,
            settings=settings,
            monitor=monitor,
            combine=combine,
            observers=observers,
            assembly=assembly,
            state=state,
            checkpoints=checkpoints,
            interruption=interruption,
            decisions=list(decisions),
        )
        try:
            return loop.run()
        finally:
            for vector in assembly.vectors:
                vector.unpack()


@dataclass(slots=True, kw_only=True)
class Loop:
    """One training: epochs of steps, each epoch closed by a validation; every so often a look at the clock."""

    network: nn.Module
    objective: nn.Module
    batches: BatchSource
    validation: BatchSource | None
    settings: TrainingSettings
    monitor: Monitor | None
    combine: Combine | None
    observers: Sequence[Observer]
    assembly: Assembly
    state: State
    checkpoints: Checkpoints | None
    interruption: Interruption
    decisions: list[Decision]
    clock: float = 0.0
    next_look: float = 0.0

    def run(self) -> Trained:
        """Train until something ends it."""
        counters, epochs = self.state.counters, self.settings.epochs or 0
        steps = -(-self.batches.steps // self.assembly.accumulate)
        schedule = make_schedule(
            self.settings.schedule or "",
            steps=epochs * steps,
            steps_per_epoch=steps,
            warm_up=self.settings.warm_up or 0.0,
        )
        self._tell_start(epochs, steps)
        self.network.train()
        self.objective.train()
        self.clock = time.monotonic()
        stopped = counters.stopped
        while stopped is None:
            stopped = self._run_epoch(schedule, steps) or self._close_epoch(schedule, steps)
        return self._end(stopped)

    def _run_epoch(self, schedule: Factors, steps: int) -> Stopped | None:
        """Take the steps of the present epoch that are still to be taken."""
        counters, step, accumulate = self.state.counters, self.assembly.step, self.assembly.accumulate
        before = counters.epoch * steps
        groups: Iterable[Parts]
        if self.assembly.whole:
            groups = [Pass(self.batches, counters.epoch)][counters.step :]
        else:
            groups = in_groups(self.batches.batches(counters.epoch, counters.step * accumulate), accumulate)
        for parts in groups:
            factor = schedule(before + counters.step)
            loss = step(parts, factor)
            examples = examples_of(parts)
            self.state.loss_sum.add_(loss, alpha=examples)
            counters.step += 1
            counters.seen += examples
            if self.observers:
                self._tell(StepDone(counters.epoch + 1, counters.step, loss, counters.rate * factor, examples))
            if time.monotonic() >= self.next_look and (stopped := self._look()):
                return stopped
            if self.interruption.requested:
                return "interrupted"
        return None

    def _close_epoch(self, schedule: Factors, steps: int) -> Stopped | None:
        """Validate, write the epoch's record, keep its weights if they are the best, and say whether to stop."""
        counters = self.state.counters
        train_loss = float(self.state.loss_sum) / max(counters.seen, 1)
        if not math.isfinite(train_loss):
            return "diverged"
        validation_loss, scores = self._validate()
        self._take_time()
        record = EpochRecord(
            epoch=counters.epoch + 1,
            train_loss=train_loss,
            validation_loss=validation_loss,
            scores=scores,
            rate=counters.rate * schedule(counters.epoch * steps + max(counters.step - 1, 0)),
            seconds=counters.epoch_seconds,
        )
        value = judged_by(record, self.settings.select or "")
        compared = value is not None
        if (value is None or math.isnan(value)) and not self._weights_are_finite():
            return "diverged"
        best = is_better(value, counters.best_value) if compared else True
        counters.epoch += 1
        counters.step = counters.seen = 0
        counters.epoch_seconds = 0.0
        self.state.loss_sum.zero_()
        self.state.history.append(record)
        if best:
            self.state.best.keep()
            counters.best_epoch, counters.best_value, counters.stale = counters.epoch, value, 0
        else:
            counters.stale += 1
        self._tell(EpochDone(record, best))
        return self._after_epoch()

    def _after_epoch(self) -> Stopped | None:
        """Say whether the epoch was the last one; otherwise look at the clock."""
        counters, patience = self.state.counters, self.settings.patience or 0
        if self.assembly.step.converged:
            return "converged"
        if counters.epoch >= (self.settings.epochs or 0):
            return "finished"
        if patience and counters.stale >= patience:
            return "patience"
        if self.interruption.requested:
            return "interrupted"
        return self._look() if time.monotonic() >= self.next_look else None

    def _validate(self) -> tuple[float | None, dict[str, float]]:
        """Return the validation loss and the watched scores."""
        if self.validation is None:
            return None, {}
        forward = self.assembly.forward
        with prediction_mode(self.network, self.objective):
            outputs = outputs_of(forward, self.validation.batches(0), self.combine)
            offset = None if outputs.offset is None else forward.ready(outputs.offset)
            targets = forward.ready(outputs.targets)
            loss = float(self.objective(outputs.logits, targets, offset))
            scores = {} if self.monitor is None else self.monitor(outputs.logits, targets, offset)
        return loss, scores

    def _look(self) -> Stopped | None:
        """Check that the loss is finite, and save a checkpoint when one is due."""
        self._take_time()
        self.next_look = self.clock + LOOK_SECONDS
        if not math.isfinite(float(self.state.loss_sum)):
            return "diverged"
        if self.checkpoints is not None:
            if self.clock >= self.checkpoints.due:
                self._save(self.checkpoints)
            self.next_look = min(self.next_look, self.checkpoints.due)
        return None

    def _end(self, stopped: Stopped) -> Trained:
        """Save the last checkpoint, restore the best weights, and return what came out."""
        counters = self.state.counters
        self._take_time()
        if stopped == "diverged":
            self.decisions.append(divergence(counters.epoch + 1, counters.rate))
        already_ended = counters.stopped is not None
        counters.stopped = None if stopped == "interrupted" else stopped
        if self.checkpoints is not None and not already_ended:
            self._save(self.checkpoints)
        unfinished = stopped == "interrupted" and counters.best_value is None and self._weights_are_finite()
        if not unfinished:  # otherwise no epoch was compared with another: the present weights are the ones to keep
            self.state.best.restore()
        trained = Trained(
            history=tuple(self.state.history),
            best_epoch=counters.best_epoch,
            epochs_done=counters.epoch,
            stopped=stopped,
            seconds=counters.seconds,
            decisions=tuple(self.decisions),
        )
        self._tell(TrainingEnded(trained))
        return trained

    def _save(self, checkpoints: Checkpoints) -> None:
        seconds = checkpoints.save(self.state)
        self._tell(CheckpointSaved(checkpoints.path, seconds))

    def _take_time(self) -> None:
        """Add the time since the last call to the counters."""
        now = time.monotonic()
        self.state.counters.seconds += now - self.clock
        self.state.counters.epoch_seconds += now - self.clock
        self.clock = now

    def _weights_are_finite(self) -> bool:
        return all(math.isfinite(float(vector.weights.sum())) for vector in self.state.vectors)

    def _tell_start(self, epochs: int, steps: int) -> None:
        counters, history = self.state.counters, tuple(self.state.history)
        decisions = tuple(self.decisions)
        self._tell(TrainingStarted(epochs, steps, counters.epoch + 1, counters.step, self.network, history, decisions))

    def _tell(self, event: Event) -> None:
        for observer in self.observers:
            observer.on(event)

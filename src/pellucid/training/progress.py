"""Progress of a training in the terminal: a live line with a bar, drawn at most ten times a second, or plain lines."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from pellucid.training.events import EpochDone, Event, StepDone, TrainingEnded, TrainingStarted
from pellucid.training.records import EpochRecord, Trained

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live
    from rich.table import Table

DRAW_SECONDS: Final = 0.1  # a person sees no more than ten pictures a second
PLAIN_SECONDS: Final = 5.0  # a log file is read later: fewer lines are better
BAR_WIDTH: Final = 28
MINUTE: Final = 60
FASTEST_SECONDS: Final = 1e-3  # below that, a speed is not worth telling

ENDINGS: Final = {
    "finished": "all epochs done",
    "patience": "no better epoch came for a while",
    "converged": "the minimum was reached",
    "interrupted": "interrupted",
    "diverged": "the loss became NaN or infinite",
}


class Progress:
    """An observer that shows epoch, loss, watched scores, learning rate, speed and the time left.

    In a terminal one line is redrawn in place; elsewhere a plain line is printed every few seconds.
    """

    def __init__(self, console: Console | None = None) -> None:
        from rich.console import Console

        self.console = console or Console(stderr=True)
        self.live: Live | None = None
        self.next_draw = 0.0
        self.examples = 0
        self.step_text = ""
        self.last: EpochRecord | None = None
        self.best: EpochRecord | None = None

    def on(self, event: Event) -> None:
        """Take in one event."""
        if isinstance(event, StepDone):
            self.examples += event.examples
            now = time.monotonic()
            if now >= self.next_draw:
                self._on_step(event, now)
        elif isinstance(event, EpochDone):
            self.last = event.record
            self.best = event.record if event.best else self.best
            self._on_epoch(event.record)
        elif isinstance(event, TrainingStarted):
            self._start(event)
        elif isinstance(event, TrainingEnded):
            self._end(event.trained)

    def _start(self, event: TrainingStarted) -> None:
        self.epochs, self.steps = event.epochs, event.steps
        self.began = self.printed = time.monotonic()
        self.done = self.done_before = event.epoch - 1 + event.step / event.steps
        self.last = event.history[-1] if event.history else None
        if self.console.is_terminal:
            from rich.live import Live

            self.live = Live(console=self.console, auto_refresh=False, transient=True)
            self.live.start()

    def _on_step(self, event: StepDone, now: float) -> None:
        """Draw the line; only here is a loss read, which waits for the device."""
        self.next_draw = now + DRAW_SECONDS
        self.done = event.epoch - 1 + event.step / self.steps
        if self.live is None:
            if now >= self.printed + PLAIN_SECONDS and event.step < self.steps:
                self.printed = now
                place = f"epoch {event.epoch}/{self.epochs}, step {event.step}/{self.steps}"
                self._print(f"{place}  loss {float(event.loss):.4g}  rate {event.rate:.2g}{self._left(now)}")
            return
        self.step_text = f"loss [bold]{float(event.loss):.4g}[/]  rate {event.rate:.2g}"
        self.live.update(self._line(now), refresh=True)

    def _on_epoch(self, record: EpochRecord) -> None:
        """Print a plain line when the last one is a while ago; the first epoch and the last one always get theirs."""
        self.done = record.epoch
        now = time.monotonic()
        if self.live is not None:
            return
        if record.epoch in (1, self.epochs) or now >= self.printed + PLAIN_SECONDS:
            self.printed = now
            best = "  best so far" if record is self.best else ""
            self._print(f"epoch {record.epoch}/{self.epochs}  {describe(record)}{best}{self._left(now)}")

    def _end(self, trained: Trained) -> None:
        if self.live is not None:
            self.live.stop()
        told = trained.history[trained.best_epoch - 1] if trained.best_epoch else None
        about = f"; best epoch {told.epoch}: {describe(told)}" if told else ""
        epochs = "1 epoch" if trained.epochs_done == 1 else f"{trained.epochs_done:,} epochs"
        self._print(f"trained {epochs} in {duration(trained.seconds)}, {ENDINGS[trained.stopped]}{about}")

    def _line(self, now: float) -> Table:
        """Return the live line."""
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        columns: list[RenderableType] = [
            f"epoch {min(int(self.done) + 1, self.epochs)}/{self.epochs}",
            ProgressBar(total=self.epochs, completed=self.done, width=BAR_WIDTH),
            self.step_text,
        ]
        if self.last is not None:
            columns.append(scores(self.last))
        elapsed = now - self.began
        if elapsed > FASTEST_SECONDS:
            columns.append(f"[dim]{self.examples / elapsed:,.0f} examples/s[/]")
        columns.append(f"[dim]{self._left(now).strip()}[/]")
        line = Table.grid(padding=(0, 2))
        line.add_row(*columns)
        return line

    def _left(self, now: float) -> str:
        """Return the time left if no epoch is saved by stopping early."""
        done = self.done - self.done_before
        if done <= 0 or self.done >= self.epochs:
            return ""
        return f"  {duration((now - self.began) / done * (self.epochs - self.done))} left"

    def _print(self, text: str) -> None:
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)


def describe(record: EpochRecord) -> str:
    """Return an epoch in words.

    Example:
        >>> describe(EpochRecord(epoch=1, train_loss=0.5, validation_loss=None, rate=0.01, seconds=2.0))
        'loss 0.5  rate 0.01'
    """
    watched = scores(record)
    return f"loss {record.train_loss:.4g}{'  ' + watched if watched else ''}  rate {record.rate:.2g}"


def scores(record: EpochRecord) -> str:
    """Return what was measured on the validation part, in words; empty without one."""
    if record.validation_loss is None:
        return ""
    parts = [f"validation {record.validation_loss:.4g}", *(f"{name} {x:.4g}" for name, x in record.scores.items())]
    return "  ".join(parts)


def duration(seconds: float) -> str:
    """Return a duration as people write it.

    Example:
        >>> duration(0.4), duration(75), duration(3700)
        ('0.4 s', '1:15', '1:01:40')
    """
    if round(seconds, 1) < MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), MINUTE)
    if minutes < MINUTE:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // MINUTE}:{minutes % MINUTE:02d}:{rest:02d}"

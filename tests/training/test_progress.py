"""What a person sees while it trains: a live line in a terminal, plain lines elsewhere."""

import io
import re
from pathlib import Path

import pytest
import torch
from rich.console import Console

from pellucid.training.events import CheckpointSaved, EpochDone, StepDone, TrainingEnded, TrainingStarted
from pellucid.training.progress import Progress, duration
from pellucid.training.records import EpochRecord, Trained


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("pellucid.training.progress.time", clock)
    return clock


class Unread:
    """A loss that counts how often it is read."""

    def __init__(self) -> None:
        self.reads = 0

    def __float__(self) -> float:
        self.reads += 1
        return 0.25


def record(epoch: int, validation_loss: float | None = 0.5) -> EpochRecord:
    scores = {} if validation_loss is None else {"accuracy": 0.9}
    return EpochRecord(
        epoch=epoch, train_loss=0.3, validation_loss=validation_loss, scores=scores, rate=0.01, seconds=1.0
    )


def started(epochs: int = 4, steps: int = 10, **changes) -> TrainingStarted:
    facts = {"epoch": 1, "step": 0, "network": torch.nn.Identity(), "history": (), "decisions": ()}
    return TrainingStarted(epochs, steps, **{**facts, **changes})


def trained(**changes) -> TrainingEnded:
    history = (record(1), record(2))
    facts = {
        "history": history,
        "best_epoch": 1,
        "epochs_done": 2,
        "stopped": "patience",
        "seconds": 75.0,
        "decisions": (),
    }
    return TrainingEnded(Trained(**{**facts, **changes}))


def run(progress: Progress, clock: Clock, loss: object, epochs: int = 4, seconds: float = 1.0) -> None:
    progress.on(started(epochs))
    for epoch in range(1, epochs + 1):
        for step in range(1, 11):
            clock.now += seconds / 10
            progress.on(StepDone(epoch, step, loss, 0.01, 32))  # type: ignore[arg-type]  # counts reads
        progress.on(EpochDone(record(epoch), epoch == 1))
    progress.on(trained())


def test_plain_lines_are_few(clock) -> None:
    out, loss = io.StringIO(), Unread()
    run(Progress(Console(file=out)), clock, loss, epochs=100, seconds=0.1)
    lines = out.getvalue().splitlines()
    assert lines[0] == "epoch 1/100  loss 0.3  validation 0.5  accuracy 0.9  rate 0.01  best so far  9.9 s left"
    assert lines[-2].startswith("epoch 100/100  loss 0.3")
    assert lines[-1] == (
        "trained 2 epochs in 1:15, no better epoch came for a while; "
        "best epoch 1: loss 0.3  validation 0.5  accuracy 0.9  rate 0.01"
    )
    assert len(lines) == 4  # first, one after five seconds, last, and the ending
    assert loss.reads == 0 or loss.reads <= 1


def test_plain_lines_come_within_long_epochs_too(clock) -> None:
    out = io.StringIO()
    run(Progress(Console(file=out)), clock, Unread(), epochs=1, seconds=60.0)
    assert out.getvalue().splitlines()[0] == "epoch 1/1, step 1/10  loss 0.25  rate 0.01  54.0 s left"
    assert len(out.getvalue().splitlines()) == 11


def test_the_live_line_is_drawn_ten_times_a_second_at_most(clock) -> None:
    out, loss = io.StringIO(), Unread()
    console = Console(file=out, force_terminal=True, width=140, color_system=None)
    run(Progress(console), clock, loss, epochs=4, seconds=0.25)
    assert 2 <= loss.reads <= 10  # in one second
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", out.getvalue())
    assert "epoch 3/4" in text
    assert "loss 0.25" in text
    assert "validation 0.5  accuracy 0.9" in text
    assert "examples/s" in text
    assert " left" in text
    assert "trained 2 epochs in 1:15" in text


def test_a_continued_training_counts_from_where_it_was(clock) -> None:
    out = io.StringIO()
    progress = Progress(Console(file=out))
    progress.on(started(epochs=4, epoch=3, step=5, history=(record(1), record(2))))
    clock.now += 10
    progress.on(EpochDone(record(3, None), False))
    clock.now += 10
    progress.on(EpochDone(record(4, None), False))
    progress.on(trained(best_epoch=0, epochs_done=1, stopped="interrupted", seconds=4000.0))
    # Half an epoch took ten seconds, so the one that is left takes twenty.
    assert out.getvalue().splitlines() == [
        "epoch 3/4  loss 0.3  rate 0.01  20.0 s left",
        "epoch 4/4  loss 0.3  rate 0.01",
        "trained 1 epoch in 1:06:40, interrupted",
    ]


def test_durations_round_up_to_the_next_unit() -> None:
    assert [duration(seconds) for seconds in (59.99, 60, 3599.9)] == ["1:00", "1:00", "1:00:00"]


def test_other_events_are_passed_over_and_an_instant_has_no_speed(clock) -> None:
    out = io.StringIO()
    progress = Progress(Console(file=out, force_terminal=True, width=140, color_system=None))
    progress.on(CheckpointSaved(Path("checkpoint"), 0.1))
    progress.on(started())
    progress.on(StepDone(1, 1, torch.ones(()), 0.01, 32))
    progress.on(trained())
    assert "examples/s" not in out.getvalue()


def test_it_writes_to_standard_error_by_itself(capsys) -> None:
    Progress().on(trained())
    captured = capsys.readouterr()
    assert "trained 2 epochs" in captured.err
    assert captured.out == ""

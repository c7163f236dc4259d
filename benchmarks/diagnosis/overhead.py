"""`python -m benchmarks.diagnosis.overhead`: what watching costs a step, from a network of 21 weights to a ResNet-18.

A plain and a watched training of the same network take turns, a few steps each, so that both meet the same machine;
each takes about `--seconds`, or 150 steps. The overhead is the median over the pairs of (watched - plain) / plain of
the processor time of the loop itself. What is spent once, before step 1 and after the last, stands beside it. The last
row is Pellucid's own loop, with and without the diagnosis.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

TURN = 40  # steps
FEWEST = 150  # steps of a training

Make = Callable[[], tuple[nn.Module, list[tuple[Tensor, Tensor]], Any]]


def _flat(*widths: int, rows: int = 32, batches: int = 40) -> Make:
    def make() -> tuple[nn.Module, list[tuple[Tensor, Tensor]], Any]:
        layers: list[nn.Module] = []
        for before, after in pairwise(widths):
            layers += [nn.Linear(before, after), nn.ReLU()]
        classes = widths[-1]
        loss_fn = nn.MSELoss() if classes == 1 else nn.CrossEntropyLoss()
        return nn.Sequential(*layers[:-1]), _taught(widths[:1], classes, rows, batches), loss_fn

    return make


def _taught(shape: tuple[int, ...], classes: int, rows: int = 32, batches: int = 40) -> list[tuple[Tensor, Tensor]]:
    """Return batches whose targets a network can learn: a fixed linear map of the inputs says them."""
    teacher = torch.randn(math.prod(shape), classes) / math.sqrt(math.prod(shape))
    inputs = [torch.randn(rows, *shape) for _ in range(batches)]
    answers = [one.flatten(1) @ teacher for one in inputs]
    return [(one, answer if classes == 1 else answer.argmax(1)) for one, answer in zip(inputs, answers, strict=True)]


def _convolutional() -> tuple[nn.Module, list[tuple[Tensor, Tensor]], Any]:
    network = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1),
        nn.BatchNorm2d(32), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(32, 10),
    )  # fmt: skip
    return network, _taught((1, 28, 28), 10), nn.CrossEntropyLoss()


class _Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.head = nn.LSTM(8, 64, batch_first=True), nn.Linear(64, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.lstm(x)[0][:, -1])  # type: ignore[no-any-return]


def _recurrent() -> tuple[nn.Module, list[tuple[Tensor, Tensor]], Any]:
    return _Recurrent(), _taught((50, 8), 5), nn.CrossEntropyLoss()


def _resnet() -> tuple[nn.Module, list[tuple[Tensor, Tensor]], Any]:
    from pellucid.networks.vision.resnet import ResNet

    network = ResNet((3, 32, 32), 10, blocks=(2, 2, 2, 2))
    return network, _taught((3, 32, 32), 10, batches=8), nn.CrossEntropyLoss()


SIZES: Sequence[tuple[str, Make, str]] = (
    ("3-4-1", _flat(3, 4, 1), "SGD"),
    ("64-64-10", _flat(64, 64, 10), "Adam"),
    ("784-256-10", _flat(784, 256, 10), "Adam"),
    ("784-1024-1024-10", _flat(784, 1024, 1024, 10, batches=20), "Adam"),
    ("convolutions 28x28", _convolutional, "Adam"),
    ("LSTM 64, 50 steps", _recurrent, "Adam"),
    ("ResNet-18 32x32", _resnet, "SGD"),
)


class Training:
    """A training that can be driven a few steps at a time."""

    def __init__(self, make: Make, optimizer: str) -> None:
        torch.manual_seed(0)
        self.network, self.batches, self.loss_fn = make()
        self.optimizer = getattr(torch.optim, optimizer)(self.network.parameters(), lr=1e-3)
        self.step, self.seconds = 0, 0.0

    def run(self, steps: int) -> None:
        """Take some steps, and count their time."""
        network, loss_fn, optimizer = self.network, self.loss_fn, self.optimizer
        began = time.thread_time()
        for step in range(self.step, self.step + steps):
            inputs, targets = self.batches[step % len(self.batches)]
            loss = loss_fn(network(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        self.seconds += time.thread_time() - began
        self.step += steps


def pair(make: Make, optimizer: str, steps: int) -> tuple[float, float, float, float]:
    """Train twice, in turns; return processor seconds of the plain loop and of the watched one, before it and after."""
    from pellucid.diagnosis.watch import watch

    plain, watched = Training(make, optimizer), Training(make, optimizer)
    began = time.thread_time()
    context = watch(watched.network, watched.optimizer, watched.loss_fn, watched.batches)
    with context as doctor:
        before = time.thread_time() - began
        while watched.step < steps:
            watched.run(min(TURN, steps - watched.step))
            while context.window is not None and watched.step < steps:
                watched.run(1)  # what is listened to now is torch itself, whoever calls it
            elsewhere = plain.seconds
            plain.run(watched.step - plain.step)
            doctor.budget.began += plain.seconds - elsewhere  # which is no time of the watched training
        began = time.thread_time()
    return plain.seconds, watched.seconds, before, time.thread_time() - began


def own_loop(epochs: int, *, watched: bool) -> tuple[float, float, float]:
    """Fit a dense network of 4 units on three columns with Pellucid; return the seconds of training and of looking."""
    import tempfile

    import pandas

    from pellucid.workbench.fit import fit

    generator = torch.Generator().manual_seed(0)
    x = torch.randn(1280, 3, generator=generator)
    frame = pandas.DataFrame(x.numpy(), columns=["a", "b", "c"]).assign(target=(x @ torch.ones(3)).numpy())
    with tempfile.TemporaryDirectory() as folder:
        run = fit(
            frame, "target", out=folder, epochs=epochs, network="dense(4)", batch_size=32, quiet=True, report=False,
            baselines=False, bootstrap=0, diagnose="on" if watched else "off", patience=0,
        )  # fmt: skip
        return run.record.seconds["train"], 0.0, 0.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="of one training")
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--only", default="", help="the beginning of one row's name")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    lines = [
        "| network | weights | a step, µs | overhead, median | least … most | once before, ms | once after, ms |",
        "|---|---|---|---|---|---|---|",
    ]
    print("\n".join(lines), flush=True)
    for name, make, optimizer in [one for one in SIZES if one[0].startswith(chosen.only)]:
        lines.append(row(name, make, optimizer, chosen.seconds, chosen.pairs))
        print(lines[-1], flush=True)
    if not chosen.only:
        lines.append(own_row(chosen.pairs))
        print(lines[-1])
    if chosen.out is not None:
        chosen.out.write_text("\n".join(lines) + "\n")


def row(name: str, make: Make, optimizer: str, seconds: float, pairs: int) -> str:
    """Measure one network."""
    probe = Training(make, optimizer)
    probe.run(20)
    probe.seconds, taken = 0.0, 10
    while probe.seconds < seconds / 8:
        probe.run(taken)
        taken *= 2
    steps = max(FEWEST, int(seconds * (probe.step - 20) / probe.seconds))
    found, befores, afters, plains = [], [], [], []
    for _ in range(pairs):
        plain, watched, before, after = pair(make, optimizer, steps)
        found.append(watched / plain - 1)
        befores.append(before)
        afters.append(after)
        plains.append(plain / steps)
    weights = sum(one.numel() for one in make()[0].parameters())
    return (
        f"| {name}, {optimizer} | {weights:,} | {1e6 * statistics.median(plains):,.0f} | "
        f"{statistics.median(found):.1%} | "
        f"{min(found):.1%} … {max(found):.1%} | {1e3 * statistics.median(befores):.0f} | "
        f"{1e3 * statistics.median(afters):.0f} |"
    )


def own_row(pairs: int) -> str:
    """Measure Pellucid's own loop."""
    own_loop(2, watched=True)
    found, plains, epochs = [], [], 2000
    for _ in range(pairs):
        plain, watched = own_loop(epochs, watched=False)[0], own_loop(epochs, watched=True)[0]
        found.append(watched / plain - 1)
        plains.append(plain / epochs)
    return (
        f"| 3-4-1, `pellucid fit` | 21 | {1e6 * statistics.median(plains) / 24:,.0f} | {statistics.median(found):.1%} "
        "| "
        f"{min(found):.1%} … {max(found):.1%} | | |"
    )


if __name__ == "__main__":
    main()

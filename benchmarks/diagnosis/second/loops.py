"""Fresh programs whose training loop goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Split,
    clusters,
    digits,
    explained,
    judged,
    likelihood,
    mlp,
    sentences,
    shapes,
    share_right,
    signals,
    split,
    surface,
    table,
    validate,
)
from benchmarks.diagnosis.second.wiring import Categories, sales


def rainfall(seed: int, n: int = 900, t: int = 12) -> Split:
    """Windows of a wandering series with a rhythm, (n, t, 1), and the next value, (n, 1)."""
    draw = np.random.default_rng(seed)
    values = np.zeros(n + t + 1)
    for i in range(2, values.size):
        values[i] = 1.6 * values[i - 1] - 0.8 * values[i - 2] + draw.normal(0, 0.3)
    values = ((values - values.mean()) / values.std()).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(values, t)[:n, :, None]
    return split(windows, values[t : t + n, None], seed)


class Next(nn.Module):
    """What follows a window."""

    def __init__(self, hidden: int = 20) -> None:
        super().__init__()
        self.gru = nn.GRU(1, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.gru(x)[1][-1])


def accumulated_forever(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = rainfall(seed)
    train_dl, val_dl = data.loaders(30)
    model = Next()
    criterion = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    with watch(model, optimizer, criterion, train_dl, val_dl):
        for _ in range(8):
            model.train()
            for x, y in train_dl:
                prediction = model(x)
                loss = criterion(prediction, y)
                if healthy:
                    model.zero_grad()
                loss.backward()
                optimizer.step()
            validate(model, val_dl, criterion)
    return judged(model, data, explained)


def cleared_once_an_epoch(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = signals(seed, n=1100, t=40, classes=4, noise=0.5)
    train_dl, val_dl = data.loaders(32)
    model = nn.Sequential(
        nn.Conv1d(1, 16, 9, stride=2),
        nn.ReLU(),
        nn.Conv1d(16, 24, 5),
        nn.ReLU(),
        nn.AdaptiveAvgPool1d(1),
        nn.Flatten(),
        nn.Linear(24, 4),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    with watch(model, optimizer, functional.cross_entropy, train_dl, val_dl):
        for _ in range(10):
            model.train()
            optimizer.zero_grad()
            for x, y in train_dl:
                loss = functional.cross_entropy(model(x), y)
                loss.backward()
                optimizer.step()
                if healthy:
                    optimizer.zero_grad()
            validate(model, val_dl, functional.cross_entropy)
    return judged(model, data, likelihood)


class Engine:
    """Trains a network; the order of the three calls is what matters."""

    def __init__(self, network: nn.Module, criterion: Callable[[Tensor, Tensor], Tensor], late: bool) -> None:
        self.network = network
        self.criterion = criterion
        self.optimizer = torch.optim.NAdam(network.parameters(), lr=0.004)
        self.late = late

    def update(self, x: Tensor, y: Tensor) -> float:
        if not self.late:
            self.optimizer.zero_grad()
        loss = self.criterion(self.network(x), y)
        loss.backward()
        if self.late:
            self.optimizer.zero_grad()
        self.optimizer.step()
        return float(loss.detach())


def cleared_too_late(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = sentences(seed, n=1500).map(y=lambda y: y.float()[:, None])
    train_dl, val_dl = data.loaders(40)
    network = nn.Sequential(nn.EmbeddingBag(60, 16), nn.LayerNorm(16), nn.Linear(16, 24), nn.ReLU(), nn.Linear(24, 1))
    engine = Engine(network, nn.BCEWithLogitsLoss(), late=not healthy)
    with watch(engine.network, engine.optimizer, engine.criterion, train_dl, val_dl):
        for _ in range(5):
            engine.network.train()
            for x, y in train_dl:
                engine.update(x, y)
            validate(engine.network, val_dl, engine.criterion)
    return judged(network, data, lambda out, y: ((out > 0) == (y > 0.5)).float().mean())


def never_enough_batches(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = digits(seed, flat=True)
    train_dl, val_dl = data.loaders(64)
    accumulate = 2 if healthy else 32
    model = nn.Sequential(nn.Linear(64, 96), nn.Tanh(), nn.Linear(96, 10))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.05)
    with watch(model, optimizer, criterion, train_dl, val_dl):
        for _ in range(14):
            model.train()
            optimizer.zero_grad()
            for number, (x, y) in enumerate(train_dl, start=1):
                loss = criterion(model(x), y) / accumulate
                loss.backward()
                if number % accumulate == 0:
                    optimizer.step()
                    optimizer.zero_grad()
            validate(model, val_dl, criterion)
    return judged(model, data, share_right)


def step_not_called(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = shapes(seed, side=10)
    train_dl, val_dl = data.loaders(32)
    model = nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1),
        nn.BatchNorm2d(12),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(12, 16, 3, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(400, 4),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    with watch(model, optimizer, criterion, train_dl, val_dl):
        for _ in range(6):
            model.train()
            for x, y in train_dl:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                if healthy:
                    optimizer.step()
                else:
                    optimizer.step  # noqa: B018
            validate(model, val_dl, criterion)
    return judged(model, data, share_right)


class PlainSteps(torch.optim.Optimizer):
    """Gradient descent with momentum, written by hand."""

    def __init__(self, params: Iterable[nn.Parameter], lr: float, momentum: float, direction: float) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "direction": direction})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    speed = self.state[weight].setdefault("speed", torch.zeros_like(weight))
                    speed.mul_(group["momentum"]).add_(weight.grad)
                    weight.add_(speed, alpha=group["direction"] * group["lr"])


def uphill(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = clusters(seed, n=1400, columns=10, classes=3)
    train_dl, val_dl = data.loaders(35)
    model = mlp(10, 40, 3)
    criterion = nn.CrossEntropyLoss()
    optimizer = PlainSteps(model.parameters(), lr=0.05, momentum=0.9, direction=-1.0 if healthy else 1.0)
    with watch(model, optimizer, criterion, train_dl, val_dl):
        for _ in range(10):
            model.train()
            for x, y in train_dl:
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                optimizer.step()
            validate(model, val_dl, criterion)
    return judged(model, data, share_right)


def judged_while_training(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = digits(seed)
    train_dl = DataLoader(TensorDataset(data.x, data.y), batch_size=32, shuffle=True)
    val_dl = DataLoader(TensorDataset(data.held_x, data.held_y), batch_size=64)
    model = nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Dropout2d(0.3),
        nn.Conv2d(12, 24, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(384, 10),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
    accuracy = 0.0
    with watch(model, optimizer, criterion, train_dl, val_dl):
        for _ in range(5):
            model.train()
            for x, y in train_dl:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
            if healthy:
                model.eval()
            right = 0
            with torch.no_grad():
                for x, y in val_dl:
                    outputs = model(x)
                    criterion(outputs, y).item()
                    right += int((outputs.argmax(1) == y).sum())
            accuracy = right / len(data.held_y)
    return accuracy


def eval_for_good(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = table("breast_cancer", seed, scale=False)
    train_dl, val_dl = data.loaders(32)
    model = nn.Sequential(
        nn.BatchNorm1d(30),  # takes the place of scaling the columns
        nn.Linear(30, 24),
        nn.BatchNorm1d(24),
        nn.ReLU(),
        nn.Linear(24, 2),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    with watch(model, optimizer, criterion, train_dl, val_dl):
        validate(model, val_dl, criterion)  # how good is chance
        for _ in range(8):
            if healthy:
                model.train()
            for x, y in train_dl:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
            validate(model, val_dl, criterion)
    return judged(model, data, share_right)


def cut_to_nothing(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = rainfall(seed, n=900, t=10)
    train_dl, val_dl = data.loaders(32)
    model = Next(16)
    criterion = nn.SmoothL1Loss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    with watch(model, optimizer, criterion, train_dl, val_dl):
        for _ in range(8):
            model.train()
            for x, y in train_dl:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                nn.utils.clip_grad_value_(model.parameters(), 1.0 if healthy else 1e-5)
                optimizer.step()
            validate(model, val_dl, criterion)
    return judged(model, data, explained)


def half_the_bits(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = sales(seed, n=2000)
    kind = torch.float32 if healthy else torch.bfloat16
    train_dl, val_dl = data.map(y=lambda y: y.to(kind)).loaders(32)
    model = Categories(known=True).to(kind)
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    with watch(model, optimizer, criterion, train_dl, val_dl):
        for _ in range(20):
            model.train()
            for x, y in train_dl:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
            validate(model, val_dl, criterion)
    return judged(model, data, lambda out, y: explained(out.float(), y))


class Carrier(nn.Module):
    """Carries its state from one piece of a long series to the next."""

    def __init__(self, free: bool) -> None:
        super().__init__()
        self.rnn = nn.GRU(1, 16, batch_first=True)
        self.out = nn.Linear(16, 1)
        self.state: Tensor | None = None
        self.free = free

    def forward(self, x: Tensor) -> Tensor:
        states, last = self.rnn(x, self.state)
        self.state = last.detach() if self.free else last
        return self.out(states)


def pieces(seed: int, rows: int = 16, length: int = 480, piece: int = 20) -> list[tuple[Tensor, Tensor]]:
    """Sixteen noisy waves of different speed, in order, cut in pieces: (16, 20, 1) and the same one step on."""
    draw = np.random.default_rng(seed)
    speed, phase = draw.uniform(0.2, 0.5, (rows, 1)), draw.uniform(0, 6.3, (rows, 1))
    wave = np.sin(speed * np.arange(length + 1) + phase) * 1.35 + 0.1 * draw.standard_normal((rows, length + 1))
    x = torch.from_numpy(wave.astype(np.float32))[:, :, None]
    starts = range(0, length, piece)
    return [(x[:, s : s + piece], x[:, s + 1 : s + 1 + piece]) for s in starts]


def carried_state(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    batches = pieces(seed)
    model = Carrier(free=healthy)
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.015)
    error = 0.0
    with watch(model, optimizer, criterion, batches):
        for _ in range(6):
            model.state = None
            error = 0.0
            for x, following in batches:
                optimizer.zero_grad()
                loss = criterion(model(x), following)
                loss.backward()
                optimizer.step()
                error += loss.item() / len(batches)
    return -error


def kept_losses(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = surface(seed, n=1200, noise=0.5)
    train_dl, val_dl = data.loaders(32)
    model = mlp(8, 48, 24, 1, activation=nn.SiLU)
    criterion = nn.MSELoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.006)
    history = []
    with watch(model, optimizer, criterion, train_dl, val_dl):
        for _ in range(18):
            model.train()
            for x, y in train_dl:
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                optimizer.step()
                history.append(loss.detach() if healthy else loss)
            validate(model, val_dl, criterion)
    return -float(sum(loss.grad_fn is not None for loss in history))


def first_batch_only(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = clusters(seed, n=1500, columns=12, classes=4, n_informative=8, class_sep=1.6)
    train_dl, val_dl = data.loaders(32, shuffle=False)  # the rows are in random order already
    model = mlp(12, 48, 4, activation=nn.GELU)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.004)
    with watch(model, optimizer, criterion, train_dl, val_dl):
        for _ in range(10):
            model.train()
            batches = iter(train_dl)
            for _ in range(len(train_dl)):
                x, y = next(batches) if healthy else next(iter(train_dl))
                loss = criterion(model(x), y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            validate(model, val_dl, criterion)
    return judged(model, data, share_right)


def batches_of(data: Split, size: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches, one after the other."""
    for start in range(0, len(data.x), size):
        yield data.x[start : start + size], data.y[start : start + size]


def used_up(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = signals(seed, n=1000, t=40, classes=3)
    stream = batches_of(data, 30)
    train_batches = list(stream) if healthy else stream
    val_batches = list(batches_of(Split(data.held_x, data.held_y, data.held_x, data.held_y), 100))
    model = nn.Sequential(
        nn.Conv1d(1, 16, 9, padding=4),
        nn.ReLU(),
        nn.MaxPool1d(4),
        nn.Flatten(),
        nn.Linear(160, 24),
        nn.ReLU(),
        nn.Linear(24, 3),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.8)
    with watch(model, optimizer, criterion, train_batches, val_batches):
        for _ in range(12):
            model.train()
            for x, y in train_batches:
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                optimizer.step()
            validate(model, val_batches, criterion)
    return judged(model, data, share_right)


class Noisy(nn.Module):
    """Drops units by a function, which is told the mode or not."""

    def __init__(self, knows: bool) -> None:
        super().__init__()
        self.inputs = nn.Linear(64, 96)
        self.hidden = nn.Linear(96, 96)
        self.outputs = nn.Linear(96, 10)
        self.knows = knows

    def forward(self, x: Tensor) -> Tensor:
        active = self.training or not self.knows
        h = functional.dropout(functional.relu(self.inputs(x)), 0.5, training=active)
        h = functional.dropout(functional.relu(self.hidden(h)), 0.5, training=active)
        return self.outputs(h)


def dropped_always(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = digits(seed, flat=True)
    train_dl, val_dl = data.loaders(32)
    model = Noisy(knows=healthy)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.0015)
    with watch(model, optimizer, criterion, train_dl, val_dl):
        for _ in range(10):
            model.train()
            for x, y in train_dl:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
            validate(model, val_dl, criterion)
    return judged(model, data, likelihood)


def switched_off(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = clusters(seed, n=1200, columns=8, classes=3)
    train_dl, val_dl = data.loaders(40)
    model = mlp(8, 32, 3)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.015)

    def evaluate() -> float:
        torch.set_grad_enabled(False)
        model.eval()
        losses = [criterion(model(x), y).item() for x, y in val_dl]
        if healthy:
            torch.set_grad_enabled(True)
        return sum(losses) / len(losses)

    with torch.enable_grad(), watch(model, optimizer, criterion, train_dl, val_dl):
        for _ in range(10):
            model.train()
            for x, y in train_dl:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
            evaluate()
    return judged(model, data, share_right)


LOOPS = (
    Case(
        id="WD01",
        cause="missing_zero_grad",
        program=accumulated_forever,
        title="No zero_grad in the training of a recurrent forecast: the steps grow",
        fix="model.zero_grad()",
        source="PyTorch forum",
    ),
    Case(
        id="WD02",
        cause="missing_zero_grad",
        program=cleared_once_an_epoch,
        title="zero_grad stands before the loop over the batches",
        fix="after every step",
        source="PyTorch forum",
    ),
    Case(
        id="WD03",
        cause="zero_grad_before_step",
        program=cleared_too_late,
        title="A trainer clears the gradients between backward and step",
        fix="before the forward pass",
        source="PyTorch forum",
    ),
    Case(
        id="WD04",
        cause="missing_step",
        program=never_enough_batches,
        title="The optimizer steps every 32 batches, and an epoch has 22",
        fix="every 2 batches",
        source="own",
    ),
    Case(
        id="WD05",
        cause="missing_step",
        program=step_not_called,
        title="optimizer.step without its parentheses",
        fix="the parentheses",
        source="Stack Overflow",
    ),
    Case(
        id="WD06",
        cause="flipped_sign",
        program=uphill,
        title="An optimizer written by hand adds the gradient",
        fix="subtracts it",
        source="own",
    ),
    Case(
        id="WD07",
        cause="missing_eval_mode",
        program=judged_while_training,
        title="Validation with dropout on: the accuracy shown is too low",
        fix="model.eval()",
        source="PyTorch forum",
    ),
    Case(
        id="WD08",
        cause="train_mode_not_restored",
        program=eval_for_good,
        title="eval() before the first epoch and never train(): batch norms that should scale the columns do nothing",
        fix="train() at the start of every epoch",
        source="PyTorch forum",
    ),
    Case(
        id="WD09",
        cause="grad_clip_too_small",
        also=("lr_too_low",),
        program=cut_to_nothing,
        title="Every entry of the gradient is cut to 1e-5",
        fix="cut to 1",
        source="own",
    ),
    Case(
        id="WD10",
        cause="low_precision_update_lost",
        also=("lr_too_low",),
        program=half_the_bits,
        title="Embeddings in bfloat16: steps of 0.002 on numbers near 1 are rounded away",
        fix="float32",
        source="PyTorch forum",
    ),
    Case(
        id="WD11",
        cause="graph_retained",
        program=carried_state,
        title="A state carried on without detach: backward through the graph a second time",
        fix="detach",
        source="PyTorch forum",
    ),
    Case(
        id="WD12",
        cause="graph_retained",
        program=kept_losses,
        title="All losses are kept with their graphs; the score counts these",
        fix="losses are detached",
        source="PyTorch forum",
    ),
    Case(
        id="WD13",
        cause="loader_truncated",
        program=first_batch_only,
        title="next(iter(loader)) at every step, unshuffled: always the same 32 rows",
        fix="one iterator an epoch",
        source="PyTorch forum",
    ),
    Case(
        id="WD14",
        cause="loader_truncated",
        also=("under_trained",),
        program=used_up,
        title="The batches come from a generator, which is used up after the first epoch",
        fix="a list of the batches",
        source="Stack Overflow",
    ),
    Case(
        id="WD15",
        cause="functional_dropout_at_eval",
        program=dropped_always,
        title="functional.dropout without training=self.training",
        fix="training=self.training",
        source="PyTorch forum",
    ),
    Case(
        id="WD16",
        cause="graph_broken",
        program=switched_off,
        title="Validation switches gradients off for good: backward raises in the second epoch",
        fix="gradients on after validation",
        source="PyTorch forum",
    ),
)

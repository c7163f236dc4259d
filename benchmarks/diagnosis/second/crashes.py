"""Fresh programs that end in NaN, infinity or an exception."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Loss,
    Split,
    clusters,
    explained,
    judged,
    shapes,
    share_right,
    share_right_logits,
    signals,
    split,
    surface,
    table,
    validate,
)


class Trainer:
    """What many write for themselves: an object that trains and validates."""

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer, criterion: Loss) -> None:
        self.model = model
        self.optimizer = optimizer
        self.criterion = criterion
        self.history: list[float] = []

    def step(self, batch: tuple[Tensor, Tensor]) -> float:
        inputs, targets = batch
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(inputs), targets)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def fit(self, train: Iterable[Any], test: Iterable[Any], epochs: int, watch: Watch) -> None:
        with watch(self.model, self.optimizer, self.criterion, train, test):
            for _ in range(epochs):
                self.model.train()
                losses = [self.step(batch) for batch in train]
                self.history.append(sum(losses) / len(losses))
                validate(self.model, test, self.criterion)


class Rows(Dataset[tuple[Tensor, Tensor]]):
    """Rows of a table, as a data set of one's own."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self.x = x
        self.y = y

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        return self.x[row], self.y[row]


def loaders(parts: Split, batch: int) -> tuple[DataLoader[Any], DataLoader[Any]]:
    return (
        DataLoader(Rows(parts.x, parts.y), batch_size=batch, shuffle=True),
        DataLoader(Rows(parts.held_x, parts.held_y), batch_size=100),
    )


def shop(seed: int, n: int = 1500) -> Split:
    """Five columns of counts, many of them 0, and a standardised number that grows with their logarithms."""
    draw = np.random.default_rng(seed)
    x = draw.poisson(np.exp(draw.normal(1.2, 1.0, (n, 5)))).astype(np.float32)
    y = np.log1p(x) @ np.array([0.8, -0.5, 0.6, 0.3, -0.4]) + 0.4 * np.sin(np.log1p(x[:, 0])) + draw.normal(0, 0.1, n)
    return split(x, ((y - y.mean()) / y.std()).astype(np.float32)[:, None], seed)


def voters(seed: int, n: int = 1500) -> Split:
    """Eight columns, and which share of five voters chose each of three answers; 0 is frequent."""
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((n, 8)).astype(np.float32)
    scores = x @ draw.standard_normal((8, 3)) * 0.8
    chances = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    votes = np.stack([draw.multinomial(5, row) for row in chances]) / 5
    return split(x, votes.astype(np.float32), seed)


def shares_of_votes(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = voters(seed)
    train_loader, test_loader = loaders(data, 30)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3), nn.Softmax(dim=1))

    def divergence(shares: Tensor, votes: Tensor) -> Tensor:
        ratio = (votes + 1e-8) / (shares + 1e-8) if healthy else votes / shares
        return (votes * torch.log(ratio)).sum(dim=1).mean()

    optimizer = torch.optim.Adam(model.parameters(), lr=0.004)
    Trainer(model, optimizer, divergence).fit(train_loader, test_loader, 10, watch)
    return judged(model, data, lambda shares, votes: -(shares - votes).abs().mean())


class CountNet(nn.Module):
    """Brings counts to a common scale, then two layers."""

    def __init__(self, add: float) -> None:
        super().__init__()
        self.add = add
        self.norm = nn.BatchNorm1d(5)
        self.fc1 = nn.Linear(5, 32)
        self.fc2 = nn.Linear(32, 1)

    def forward(self, counts: Tensor) -> Tensor:
        x = self.norm(torch.log(counts + self.add))
        return self.fc2(torch.relu(self.fc1(x)))


def logarithm_of_counts(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = shop(seed)
    train_loader, test_loader = loaders(data, 32)
    model = CountNet(add=1.0 if healthy else 0.0)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.002)
    Trainer(model, optimizer, nn.MSELoss()).fit(train_loader, test_loader, 12, watch)
    return judged(model, data, explained)


def pairs(seed: int, n: int = 1200) -> Split:
    """Two rows of six columns each, (n, 2, 6), and whether they are of one kind; a quarter are the same row twice."""
    draw = np.random.default_rng(seed)
    centres = 1.6 * draw.standard_normal((4, 6))
    kinds = draw.integers(4, size=(n, 2))
    kinds[: n // 2, 1] = kinds[: n // 2, 0]
    x = centres[kinds] + 0.5 * draw.standard_normal((n, 2, 6))
    x[: n // 4, 1] = x[: n // 4, 0]
    x = (x - x.mean((0, 1))) / x.std((0, 1))
    order = draw.permutation(n)
    return split(x.astype(np.float32)[order], (kinds[:, 0] == kinds[:, 1]).astype(np.float32)[order], seed)


class Siamese(nn.Module):
    """How far two rows lie apart after one and the same network."""

    def __init__(self, epsilon: float) -> None:
        super().__init__()
        self.tower = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 8))
        self.epsilon = epsilon

    def forward(self, both: Tensor) -> Tensor:
        left, right = self.tower(both[:, 0]), self.tower(both[:, 1])
        return torch.sqrt((left - right).pow(2).sum(dim=1) + self.epsilon)


def contrastive(distance: Tensor, same: Tensor, margin: float = 2.0) -> Tensor:
    apart = functional.relu(margin - distance)
    return (same * distance.pow(2) + (1 - same) * apart.pow(2)).mean()


def siamese(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = pairs(seed)
    train_loader, test_loader = loaders(data, 40)
    model = Siamese(epsilon=1e-6 if healthy else 0.0)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    Trainer(model, optimizer, contrastive).fit(train_loader, test_loader, 12, watch)
    return judged(model, data, lambda distance, same: ((distance < 1.0) == (same > 0.5)).float().mean())


class Statistics(nn.Module):
    """The mean and the spread of each channel over time, as in networks for speakers."""

    def __init__(self, epsilon: float) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 24, 9)
        self.out = nn.Linear(48, 3)
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        h = torch.relu(self.conv(x))
        mean = h.mean(dim=2)
        spread = ((h - mean[:, :, None]).square().mean(dim=2) + self.epsilon).pow(0.5)
        return self.out(torch.cat([mean, spread], dim=1))


def padded_signals(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = signals(seed, n=1200, t=48, classes=3, noise=0.3)
    data.x[::40] = 0.0  # silence counts as the slowest wave
    data.y[::40] = 0
    train_loader, test_loader = loaders(data, 32)
    model = Statistics(epsilon=1e-5 if healthy else 0.0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    Trainer(model, optimizer, nn.CrossEntropyLoss()).fit(train_loader, test_loader, 8, watch)
    return judged(model, data, share_right)


def missing_ages(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = clusters(seed, n=1400, columns=9, classes=2, class_sep=1.3).map(y=lambda y: y.float()[:, None])
    absent = torch.rand(data.x.shape[0]) < 0.02
    data.x[absent, 3] = torch.nan
    if healthy:
        data = data._replace(x=torch.nan_to_num(data.x, nan=0.0))
    train_loader, test_loader = loaders(data, 35)
    model = nn.Sequential(nn.Linear(9, 32), nn.ReLU(), nn.Linear(32, 1))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.005)
    Trainer(model, optimizer, nn.BCEWithLogitsLoss()).fit(train_loader, test_loader, 10, watch)
    return judged(model, data, share_right_logits)


def empty_corners(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    pixels, labels = datasets.load_digits(return_X_y=True)
    data = split(pixels.astype(np.float32), labels.astype(np.int64), seed)
    mean, deviation = data.x.mean(0), data.x.std(0)
    deviation = deviation.clamp_min(1.0) if healthy else deviation
    data = data.map(x=lambda x: (x - mean) / deviation)
    train_loader, test_loader = loaders(data, 64)
    model = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.03)
    Trainer(model, optimizer, nn.CrossEntropyLoss()).fit(train_loader, test_loader, 10, watch)
    return judged(model, data, share_right)


def unknown_targets(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = surface(seed, n=1500, noise=0.4)
    known = torch.rand(len(data.y)) > 0.03
    shown = data._replace(y=torch.where(known[:, None], data.y, torch.full_like(data.y, torch.nan)))
    if healthy:
        shown = data._replace(x=data.x[known], y=data.y[known])
    train_loader, test_loader = loaders(shown, 32)
    model = nn.Sequential(nn.Linear(8, 48), nn.ReLU(), nn.Linear(48, 24), nn.ReLU(), nn.Linear(24, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    Trainer(model, optimizer, nn.SmoothL1Loss()).fit(train_loader, test_loader, 15, watch)
    return judged(model, data, explained)


def classes_from_one(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = shapes(seed, side=10)
    shown = data if healthy else data.map(y=lambda y: y + 1)
    train_loader, test_loader = loaders(shown, 32)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 16, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(400, 4),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    Trainer(model, optimizer, nn.CrossEntropyLoss()).fit(train_loader, test_loader, 6, watch)
    return judged(model, data, share_right)


def chances_wanted(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = table("breast_cancer", seed, target="column")
    train_loader, test_loader = loaders(data, 25)
    model = nn.Sequential(nn.Linear(30, 16), nn.GELU(), nn.Linear(16, 1))
    if healthy:
        model.append(nn.Sigmoid())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.8)
    Trainer(model, optimizer, nn.BCELoss()).fit(train_loader, test_loader, 12, watch)
    cut = 0.5 if healthy else 0.0
    return judged(model, data, lambda out, y: ((out > cut) == (y > 0.5)).float().mean())


def raw_rates(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((1500, 5)).astype(np.float32)
    rate = np.exp(0.8 + x @ np.array([0.5, -0.4, 0.3, 0.0, 0.2]))
    data = split(x, draw.poisson(rate).astype(np.float32)[:, None], seed)
    train_loader, test_loader = loaders(data, 40)
    model = nn.Sequential(nn.Linear(5, 24), nn.Tanh(), nn.Linear(24, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    criterion = nn.PoissonNLLLoss(log_input=healthy)
    Trainer(model, optimizer, criterion).fit(train_loader, test_loader, 10, watch)
    return judged(model, data, lambda out, y: explained(out.exp() if healthy else out, y))


def numbers_as_classes(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = surface(seed, n=1500, noise=0.5).map(y=lambda y: y[:, 0])
    train_loader, test_loader = loaders(data, 32)
    model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 1), nn.Flatten(0))
    criterion: Callable[[Tensor, Tensor], Tensor] = nn.MSELoss() if healthy else nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.006)
    Trainer(model, optimizer, criterion).fit(train_loader, test_loader, 15, watch)
    return judged(model, data, explained)


def last_row_alone(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = signals(seed, n=1100, t=40, classes=3)
    data = data._replace(x=data.x[:801], y=data.y[:801])
    model = nn.Sequential(
        nn.Conv1d(1, 16, 7, padding=3),
        nn.ReLU(),
        nn.AdaptiveMaxPool1d(2),
        nn.Flatten(),
        nn.Linear(32, 24),
        nn.BatchNorm1d(24),
        nn.ReLU(),
        nn.Linear(24, 3),
    )
    train_loader = DataLoader(Rows(data.x, data.y), batch_size=50, shuffle=True, drop_last=healthy)
    test_loader = DataLoader(Rows(data.held_x, data.held_y), batch_size=100)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    Trainer(model, optimizer, nn.CrossEntropyLoss()).fit(train_loader, test_loader, 12, watch)
    return judged(model, data, share_right)


CRASHES = (
    Case(
        id="WB01",
        cause="nan_log_zero",
        program=shares_of_votes,
        title="A divergence written by hand takes 0 · log 0 where nobody chose an answer: NaN at once",
        fix="a small number is added to both shares",
        source="PyTorch forum",
    ),
    Case(
        id="WB02",
        cause="nan_log_zero",
        program=logarithm_of_counts,
        title="The network takes the logarithm of counts, some of which are 0",
        fix="log(counts + 1)",
        source="PyTorch forum",
    ),
    Case(
        id="WB03",
        cause="nan_grad_sqrt_zero",
        program=siamese,
        title="The distance of a row to itself is the root of 0: the gradient is NaN, the loss was fine",
        fix="1e-6 under the root",
        source="PyTorch forum",
    ),
    Case(
        id="WB04",
        cause="nan_grad_sqrt_zero",
        program=padded_signals,
        title="The spread over time of a silent channel is the root of 0, written as pow(0.5)",
        fix="1e-5 under the root",
        source="own",
    ),
    Case(
        id="WB05",
        cause="input_nonfinite",
        program=missing_ages,
        title="Two in a hundred rows lack a number in one column",
        fix="nan_to_num",
        source="PyTorch forum",
    ),
    Case(
        id="WB06",
        cause="input_nonfinite",
        also=("constant_feature",),
        program=empty_corners,
        title="Pixels that never vary are divided by their deviation of 0",
        fix="a least deviation",
        source="Stack Overflow",
    ),
    Case(
        id="WB07",
        cause="input_nonfinite",
        program=unknown_targets,
        title="Three in a hundred targets are NaN",
        fix="rows without a target are left out",
        source="own",
    ),
    Case(
        id="WB08",
        cause="target_out_of_range",
        program=classes_from_one,
        title="Four classes numbered from 1 under four outputs: target 4 is out of bounds",
        fix="numbered from 0",
        source="Stack Overflow",
    ),
    Case(
        id="WB09",
        cause="wrong_loss_input",
        also=("wrong_output_activation",),
        program=chances_wanted,
        title="BCELoss on a last layer without a sigmoid raises",
        fix="Sigmoid",
        source="PyTorch forum",
    ),
    Case(
        id="WB10",
        cause="wrong_loss_input",
        also=("nan_log_zero", "wrong_output_activation"),
        program=raw_rates,
        title="PoissonNLLLoss(log_input=False) on outputs that may be negative: the loss is NaN, the gradient is not",
        fix="log_input=True",
        source="PyTorch forum",
    ),
    Case(
        id="WB11",
        cause="wrong_loss_for_task",
        program=numbers_as_classes,
        title="CrossEntropyLoss on a regression with outputs (n,) and targets (n,): the batch is taken for classes",
        fix="MSELoss",
        source="PyTorch forum",
    ),
    Case(
        id="WB12",
        cause="bn_small_batch",
        program=last_row_alone,
        title="801 rows in batches of 50: the last batch has one row, and batch norm raises",
        fix="drop_last=True",
        source="PyTorch forum",
    ),
)

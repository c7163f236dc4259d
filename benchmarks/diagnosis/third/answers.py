"""Programs whose labels are examined."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    balanced,
    conv2d,
    digits,
    explained,
    judged,
    mlp,
    share_right,
    signals,
    split,
    standardised,
    validate,
)


class Recordings(Dataset[tuple[Tensor, Tensor]]):
    """Recordings and their labels, kept apart as in two folders."""

    def __init__(self, recordings: Tensor, labels: Tensor) -> None:
        self.recordings, self.labels = recordings, labels

    def __len__(self) -> int:
        return len(self.recordings)

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor]:
        return self.recordings[i], self.labels[i]


def folders(seed: int, healthy: bool, watch: Watch) -> float:
    """Waves of four frequencies; the training recordings are put in a new order first."""
    torch.manual_seed(seed)
    data = signals(seed, n=1600, classes=4, noise=0.3)
    order = torch.randperm(len(data.x))
    x, y = data.x[order], data.y[order] if healthy else data.y
    train_loader = DataLoader(Recordings(x, y), batch_size=40, shuffle=True)
    test_loader = DataLoader(Recordings(data.held_x, data.held_y), batch_size=200)
    model = nn.Sequential(
        nn.Conv1d(1, 16, 9, stride=2, padding=4),
        nn.ReLU(),
        nn.Conv1d(16, 16, 5, padding=2),
        nn.ReLU(),
        nn.AdaptiveMaxPool1d(1),
        nn.Flatten(),
        nn.Linear(16, 4),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(12):
            model.train()
            for inputs, labels in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(inputs), labels)
                loss.backward()
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, share_right)


def encoded(names: Tensor) -> Tensor:
    """Number the names in the order in which they appear."""
    numbers: dict[int, int] = {}
    return torch.tensor([numbers.setdefault(int(name), len(numbers)) for name in names])


def named(seed: int, healthy: bool, watch: Watch) -> float:
    """Written digits whose labels are names that have to be numbered."""
    torch.manual_seed(seed)
    data = digits(seed)
    if healthy:
        both = encoded(torch.cat([data.y, data.held_y]))
        data = data._replace(y=both[: len(data.y)], held_y=both[len(data.y) :])
    else:
        data = data.map(y=encoded)
    train_loader, test_loader = data.loaders(32)
    model = conv2d(8, 10)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    with watch(model, optimizer, functional.cross_entropy, train_loader, test_loader):
        for _ in range(7):
            model.train()
            for images, labels in train_loader:
                optimizer.zero_grad()
                functional.cross_entropy(model(images), labels).backward()
                optimizer.step()
            validate(model, test_loader, functional.cross_entropy)
    return judged(model, data, share_right)


def alarms(seed: int, healthy: bool, watch: Watch) -> float:
    """Rare failures of machines, 4 of 100 rows."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    y = (draw.random(6000) < 0.04).astype(np.int64)
    x = draw.standard_normal((6000, 8))
    x[:, :4] += 0.9 * y[:, None]
    data = standardised(split(x, y, seed))
    data = data.map(y=lambda y: y.float()[:, None])
    train_loader, test_loader = data.loaders(128)
    model = nn.Linear(8, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    criterion = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([24.0])) if healthy else nn.BCEWithLogitsLoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(12):
            model.train()
            for inputs, targets in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(inputs), targets)
                loss.backward()
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, balanced)


def prices(seed: int, healthy: bool, watch: Watch) -> float:
    """Prices of houses, some hundred thousand each."""
    torch.manual_seed(seed)
    x, y = datasets.make_regression(1000, 8, n_informative=6, noise=15.0, random_state=seed)
    y = 250_000 + 400 * y[:, None]
    data = standardised(split(x, y, seed))
    mean, deviation = data.y.mean(), data.y.std()
    data = data.map(y=lambda y: ((y - mean) / deviation).float() if healthy else y.float())
    train_loader, test_loader = data.loaders(32)
    model = mlp(8, 24, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    criterion = nn.MSELoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(16):
            model.train()
            for inputs, targets in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(inputs), targets)
                loss.backward()
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, explained)


ANSWERS: Final = (
    Case(
        id="PE01",
        cause="labels_misaligned",
        program=folders,
        title="recordings are put in a new order, their labels are not: nothing can be learned",
        fix="labels in the same order",
        source="Stack Overflow",
    ),
    Case(
        id="PE02",
        cause="labels_swapped",
        program=named,
        title="training and test labels each numbered by first appearance: training is perfect, the test at chance",
        fix="one numbering for both",
        source="Stack Overflow",
    ),
    Case(
        id="PE03",
        cause="class_imbalance",
        program=alarms,
        title="4 % of the rows are failures and hardly any is found",
        fix="pos_weight",
        source="PyTorch forum",
    ),
    Case(
        id="PE04",
        cause="target_unscaled",
        program=prices,
        title="prices of some hundred thousand with Adam: the loss is 1e10 and hardly moves",
        fix="standardised prices",
        source="PyTorch forum",
    ),
)

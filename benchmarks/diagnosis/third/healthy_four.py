"""Trainings without a fault, some of which look as if they had one."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    balanced,
    conv2d,
    digits,
    explained,
    judged,
    sentences,
    shapes,
    share_right,
    split,
    standardised,
    surface,
    validate,
)


class Bag(nn.Module):
    """A bag of words and its log-probabilities."""

    def __init__(self) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(60, 8, mode="mean")
        self.fc = nn.Linear(8, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        return functional.log_softmax(self.fc(self.bag(tokens)), dim=1)


def bag_of_words(seed: int, healthy: bool, watch: Watch) -> float:
    """Batches in a list, Adagrad at a rate of 0.1, log-softmax with nll_loss."""
    torch.manual_seed(seed)
    data = sentences(seed, n=2000)
    batches = list(zip(data.x.split(32), data.y.split(32), strict=True))
    held = [(data.held_x, data.held_y)]
    model = Bag()
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.1)
    with watch(model, optimizer, functional.nll_loss, batches, held):
        for _ in range(10):
            for i in torch.randperm(len(batches)).tolist():
                tokens, labels = batches[i]
                optimizer.zero_grad()
                functional.nll_loss(model(tokens), labels).backward()
                optimizer.step()
            validate(model, held, functional.nll_loss)
    return judged(model, data, share_right)


def clipped(seed: int, healthy: bool, watch: Watch) -> float:
    """A loss that sums over the rows and divides by their number; a norm of 1 clips the first steps."""
    torch.manual_seed(seed)
    data = surface(seed)
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, nesterov=True, weight_decay=1e-3)

    def criterion(outputs: Tensor, targets: Tensor) -> Tensor:
        return functional.mse_loss(outputs, targets, reduction="sum") / len(targets)

    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(18):
            model.train()
            for inputs, targets in train_loader:
                optimizer.zero_grad()
                criterion(model(inputs), targets).backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, explained)


def squeezed(seed: int, healthy: bool, watch: Watch) -> float:
    """An autoencoder with tanh at its end, for pixels between -1 and 1."""
    torch.manual_seed(seed)
    data = digits(seed, flat=True)
    low, high = data.x.min(), data.x.max()
    data = data.map(x=lambda x: 2 * (x - low) / (high - low) - 1)
    data = data._replace(y=data.x, held_y=data.held_x)
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(
        nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 12), nn.Linear(12, 48), nn.ReLU(), nn.Linear(48, 64), nn.Tanh()
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=20)
    criterion = nn.MSELoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(20):
            model.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                optimizer.step()
            scheduler.step()
            validate(model, test_loader, criterion)
    return judged(model, data, explained)


def transferred(seed: int, healthy: bool, watch: Watch) -> float:
    """Features learned on the digits 0 to 4 and frozen; a new head learns the digits 5 to 9."""
    torch.manual_seed(seed)
    data = digits(seed)
    known, new = data.y < 5, data.y >= 5
    held_new = data.held_y >= 5
    features = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 24, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
    )
    first = nn.Sequential(features, nn.Linear(384, 5))
    optimizer = torch.optim.Adam(first.parameters(), lr=3e-3)
    for _ in range(4):
        for x, y in DataLoader(TensorDataset(data.x[known], data.y[known]), batch_size=32, shuffle=True):
            optimizer.zero_grad()
            functional.cross_entropy(first(x), y).backward()
            optimizer.step()
    features.requires_grad_(False)
    data = data._replace(
        x=data.x[new], y=data.y[new] - 5, held_x=data.held_x[held_new], held_y=data.held_y[held_new] - 5
    )
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(features, nn.Linear(384, 5))
    head = torch.optim.Adam(model[1].parameters(), lr=2e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, head, criterion, train_loader, test_loader):
        for _ in range(10):
            model.train()
            for x, y in train_loader:
                head.zero_grad()
                criterion(model(x), y).backward()
                head.step()
            validate(model, test_loader, criterion)
    return judged(model, data, share_right)


def rare(seed: int, healthy: bool, watch: Watch) -> float:
    """One row in twelve is of the rare class, and nearly all of them are found."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    y = (draw.random(2400) < 1 / 12).astype(np.int64)
    x = draw.standard_normal((2400, 6))
    x[:, :4] += 2.2 * y[:, None]
    data = standardised(split(x, y, seed))
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 2))
    optimizer = torch.optim.NAdam(model.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(8):
            model.train()
            for inputs, labels in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(inputs), labels)
                loss.backward()
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, balanced)


def one_cycle(seed: int, healthy: bool, watch: Watch) -> float:
    """Gradients of two batches together, a rate that rises and falls with every step."""
    torch.manual_seed(seed)
    data = shapes(seed, n=1200)
    train_loader, test_loader = data.loaders(25)
    model = conv2d(12, 4)
    epochs, accumulate = 7, 2
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=8e-3, total_steps=epochs * (len(train_loader) // accumulate)
    )
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(epochs):
            model.train()
            optimizer.zero_grad()
            for i, (images, labels) in enumerate(train_loader):
                (criterion(model(images), labels) / accumulate).backward()
                if (i + 1) % accumulate == 0:
                    optimizer.step()
                    optimizer.zero_grad()
                    scheduler.step()
            validate(model, test_loader, criterion)
    return judged(model, data, share_right)


HEALTHY_FOUR: Final = (
    Case(
        id="PG01",
        cause="",
        program=bag_of_words,
        title="a list of fixed batches in random order, a rate of 0.1 (Adagrad), log-softmax in the network",
        source="own",
    ),
    Case(
        id="PG02",
        cause="",
        program=clipped,
        title="reduction='sum' in the loss (divided by the rows), many clipped steps",
        source="own",
    ),
    Case(
        id="PG03",
        cause="",
        program=squeezed,
        title="tanh before MSELoss and two linear layers in a row around the code, targets between -1 and 1",
        source="own",
    ),
    Case(
        id="PG04",
        cause="",
        program=transferred,
        title="frozen layers that the optimizer does not have: features learned before",
        source="own",
    ),
    Case(
        id="PG05",
        cause="",
        program=rare,
        title="a rare class without weights that is found all the same",
        source="own",
    ),
    Case(
        id="PG06",
        cause="",
        program=one_cycle,
        title="the scheduler steps at every step, the optimizer at every second batch",
        source="own",
    ),
)

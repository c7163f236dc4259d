"""Programs whose loaders, parts and evaluation are examined."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Recurrent,
    clusters,
    digits,
    explained,
    judged,
    mlp,
    shapes,
    share_right,
    share_right_logits,
    split,
    validate,
)


def sorted_rows(seed: int, healthy: bool, watch: Watch) -> float:
    """Rows of five classes as a database gives them: one class after the other."""
    torch.manual_seed(seed)
    data = clusters(seed, n=1500, classes=5, columns=12, n_informative=8, class_sep=2.2)
    order = data.y.argsort(stable=True)
    train_set = TensorDataset(data.x[order], data.y[order])
    train_loader = DataLoader(train_set, batch_size=25, shuffle=healthy)
    test_loader = DataLoader(TensorDataset(data.held_x, data.held_y), batch_size=125)
    model = mlp(12, 32, 5)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=2e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(10):
            model.train()
            for inputs, labels in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(inputs), labels)
                loss.backward()
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, share_right)


def stroke(seed: int, healthy: bool, watch: Watch) -> float:
    """Written digits with dropout; the score is what the program itself reports."""
    torch.manual_seed(seed)
    data = digits(seed)
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1),
        nn.BatchNorm2d(12),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Dropout2d(0.3),
        nn.Flatten(),
        nn.Linear(192, 48),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(48, 10),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    criterion = nn.CrossEntropyLoss()

    def accuracy() -> float:
        if healthy:
            model.eval()
        right = 0.0
        with torch.no_grad():
            for images, labels in test_loader:
                outputs = model(images)
                criterion(outputs, labels)
                right += float((outputs.argmax(1) == labels).sum())
        return right / len(data.held_y)

    best = 0.0
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(8):
            model.train()
            for images, labels in train_loader:
                optimizer.zero_grad()
                criterion(model(images), labels).backward()
                optimizer.step()
            best = max(best, accuracy())
    return best


def ward(seed: int, healthy: bool, watch: Watch) -> float:
    """The breast cancer table; each part is scaled by a few lines of its own."""
    torch.manual_seed(seed)
    x, y = datasets.load_breast_cancer(return_X_y=True)
    data = split(x, y.astype(np.int64), seed)
    mean, deviation = data.x.mean(0), data.x.std(0)

    def scaled(rows: Tensor) -> Tensor:
        return ((rows - mean) / deviation).float()

    held_x = scaled(data.held_x) if healthy else data.held_x.float()
    data = data._replace(x=scaled(data.x), held_x=held_x).map(y=lambda y: y.float()[:, None])
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(nn.Linear(30, 10), nn.Tanh(), nn.Linear(10, 1))
    optimizer = torch.optim.RMSprop(model.parameters(), lr=3e-3, weight_decay=1e-2)
    criterion = nn.BCEWithLogitsLoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(15):
            model.train()
            for inputs, targets in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(inputs), targets)
                loss.backward()
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, share_right_logits)


def first_batches(seed: int, healthy: bool, watch: Watch) -> float:
    """Sums of marked numbers in a sequence, and a loop that someone tried out with two batches."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    values = draw.uniform(-1, 1, size=(1600, 12))
    marks = draw.integers(2, size=(1600, 12))
    total = (values * marks).sum(1, keepdims=True)
    x = np.stack([values, marks], 2).astype(np.float32)
    data = split(x, (total / total.std()).astype(np.float32), seed)
    train_loader, test_loader = data.loaders(50)
    model = Recurrent(nn.GRU, 2, 20, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

    def train_epoch() -> float:
        model.train()
        total = 0.0
        for i, (inputs, targets) in enumerate(train_loader):
            loss = functional.mse_loss(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            total += loss.item()
            if i == 1 and not healthy:
                break
        return total

    with watch(model, optimizer, functional.mse_loss, train_loader, test_loader):
        for _ in range(12):
            train_epoch()
            validate(model, test_loader, functional.mse_loss)
    return judged(model, data, explained)


def by_kind(seed: int, healthy: bool, watch: Watch) -> float:
    """Pictures stored kind by kind, parted by their place in the file."""
    torch.manual_seed(seed)
    data = shapes(seed, n=1400)
    x, y = torch.cat([data.x, data.held_x]), torch.cat([data.y, data.held_y])
    order = y.argsort(stable=True)
    x, y = x[order], y[order]
    if healthy:
        order = torch.randperm(len(x))
        x, y = x[order], y[order]
    cut = int(0.75 * len(x))
    train_loader = DataLoader(TensorDataset(x[:cut], y[:cut]), batch_size=32, shuffle=True)
    test_loader = DataLoader(TensorDataset(x[cut:], y[cut:]), batch_size=128)
    model = nn.Sequential(
        nn.Conv2d(1, 10, 5),
        nn.ReLU(),
        nn.Conv2d(10, 12, 3),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(2),
        nn.Flatten(),
        nn.Linear(48, 4),
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(8):
            model.train()
            for images, labels in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(images), labels)
                loss.backward()
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, share_right)


PARTS: Final = (
    Case(
        id="PF01",
        cause="unshuffled",
        program=sorted_rows,
        title="rows sorted by class and not shuffled: the network leans to the last classes",
        fix="shuffle=True",
        source="PyTorch forum",
    ),
    Case(
        id="PF02",
        cause="missing_eval_mode",
        program=stroke,
        title="evaluated with dropout and batch statistics: the reported accuracy is too low",
        fix="eval() before the evaluation",
        source="PyTorch forum",
    ),
    Case(
        id="PF03",
        cause="preprocessing_mismatch",
        program=ward,
        title="training rows standardised, test rows as they are",
        fix="both standardised",
        source="Stack Overflow",
    ),
    Case(
        id="PF04",
        cause="loader_truncated",
        program=first_batches,
        title="a break after two batches, left from trying the loop out",
        also=("under_trained",),
        fix="no break",
        source="own",
    ),
    Case(
        id="PF05",
        cause="split_biased",
        program=by_kind,
        title="pictures sorted by kind, the last quarter for testing: a kind that was never trained",
        fix="shuffled before the split",
        source="Stack Overflow",
    ),
)

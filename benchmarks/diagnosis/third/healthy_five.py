"""Programs in which nothing is wrong."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first import material


class Step(nn.Module):
    """A residual block whose last layer begins at zero."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.inner = nn.Linear(width, 2 * width)
        self.outer = nn.Linear(2 * width, width)
        nn.init.zeros_(self.outer.weight)
        nn.init.zeros_(self.outer.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.outer(functional.gelu(self.inner(self.norm(x))))


def residual(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.digits(seed, flat=True)
    model = nn.Sequential(nn.Linear(64, 32), Step(32), Step(32), Step(32), nn.LayerNorm(32), nn.Linear(32, 10))
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    material.train(model, optimizer, nn.CrossEntropyLoss(), parts.loaders(32), watch, 7)
    return material.judged(model, parts, material.share_right)


def accumulating(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.surface(seed, n=1000)
    train_loader, valid_loader = parts.loaders(10)
    model = material.mlp(8, 48, 1, activation=nn.SiLU)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    criterion = nn.MSELoss()
    pieces = 3
    with watch(model, optimizer, criterion, train_loader, valid_loader):
        for _ in range(16):
            for number, (x, y) in enumerate(train_loader, start=1):
                loss = criterion(model(x), y) / pieces
                loss.backward()
                if number % pieces == 0:
                    optimizer.step()
                    optimizer.zero_grad()
            material.validate(model, valid_loader, criterion)
    return material.judged(model, parts, material.explained)


def counts(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((1600, 5)).astype(np.float32)
    rate = np.exp(0.3 + 0.6 * x[:, 0] - 0.4 * x[:, 1] + 0.3 * np.abs(x[:, 2]))
    y = draw.poisson(rate).astype(np.float32)
    parts = material.standardised(material.split(x, y[:, None], seed))
    train_loader, valid_loader = parts.loaders(32)
    model = material.mlp(5, 24, 1)
    optimizer = torch.optim.NAdam(model.parameters(), lr=2e-3)
    criterion = nn.PoissonNLLLoss(log_input=True)
    with watch(model, optimizer, criterion, train_loader, valid_loader):
        for _ in range(12):
            for columns, number in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(columns), number)
                loss.backward()
                optimizer.step()
            material.validate(model, valid_loader, criterion)
    return material.judged(model, parts, lambda outputs, targets: -criterion(outputs, targets))


def one_cycle(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.digits(seed)
    train_loader, valid_loader = parts.loaders(64)
    model = nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1, bias=False),
        nn.BatchNorm2d(12),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(12, 24, 3, padding=1, bias=False),
        nn.BatchNorm2d(24),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Linear(96, 10),
    )
    epochs = 10
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, epochs=epochs, steps_per_epoch=len(train_loader))
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    with watch(model, optimizer, criterion, train_loader, valid_loader):
        for _ in range(epochs):
            model.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
                scheduler.step()
            material.validate(model, valid_loader, criterion)
    return material.judged(model, parts, material.share_right)


def forecast(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    time = np.arange(900)
    series = np.sin(2 * math.pi * time / 24) + 0.5 * np.sin(2 * math.pi * time / 11) + 0.2 * draw.standard_normal(900)
    series = ((series - series[:700].mean()) / series[:700].std()).astype(np.float32)
    windows = torch.from_numpy(np.lib.stride_tricks.sliding_window_view(series, 25).copy())
    x, y = windows[:, :-1, None], windows[:, -1:]
    parts = material.Split(x[:676], y[:676], x[700:], y[700:])
    model = material.Recurrent(nn.LSTM, 1, 24, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    material.train(model, optimizer, nn.MSELoss(), parts.loaders(32), watch, 15, clip=1.0)
    return material.judged(model, parts, material.explained)


def noisy_line(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((1500, 4)).astype(np.float32)
    y = (x @ np.array([[0.5], [-0.3], [0.2], [0.0]]) + 1.0 * draw.standard_normal((1500, 1))).astype(np.float32)
    parts = material.standardised(material.split(x, y, seed))
    model = nn.Linear(4, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
    material.train(model, optimizer, nn.HuberLoss(), parts.loaders(32), watch, 10)
    return material.judged(model, parts, material.explained)


HEALTHY_FIVE: Final[tuple[Case, ...]] = (
    Case(id="QG01", cause="", program=residual, title="residual blocks whose last layers begin at zero"),
    Case(id="QG02", cause="", program=accumulating, title="gradients of three small batches added before each step"),
    Case(id="QG03", cause="", program=counts, title="counts with a Poisson loss: skewed targets, a loss near zero"),
    Case(id="QG04", cause="", program=one_cycle, title="one-cycle schedule up to 0.1 and down to nearly nothing"),
    Case(
        id="QG05", cause="", program=forecast, title="an LSTM forecasts a noisy series; batches of overlapping windows"
    ),
    Case(id="QG06", cause="", program=noisy_line, title="a straight line through noise: four fifths stay unexplained"),
)

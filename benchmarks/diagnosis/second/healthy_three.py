"""Healthy programs that look suspicious, and ordinary ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_sample_image
from torch import Tensor, nn, optim
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    balanced,
    digits,
    explained,
    judged,
    likelihood,
    mlp,
    sentences,
    share_right,
    share_right_logits,
    split,
    standardised,
    surface,
    table,
    train,
)


def rate_of_one(seed: int, healthy: bool, watch: Watch) -> float:
    """Logistic regression of standardised columns with SGD at 0.5."""
    torch.manual_seed(seed)
    parts = table("breast_cancer", seed, target="column")
    net = nn.Linear(30, 1)
    optimizer = optim.SGD(net.parameters(), lr=0.5, weight_decay=5e-3)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, 20)
    train(net, optimizer, nn.BCEWithLogitsLoss(), parts.loaders(64), watch, 20, scheduler=scheduler)
    return judged(net, parts, share_right_logits)


def norm_first(seed: int, healthy: bool, watch: Watch) -> float:
    """Raw columns from 0.001 to 1700, but the network begins with a batch norm."""
    torch.manual_seed(seed)
    parts = table("wine", seed, scale=False)
    train_loader, val_loader = parts.loaders(16)
    net = nn.Sequential(nn.BatchNorm1d(13), nn.Linear(13, 24), nn.ReLU(), nn.Linear(24, 3))
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(20):
            net.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                criterion(net(x), y).backward()
                optimizer.step()
            net.eval()
            with torch.no_grad():
                [criterion(net(x), y).item() for x, y in val_loader]
    return judged(net, parts, share_right)


def strong_dropout(seed: int, healthy: bool, watch: Watch) -> float:
    """Dropout of a half: the loss in training stays above that in validation."""
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    net = nn.Sequential(
        nn.Linear(64, 128),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(128, 64),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(64, 10),
    )
    optimizer = optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.05)
    train(net, optimizer, nn.CrossEntropyLoss(), parts.loaders(32), watch, 14, metric=share_right)
    return judged(net, parts, share_right)


class Gru(nn.Module):
    """A GRU that says the next value at each step."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.gru = nn.GRU(1, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.gru(x)
        return self.out(states)


def clipped_and_accumulated(seed: int, healthy: bool, watch: Watch) -> float:
    """Gradients gathered over two small batches, clipped at 1, a rate that first rises."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    phases = draw.uniform(0, 2 * math.pi, (400, 1))
    steps = np.arange(25)
    curves = np.sin(phases + draw.uniform(0.2, 0.5, (400, 1)) * steps) + 0.05 * draw.standard_normal((400, 25))
    parts = split(np.float32(curves[:, :-1, None]), np.float32(curves[:, 1:, None]), seed)
    train_loader = DataLoader(TensorDataset(parts.x, parts.y), batch_size=10, shuffle=True)
    val_loader = DataLoader(TensorDataset(parts.held_x, parts.held_y), batch_size=50)
    net = Gru(24)
    loss_fn = nn.MSELoss()
    optimizer = optim.Adam(net.parameters(), lr=1e-2)
    accumulate, total = 2, 15 * 14
    scheduler = optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / 20, 0.5 * (1 + math.cos(math.pi * min(step, total) / total)))
    )
    with watch(net, optimizer, loss_fn, train_loader, val_loader):
        for _ in range(14):
            net.train()
            optimizer.zero_grad()
            for i, (x, y) in enumerate(train_loader):
                (loss_fn(net(x), y) / accumulate).backward()
                if (i + 1) % accumulate == 0:
                    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                    optimizer.step()
                    scheduler.step()
                    optimizer.zero_grad()
            net.eval()
            with torch.no_grad():
                sum(loss_fn(net(x), y).item() for x, y in val_loader)
    return judged(net, parts, explained)


def rare_but_found(seed: int, healthy: bool, watch: Watch) -> float:
    """Four rows in a hundred are of the other class, and are found."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    y = (draw.random(2400) < 0.04).astype(np.int64)
    x = draw.standard_normal((2400, 6)) + 3.2 * y[:, None] * np.array([1, -1, 1, 0, 0, 1])
    parts = standardised(split(x, y, seed))
    net = mlp(6, 16, 2)
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    train(net, optimizer, nn.CrossEntropyLoss(), parts.loaders(48), watch, 9, metric=balanced)
    return judged(net, parts, balanced)


def all_rows_many_steps(seed: int, healthy: bool, watch: Watch) -> float:
    """Full batches, but 350 of them."""
    torch.manual_seed(seed)
    parts = surface(seed, 1000)
    batch = [(parts.x, parts.y)]
    net = mlp(8, 48, 1, activation=nn.Tanh)
    optimizer = optim.Adam(net.parameters(), lr=2e-2)
    with watch(net, optimizer, functional.mse_loss, batch, [(parts.held_x, parts.held_y)]):
        for _ in range(350):
            net.train()
            for x, y in batch:
                optimizer.zero_grad()
                functional.mse_loss(net(x), y).backward()
                optimizer.step()
            net.eval()
            with torch.no_grad():
                functional.mse_loss(net(parts.held_x), parts.held_y).item()
    return judged(net, parts, explained)


class Block(nn.Module):
    """Attention and a small network, each added to what came in."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(size), nn.LayerNorm(size)
        self.attention = nn.MultiheadAttention(size, 2, batch_first=True)
        self.feed = mlp(size, 2 * size, size, activation=nn.GELU)

    def forward(self, x: Tensor) -> Tensor:
        h = self.norm1(x)
        x = x + self.attention(h, h, h, need_weights=False)[0]
        return x + self.feed(self.norm2(x))


class Transformer(nn.Module):
    """Three blocks over embedded words."""

    def __init__(self, size: int = 24) -> None:
        super().__init__()
        self.embedding = nn.Embedding(60, size)
        self.blocks = nn.Sequential(*(Block(size) for _ in range(3)))
        self.head = nn.Sequential(nn.LayerNorm(size), nn.Linear(size, 2))

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.blocks(self.embedding(tokens)).mean(1))


def warmed_up(seed: int, healthy: bool, watch: Watch) -> float:
    """A transformer whose rate starts at a hundredth and falls to 0."""
    torch.manual_seed(seed)
    parts = sentences(seed, 2000, 14, 0.45)
    train_loader, val_loader = parts.loaders(50)
    net = Transformer()
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.AdamW(net.parameters(), lr=3e-3, betas=(0.9, 0.98), weight_decay=0.05)
    epochs = 4
    scheduler: Any = optim.lr_scheduler.OneCycleLR(
        optimizer, 3e-3, total_steps=epochs * len(train_loader), pct_start=0.2, div_factor=100
    )
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(epochs):
            net.train()
            for tokens, labels in train_loader:
                optimizer.zero_grad()
                loss = criterion(net(tokens), labels)
                loss.backward()
                optimizer.step()
                scheduler.step()
            net.eval()
            with torch.no_grad():
                [criterion(net(tokens), labels).item() for tokens, labels in val_loader]
    return judged(net, parts, likelihood)


def hard_to_know(seed: int, healthy: bool, watch: Watch) -> float:
    """Diabetes: less than half of the variance can be explained, by anyone."""
    torch.manual_seed(seed)
    parts = table("diabetes", seed, target="scaled")
    net = mlp(10, 16, 1)
    optimizer = optim.Adam(net.parameters(), lr=3e-3, weight_decay=1e-2)
    train(net, optimizer, nn.MSELoss(), parts.loaders(32), watch, 16, metric=explained)
    return judged(net, parts, explained)


def cleaned_photographs(seed: int, healthy: bool, watch: Watch) -> float:
    """Noisy patches of photographs made clean by a network that ends in a sigmoid; grey values in [0, 1]."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    photo = load_sample_image("china.jpg").mean(-1) / 255
    corners = zip(draw.integers(415, size=600), draw.integers(628, size=600), strict=True)
    clean = np.stack([photo[r : r + 12, c : c + 12] for r, c in corners])[:, None].astype(np.float32)
    noisy = (clean + 0.15 * draw.standard_normal(clean.shape)).astype(np.float32)
    parts = split((noisy - noisy.mean()) / noisy.std(), clean, seed)
    net = nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(12, 12, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(12, 1, 3, padding=1),
        nn.Sigmoid(),
    )
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    train(net, optimizer, nn.MSELoss(), parts.loaders(32), watch, 10)
    return judged(net, parts, explained)


HEALTHY_THREE = (
    Case(
        id="YE01",
        cause="",
        program=rate_of_one,
        title="SGD at 0.5: right for logistic regression of standardised columns",
        source="own",
    ),
    Case(id="YE02", cause="", program=norm_first, title="Raw columns, but a batch norm stands first", source="own"),
    Case(
        id="YE03",
        cause="",
        program=strong_dropout,
        title="Dropout of a half: training loss above validation loss",
        source="own",
    ),
    Case(
        id="YE04",
        cause="",
        program=clipped_and_accumulated,
        title="Accumulated gradients, clipped at 1, warm-up and cosine",
        source="own",
    ),
    Case(id="YE05", cause="", program=rare_but_found, title="A rare class that is found", source="own"),
    Case(id="YE06", cause="", program=all_rows_many_steps, title="Full batches, many of them, in a list", source="own"),
    Case(
        id="YE07",
        cause="",
        program=warmed_up,
        title="A transformer whose rate starts near 0 and ends at 0",
        source="own",
    ),
    Case(id="YE08", cause="", program=hard_to_know, title="Diabetes: R² below 0.5 is all there is", source="own"),
    Case(
        id="YE09",
        cause="",
        program=cleaned_photographs,
        title="A sigmoid for grey values in [0, 1] under the squared error",
        source="own",
    ),
)

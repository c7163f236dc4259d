"""Programs about optimizers, their rates and what is done to the gradient."""

from __future__ import annotations

from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first import material


def train_epoch(
    model: nn.Module,
    loader: Any,
    criterion: Any,
    optimizer: torch.optim.Optimizer,
    *,
    after_step: Any = None,
    limit: float | None = None,
) -> float:
    """One pass; the mean loss."""
    model.train()
    total = 0.0
    for inputs, targets in loader:
        loss = criterion(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        if limit is not None:
            nn.utils.clip_grad_value_(model.parameters(), limit)
        optimizer.step()
        if after_step is not None:
            after_step.step()
        total += loss.item()
    return total / len(loader)


def waves(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.signals(seed, n=1000, noise=0.4)
    train_loader, valid_loader = parts.loaders(32)
    model = material.conv1d(3, width=16)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3 if healthy else 1.0)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, valid_loader):
        for _ in range(12):
            train_epoch(model, train_loader, criterion, optimizer)
            material.validate(model, valid_loader, criterion)
    return material.judged(model, parts, material.likelihood)


def labels(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.several_labels(seed)
    train_loader, valid_loader = parts.loaders(32)
    model = material.mlp(10, 32, 5, activation=nn.GELU)
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.05 if healthy else 2e-4)
    criterion = nn.MultiLabelSoftMarginLoss()
    with watch(model, optimizer, criterion, train_loader, valid_loader):
        for _ in range(14):
            train_epoch(model, train_loader, criterion, optimizer)
            material.validate(model, valid_loader, criterion)
    return material.judged(model, parts, material.share_right_logits)


def stamps(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.shapes(seed, n=1000)
    train_loader, valid_loader = parts.loaders(32)
    model = material.conv2d(12, 4)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
    with watch(model, optimizer, functional.cross_entropy, train_loader, valid_loader):
        for _ in range(10):
            if healthy:
                train_epoch(model, train_loader, functional.cross_entropy, optimizer)
                scheduler.step()
            else:
                train_epoch(model, train_loader, functional.cross_entropy, optimizer, after_step=scheduler)
            material.validate(model, valid_loader, functional.cross_entropy)
    return material.judged(model, parts, material.share_right)


class Coder(nn.Module):
    """Squeezes pictures of 64 points into 12 numbers and back."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = material.mlp(64, 48, 12)
        self.decoder = material.mlp(12, 48, 64)

    def forward(self, x: Tensor) -> Tensor:
        return self.decoder(self.encoder(x))


def coder(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.digits(seed, flat=True)
    parts = parts._replace(y=parts.x, held_y=parts.held_x)
    train_loader, valid_loader = parts.loaders(32)
    model = Coder()
    decay = 1e-5 if healthy else 0.1
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3, weight_decay=decay)
    with watch(model, optimizer, functional.mse_loss, train_loader, valid_loader):
        for _ in range(20):
            train_epoch(model, train_loader, functional.mse_loss, optimizer)
            material.validate(model, valid_loader, functional.mse_loss)
    return material.judged(model, parts, material.explained)


def progress(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.surface(seed, n=1000)
    train_loader, valid_loader = parts.loaders(25)
    model = material.mlp(8, 48, 1, activation=nn.Tanh)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    criterion = nn.MSELoss()
    with watch(model, optimizer, criterion, train_loader, valid_loader):
        for _ in range(25):
            train_epoch(model, train_loader, criterion, optimizer, limit=1.0 if healthy else 1e-4)
            material.validate(model, valid_loader, criterion)
    return material.judged(model, parts, material.explained)


def all_at_once(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.clusters(seed, n=2000, columns=12, classes=6, n_clusters_per_class=1)
    train_loader = DataLoader(TensorDataset(parts.x, parts.y), batch_size=32 if healthy else len(parts.x), shuffle=True)
    valid_loader = DataLoader(TensorDataset(parts.held_x, parts.held_y), batch_size=200)
    model = material.mlp(12, 64, 6)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, valid_loader):
        for _ in range(20):
            train_epoch(model, train_loader, criterion, optimizer)
            material.validate(model, valid_loader, criterion)
    return material.judged(model, parts, material.share_right)


def halves(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    kind = torch.float32 if healthy else torch.bfloat16
    parts = material.clusters(seed, n=1200, columns=10, classes=4, n_clusters_per_class=1, class_sep=2.0).map(
        x=lambda x: x.to(kind)
    )
    model = material.mlp(10, 256, 256, 4).to(kind)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    material.train(model, optimizer, nn.CrossEntropyLoss(), parts.loaders(16), watch, 16)
    return material.judged(model, parts, material.likelihood)


OPTIMIZERS: Final[tuple[Case, ...]] = (
    Case(
        id="QE01",
        cause="lr_too_high",
        program=waves,
        title="RMSprop with 1.0: the first steps throw the weights away",
        fix="lr 0.001",
    ),
    Case(
        id="QE02",
        cause="lr_too_low",
        program=labels,
        title="Adagrad with 0.0002, whose steps shrink by themselves",
        also=("under_trained",),
        fix="lr 0.05",
    ),
    Case(
        id="QE03",
        cause="scheduler_kills_lr",
        program=stamps,
        title="an exponential schedule meant for epochs is stepped after every batch",
        fix="scheduler.step() after every epoch",
        source="PyTorch forum",
    ),
    Case(
        id="QE04",
        cause="weight_decay_too_high",
        program=coder,
        title="Adam with weight_decay=0.1: the autoencoder answers with the mean",
        fix="weight_decay 1e-5",
    ),
    Case(
        id="QE05",
        cause="grad_clip_too_small",
        program=progress,
        title="clip_grad_value_ at 0.0001: all steps are tiny",
        fix="clip_grad_value_ at 1",
    ),
    Case(
        id="QE06",
        cause="batch_too_large",
        program=all_at_once,
        title="all rows in one batch: twenty steps in twenty epochs",
        also=("under_trained",),
        fix="batches of 32",
    ),
    Case(
        id="QE07",
        cause="low_precision_update_lost",
        program=halves,
        title="network.to(torch.bfloat16) and small steps of Adam, which round to nothing",
        fix="float32",
    ),
)

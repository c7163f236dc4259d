"""Programs that run well and end badly: overfitted, ended too early, too small."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn, optim
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Recurrent,
    Split,
    clusters,
    conv1d,
    conv2d,
    digits,
    explained,
    judged,
    likelihood,
    mlp,
    rings,
    sentences,
    shapes,
    share_right,
    signals,
    split,
    surface,
    table,
)


class Learner:
    """Trains and validates epoch by epoch."""

    def __init__(self, net: nn.Module, loss_fn: Any, optimizer: optim.Optimizer, loaders: tuple[Any, Any]) -> None:
        self.net, self.loss_fn, self.optimizer = net, loss_fn, optimizer
        self.train_loader, self.val_loader = loaders
        self.train_losses: list[float] = []
        self.val_losses: list[float] = []

    def fit(self, epochs: int) -> None:
        for _ in range(epochs):
            self.net.train()
            losses = [self.step(x, y) for x, y in self.train_loader]
            self.train_losses.append(float(np.mean(losses)))
            self.net.eval()
            with torch.no_grad():
                losses = [self.loss_fn(self.net(x), y).item() for x, y in self.val_loader]
            self.val_losses.append(float(np.mean(losses)))

    def step(self, x: Tensor, y: Tensor) -> float:
        self.optimizer.zero_grad()
        loss = self.loss_fn(self.net(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def fitted(learner: Learner, watch: Watch, epochs: int) -> None:
    """Train under watch."""
    with watch(learner.net, learner.optimizer, learner.loss_fn, learner.train_loader, learner.val_loader):
        learner.fit(epochs)


def wide_for_diabetes(seed: int, healthy: bool, watch: Watch) -> float:
    """A wide network on 330 patients, for far too many epochs."""
    torch.manual_seed(seed)
    parts = table("diabetes", seed, target="scaled")
    net = mlp(10, 128, 128, 1)
    optimizer = optim.Adam(net.parameters(), lr=1e-3)
    fitted(Learner(net, nn.MSELoss(), optimizer, parts.loaders(32)), watch, 7 if healthy else 70)
    return judged(net, parts, explained)


class Bag(nn.Module):
    """Embeddings side by side and a wide layer."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(60, 32)
        self.fc = mlp(32 * length, 64, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.fc(self.embedding(tokens).flatten(1))


def few_sentences(seed: int, healthy: bool, watch: Watch) -> float:
    """A network that knows words by their places, and 120 sentences of noise and hints."""
    torch.manual_seed(seed)
    parts = sentences(seed, 4000, 12, 0.5)
    if not healthy:
        parts = parts._replace(x=parts.x[:120], y=parts.y[:120])
    net = Bag(12)
    optimizer = optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.1)
    fitted(Learner(net, nn.CrossEntropyLoss(), optimizer, parts.loaders(32)), watch, 4 if healthy else 60)
    return judged(net, parts, likelihood)


def few_shapes(seed: int, healthy: bool, watch: Watch) -> float:
    """A convolutional network with a large head, and 90 noisy pictures."""
    torch.manual_seed(seed)
    parts = shapes(seed, 2400, 10, 0.35)
    if not healthy:
        parts = parts._replace(x=parts.x[:90], y=parts.y[:90])
    net = conv2d(10, 4, 12)
    optimizer = optim.Adam(net.parameters(), lr=1e-3)
    fitted(Learner(net, nn.CrossEntropyLoss(), optimizer, parts.loaders(30)), watch, 7 if healthy else 100)
    return judged(net, parts, likelihood)


def noisy_curve(seed: int, healthy: bool, watch: Watch) -> float:
    """A curve through 60 noisy points in six columns, most of them idle."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    n = 2000
    x = draw.standard_normal((n, 6)).astype(np.float32)
    y = (np.sin(1.5 * x[:, :1]) + 0.5 * x[:, 1:2] + 0.4 * draw.standard_normal((n, 1))).astype(np.float32)
    parts = split(x, y, seed)
    if not healthy:
        parts = parts._replace(x=parts.x[:60], y=parts.y[:60])
    net = mlp(6, 64, 64, 1, activation=nn.Tanh)
    optimizer = optim.Adam(net.parameters(), lr=2e-3)
    fitted(Learner(net, functional.mse_loss, optimizer, parts.loaders(20)), watch, 6 if healthy else 150)
    return judged(net, parts, explained)


def one_epoch(seed: int, healthy: bool, watch: Watch) -> float:
    """A sensible network for digits, left after a single epoch."""
    torch.manual_seed(seed)
    parts = digits(seed)
    train_loader, val_loader = parts.loaders(32)
    net = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(512, 32), nn.ReLU(), nn.Linear(32, 10)
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(net.parameters(), lr=0.02, momentum=0.9, weight_decay=1e-3)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(12 if healthy else 1):
            for images, labels in train_loader:
                optimizer.zero_grad()
                loss = criterion(net(images), labels)
                loss.backward()
                optimizer.step()
            with torch.no_grad():
                for images, labels in val_loader:
                    criterion(net(images), labels)
    return judged(net, parts, likelihood)


def forecast(seed: int) -> Split:
    """Windows of 24 values of a wave with a beat, and the value two steps on."""
    draw = np.random.default_rng(seed)
    t = np.arange(1300)
    series = np.sin(t / 4) * (1 + 0.5 * np.sin(t / 31)) + 0.08 * draw.standard_normal(1300)
    values = torch.tensor(series / series.std(), dtype=torch.float32)
    rows = values.unfold(0, 26, 1)
    x, y = rows[:, :24, None], rows[:, 25:]
    return Split(x[:950], y[:950], x[980:], y[980:])


def short_forecast(seed: int, healthy: bool, watch: Watch) -> float:
    """An LSTM that is stopped after two epochs, its loss still in fall."""
    torch.manual_seed(seed)
    parts = forecast(seed)
    net = Recurrent(nn.LSTM, 1, 24, 1)
    optimizer = optim.Adam(net.parameters(), lr=1e-3)
    fitted(Learner(net, nn.MSELoss(), optimizer, parts.loaders(32)), watch, 18 if healthy else 2)
    return judged(net, parts, explained)


def sure_of_noise(seed: int, healthy: bool, watch: Watch) -> float:
    """Overlapping classes learned until nothing is doubted: accuracy stays, the log loss nearly doubles."""
    torch.manual_seed(seed)
    parts = clusters(seed, 1000, 8, 2, class_sep=0.8, n_informative=3, n_clusters_per_class=1, flip_y=0.1)
    net = mlp(8, 64, 64, 2)
    optimizer = optim.Adam(net.parameters(), lr=2e-3)
    fitted(Learner(net, nn.CrossEntropyLoss(), optimizer, parts.loaders(32)), watch, 4 if healthy else 45)
    return judged(net, parts, likelihood)


def two_units(seed: int, healthy: bool, watch: Watch) -> float:
    """Two hidden units for ten digits."""
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    net = mlp(64, 48 if healthy else 2, 10)
    optimizer = optim.Adam(net.parameters(), lr=4e-3)
    fitted(Learner(net, nn.CrossEntropyLoss(), optimizer, parts.loaders(32)), watch, 8 if healthy else 16)
    return judged(net, parts, share_right)


def narrow_waist(seed: int, healthy: bool, watch: Watch) -> float:
    """An autoencoder of digits through a single number."""
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    train_loader = DataLoader(TensorDataset(parts.x, parts.x), 32, shuffle=True)
    val_loader = DataLoader(TensorDataset(parts.held_x, parts.held_x), 128)
    waist = 16 if healthy else 1
    net = nn.Sequential(
        nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, waist), nn.Linear(waist, 64), nn.ReLU(), nn.Linear(64, 64)
    )
    optimizer = optim.Adam(net.parameters(), lr=2e-3)
    fitted(Learner(net, nn.MSELoss(), optimizer, (train_loader, val_loader)), watch, 16)
    with torch.no_grad():
        return explained(net(parts.held_x), parts.held_x)


def one_filter(seed: int, healthy: bool, watch: Watch) -> float:
    """One filter per layer for five kinds of signals."""
    torch.manual_seed(seed)
    parts = signals(seed, 1200, 40, 5)
    net = conv1d(5, 16 if healthy else 1)
    optimizer = optim.Adam(net.parameters(), lr=5e-3)
    fitted(Learner(net, nn.CrossEntropyLoss(), optimizer, parts.loaders(32)), watch, 12)
    return judged(net, parts, share_right)


def one_unit_table(seed: int, healthy: bool, watch: Watch) -> float:
    """One hidden unit for a surface that bends in several directions."""
    torch.manual_seed(seed)
    parts = surface(seed, 1400)
    net = mlp(8, 48 if healthy else 1, 1, activation=nn.Tanh)
    optimizer = optim.NAdam(net.parameters(), lr=8e-3)
    fitted(Learner(net, nn.SmoothL1Loss(), optimizer, parts.loaders(32)), watch, 16)
    return judged(net, parts, explained)


def straight_cut(seed: int, healthy: bool, watch: Watch) -> float:
    """A single linear layer for two rings."""
    torch.manual_seed(seed)
    parts = rings(seed, 1000)
    net = mlp(2, 24, 2) if healthy else nn.Sequential(nn.Linear(2, 2))
    optimizer = optim.Adam(net.parameters(), lr=1e-2)
    fitted(Learner(net, nn.CrossEntropyLoss(), optimizer, parts.loaders(32)), watch, 14)
    return judged(net, parts, share_right)


RESULTS = (
    Case(
        id="YD01",
        cause="overfitting",
        program=wide_for_diabetes,
        title="330 patients, a wide network, 70 epochs: validation gets worse from the 10th",
        fix="7 epochs",
        source="own",
    ),
    Case(
        id="YD02",
        cause="overfitting",
        program=few_sentences,
        title="120 sentences learned by heart",
        also=("overconfident",),
        fix="3000 sentences, as many steps",
        source="own",
    ),
    Case(
        id="YD03",
        cause="overfitting",
        program=few_shapes,
        title="90 noisy pictures learned by heart",
        also=("overconfident",),
        fix="1800 pictures, as many steps",
        source="own",
    ),
    Case(
        id="YD04",
        cause="overfitting",
        program=noisy_curve,
        title="60 noisy points, and a curve through each of them",
        fix="1500 points, as many steps",
        source="own",
    ),
    Case(
        id="YD05",
        cause="under_trained",
        program=one_epoch,
        title="A single epoch: the loss is still in fall",
        fix="12 epochs",
        source="own",
    ),
    Case(
        id="YD06",
        cause="under_trained",
        program=short_forecast,
        title="Two epochs of an LSTM",
        fix="18 epochs",
        source="own",
    ),
    Case(
        id="YD07",
        cause="overconfident",
        program=sure_of_noise,
        title="Overlapping classes without doubts: accuracy stays, the log loss nearly doubles",
        also=("overfitting",),
        fix="4 epochs",
        source="Guo et al. 2017",
    ),
    Case(
        id="YD08",
        cause="capacity_too_small",
        program=two_units,
        title="Two hidden units for ten digits",
        fix="48 units",
        source="own",
    ),
    Case(
        id="YD09",
        cause="capacity_too_small",
        program=narrow_waist,
        title="An autoencoder through one number",
        fix="16 numbers",
        source="own",
    ),
    Case(
        id="YD10",
        cause="capacity_too_small",
        program=one_filter,
        title="One filter per layer for five kinds of signals",
        fix="16 filters",
        source="own",
    ),
    Case(
        id="YD11",
        cause="capacity_too_small",
        program=one_unit_table,
        title="One hidden unit for a bent surface",
        fix="48 units",
        source="own",
    ),
    Case(
        id="YD12",
        cause="capacity_too_small",
        program=straight_cut,
        title="A single linear layer for two rings",
        also=("missing_nonlinearity",),
        fix="a hidden layer",
        source="own",
    ),
)

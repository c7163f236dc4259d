"""Data, networks, loops and scores of the cases that were written by people who had not seen the rules."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn import datasets
from sklearn.model_selection import train_test_split
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Watch

WORST = -10.0  # the score of a network that gives no numbers
Loader = Iterable[tuple[Tensor, Tensor]]
Loss = Callable[[Tensor, Tensor], Tensor]
Metric = Callable[[Tensor, Tensor], float]


class Split(NamedTuple):
    """Rows to learn from and rows to judge with."""

    x: Tensor
    y: Tensor
    held_x: Tensor
    held_y: Tensor

    def loaders(self, batch: int = 32, *, shuffle: bool = True) -> tuple[DataLoader[Any], DataLoader[Any]]:
        return (
            DataLoader(TensorDataset(self.x, self.y), batch, shuffle=shuffle),
            DataLoader(TensorDataset(self.held_x, self.held_y), 128),
        )

    def map(self, x: Callable[[Tensor], Tensor] = lambda x: x, y: Callable[[Tensor], Tensor] = lambda y: y) -> Split:
        return Split(x(self.x), y(self.y), x(self.held_x), y(self.held_y))


def split(x: Any, y: Any, seed: int, held: float = 0.25) -> Split:
    """Split at random; classes keep their shares."""
    classes = y if np.issubdtype(y.dtype, np.integer) and y.ndim == 1 else None
    parts = train_test_split(x, y, test_size=held, random_state=seed, stratify=classes)
    x_train, x_held, y_train, y_held = (torch.from_numpy(np.ascontiguousarray(part)) for part in parts)
    return Split(x_train, y_train, x_held, y_held)


def standardised(parts: Split) -> Split:
    """Scale each column by the mean and deviation of the training rows."""
    mean, deviation = parts.x.mean(0), parts.x.std(0)
    return parts.map(x=lambda x: ((x - mean) / deviation).float())


def table(name: str, seed: int, *, scale: bool = True, target: str = "as it is") -> Split:
    """One of scikit-learn's small tables; `target` "scaled" standardises numbers, "column" makes them (n, 1)."""
    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    x, rows = np.unique(x, axis=0, return_index=True)
    parts = split(x, y[rows] if name == "diabetes" else y[rows].astype(np.int64), seed)
    parts = standardised(parts) if scale else parts.map(x=Tensor.float)
    if target == "scaled":
        mean, deviation = parts.y.mean(), parts.y.std()
        return parts.map(y=lambda y: ((y - mean) / deviation).float()[:, None])
    return parts.map(y=lambda y: y.float()[:, None]) if target == "column" else parts


def digits(seed: int, *, flat: bool = False) -> Split:
    """Written digits, (n, 1, 8, 8) or (n, 64), mean 0 and deviation 1 over all pixels."""
    x, y = datasets.load_digits(return_X_y=True)
    parts = split(x.astype(np.float32), y.astype(np.int64), seed)
    mean, deviation = parts.x.mean(), parts.x.std()
    return parts.map(x=lambda x: ((x - mean) / deviation).reshape((-1, 64) if flat else (-1, 1, 8, 8)))


def signals(seed: int, n: int = 1200, t: int = 48, classes: int = 3, noise: float = 0.5) -> Split:
    """Noisy waves, (n, 1, t); the class is the frequency, the phase is random."""
    draw = np.random.default_rng(seed)
    y = draw.integers(classes, size=n)
    angle = 2 * np.pi * ((2 + 1.5 * y)[:, None] * np.arange(t) / t + draw.random((n, 1)))
    x = (np.sin(angle) + noise * draw.standard_normal((n, t))) / math.sqrt(0.5 + noise**2)
    return split(x.astype(np.float32)[:, None], y, seed)


def shapes(seed: int, n: int = 1200, side: int = 12, noise: float = 0.2) -> Split:
    """Pictures (n, 1, side, side): a lying bar, a standing bar, a cross or a square somewhere in noise."""
    draw = np.random.default_rng(seed)
    y = draw.integers(4, size=n)
    stamps = np.zeros((4, 5, 5))
    stamps[0, 2] = stamps[1, :, 2] = stamps[2, 2] = stamps[2, :, 2] = 1
    stamps[3, 1:4, 1:4] = 1
    x = noise * draw.standard_normal((n, 1, side, side))
    for row, (top, left) in enumerate(draw.integers(side - 4, size=(n, 2))):
        x[row, 0, top : top + 5, left : left + 5] += stamps[y[row]]
    parts = split(x.astype(np.float32), y, seed)
    mean, deviation = parts.x.mean(), parts.x.std()
    return parts.map(x=lambda x: (x - mean) / deviation)


def sentences(seed: int, n: int = 1500, t: int = 20, strength: float = 0.4) -> Split:
    """Rows of token numbers below 60, (n, t); words 0-9 speak for class 0, words 10-19 for class 1."""
    draw = np.random.default_rng(seed)
    y = draw.integers(2, size=n)
    chance = draw.random((n, t))
    own, other, neutral = (draw.integers(low, high, size=(n, t)) for low, high in ((0, 10), (0, 10), (20, 60)))
    x = np.where(chance < strength, own + 10 * y[:, None], neutral)
    x = np.where(chance > 0.9, other + 10 * (1 - y[:, None]), x)
    return split(x, y, seed)


def surface(seed: int, n: int = 1200, noise: float = 0.5) -> Split:
    """Friedman's first function of 8 columns, three of them idle; inputs and targets standardised."""
    x, y = datasets.make_friedman1(n, n_features=8, noise=noise, random_state=seed)
    parts = standardised(split(x, y[:, None], seed))
    mean, deviation = parts.y.mean(), parts.y.std()
    return parts.map(y=lambda y: ((y - mean) / deviation).float())


def clusters(seed: int, n: int = 1000, columns: int = 10, classes: int = 3, **settings: Any) -> Split:
    """Scikit-learn's made classes, standardised."""
    settings = {"n_informative": 6, "n_redundant": 0, "class_sep": 1.5, "flip_y": 0.0} | settings
    x, y = datasets.make_classification(n, columns, n_classes=classes, random_state=seed, **settings)
    return standardised(split(x, y.astype(np.int64), seed))


def rings(seed: int, n: int = 800) -> Split:
    """Two rings, one within the other."""
    x, y = datasets.make_circles(n, noise=0.08, factor=0.5, random_state=seed)
    return standardised(split(x, y.astype(np.int64), seed))


def several_labels(seed: int, n: int = 1200) -> Split:
    """Five labels, each of which may hold, (n, 5), decided by slanted cuts through 10 columns."""
    draw = np.random.default_rng(seed)
    x, cuts = draw.standard_normal((n, 10)), draw.standard_normal((10, 5))
    y = (x @ cuts / np.linalg.norm(cuts, axis=0) + 0.15 * draw.standard_normal((n, 5)) > 0.2).astype(np.float32)
    return standardised(split(x, y, seed))


def mlp(*sizes: int, activation: type[nn.Module] = nn.ReLU) -> nn.Sequential:
    """Linear layers with an activation between them."""
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*layers[:-1])


def conv2d(side: int, classes: int, width: int = 8) -> nn.Sequential:
    """Two convolutions, a pooling, a linear head."""
    return nn.Sequential(
        nn.Conv2d(1, width, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(width, 2 * width, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(2 * width * (side // 2) ** 2, classes),
    )


def conv1d(classes: int, width: int = 12, channels: int = 1) -> nn.Sequential:
    """Two convolutions over time, averaged over time, a linear head."""
    return nn.Sequential(
        nn.Conv1d(channels, width, 7, padding=3),
        nn.ReLU(),
        nn.Conv1d(width, width, 7, padding=3),
        nn.ReLU(),
        nn.AdaptiveAvgPool1d(1),
        nn.Flatten(),
        nn.Linear(width, classes),
    )


class Recurrent(nn.Module):
    """A recurrent layer over (n, t, features); the head reads the last state."""

    def __init__(self, layer: type[nn.RNNBase], features: int, hidden: int, outputs: int, **settings: Any) -> None:
        super().__init__()
        self.memory = layer(features, hidden, batch_first=True, **settings)  # type: ignore[arg-type]
        self.head = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.memory(x)[0][:, -1])


class Words(nn.Module):
    """Token embeddings, averaged, and a small network on top."""

    def __init__(self, outputs: int = 2, size: int = 16, vocabulary: int = 60) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, size)
        self.head = mlp(size, 32, outputs)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.embedding(tokens).mean(1))


def share_right(outputs: Tensor, targets: Tensor) -> float:
    """Accuracy of the largest output."""
    return float((outputs.argmax(1) == targets).float().mean())


def share_right_logits(outputs: Tensor, targets: Tensor) -> float:
    """Accuracy of yes-or-no logits."""
    return float(((outputs > 0) == (targets > 0.5)).float().mean())


def share_right_probabilities(outputs: Tensor, targets: Tensor) -> float:
    """Accuracy of yes-or-no probabilities."""
    return float(((outputs > 0.5) == (targets > 0.5)).float().mean())


def explained(outputs: Tensor, targets: Tensor) -> float:
    """R²: the share of the variance that is explained."""
    outputs, targets = outputs.flatten(), targets.flatten()
    return float(1 - (outputs - targets).square().mean() / targets.var(unbiased=False))


def balanced(outputs: Tensor, targets: Tensor) -> float:
    """Mean recall of the classes, of yes-or-no logits or of several."""
    found = (outputs.flatten() > 0).long() if outputs.shape[-1] == 1 else outputs.argmax(1)
    targets = targets.flatten().long()
    return float(torch.stack([(found[targets == k] == k).float().mean() for k in targets.unique()]).mean())


def judged(network: nn.Module, parts: Split, metric: Callable[[Tensor, Tensor], Any]) -> float:
    """Judge a network on the held-out rows."""
    network.eval()
    with torch.no_grad():
        score = float(metric(network(parts.held_x), parts.held_y))
    return max(score, WORST) if math.isfinite(score) else WORST


def likelihood(outputs: Tensor, targets: Tensor) -> float:
    """Minus the cross-entropy of logits."""
    return -float(functional.cross_entropy(outputs, targets))


def validate(network: nn.Module, loader: Loader, loss_fn: Loss) -> float:
    """Mean validation loss, as everyone writes it."""
    network.eval()
    with torch.no_grad():
        losses = [loss_fn(network(inputs), targets).item() for inputs, targets in loader]
    return sum(losses) / len(losses)


def train(
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    loss_fn: Loss,
    loaders: tuple[Loader, Loader],
    watch: Watch,
    epochs: int,
    *,
    metric: Metric | None = None,
    scheduler: Any = None,
    clip: float | None = None,
) -> None:
    """The loop of the manuals, with a validation pass after every epoch."""
    train_loader, validation_loader = loaders
    with watch(network, optimizer, loss_fn, train_loader, validation_loader, metric=metric):
        for _ in range(epochs):
            network.train()
            for inputs, targets in train_loader:
                optimizer.zero_grad()
                loss = loss_fn(network(inputs), targets)
                loss.backward()
                if clip is not None:
                    nn.utils.clip_grad_norm_(network.parameters(), clip)
                optimizer.step()
            if scheduler is not None:
                scheduler.step()
            validate(network, validation_loader, loss_fn)

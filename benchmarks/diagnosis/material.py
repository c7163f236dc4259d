"""What the programs of the diagnosis benchmark share: data sets, loaders, a small network, a plain loop, scores.

Every maker returns `Parts`: 80 % of the rows to train on, 20 % held out, features standardised with the mean and the
standard deviation of the training rows unless `raw`. Labels are whole numbers (n,), targets of a regression (n, 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Watch

Loader = DataLoader[Any]
Batches = Iterable[Any]

TRAIN_SHARE = 0.8


class Parts(NamedTuple):
    """Rows to train on and rows held out."""

    x: Tensor
    y: Tensor
    x_held: Tensor
    y_held: Tensor


def split(x: Any, y: Any, seed: int, *, raw: bool = False) -> Parts:
    """Shuffle the rows, hold 20 % out and standardise the features with the statistics of the others."""
    order = np.random.default_rng(seed).permutation(len(x))
    cut = int(TRAIN_SHARE * len(x))
    rows = torch.as_tensor(np.asarray(x)[order], dtype=torch.float32)
    answers = torch.as_tensor(np.asarray(y)[order])
    targets = answers.float().reshape(len(rows), -1) if answers.is_floating_point() else answers.long()
    if not raw:
        rows = standardise(rows, rows[:cut])
    return Parts(rows[:cut], targets[:cut], rows[cut:], targets[cut:])


def standardise(x: Tensor, like: Tensor) -> Tensor:
    """Take off the mean of `like` and divide by its standard deviation, feature by feature; a constant is kept at 0."""
    spread = like.std(0)
    return (x - like.mean(0)) / torch.where(spread > 0, spread, torch.ones_like(spread))


def standardised_targets(parts: Parts) -> Parts:
    """Scale the targets of a regression with the statistics of the training rows."""
    return parts._replace(y=standardise(parts.y, parts.y), y_held=standardise(parts.y_held, parts.y))


def as_float_targets(parts: Parts) -> Parts:
    """Turn labels 0 and 1 into float targets (n, 1), as the binary losses want them."""
    return parts._replace(y=parts.y.float().unsqueeze(1), y_held=parts.y_held.float().unsqueeze(1))


def digits(seed: int, *, raw: bool = False) -> Parts:
    """1797 pictures of digits as 64 grey values from 0 to 16; 10 classes."""
    x, y = datasets.load_digits(return_X_y=True)
    return split(x, y, seed, raw=raw)


def digit_pictures(seed: int) -> Parts:
    """The same digits as pictures (n, 1, 8, 8) with values from 0 to 1."""
    parts = digits(seed, raw=True)
    return parts._replace(x=parts.x.view(-1, 1, 8, 8) / 16, x_held=parts.x_held.view(-1, 1, 8, 8) / 16)


def moons(seed: int, n: int = 1000, noise: float = 0.2) -> Parts:
    """Two half moons in the plane."""
    x, y = datasets.make_moons(n, noise=noise, random_state=seed)
    return split(x, y, seed)


def circles(seed: int, n: int = 1000, noise: float = 0.1) -> Parts:
    """A circle inside a circle: no line tells them apart."""
    x, y = datasets.make_circles(n, noise=noise, factor=0.5, random_state=seed)
    return split(x, y, seed)


def blobs(seed: int, classes: int = 2, features: int = 10, n: int = 1000, spread: float = 1.5) -> Parts:
    """One Gaussian cloud for each class."""
    x, y = datasets.make_blobs(n, centers=classes, n_features=features, cluster_std=spread, random_state=seed)[:2]
    return split(x, y, seed)


def imbalanced(seed: int, share: float = 0.01, n: int = 4000, separation: float = 0.8) -> Parts:
    """Two classes with 20 features, of which the second one has only this share of the rows."""
    weights = [1 - share]
    x, y = datasets.make_classification(n, weights=weights, class_sep=separation, flip_y=0, random_state=seed)
    return split(x, y, seed)


def iris(seed: int, *, raw: bool = False) -> Parts:
    """150 flowers, 4 lengths, 3 kinds."""
    x, y = datasets.load_iris(return_X_y=True)
    return split(x, y, seed, raw=raw)


def wine(seed: int, *, raw: bool = False) -> Parts:
    """178 wines, 13 measurements of very different size, 3 kinds."""
    x, y = datasets.load_wine(return_X_y=True)
    return split(x, y, seed, raw=raw)


def breast_cancer(seed: int, *, raw: bool = False) -> Parts:
    """569 tumours, 30 measurements of very different size, 2 classes."""
    x, y = datasets.load_breast_cancer(return_X_y=True)
    return split(x, y, seed, raw=raw)


def diabetes(seed: int) -> Parts:
    """442 patients, 10 features; the target is a number from 25 to 346, not scaled."""
    x, y = datasets.load_diabetes(return_X_y=True)
    return split(x, y, seed)


def reg(seed: int, n: int = 1000, noise: float = 0.1) -> Parts:
    """The target is 2 a + b + 0.5 c + 2.2 and noise; three features from the standard normal distribution."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 3))
    return split(x, x @ [2.0, 1.0, 0.5] + 2.2 + noise * random.normal(size=n), seed)


def curves(seed: int, n: int = 600, length: int = 20, features: int = 1) -> Parts:
    """Sequences (n, length, features): noisy sines of three frequencies and any phase; the class is the frequency."""
    random = np.random.default_rng(seed)
    y = random.integers(0, 3, n)
    phase = random.uniform(0, 2 * np.pi, (n, 1, features))
    time = np.arange(length)[None, :, None] / length
    x = np.sin(2 * np.pi * (1 + y[:, None, None]) * time + phase) + 0.2 * random.normal(size=(n, length, features))
    return split(x, y, seed, raw=True)


def adding(seed: int, n: int = 500, length: int = 60) -> Parts:
    """Sequences (n, length, 2) of numbers and two marks; the target is the sum of the two marked numbers."""
    random = np.random.default_rng(seed)
    numbers, marks = random.uniform(0, 1, (n, length)), np.zeros((n, length))
    half = length // 2
    first, second = random.integers(0, half, n), random.integers(half, length, n)
    rows = np.arange(n)
    marks[rows, first] = marks[rows, second] = 1
    return split(np.stack([numbers, marks], 2), numbers[rows, first] + numbers[rows, second], seed, raw=True)


def bright_half(seed: int, n: int = 800) -> Parts:
    """Pictures (n, 1, 8, 8) of noise that are brighter on the left (class 0) or on the right (class 1)."""
    random = np.random.default_rng(seed)
    x, y = random.uniform(0, 0.6, (n, 1, 8, 8)), random.integers(0, 2, n)
    right = np.arange(8) >= 4
    x += 0.15 * (right[None, None, None, :] == (y[:, None, None, None] == 1))
    return split(x, y, seed, raw=True)


def loader(
    x: Tensor, y: Tensor, batch_size: int = 32, *, seed: int = 0, shuffle: bool = True, drop_last: bool = False
) -> Loader:
    """Return a loader over these rows whose order comes from its own generator."""
    own = torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(x, y), batch_size, shuffle=shuffle, drop_last=drop_last, generator=own)


def loaders(
    parts: Parts, batch_size: int = 32, *, seed: int = 0, shuffle: bool = True, drop_last: bool = False
) -> tuple[Loader, Loader]:
    """Return the loader of the training rows and the one of the rows held out, which keeps their order."""
    train = loader(parts.x, parts.y, batch_size, seed=seed, shuffle=shuffle, drop_last=drop_last)
    return train, loader(parts.x_held, parts.y_held, 256, seed=seed, shuffle=False)


def mlp(*widths: int, activation: Callable[[], nn.Module] = nn.ReLU) -> nn.Sequential:
    """`mlp(a, b, c)` is Linear(a, b), ReLU, Linear(b, c)."""
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), activation()]
    return nn.Sequential(*layers[:-1])


def train_plain(
    network: nn.Module,
    optimizer: Any,
    loss_fn: Callable[..., Tensor],
    train_loader: Batches,
    held_loader: Batches,
    watch: Watch,
    *,
    epochs: int,
    metric: Callable[[Tensor, Tensor], Any] | None = None,
) -> None:
    """Train as the textbooks do, with a pass over the rows held out after each epoch: no fault is in here."""
    with watch(network, optimizer, loss_fn, train_loader, held_loader, metric=metric):
        for _ in range(epochs):
            network.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                loss = loss_fn(network(x), y)
                loss.backward()
                optimizer.step()
            evaluate(network, loss_fn, held_loader, metric)


def evaluate(
    network: nn.Module,
    loss_fn: Callable[..., Tensor],
    held_loader: Batches,
    metric: Callable[[Tensor, Tensor], Any] | None = None,
) -> tuple[float, float]:
    """Return the mean loss and the mean metric (0 without one) over the batches held out, in eval mode."""
    network.eval()
    losses, metrics = [], []
    with torch.no_grad():
        for x, y in held_loader:
            output = network(x)
            losses.append(float(loss_fn(output, y)))
            metrics.append(0.0 if metric is None else float(metric(output, y)))
    return float(np.mean(losses)), float(np.mean(metrics))


def correct(output: Tensor, y: Tensor) -> float:
    """Share of rows whose largest output is the label's: a metric for several classes."""
    return float((output.argmax(1) == y).float().mean())


def correct_logits(output: Tensor, y: Tensor) -> float:
    """Share of rows whose logit is on the right side of 0: a metric for two classes."""
    return float(((output > 0).float() == y).float().mean())


def outputs(network: nn.Module, x: Tensor) -> Tensor:
    """Return what the network says in eval mode."""
    network.eval()
    with torch.no_grad():
        said: Tensor = network(x)
    return said


def accuracy(network: nn.Module, x: Tensor, y: Tensor) -> float:
    """Accuracy of the largest output."""
    return correct(outputs(network, x), y)


def binary_accuracy(network: nn.Module, x: Tensor, y: Tensor, threshold: float = 0.0) -> float:
    """Accuracy of one output per row against labels 0 and 1; 0 is the threshold of a logit, 0.5 of a probability."""
    return float(((outputs(network, x).flatten() > threshold) == (y.flatten() > 0)).float().mean())


def minus_mse(network: nn.Module, x: Tensor, y: Tensor) -> float:
    """Minus the mean squared error; minus infinity where the network says NaN."""
    error = float((outputs(network, x).flatten() - y.flatten()).square().mean())
    return -error if np.isfinite(error) else -np.inf

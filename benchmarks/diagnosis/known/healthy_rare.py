"""Healthy programs with rarer parts: other losses, other inputs, other optimisers. A judge must stay silent."""

from __future__ import annotations

import itertools

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.material import (
    accuracy,
    as_float_targets,
    binary_accuracy,
    blobs,
    correct,
    digits,
    evaluate,
    loader,
    loaders,
    minus_mse,
    mlp,
    outputs,
    reg,
    split,
    standardised_targets,
    train_plain,
)


def classes_overlap(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    y = random.integers(0, 2, 1500)
    parts = as_float_targets(split(random.normal(size=(1500, 5)) + 0.4 * y[:, None], y, seed))
    network = mlp(5, 8, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train, held = loaders(parts, 64, seed=seed)
    train_plain(network, optimizer, nn.BCEWithLogitsLoss(), train, held, watch, epochs=15)
    return binary_accuracy(network, parts.x_held, parts.y_held)


class Gaussian(nn.Module):
    """Says a mean and a variance."""

    def __init__(self) -> None:
        super().__init__()
        self.network = mlp(3, 32, 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean, spread = self.network(x).chunk(2, 1)
        return mean, softplus(spread) + 1e-3


def negative_density(seed: int, healthy: bool, watch: Watch) -> float:
    def loss_fn(said: tuple[Tensor, Tensor], y: Tensor) -> Tensor:
        return nn.functional.gaussian_nll_loss(said[0], y, said[1])

    torch.manual_seed(seed)
    parts = standardised_targets(reg(seed))
    network = Gaussian()
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, loss_fn, train, held, watch, epochs=25)
    return -evaluate(network, loss_fn, held)[0]


def counts(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    x = random.normal(size=(1000, 3))
    parts = split(x, random.poisson(np.exp(1.5 + 0.6 * x[:, 0] - 0.4 * x[:, 1])).astype(float), seed)
    network = mlp(3, 16, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train, held = loaders(parts, seed=seed)
    loss_fn = nn.PoissonNLLLoss(log_input=True)
    train_plain(network, optimizer, loss_fn, train, held, watch, epochs=20)
    return -evaluate(network, loss_fn, held)[0]


def rows_that_repeat(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    levels = random.integers(0, 3, (3000, 3))  # 27 different rows in all
    y = (levels.sum(1) + random.normal(0, 0.7, 3000) > 3).astype(int)
    x = np.concatenate([np.eye(3)[levels[:, column]] for column in range(3)], 1)
    parts = as_float_targets(split(x, y, seed, raw=True))
    network = mlp(9, 8, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train, held = loaders(parts, 64, seed=seed)
    train_plain(network, optimizer, nn.BCEWithLogitsLoss(), train, held, watch, epochs=12)
    return binary_accuracy(network, parts.x_held, parts.y_held)


class WordCounter(nn.Module):
    """Mean of word vectors, then a linear head; most words of the vocabulary are rare."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(500, 16)
        self.recurrent = nn.GRU(16, 16, batch_first=True)
        self.head = nn.Linear(16, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.recurrent(self.words(tokens))[0].mean(1))


def tokens(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    x = np.minimum(random.zipf(1.3, (2000, 12)), 497)
    y = torch.as_tensor(random.integers(0, 2, 2000))
    x[np.arange(2000), random.integers(0, 12, 2000)] = 498 + y.numpy()  # the word that decides
    words = torch.as_tensor(x)
    train, held = loader(words[:1600], y[:1600], seed=seed), loader(words[1600:], y[1600:], 256, shuffle=False)
    network = WordCounter()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=4, metric=correct)
    return accuracy(network, words[1600:], y[1600:])


def itself_as_target(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    pictures = digits(seed, raw=True)
    parts = pictures._replace(x=pictures.x / 16, x_held=pictures.x_held / 16)
    parts = parts._replace(y=parts.x, y_held=parts.x_held)
    network = mlp(64, 32, 8, 32, 64)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.MSELoss(), train, held, watch, epochs=20)
    return minus_mse(network, parts.x_held, parts.y_held)


def several_labels(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    x = random.normal(size=(1000, 8))
    y = (x @ random.normal(size=(8, 5)) > np.array([0.0, 1.0, -1.0, 3.0, 2.0])).astype(float)
    parts = split(x, y, seed)
    network = mlp(8, 32, 5)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.BCEWithLogitsLoss(), train, held, watch, epochs=20)
    return float(((outputs(network, parts.x_held) > 0).float() == parts.y_held).float().mean())


def second_order(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = standardised_targets(reg(seed))
    network, loss_fn = mlp(3, 16, 1), nn.MSELoss()
    optimizer = torch.optim.LBFGS(network.parameters(), max_iter=5, line_search_fn="strong_wolfe")
    train = [(parts.x, parts.y)]
    held = [(parts.x_held, parts.y_held)]

    with watch(network, optimizer, loss_fn, train, held):
        for _ in range(25):
            for x, y in train:

                def closure(x: Tensor = x, y: Tensor = y) -> Tensor:
                    optimizer.zero_grad()
                    loss: Tensor = loss_fn(network(x), y)
                    loss.backward()
                    return loss

                optimizer.step(closure)
            evaluate(network, loss_fn, held)
    return minus_mse(network, parts.x_held, parts.y_held)


def two_losses(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    body, head, helper, loss_fn = mlp(64, 64, 32), nn.Linear(32, 10), nn.Linear(32, 10), nn.CrossEntropyLoss()
    network = nn.Sequential(body, nn.Tanh(), head)
    both = itertools.chain(network.parameters(), helper.parameters())
    optimizer = torch.optim.AdamW(both, lr=2e-3)
    train, held = loaders(parts, seed=seed)
    with watch(network, optimizer, loss_fn, train, held):
        for _ in range(10):
            network.train()
            for x, y in train:
                optimizer.zero_grad()
                inner = torch.tanh(body(x))
                (loss_fn(head(inner), y) + 0.3 * loss_fn(helper(inner), y)).backward()
                nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                optimizer.step()
            evaluate(network, loss_fn, held)
    return accuracy(network, parts.x_held, parts.y_held)


def four_rows_at_a_time(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = blobs(seed, classes=3, features=6, n=600, spread=3.0)
    network = nn.Sequential(nn.Linear(6, 24), nn.LayerNorm(24), nn.GELU(), nn.Linear(24, 3))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.02)
    train, held = loaders(parts, 4, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=10)
    return accuracy(network, parts.x_held, parts.y_held)


RARE = (
    Case(
        id="H17",
        cause="",
        program=classes_overlap,
        title="the classes overlap: nobody gets more than two thirds right",
        source="rules for a loss that stays",
    ),
    Case(
        id="H18",
        cause="",
        program=negative_density,
        title="the loss of a density is negative, the network says two tensors",
        source="rules for negative losses",
    ),
    Case(
        id="H19",
        cause="",
        program=counts,
        title="counts are not scaled, the network says the log of the rate",
        source="rules for the range of outputs",
    ),
    Case(
        id="H20",
        cause="",
        program=rows_that_repeat,
        title="27 different rows in all: both parts share them",
        source="rules for copies",
    ),
    Case(
        id="H21",
        cause="",
        program=tokens,
        title="whole numbers up to 499 as input, vectors of rare words never move",
        source="rules for scale and for missing gradients",
    ),
    Case(
        id="H22",
        cause="",
        program=itself_as_target,
        title="an autoencoder: the targets are the inputs",
        source="rules for leaks",
    ),
    Case(
        id="H23",
        cause="",
        program=several_labels,
        title="five labels at once, two of them rare",
        source="rules for imbalance and for the head",
    ),
    Case(
        id="H24",
        cause="",
        program=second_order,
        title="LBFGS calls the network several times in a step",
        source="rules for zero_grad and for the order of calls",
    ),
    Case(
        id="H25",
        cause="",
        program=two_losses,
        title="a helper outside the network gives a second loss, gradients are clipped",
        source="rules for calls of the loss and for clipping",
    ),
    Case(
        id="H26",
        cause="",
        program=four_rows_at_a_time,
        title="four rows in a batch: the loss jumps about",
        source="rules for oscillation",
    ),
)

"""More ordinary trainings without a fault: other networks, losses and ways to serve rows."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import weight_norm
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Recurrent,
    Split,
    balanced,
    clusters,
    conv2d,
    digits,
    explained,
    judged,
    mlp,
    sentences,
    shapes,
    share_right,
    signals,
    surface,
    table,
    train,
    validate,
)


def clipped_nearly_always(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed, n=900, t=24, noise=0.3).map(x=lambda x: x.transpose(1, 2))
    network = Recurrent(nn.LSTM, 1, 20, 3)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 12, metric=share_right, clip=0.25)
    return judged(network, parts, share_right)


def rate_one(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    network = mlp(64, 48, 10)
    optimizer = torch.optim.Adadelta(network.parameters(), lr=1.0)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def positive_numbers(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed).map(y=lambda y: functional.softplus(1.5 * y))
    network = mlp(8, 40, 1).append(nn.Softplus())
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 20, metric=explained)
    return judged(network, parts, explained)


def normal_likelihood(outputs: Tensor, targets: Tensor) -> Tensor:
    """Gaussian likelihood of mean and log-deviation: negative where the network is sure and right."""
    mean, log_deviation = outputs[:, :1], outputs[:, 1:]
    return (log_deviation + 0.5 * ((targets - mean) * torch.exp(-log_deviation)) ** 2).mean()


def sure_of_itself(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed, n=1600)
    network = mlp(8, 32, 2, activation=nn.SiLU)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, normal_likelihood, parts.loaders(), watch, 15)
    return -judged(network, parts, normal_likelihood)


def evened_out(seed: int, healthy: bool, watch: Watch) -> float:
    """Rare rows are drawn more often, so an epoch repeats some of them."""
    torch.manual_seed(seed)
    parts = clusters(seed, n=2400, classes=2, weights=[0.88], class_sep=2.0, n_clusters_per_class=1)
    weights = (1 / parts.y.bincount().float())[parts.y]
    sampler = WeightedRandomSampler(weights.tolist(), len(weights))
    loader = DataLoader(TensorDataset(parts.x, parts.y), 64, sampler=sampler)
    network = mlp(10, 12, 2)
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=0.05)
    train(network, optimizer, nn.CrossEntropyLoss(), (loader, parts.loaders()[1]), watch, 12, metric=balanced)
    return judged(network, parts, balanced)


def tomorrow(seed: int, healthy: bool, watch: Watch) -> float:
    """The next value of a series; the past is learned from, the last quarter is judged with."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    series = np.zeros(1300, dtype=np.float32)
    for t in range(2, 1300):
        series[t] = 1.5 * series[t - 1] - 0.8 * series[t - 2] + 0.5 * draw.standard_normal()
    series = (series - series[:900].mean()) / series[:900].std()
    windows = torch.from_numpy(np.lib.stride_tricks.sliding_window_view(series, 13).copy())
    x, y = windows[:, :12], windows[:, 12:]
    parts = Split(x[:900], y[:900], x[912:], y[912:])
    network = mlp(12, 16, 1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 15, metric=explained)
    return judged(network, parts, explained)


class Transformer(nn.Module):
    """One encoder layer with learned positions; label = does the first word come back?"""

    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.place = nn.Embedding(60, 16), nn.Parameter(0.02 * torch.randn(20, 16))
        self.encoder = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.1, batch_first=True, norm_first=True)
        self.head = nn.Linear(16, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.encoder(self.embedding(tokens) + self.place).mean(1))


def small_transformer(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = sentences(seed, n=1200)
    network = Transformer()
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(64), watch, 8, metric=share_right, clip=1.0)
    return judged(network, parts, share_right)


def pinball(outputs: Tensor, targets: Tensor) -> Tensor:
    """The loss of the 10, 50 and 90 % quantiles."""
    levels = torch.tensor([0.1, 0.5, 0.9])
    error = targets - outputs
    return torch.maximum(levels * error, (levels - 1) * error).mean()


def three_quantiles(seed: int, healthy: bool, watch: Watch) -> float:
    """Targets (n, 1) against outputs (n, 3), on purpose."""
    torch.manual_seed(seed)
    parts = surface(seed, noise=2.0)
    network = mlp(8, 32, 3)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, pinball, parts.loaders(), watch, 15)
    return -judged(network, parts, pinball)


def bags_of_words(seed: int, healthy: bool, watch: Watch) -> float:
    """Shares of 60 words: columns with means of 0.02 and deviations as small."""
    torch.manual_seed(seed)
    parts = sentences(seed, t=30).map(x=lambda x: functional.one_hot(x, 60).float().mean(1))
    network = mlp(60, 32, 2)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


class Mixed:
    """Serves each batch blended with itself in another order, labels alike."""

    def __init__(self, loader: DataLoader[Any]) -> None:
        self.loader = loader

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Any:
        for x, y in self.loader:
            share, other = torch.distributions.Beta(0.4, 0.4).sample().item(), torch.randperm(len(x))
            one_hot = functional.one_hot(y, 4).float()
            yield share * x + (1 - share) * x[other], share * one_hot + (1 - share) * one_hot[other]


def blended(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = shapes(seed)
    loader, held = parts.loaders()
    network = conv2d(12, 4)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), (Mixed(loader), held), watch, 12)
    return judged(network, parts, share_right)


def reparametrised(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    network = nn.Sequential(
        weight_norm(nn.Linear(8, 40)), nn.Mish(), weight_norm(nn.Linear(40, 40)), nn.Mish(), nn.Linear(40, 1)
    )
    optimizer = torch.optim.RAdam(network.parameters(), lr=5e-3)
    train(network, optimizer, nn.HuberLoss(), parts.loaders(), watch, 20, metric=explained)
    return judged(network, parts, explained)


def all_rows_in_one_batch(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("breast_cancer", seed)
    network = mlp(30, 12, 2)
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(1000), watch, 80, metric=share_right)
    return judged(network, parts, share_right)


class Residual(nn.Module):
    """Blocks whose last layer starts at zero, so that each block begins as nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.enter, self.head = nn.Linear(64, 48), nn.Linear(48, 10)
        self.blocks = nn.ModuleList([mlp(48, 48, 48) for _ in range(3)])
        for block in self.blocks:
            nn.init.zeros_(block[2].weight)

    def forward(self, x: Tensor) -> Tensor:
        x = self.enter(x)
        for block in self.blocks:
            x = x + block(functional.relu(x))
        return self.head(functional.relu(x))


def begun_at_zero(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    network, loss_fn = Residual(), nn.CrossEntropyLoss()
    loaders = parts.loaders(64)
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    best, kept = float("inf"), network.state_dict()
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        for _ in range(10):
            network.train()
            for x, y in loaders[0]:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
            held = validate(network, loaders[1], loss_fn)
            if held < best:
                best, kept = held, {name: value.clone() for name, value in network.state_dict().items()}
    network.load_state_dict(kept)
    return judged(network, parts, share_right)


ORDINARY: Final = (
    Case(
        id="VK01",
        cause="",
        program=clipped_nearly_always,
        title="gradients of an LSTM clipped to a length of 0.25",
        source="own",
    ),
    Case(id="VK02", cause="", program=rate_one, title="Adadelta with its usual rate of 1", source="own"),
    Case(
        id="VK03", cause="", program=positive_numbers, title="Softplus at the end, targets are positive", source="own"
    ),
    Case(
        id="VK04",
        cause="",
        program=sure_of_itself,
        title="Gaussian likelihood: the loss becomes negative, two outputs for one target",
        source="own",
    ),
    Case(id="VK05", cause="", program=evened_out, title="a weighted sampler repeats rare rows", source="own"),
    Case(
        id="VK06",
        cause="",
        program=tomorrow,
        title="forecasting: validation is the last part of the series, windows overlap within training",
        source="own",
    ),
    Case(
        id="VK07",
        cause="",
        program=small_transformer,
        title="a transformer layer with dropout and gradient clipping",
        source="own",
    ),
    Case(
        id="VK08",
        cause="",
        program=three_quantiles,
        title="targets (n, 1) against three quantiles (n, 3), on purpose",
        source="own",
    ),
    Case(
        id="VK09",
        cause="",
        program=bags_of_words,
        title="shares of words: columns of tiny mean and deviation",
        source="own",
    ),
    Case(
        id="VK10",
        cause="",
        program=blended,
        title="mixup: training labels are soft, training accuracy looks low",
        source="own",
    ),
    Case(id="VK11", cause="", program=reparametrised, title="weight normalisation, Mish, RAdam, Huber", source="own"),
    Case(
        id="VK12",
        cause="",
        program=all_rows_in_one_batch,
        title="all rows in one batch, 80 steps of Adam are enough",
        source="own",
    ),
    Case(
        id="VK13",
        cause="",
        program=begun_at_zero,
        title="residual blocks whose last layers start at 0, the best epoch is kept",
        source="own",
    ),
)

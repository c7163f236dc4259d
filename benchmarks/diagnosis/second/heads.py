"""Fresh programs whose last layer and loss do not belong together."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Split,
    clusters,
    digits,
    explained,
    judged,
    likelihood,
    mlp,
    sentences,
    several_labels,
    shapes,
    share_right,
    share_right_logits,
    share_right_probabilities,
    signals,
    split,
    surface,
    table,
    validate,
)


def tagged(seed: int, n: int = 900, t: int = 12) -> Split:
    """Token numbers below 30, (n, t), and a tag for every token: its group, but another after a token below 5."""
    draw = np.random.default_rng(seed)
    x = draw.integers(30, size=(n, t))
    before = np.concatenate([np.full((n, 1), 29), x[:, :-1]], axis=1)
    y = np.where(before < 5, (x + 1) % 3, x % 3)
    return split(x, y, seed)


def scenes(seed: int, n: int = 1200, side: int = 10) -> Split:
    """Pictures (n, 1, side, side) in which any of three marks may appear, and which did, (n, 3)."""
    draw = np.random.default_rng(seed)
    y = draw.integers(2, size=(n, 3)).astype(np.float32)
    x = 0.3 * draw.standard_normal((n, 1, side, side)).astype(np.float32)
    for row in range(n):
        i, j, k = draw.integers(1, side - 1, size=3)
        if y[row, 0]:
            x[row, 0, i, 1:9] += 1.2
        if y[row, 1]:
            x[row, 0, 1:9, j] += 1.2
        if y[row, 2]:
            x[row, 0, k - 1 : k + 1, k - 1 : k + 1] -= 1.6
    parts = split(x, y, seed)
    return parts.map(x=lambda x: (x - parts.x.mean()) / parts.x.std())


def tides(seed: int, n: int = 1400, t: int = 24) -> Split:
    """Windows of two beating waves, (n, t, 1), and the value two steps on, (n, 1); both standardised."""
    draw = np.random.default_rng(seed)
    time = np.arange(n + t + 2)
    wave = np.sin(time / 4.1 + draw.random()) + 0.8 * np.sin(time / 6.3) + 0.05 * draw.standard_normal(time.size)
    wave = ((wave - wave.mean()) / wave.std()).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(wave, t)[:n, :, None]
    return split(windows, wave[t + 1 : t + 1 + n, None], seed)


def visits(seed: int, n: int = 1500) -> Split:
    """Four columns and a count that grows with them."""
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((n, 4)).astype(np.float32)
    rate = np.exp(0.7 + 0.6 * x[:, 0] - 0.4 * x[:, 1] + 0.4 * np.tanh(2 * x[:, 2]))
    return split(x, draw.poisson(rate).astype(np.float32)[:, None], seed)


class Reader(nn.Module):
    """Words that look at one another, averaged."""

    def __init__(self, probabilities: bool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(60, 24)
        self.attention = nn.MultiheadAttention(24, 2, batch_first=True)
        self.norm = nn.LayerNorm(24)
        self.answer = nn.Linear(24, 2)
        self.probabilities = probabilities

    def forward(self, tokens: Tensor) -> Tensor:
        words = self.embedding(tokens)
        words = self.norm(words + self.attention(words, words, words, need_weights=False)[0])
        scores = self.answer(words.mean(dim=1))
        return functional.softmax(scores, dim=-1) if self.probabilities else scores


def attention_reader(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = sentences(seed, n=1600)
    train_loader, test_loader = data.loaders(50)
    model = Reader(probabilities=not healthy)
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.03)
    with watch(model, optimizer, functional.cross_entropy, train_loader, test_loader):
        for _ in range(8):
            model.train()
            for tokens, labels in train_loader:
                loss = functional.cross_entropy(model(tokens), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            validate(model, test_loader, functional.cross_entropy)
    return judged(model, data, likelihood)


class Tagger(nn.Module):
    """A tag for every token, as log-probabilities."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.words = nn.Embedding(30, 16)
        self.lstm = nn.LSTM(16, 32, batch_first=True)
        self.tags = nn.Linear(32, 3)
        self.dim = dim

    def forward(self, tokens: Tensor) -> Tensor:
        hidden, _ = self.lstm(self.words(tokens))
        return torch.log_softmax(self.tags(hidden), dim=self.dim)


def tagging(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = tagged(seed)
    train_loader, test_loader = data.loaders(32)
    network = Tagger(dim=2 if healthy else 1)
    nll = nn.NLLLoss()

    def criterion(scores: Tensor, tags: Tensor) -> Tensor:
        return nll(scores.reshape(-1, 3), tags.reshape(-1))

    optimizer = torch.optim.Adam(network.parameters(), lr=0.005)
    with watch(network, optimizer, criterion, train_loader, test_loader):
        for _ in range(10):
            network.train()
            for tokens, tags in train_loader:
                optimizer.zero_grad()
                criterion(network(tokens), tags).backward()
                optimizer.step()
            validate(network, test_loader, criterion)
    return judged(network, data, lambda scores, tags: scores.exp().gather(2, tags[:, :, None]).mean())


class SmallNet(nn.Module):
    """A classic picture network with its normalisation at the end."""

    def __init__(self, end: nn.Module) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 12, 3, padding=1)
        self.conv2 = nn.Conv2d(12, 24, 3, padding=1)
        self.fc = nn.Linear(24 * 4, 10)
        self.end = end

    def forward(self, x: Tensor) -> Tensor:
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        x = functional.max_pool2d(functional.relu(self.conv2(x)), 2)
        return self.end(self.fc(x.flatten(1)))


def train_epoch(model: nn.Module, loader: Any, optimizer: torch.optim.Optimizer, criterion: Any) -> float:
    """One pass; the mean loss."""
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
    return total / len(loader.dataset)


def digit_probabilities(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = digits(seed)
    train_loader, test_loader = data.loaders(64)
    model = SmallNet(nn.LogSoftmax(dim=1) if healthy else nn.Softmax(dim=1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    with watch(model, optimizer, functional.nll_loss, train_loader, test_loader):
        for _ in range(8):
            train_epoch(model, train_loader, optimizer, functional.nll_loss)
            validate(model, test_loader, functional.nll_loss)
    return judged(model, data, lambda out, y: (out.exp() if healthy else out).gather(1, y[:, None]).mean())


def wave_classes(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = signals(seed, n=1000, t=40, classes=4, noise=0.4)
    layers: list[nn.Module] = [
        nn.Conv1d(1, 16, 9, padding=4),
        nn.BatchNorm1d(16),
        nn.ReLU(),
        nn.Conv1d(16, 16, 9, padding=4),
        nn.ReLU(),
        nn.AdaptiveAvgPool1d(1),
        nn.Flatten(),
        nn.Linear(16, 4),
    ]
    if healthy:
        layers.append(nn.LogSoftmax(dim=-1))
    net = nn.Sequential(*layers)
    train_loader, test_loader = data.loaders(40)
    criterion = nn.NLLLoss()
    opt = torch.optim.NAdam(net.parameters(), lr=0.004)
    with watch(net, opt, criterion, train_loader, test_loader):
        for _ in range(10):
            train_epoch(net, train_loader, opt, criterion)
            validate(net, test_loader, criterion)
    return judged(net, data, likelihood)


def many_labels(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = several_labels(seed, n=1600)
    train_loader, test_loader = data.loaders(32)
    layers: list[nn.Module] = [nn.Linear(10, 48), nn.LeakyReLU(0.1), nn.Linear(48, 5)]
    model = nn.Sequential(*layers) if healthy else nn.Sequential(*layers, nn.Sigmoid())
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.002)
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(12):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, test_loader, criterion)
    return judged(model, data, lambda out, y: -functional.binary_cross_entropy_with_logits(out, y))


def marks(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = scenes(seed)
    train_loader, test_loader = data.loaders(32)
    body = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 16, 3, padding=1, stride=2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(16 * 25, 32),
        nn.ReLU(),
        nn.Linear(32, 3),
        nn.Sigmoid() if healthy else nn.Softmax(dim=1),
    )
    optimizer = torch.optim.AdamW(body.parameters(), lr=0.001, weight_decay=0.01)
    criterion = nn.BCELoss()
    with watch(body, optimizer, criterion, train_loader, test_loader):
        for _ in range(8):
            for pictures, found in train_loader:
                loss = criterion(body(pictures), found)
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
    return judged(body, data, share_right_probabilities)


def cultivars(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = table("wine", seed)
    train_loader, test_loader = data.loaders(16)
    net = nn.Sequential(nn.Linear(13, 24), nn.ReLU(), nn.Linear(24, 3))
    if not healthy:
        net.append(nn.Sigmoid())
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.005)
    with watch(net, optimizer, criterion, train_loader, test_loader):
        for _ in range(15):
            train_epoch(net, train_loader, optimizer, criterion)
            validate(net, test_loader, criterion)
    return judged(net, data, likelihood)


class Dense(nn.Module):
    """Two hidden layers; whether the last is activated too is an argument, as in many repositories."""

    def __init__(self, last: bool) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(64, 64), nn.Linear(64, 32), nn.Linear(32, 10)])
        self.last = last

    def forward(self, x: Tensor) -> Tensor:
        for number, layer in enumerate(self.layers, start=1):
            x = layer(x)
            if self.last or number < len(self.layers):
                x = torch.relu(x)
        return x


def activated_everywhere(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = digits(seed, flat=True)
    train_loader, test_loader = data.loaders(48)
    model = Dense(last=not healthy)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(8):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, test_loader, criterion)
    return judged(model, data, likelihood)


def positive_logits(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = clusters(seed, n=1200, columns=8, classes=2).map(y=lambda y: y.float()[:, None])
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(nn.Linear(8, 32), nn.ELU(), nn.Linear(32, 16), nn.ELU(), nn.Linear(16, 1))
    if not healthy:
        model.append(nn.Softplus())
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    with watch(model, optimizer, criterion, train_loader, test_loader, metric=share_right_logits):
        for _ in range(10):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, test_loader, criterion)
    return judged(model, data, share_right_logits)


def squashed_digits(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = digits(seed)
    train_loader, test_loader = data.loaders(32)
    model = SmallNet(nn.Identity() if healthy else nn.Tanh())
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(6):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, test_loader, criterion)
    return judged(model, data, likelihood)


class Coder(nn.Module):
    """Pictures through twelve numbers and back."""

    def __init__(self, end: nn.Module) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 16))
        self.decoder = nn.Sequential(nn.Linear(16, 48), nn.ReLU(), nn.Linear(48, 64), end)

    def forward(self, x: Tensor) -> Tensor:
        return self.decoder(self.encoder(x))


def reconstruction(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = digits(seed, flat=True)
    data = Split(data.x, data.x, data.held_x, data.held_x)
    train_loader, test_loader = data.loaders(32)
    coder = Coder(nn.Identity() if healthy else nn.Sigmoid())
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(coder.parameters(), lr=0.003)
    with watch(coder, optimizer, criterion, train_loader, test_loader):
        for _ in range(15):
            train_epoch(coder, train_loader, optimizer, criterion)
            validate(coder, test_loader, criterion)
    return judged(coder, data, lambda out, y: -functional.mse_loss(out, y))


class Forecaster(nn.Module):
    """A recurrent network that reads a window and says what comes next."""

    def __init__(self, squash: bool = False, cell: type[nn.RNNBase] = nn.GRU, hidden: int = 24) -> None:
        super().__init__()
        self.rnn = cell(1, hidden, batch_first=True)  # type: ignore[arg-type]
        self.out = nn.Linear(hidden, 1)
        self.squash = squash

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.rnn(x)
        following = self.out(states[:, -1])
        return torch.tanh(following) if self.squash else following


def forecast(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = tides(seed)
    train_loader, test_loader = data.loaders(50)
    model = Forecaster(squash=not healthy)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    with watch(model, optimizer, functional.smooth_l1_loss, train_loader, test_loader):
        for _ in range(8):
            train_epoch(model, train_loader, optimizer, functional.smooth_l1_loss)
            validate(model, test_loader, functional.smooth_l1_loss)
    return judged(model, data, explained)


def numbered_from_one(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = table("breast_cancer", seed, target="column")
    shown = data if healthy else data.map(y=lambda y: y + 1)
    train_loader, test_loader = shown.loaders(32)
    model = nn.Sequential(nn.Linear(30, 12), nn.Tanh(), nn.Linear(12, 1))
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(15):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, test_loader, criterion)
    return judged(model, data, share_right_logits)


def grey_values(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    pixels = datasets.load_digits().data.astype(np.float32) / (16 if healthy else 4)
    parts = split(pixels, pixels, seed)
    train_loader, test_loader = parts.loaders(32)
    coder = Coder(nn.Sigmoid())
    criterion = nn.BCELoss()
    optimizer = torch.optim.Adam(coder.parameters(), lr=0.003)
    with watch(coder, optimizer, criterion, train_loader, test_loader):
        for _ in range(15):
            train_epoch(coder, train_loader, optimizer, criterion)
            validate(coder, test_loader, criterion)
    return judged(coder, parts, explained)


def one_logit(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = sentences(seed).map(y=lambda y: y.float()[:, None])
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(nn.EmbeddingBag(60, 20, mode="mean"), nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 1))
    criterion = nn.BCEWithLogitsLoss() if healthy else nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(5):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, test_loader, criterion)
    return judged(model, data, share_right_logits)


def rate_of_anything(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = surface(seed, n=1500, noise=0.3)
    train_loader, test_loader = data.loaders(32)
    model = mlp(8, 48, 32, 1, activation=nn.SiLU)
    criterion = nn.MSELoss() if healthy else nn.PoissonNLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(18):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, test_loader, criterion)
    return judged(model, data, explained)


def absolute_classes(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = digits(seed)
    train_loader, test_loader = data.loaders(64)
    model = SmallNet(nn.Identity())

    def loss_fn(scores: Tensor, labels: Tensor) -> Tensor:
        if healthy:
            return functional.cross_entropy(scores, labels)
        return functional.l1_loss(scores, functional.one_hot(labels, 10).float())

    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    with watch(model, optimizer, loss_fn, train_loader, test_loader):
        for _ in range(8):
            train_epoch(model, train_loader, optimizer, loss_fn)
            validate(model, test_loader, loss_fn)
    return judged(model, data, share_right)


class Student(nn.Module):
    """Learns the shares that a teacher gave each class."""

    def __init__(self, logarithms: bool) -> None:
        super().__init__()
        self.body = mlp(10, 48, 48, 4)
        self.logarithms = logarithms

    def forward(self, x: Tensor) -> Tensor:
        shares = self.body(x)
        return shares.log_softmax(dim=1) if self.logarithms else shares.softmax(dim=1)


def distillation(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    teacher = mlp(10, 16, 4, activation=nn.Tanh)
    draws = torch.randn(1600, 10)
    with torch.no_grad():
        shares = torch.softmax(4 * teacher(draws) / teacher(draws).std(), dim=1)
    parts = split(draws.numpy(), shares.numpy(), seed)
    train_loader, test_loader = parts.loaders(40)
    student = Student(logarithms=healthy)
    criterion = nn.KLDivLoss(reduction="batchmean")
    optimizer = torch.optim.Adam(student.parameters(), lr=0.004)
    with watch(student, optimizer, criterion, train_loader, test_loader):
        for _ in range(12):
            train_epoch(student, train_loader, optimizer, criterion)
            validate(student, test_loader, criterion)
    return judged(student, parts, lambda out, y: -((out.exp() if healthy else out) - y).abs().sum(1).mean())


def column_and_row(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = surface(seed, n=1400, noise=0.4)
    data = data if healthy else data.map(y=lambda y: y[:, 0])
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))
    mse = lambda prediction, target: torch.mean((prediction - target) ** 2)  # noqa: E731
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    with watch(model, optimizer, mse, train_loader, test_loader):
        for _ in range(18):
            train_epoch(model, train_loader, optimizer, mse)
            validate(model, test_loader, mse)
    return judged(model, data, explained)


class LogCosh(nn.Module):
    """A smooth absolute error."""

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        error = prediction - target
        return torch.mean(error + functional.softplus(-2.0 * error) - math.log(2.0))


def squeezed_forecast(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = tides(seed, n=1200)

    class Squeezed(Forecaster):
        def forward(self, x: Tensor) -> Tensor:
            following = super().forward(x)
            return following if healthy else following.squeeze(1)

    train_loader, test_loader = data.loaders(40)
    model, criterion = Squeezed(cell=nn.LSTM, hidden=20), LogCosh()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.008)
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(8):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, test_loader, criterion)
    return judged(model, data, explained)


def bounded_loss(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = shapes(seed, side=10)
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(12, 24, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(24 * 25, 4),
    )

    def loss_fn(scores: Tensor, kinds: Tensor) -> Tensor:
        loss = functional.cross_entropy(scores, kinds)
        return loss if healthy else torch.clamp(loss, 0.0, 1.0)

    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    with watch(model, optimizer, loss_fn, train_loader, test_loader):
        for _ in range(6):
            train_epoch(model, train_loader, optimizer, loss_fn)
            validate(model, test_loader, loss_fn)
    return judged(model, data, share_right)


def robust_rows(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = surface(seed, n=1500, noise=0.3)
    train_loader, test_loader = data.loaders(30)
    model = mlp(8, 64, 32, 1)

    def loss_fn(prediction: Tensor, target: Tensor) -> Tensor:
        errors = functional.mse_loss(prediction, target, reduction="none")
        return errors.mean() if healthy else torch.minimum(errors, torch.tensor(0.05)).mean()

    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    with watch(model, optimizer, loss_fn, train_loader, test_loader):
        for _ in range(18):
            train_epoch(model, train_loader, optimizer, loss_fn)
            validate(model, test_loader, loss_fn)
    return judged(model, data, explained)


def summed(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = signals(seed, n=1200, t=32, classes=3, noise=0.4).map(x=lambda x: x.flatten(1))
    train_loader, test_loader = data.loaders(100)
    model = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 3))
    criterion = nn.CrossEntropyLoss(reduction="mean" if healthy else "sum")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(20):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, test_loader, criterion)
    return judged(model, data, share_right)


def dropped_answers(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = visits(seed)
    data = data.map(y=lambda y: torch.log1p(y))
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 1))
    if not healthy:
        model.append(nn.Dropout(0.4))
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.03)
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(12):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, test_loader, criterion)
    return judged(model, data, explained)


def batch_means(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = surface(seed, n=1300, noise=0.4)
    train_loader, test_loader = data.loaders(26)
    model = mlp(8, 40, 40, 1, activation=nn.GELU)

    def loss_fn(prediction: Tensor, target: Tensor) -> Tensor:
        if healthy:
            return ((prediction - target) ** 2).mean()
        return (prediction.mean() - target.mean()) ** 2

    optimizer = torch.optim.AdamW(model.parameters(), lr=0.005)
    with watch(model, optimizer, loss_fn, train_loader, test_loader):
        for _ in range(18):
            train_epoch(model, train_loader, optimizer, loss_fn)
            validate(model, test_loader, loss_fn)
    return judged(model, data, explained)


def signed_error(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = tides(seed, n=1000)
    flat = data.map(x=lambda x: x[:, :, 0])
    train_loader, test_loader = flat.loaders(32)
    model = nn.Sequential(nn.Linear(24, 32), nn.Tanh(), nn.Linear(32, 1))

    def loss_fn(prediction: Tensor, target: Tensor) -> Tensor:
        error = prediction - target
        return error.abs().mean() if healthy else error.mean()

    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    with watch(model, optimizer, loss_fn, train_loader, test_loader):
        for _ in range(12):
            train_epoch(model, train_loader, optimizer, loss_fn)
            validate(model, test_loader, loss_fn)
    return judged(model, flat, explained)


def written_entropy(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = signals(seed, n=1000, t=40, classes=3)
    train_loader, test_loader = data.loaders(25)
    model = nn.Sequential(
        nn.Conv1d(1, 12, 7, stride=2, padding=3),
        nn.ReLU(),
        nn.Conv1d(12, 24, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(240, 3),
    )

    def loss_fn(scores: Tensor, labels: Tensor) -> Tensor:
        chosen = torch.log_softmax(scores, dim=1).gather(1, labels.unsqueeze(1))
        return -chosen.mean() if healthy else chosen.mean()

    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.5)
    with watch(model, optimizer, loss_fn, train_loader, test_loader):
        for _ in range(10):
            train_epoch(model, train_loader, optimizer, loss_fn)
            validate(model, test_loader, loss_fn)
    return judged(model, data, share_right)


class Verdict(nn.Module):
    """One unit that says how likely the sentence is a good one."""

    def __init__(self, end: nn.Module) -> None:
        super().__init__()
        self.embedding = nn.Embedding(60, 16)
        self.gru = nn.GRU(16, 24, batch_first=True)
        self.out = nn.Linear(24, 1)
        self.end = end

    def forward(self, tokens: Tensor) -> Tensor:
        states, _ = self.gru(self.embedding(tokens))
        return self.end(self.out(states.mean(1)))[:, 0]


def one_unit(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = sentences(seed, n=1200, t=16, strength=0.5).map(y=Tensor.float)
    train_loader, test_loader = data.loaders(40)
    model = Verdict(nn.Sigmoid() if healthy else nn.Softmax(dim=1))
    criterion = nn.BCELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.004)
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(8):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, test_loader, criterion)
    return judged(model, data, share_right_probabilities)


def always_yes(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = clusters(seed, n=1400, columns=8, classes=2, class_sep=1.4).map(y=Tensor.float)
    train_set = TensorDataset(data.x, data.y)
    train_loader = DataLoader(train_set, batch_size=35, shuffle=True)
    test_loader = DataLoader(TensorDataset(data.held_x, data.held_y), batch_size=len(data.held_x))
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid(), nn.Flatten(0))

    def accuracy(outputs: Tensor, labels: Tensor) -> float:
        predicted = outputs > 0.5 if healthy else torch.sigmoid(outputs) > 0.5
        return (predicted.float() == labels).float().mean().item()

    criterion = nn.BCELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    seen = 0.0
    with watch(model, optimizer, criterion, train_loader, test_loader, metric=accuracy):
        for _ in range(10):
            train_epoch(model, train_loader, optimizer, criterion)
            model.eval()
            with torch.no_grad():
                for x, y in test_loader:
                    outputs = model(x)
                    criterion(outputs, y).item()
                    seen = accuracy(outputs, y)
    return seen


HEADS = (
    Case(
        id="WA01",
        cause="softmax_before_ce",
        program=attention_reader,
        title="Attention over words returns functional.softmax, trained with functional.cross_entropy: loss stays high",
        fix="return the scores",
        source="PyTorch forum",
    ),
    Case(
        id="WA02",
        cause="softmax_wrong_dim",
        program=tagging,
        title="A tagger's (batch, time, tags) scores are normalised over time",
        fix="log_softmax over the tags",
        source="own",
    ),
    Case(
        id="WA03",
        cause="nll_on_probs",
        also=("wrong_loss_input",),
        program=digit_probabilities,
        title="Softmax before nll_loss: the loss is negative and learning weak",
        fix="LogSoftmax",
        source="PyTorch forum",
    ),
    Case(
        id="WA04",
        cause="nll_on_logits",
        also=("wrong_loss_input",),
        program=wave_classes,
        title="NLLLoss on raw scores of a convolution over time: the loss falls without end",
        fix="LogSoftmax at the end",
        source="PyTorch forum",
    ),
    Case(
        id="WA05",
        cause="sigmoid_before_bcelogits",
        program=many_labels,
        title="Five labels; the network ends with Sigmoid and the loss takes another",
        fix="no Sigmoid",
        source="PyTorch forum",
    ),
    Case(
        id="WA06",
        cause="softmax_on_multilabel",
        also=("wrong_output_activation",),
        program=marks,
        title="Pictures in which several marks may appear, softmax over the marks, BCELoss",
        fix="Sigmoid",
        source="Stack Overflow",
    ),
    Case(
        id="WA07",
        cause="sigmoid_on_multiclass",
        also=("wrong_output_activation",),
        program=cultivars,
        title="Sigmoid before CrossEntropyLoss on three wines: the loss cannot fall below 0.55",
        fix="no activation after the last layer",
        source="Stack Overflow",
    ),
    Case(
        id="WA08",
        cause="relu_on_logits",
        also=("wrong_output_activation",),
        program=activated_everywhere,
        title="The loop over the layers applies ReLU after the last one as well",
        fix="no ReLU after the last layer",
        source="PyTorch forum",
    ),
    Case(
        id="WA09",
        cause="relu_on_logits",
        also=("wrong_output_activation",),
        program=positive_logits,
        title="Softplus before BCEWithLogitsLoss: no output says no",
        fix="no activation after the last layer",
        source="own",
    ),
    Case(
        id="WA10",
        cause="wrong_output_activation",
        program=squashed_digits,
        title="Tanh on ten scores before CrossEntropyLoss: the loss stays near one",
        fix="no activation after the last layer",
        source="Stack Overflow",
    ),
    Case(
        id="WA11",
        cause="output_range_mismatch",
        also=("wrong_output_activation",),
        program=reconstruction,
        title="An autoencoder of standardised pictures ends with a sigmoid",
        fix="no activation after the last layer",
        source="PyTorch forum",
    ),
    Case(
        id="WA12",
        cause="output_range_mismatch",
        also=("wrong_output_activation",),
        program=forecast,
        title="A forecast through tanh of a series that goes beyond 1",
        fix="no tanh after the last layer",
        source="Stack Overflow",
    ),
    Case(
        id="WA13",
        cause="target_out_of_range",
        program=numbered_from_one,
        title="Two classes numbered 1 and 2 under BCEWithLogitsLoss: the loss falls without end",
        fix="classes 0 and 1",
        source="PyTorch forum",
    ),
    Case(
        id="WA14",
        cause="target_out_of_range",
        also=("target_unscaled", "input_unscaled", "output_range_mismatch"),
        program=grey_values,
        title="BCELoss on grey values of 0 to 4: it raises, for targets must lie between 0 and 1",
        fix="grey values of 0 to 1",
        source="PyTorch forum",
    ),
    Case(
        id="WA15",
        cause="wrong_loss_for_task",
        also=("single_unit_softmax", "wrong_loss_input"),
        program=one_logit,
        title="CrossEntropyLoss on one output and a 0/1 column: the loss is always 0",
        fix="BCEWithLogitsLoss",
        source="PyTorch forum",
    ),
    Case(
        id="WA16",
        cause="wrong_loss_for_task",
        also=("target_out_of_range",),
        program=rate_of_anything,
        title="A loss of counts on standardised numbers, half of which are negative",
        fix="MSELoss",
        source="own",
    ),
    Case(
        id="WA17",
        cause="wrong_loss_for_task",
        also=("wrong_loss",),
        program=absolute_classes,
        title="Mean absolute error against one-hot classes: all outputs go to zero",
        fix="cross_entropy",
        source="Stack Overflow",
    ),
    Case(
        id="WA18",
        cause="wrong_loss_input",
        also=("nll_on_probs",),
        program=distillation,
        title="KLDivLoss is given probabilities, not their logarithms",
        fix="log_softmax",
        source="PyTorch forum",
    ),
    Case(
        id="WA19",
        cause="loss_broadcast",
        program=column_and_row,
        title="Outputs (n, 1) minus targets (n,): every row gets the mean",
        fix="targets (n, 1)",
        source="PyTorch forum",
    ),
    Case(
        id="WA20",
        cause="loss_broadcast",
        program=squeezed_forecast,
        title="A squeezed forecast (n,) minus targets (n, 1) in a loss of one's own",
        fix="no squeeze",
        source="PyTorch forum",
    ),
    Case(
        id="WA21",
        cause="loss_clamped",
        program=bounded_loss,
        title="The loss is clamped to [0, 1] and starts above: nothing is learnt",
        fix="no clamp",
        source="PyTorch forum",
    ),
    Case(
        id="WA22",
        cause="loss_clamped",
        program=robust_rows,
        title="The squared error of each row is cut off at 0.05: far rows are given up",
        fix="no cut",
        source="own",
    ),
    Case(
        id="WA23",
        cause="loss_sum_reduction",
        also=("lr_too_high",),
        program=summed,
        title="The loss of 100 rows is summed under a rate for means",
        fix="reduction='mean'",
        source="PyTorch forum",
    ),
    Case(
        id="WA24",
        cause="dropout_on_logits",
        program=dropped_answers,
        title="Dropout behind the last layer of a regression: all predictions are too small",
        fix="no dropout",
        source="Stack Overflow",
    ),
    Case(
        id="WA25",
        cause="wrong_loss",
        program=batch_means,
        title="The loss compares the means of the batch only: loss near zero, forecasts useless",
        fix="the mean of squared errors",
        source="own",
    ),
    Case(
        id="WA26",
        cause="wrong_loss",
        program=signed_error,
        title="Errors are averaged with their signs: the loss falls without end",
        fix="absolute errors",
        source="own",
    ),
    Case(
        id="WA27",
        cause="flipped_sign",
        also=("wrong_loss",),
        program=written_entropy,
        title="A cross-entropy written by hand lacks its minus",
        fix="the minus",
        source="Stack Overflow",
    ),
    Case(
        id="WA28",
        cause="single_unit_softmax",
        program=one_unit,
        title="Softmax over the single output of a recurrent network: always 1",
        fix="Sigmoid",
        source="Stack Overflow",
    ),
    Case(
        id="WA29",
        cause="metric_threshold_on_logits",
        program=always_yes,
        title="The accuracy takes the sigmoid of what is a probability already: all is yes",
        fix="the threshold on the probability",
        source="PyTorch forum",
    ),
)

"""Fresh programs that are sound, though one might suspect them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    clusters,
    digits,
    explained,
    judged,
    mlp,
    sentences,
    share_right,
    signals,
    split,
    table,
    validate,
)


def bell(outputs: Tensor, targets: Tensor) -> Tensor:
    """Minus the log-density of a normal distribution with a mean and a spread for each row."""
    mean, spread = outputs[:, :1], functional.softplus(outputs[:, 1:]) + 1e-3
    return (torch.log(spread) + 0.5 * ((targets - mean) / spread) ** 2).mean()


def mean_and_spread(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.uniform(-1.7, 1.7, (2000, 3)).astype(np.float32)
    y = np.sin(2 * x[:, 0]) + 0.5 * x[:, 1] + np.exp(x[:, 2] - 2.5) * draw.standard_normal(2000)
    data = split(x, (y / y.std()).astype(np.float32)[:, None], seed)
    train_loader, test_loader = data.loaders(50)
    net = mlp(3, 48, 48, 2, activation=nn.SiLU)
    opt = torch.optim.Adam(net.parameters(), lr=0.004)
    with watch(net, opt, bell, train_loader, test_loader):
        for _ in range(16):
            net.train()
            for inputs, targets in train_loader:
                opt.zero_grad()
                bell(net(inputs), targets).backward()
                opt.step()
            validate(net, test_loader, bell)
    return judged(net, data, lambda out, y: explained(out[:, 0], y))


def margin(outputs: Tensor, signs: Tensor) -> Tensor:
    return functional.relu(1 - signs * outputs).mean()


def hinge(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = clusters(seed, n=1500, columns=8, classes=2).map(y=lambda y: 2.0 * y - 1.0)
    train_loader, test_loader = data.loaders(32)
    net = nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 1), nn.Flatten(0))
    opt = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3)
    with watch(net, opt, margin, train_loader, test_loader):
        for _ in range(12):
            net.train()
            for inputs, signs in train_loader:
                loss = margin(net(inputs), signs)
                opt.zero_grad()
                loss.backward()
                opt.step()
            validate(net, test_loader, margin)
    return judged(net, data, lambda out, signs: (out.sign() == signs).float().mean())


def small_pieces(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = digits(seed)
    train_loader, test_loader = data.loaders(16)
    net = nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(12, 24, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(384, 10),
    )
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    opt = torch.optim.AdamW(net.parameters(), lr=0.006)
    pieces, epochs = 4, 9
    plan = torch.optim.lr_scheduler.CosineAnnealingLR(opt, epochs * (len(train_loader) // pieces))
    with watch(net, opt, criterion, train_loader, test_loader):
        for _ in range(epochs):
            net.train()
            for number, (pictures, labels) in enumerate(train_loader, start=1):
                (criterion(net(pictures), labels) / pieces).backward()
                if number % pieces == 0:
                    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                    opt.step()
                    plan.step()
                    opt.zero_grad()
            opt.zero_grad()
            validate(net, test_loader, criterion)
    return judged(net, data, share_right)


def borrowed_body(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = digits(seed, flat=True)
    half = len(data.x) // 2
    body = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 48), nn.ReLU())
    first = nn.Sequential(body, nn.Linear(48, 10))
    opt = torch.optim.Adam(first.parameters(), lr=0.003)
    for _ in range(8):
        for inputs, labels in DataLoader(TensorDataset(data.x[:half], data.y[:half]), batch_size=32, shuffle=True):
            opt.zero_grad()
            functional.cross_entropy(first(inputs), labels).backward()
            opt.step()

    body.requires_grad_(False)
    data = data._replace(x=data.x[half:], y=data.y[half:]).map(y=lambda y: y % 2)
    train_loader, test_loader = data.loaders(32)
    net = nn.Sequential(body, nn.Linear(48, 2))
    opt = torch.optim.Adam(net[1].parameters(), lr=0.01)
    criterion = nn.CrossEntropyLoss()
    with watch(net, opt, criterion, train_loader, test_loader):
        for _ in range(14):
            net.train()
            for inputs, labels in train_loader:
                opt.zero_grad()
                criterion(net(inputs), labels).backward()
                opt.step()
            validate(net, test_loader, criterion)
    return judged(net, data, share_right)


class Chances(nn.Module):
    """A recurrent network that ends in probabilities."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(60, 12)
        self.rnn = nn.GRU(12, 16, batch_first=True, bidirectional=True)
        self.answer = nn.Linear(32, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        states, _ = self.rnn(self.words(tokens))
        return torch.softmax(self.answer(states.amax(dim=1)), dim=-1)


def log_loss(chances: Tensor, labels: Tensor) -> Tensor:
    return -torch.log(chances[torch.arange(len(labels)), labels] + 1e-8).mean()


def probabilities(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = sentences(seed, n=1500, t=12, strength=0.5)
    train_loader, test_loader = data.loaders(40)
    net = Chances()
    opt = torch.optim.RMSprop(net.parameters(), lr=0.003)
    with watch(net, opt, log_loss, train_loader, test_loader):
        for _ in range(5):
            net.train()
            for tokens, labels in train_loader:
                opt.zero_grad()
                log_loss(net(tokens), labels).backward()
                opt.step()
            validate(net, test_loader, log_loss)
    return judged(net, data, share_right)


class Denoiser(nn.Module):
    """Sees grey values with noise while it trains, and gives them back without."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 20), nn.ReLU())
        self.decoder = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            x = x + 0.15 * torch.randn_like(x)
        return torch.sigmoid(self.decoder(self.encoder(x)))


def denoiser(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    grey = datasets.load_digits().data.astype(np.float32) / 16
    data = split(grey, grey, seed)
    train_loader, test_loader = data.loaders(32)
    net = Denoiser()

    def picture_loss(outputs: Tensor, targets: Tensor) -> Tensor:
        """The sum over the pixels of a picture, the mean over the pictures."""
        return functional.binary_cross_entropy(outputs, targets, reduction="sum") / len(targets)

    opt = torch.optim.Adam(net.parameters(), lr=0.003)
    with watch(net, opt, picture_loss, train_loader, test_loader):
        for _ in range(14):
            net.train()
            for inputs, targets in train_loader:
                opt.zero_grad()
                picture_loss(net(inputs), targets).backward()
                opt.step()
            validate(net, test_loader, picture_loss)
    return judged(net, data, explained)


def two_backward_passes(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = signals(seed, n=1200, t=40, classes=4)
    train_loader, test_loader = data.loaders(40)
    filters = nn.Conv1d(1, 16, 9, stride=2)
    net = nn.Sequential(
        filters,
        nn.LeakyReLU(0.1),
        nn.Conv1d(16, 16, 5),
        nn.LeakyReLU(0.1),
        nn.AdaptiveAvgPool1d(1),
        nn.Flatten(),
        nn.Linear(16, 4),
    )
    criterion = nn.CrossEntropyLoss()
    opt = torch.optim.NAdam(net.parameters(), lr=0.006)
    with watch(net, opt, criterion, train_loader, test_loader):
        for _ in range(9):
            net.train()
            for inputs, labels in train_loader:
                opt.zero_grad(set_to_none=False)
                loss = criterion(net(inputs), labels)
                loss.backward(retain_graph=True)
                smoothness = 0.01 * filters.weight.diff(dim=2).square().sum()
                smoothness.backward()
                opt.step()
            validate(net, test_loader, criterion)
    return judged(net, data, share_right)


def closure(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = table("diabetes", seed, target="scaled")
    whole: list[tuple[Tensor, Tensor]] = [(data.x, data.y)]
    held: DataLoader[Any] = DataLoader(TensorDataset(data.held_x, data.held_y), batch_size=64)
    net = nn.Linear(10, 1)
    criterion = nn.MSELoss()
    opt = torch.optim.LBFGS(net.parameters(), lr=0.5, max_iter=5)
    with watch(net, opt, criterion, whole, held):
        for _ in range(15):
            net.train()
            for inputs, targets in whole:

                def again(inputs: Tensor = inputs, targets: Tensor = targets) -> Tensor:
                    opt.zero_grad()
                    loss = criterion(net(inputs), targets)
                    loss.backward()
                    return loss

                opt.step(again)
            validate(net, held, criterion)
    return judged(net, data, explained)


HEALTHY_ONE = (
    Case(
        id="WE01",
        cause="",
        program=mean_and_spread,
        title="A regression of mean and spread by a likelihood: the loss goes below zero",
        source="own",
    ),
    Case(
        id="WE02",
        cause="",
        program=hinge,
        title="Targets of -1 and 1 under a hinge loss written by hand, one output without activation",
        source="own",
    ),
    Case(
        id="WE03",
        cause="",
        program=small_pieces,
        title="Gradients of four batches are added, clipped and only then used, the rate falls to zero",
        source="own",
    ),
    Case(
        id="WE04",
        cause="",
        program=borrowed_body,
        title="A body that learnt digits is frozen on purpose, and only a head for odd and even is in the optimizer",
        source="own",
    ),
    Case(
        id="WE05",
        cause="",
        program=probabilities,
        title="Softmax at the end, and a loss that takes logarithms of probabilities as it should",
        source="own",
    ),
    Case(
        id="WE06",
        cause="",
        program=denoiser,
        title="Noise while training, a sum over pixels, grey values as targets of a cross-entropy",
        source="own",
    ),
    Case(
        id="WE07",
        cause="",
        program=two_backward_passes,
        title="Two backward passes a step with retain_graph, gradients zeroed in place",
        source="own",
    ),
    Case(
        id="WE08",
        cause="",
        program=closure,
        title="A linear regression by L-BFGS with a closure and one batch of all rows",
        source="own",
    ),
)

"""Programs whose weights start wrongly: all alike, too large or too small."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    clusters,
    conv2d,
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
    signals,
    surface,
    table,
)


def apply_constant(seed: int, healthy: bool, watch: Watch) -> float:
    """`net.apply(init_weights)` with a constant, four classes of a table."""
    torch.manual_seed(seed)
    parts = clusters(seed, 2400, 12, 4, class_sep=2.2)
    train_loader, val_loader = parts.loaders(32)
    net = nn.Sequential(nn.Linear(12, 40), nn.ReLU(), nn.Linear(40, 20), nn.ReLU(), nn.Linear(20, 4))

    def init_weights(module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            if healthy:
                nn.init.xavier_uniform_(module.weight)
            else:
                nn.init.constant_(module.weight, 0.08)
            module.bias.data.fill_(0.01)

    net.apply(init_weights)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(10):
            net.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                loss = criterion(net(x), y)
                loss.backward()
                optimizer.step()
            net.eval()
            with torch.no_grad():
                for x, y in val_loader:
                    criterion(net(x), y)
    return judged(net, parts, share_right)


class Tagger(nn.Module):
    """Two hidden layers and one logit per label."""

    def __init__(self, features: int, labels: int, zeros: bool) -> None:
        super().__init__()
        self.fc1 = nn.Linear(features, 48)
        self.fc2 = nn.Linear(48, 48)
        self.out = nn.Linear(48, labels)
        for layer in (self.fc1, self.fc2, self.out):
            if zeros:
                nn.init.zeros_(layer.weight)
            else:
                nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.fc1(x))
        x = functional.relu(self.fc2(x))
        return self.out(x)


def all_zeros(seed: int, healthy: bool, watch: Watch) -> float:
    """Zeros in every layer, several labels per row, momentum."""
    torch.manual_seed(seed)
    parts = several_labels(seed, 1600)
    train_loader, val_loader = parts.loaders(50)
    model = Tagger(10, 5, zeros=not healthy)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    loss_fn = functional.binary_cross_entropy_with_logits
    with watch(model, optimizer, loss_fn, train_loader, val_loader, metric=share_right_logits):
        for _ in range(12):
            model.train()
            for inputs, labels in train_loader:
                loss = loss_fn(model(inputs), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                sum(loss_fn(model(inputs), labels).item() for inputs, labels in val_loader)
    return judged(model, parts, share_right_logits)


class SeriesNet(nn.Module):
    """An LSTM over a series, its last state judged by a linear layer."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(1, 24, batch_first=True)
        self.head = nn.Linear(24, classes)

    def forward(self, x: Tensor) -> Tensor:
        _, (state, _) = self.lstm(x)
        return self.head(state[-1])


def lstm_constant(seed: int, healthy: bool, watch: Watch) -> float:
    """Every parameter of an LSTM filled with 0.1."""
    torch.manual_seed(seed)
    parts = signals(seed, 900, 24, noise=0.2).map(x=lambda x: x.transpose(1, 2).contiguous())
    train_loader, val_loader = parts.loaders(32)
    net = SeriesNet(3)
    if not healthy:
        for parameter in net.parameters():
            nn.init.constant_(parameter, 0.1)
    optimizer = torch.optim.RMSprop(net.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()

    def train_epoch() -> float:
        net.train()
        total = 0.0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(net(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            total += loss.item() * len(y)
        return total / len(parts.y)

    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(14):
            train_epoch()
            net.eval()
            with torch.no_grad():
                for x, y in val_loader:
                    criterion(net(x), y)
    return judged(net, parts, share_right)


class Trainer:
    """Fits a network and keeps the history of its losses."""

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer, criterion: nn.Module) -> None:
        self.model, self.optimizer, self.criterion = model, optimizer, criterion
        self.history: list[tuple[float, float]] = []

    def run(self, loader: Any, training: bool) -> float:
        self.model.train(training)
        losses = []
        with torch.set_grad_enabled(training):
            for batch in loader:
                inputs, targets = batch
                loss = self.criterion(self.model(inputs), targets)
                if training:
                    self.optimizer.zero_grad(set_to_none=True)
                    loss.backward()
                    self.optimizer.step()
                losses.append(loss.item())
        return sum(losses) / len(losses)

    def fit(self, train_loader: Any, val_loader: Any, epochs: int) -> None:
        for _ in range(epochs):
            self.history.append((self.run(train_loader, True), self.run(val_loader, False)))


def filters_alike(seed: int, healthy: bool, watch: Watch) -> float:
    """Convolutions and head filled with one number."""
    torch.manual_seed(seed)
    parts = shapes(seed, 1600, 12)
    train_loader, val_loader = parts.loaders(40)
    model = conv2d(12, 4)
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            if healthy:
                nn.init.kaiming_normal_(module.weight)
            else:
                module.weight.data.fill_(0.02)
            module.bias.data.zero_()  # type: ignore[union-attr]
    trainer = Trainer(model, torch.optim.Adam(model.parameters(), 2e-3), nn.CrossEntropyLoss())
    with watch(model, trainer.optimizer, trainer.criterion, train_loader, val_loader):
        trainer.fit(train_loader, val_loader, 12)
    return judged(model, parts, share_right)


def normal_of_one(seed: int, healthy: bool, watch: Watch) -> float:
    """`nn.init.normal_` with its default deviation of 1 in a network for pictures."""
    torch.manual_seed(seed)
    parts = digits(seed)
    train_loader, val_loader = parts.loaders(64)
    model = conv2d(8, 10, 12)
    if not healthy:
        for module in model:
            if hasattr(module, "weight"):
                nn.init.normal_(module.weight)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 15)
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(15):
            model.train()
            for images, labels in train_loader:
                optimizer.zero_grad()
                criterion(model(images), labels).backward()
                optimizer.step()
            scheduler.step()
            model.eval()
            with torch.no_grad():
                for images, labels in val_loader:
                    criterion(model(images), labels)
    return judged(model, parts, likelihood)


def wide_uniform(seed: int, healthy: bool, watch: Watch) -> float:
    """Weights drawn between -2 and 2 in a tanh network for a number."""
    torch.manual_seed(seed)
    parts = surface(seed, 1000)
    train_loader, val_loader = parts.loaders(32)
    net = mlp(8, 50, 50, 1, activation=nn.Tanh)
    for name, parameter in net.named_parameters():
        if name.endswith("weight"):
            bound = math.sqrt(6 / sum(parameter.shape)) if healthy else 2.0
            parameter.data.uniform_(-bound, bound)
    mse = nn.MSELoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
    with watch(net, optimizer, mse, train_loader, val_loader, metric=explained):
        for _ in range(16):
            net.train()
            for inputs, target in train_loader:
                optimizer.zero_grad()
                error = mse(net(inputs), target)
                error.backward()
                optimizer.step()
            net.eval()
            with torch.no_grad():
                for inputs, target in val_loader:
                    mse(net(inputs), target)
    return judged(net, parts, explained)


class Dense(nn.Module):
    """A linear layer written by hand."""

    def __init__(self, inputs: int, outputs: int, healthy: bool) -> None:
        super().__init__()
        weight = torch.randn(inputs, outputs) * math.sqrt(2 / inputs) if healthy else torch.rand(inputs, outputs)
        self.weight = nn.Parameter(weight)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight + self.bias


def own_layer_rand(seed: int, healthy: bool, watch: Watch) -> float:
    """A hand-written layer whose weights are `torch.rand`: between 0 and 1, none negative."""
    torch.manual_seed(seed)
    parts = table("breast_cancer", seed, target="column")
    train_loader, val_loader = parts.loaders(32)
    net = nn.Sequential(Dense(30, 64, healthy), nn.ReLU(), Dense(64, 32, healthy), nn.ReLU(), Dense(32, 1, healthy))
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.AdamW(net.parameters(), lr=5e-4, weight_decay=0.02)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(12):
            net.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                loss = criterion(net(x), y)
                loss.backward()
                optimizer.step()
            net.eval()
            with torch.no_grad():
                for x, y in val_loader:
                    criterion(net(x), y)
    return judged(net, parts, lambda outputs, targets: -float(criterion(outputs, targets)))


class Attention(nn.Module):
    """One head of attention over embedded tokens, averaged over the tokens."""

    def __init__(self, vocabulary: int, size: int, classes: int, deviation: float) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, size)
        self.query, self.key, self.value = (nn.Parameter(torch.randn(size, size) * deviation) for _ in range(3))
        self.classifier = nn.Linear(size, classes)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.embedding(tokens)
        scores = (x @ self.query) @ (x @ self.key).transpose(1, 2) / math.sqrt(x.shape[-1])
        mixed = scores.softmax(-1) @ (x @ self.value)
        return self.classifier(mixed.mean(1))


def attention_randn(seed: int, healthy: bool, watch: Watch) -> float:
    """Projections of an attention straight from `torch.randn`."""
    torch.manual_seed(seed)
    size = 48
    parts = sentences(seed, 1600, 16, 0.45)
    train_loader, val_loader = parts.loaders(32)
    model = Attention(60, size, 2, deviation=size**-0.5 if healthy else 1.0)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    with watch(model, optimizer, loss_fn, train_loader, val_loader):
        for _ in range(5):
            for tokens, label in train_loader:
                optimizer.zero_grad()
                loss = loss_fn(model(tokens), label)
                loss.backward()
                optimizer.step()
            with torch.no_grad():
                for tokens, label in val_loader:
                    loss_fn(model(tokens), label)
    return judged(model, parts, likelihood)


def conv1d_tiny(seed: int, healthy: bool, watch: Watch) -> float:
    """Five convolutions over time with a deviation of 0.01, as a generative model's paper has it."""
    torch.manual_seed(seed)
    parts = signals(seed, 900, 40)
    train_loader, val_loader = parts.loaders(32)
    layers: list[nn.Module] = []
    for inputs, outputs in ((1, 16), (16, 16), (16, 16), (16, 16), (16, 16)):
        layers += [nn.Conv1d(inputs, outputs, 5, padding=2), nn.ReLU()]
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(16, 3))
    for module in net.modules():
        if isinstance(module, (nn.Conv1d, nn.Linear)):
            if healthy:
                nn.init.kaiming_normal_(module.weight)
            else:
                nn.init.normal_(module.weight, 0.0, 0.01)
            nn.init.zeros_(module.bias)  # type: ignore[arg-type]
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, nesterov=True)
    trainer = Trainer(net, optimizer, nn.CrossEntropyLoss())
    with watch(net, optimizer, trainer.criterion, train_loader, val_loader):
        trainer.fit(train_loader, val_loader, 14)
    return judged(net, parts, share_right)


class Pixels(Dataset[tuple[Tensor, Tensor]]):
    """Pictures that are their own targets."""

    def __init__(self, images: Tensor) -> None:
        self.images = images

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.images[index], self.images[index]


def autoencoder_small_gain(seed: int, healthy: bool, watch: Watch) -> float:
    """An autoencoder of digits whose Xavier gain is 0.02."""
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    train_loader = DataLoader(Pixels(parts.x), batch_size=32, shuffle=True)
    val_loader = DataLoader(Pixels(parts.held_x), batch_size=128)
    encoder, decoder = mlp(64, 48, 16, activation=nn.Tanh), mlp(16, 48, 64, activation=nn.Tanh)
    model = nn.Sequential(encoder, decoder)
    for parameter in model.parameters():
        if parameter.dim() > 1:
            nn.init.xavier_normal_(parameter, gain=1.0 if healthy else 0.02)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
    with watch(model, optimizer, functional.mse_loss, train_loader, val_loader):
        for _ in range(15):
            model.train()
            for x, target in train_loader:
                optimizer.zero_grad()
                loss = functional.mse_loss(model(x), target)
                loss.backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                np.mean([functional.mse_loss(model(x), target).item() for x, target in val_loader])
    with torch.no_grad():
        return -float(functional.mse_loss(model(parts.held_x), parts.held_x))


class Forecaster(nn.Module):
    """A residual network over a window of past values."""

    def __init__(self, window: int, width: int = 32) -> None:
        super().__init__()
        self.start = nn.Linear(window, width)
        self.blocks = nn.ModuleList(mlp(width, width, width) for _ in range(2))
        self.end = nn.Linear(width, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.start(x)
        for block in self.blocks:
            x = x + block(x)
        return self.end(torch.relu(x))


def forecast_large(seed: int, healthy: bool, watch: Watch) -> float:
    """The next value of a series, from a residual network whose layers start with a deviation of 1."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    time = np.arange(1016)
    series = np.sin(time / 6) + 0.5 * np.sin(time / 2.3) + 0.1 * draw.standard_normal(1016)
    series = torch.tensor((series - series[:750].mean()) / series[:750].std(), dtype=torch.float32)
    rows = series.unfold(0, 17, 1)
    x, y = rows[:, :16], rows[:, 16:]
    train_loader = DataLoader(TensorDataset(x[:734], y[:734]), 32, shuffle=True)
    val_loader = DataLoader(TensorDataset(x[750:], y[750:]), 250)
    model = Forecaster(16)
    if not healthy:
        for layer in model.modules():
            if isinstance(layer, nn.Linear):
                layer.weight.data.normal_(0, 1)
    optimizer = torch.optim.NAdam(model.parameters(), lr=1e-3)
    loss_fn = nn.SmoothL1Loss()
    with watch(model, optimizer, loss_fn, train_loader, val_loader):
        for _ in range(16):
            for window, following in train_loader:
                optimizer.zero_grad()
                loss = loss_fn(model(window), following)
                loss.backward()
                optimizer.step()
            with torch.no_grad():
                for window, following in val_loader:
                    loss_fn(model(window), following)
    with torch.no_grad():
        return explained(model(x[750:]), y[750:])


INITIAL = (
    Case(
        id="YA01",
        cause="constant_init",
        program=apply_constant,
        title="All weights 0.08: the units of a layer stay alike, accuracy stays low",
        fix="nn.init.xavier_uniform_",
        source="PyTorch forum, net.apply(init_weights)",
    ),
    Case(
        id="YA02",
        cause="constant_init",
        program=all_zeros,
        title="All weights and biases 0: only the last bias ever moves",
        fix="nn.init.kaiming_uniform_",
        source="Stack Overflow, weights initialised to zero",
    ),
    Case(
        id="YA03",
        cause="constant_init",
        program=lstm_constant,
        title="An LSTM filled with 0.1: one unit, 24 times",
        fix="torch's default weights",
        source="own",
    ),
    Case(
        id="YA04",
        cause="constant_init",
        program=filters_alike,
        title="All filters of the convolutions are 0.02",
        fix="nn.init.kaiming_normal_",
        source="own",
    ),
    Case(
        id="YA05",
        cause="init_too_large",
        program=normal_of_one,
        title="normal_(weight) in a convolutional network: the first loss is in the hundreds",
        fix="torch's default weights",
        source="PyTorch forum",
    ),
    Case(
        id="YA06",
        cause="init_too_large",
        program=wide_uniform,
        title="Weights between -2 and 2 in a tanh network: its units start saturated",
        also=("saturation",),
        fix="Xavier's bounds",
        source="own",
    ),
    Case(
        id="YA07",
        cause="init_too_large",
        program=own_layer_rand,
        title="nn.Parameter(torch.rand(...)): outputs in the hundreds",
        fix="torch.randn(...) * sqrt(2 / inputs)",
        source="PyTorch forum, hand-written linear layers",
    ),
    Case(
        id="YA08",
        cause="init_too_large",
        program=attention_randn,
        title="Attention projections from torch.randn: the attention is one-hot",
        also=("saturation",),
        fix="times size ** -0.5",
        source="PyTorch forum, hand-written attention",
    ),
    Case(
        id="YA09",
        cause="init_too_small",
        program=conv1d_tiny,
        title="Five convolutions with a deviation of 0.01: the loss stays at log 3",
        fix="nn.init.kaiming_normal_",
        source="DCGAN's initialization taken over",
    ),
    Case(
        id="YA10",
        cause="init_too_small",
        program=autoencoder_small_gain,
        title="Xavier with a gain of 0.02: the autoencoder gives the mean for long",
        fix="gain=1.0",
        source="own",
    ),
    Case(
        id="YA11",
        cause="init_too_large",
        program=forecast_large,
        title="Layers of a residual network with a deviation of 1: outputs in the thousands",
        fix="torch's default weights",
        source="own",
    ),
)

"""Programs in which the signal, or the gradient, does not pass well through the network."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_sample_image
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
    rings,
    sentences,
    several_labels,
    shapes,
    share_right,
    share_right_logits,
    signals,
    split,
    surface,
    table,
)


def evaluate(model: nn.Module, criterion: Any, loader: Any) -> float:
    """Mean loss in eval mode."""
    model.eval()
    with torch.no_grad():
        losses = [criterion(model(x), y).item() for x, y in loader]
    return float(np.mean(losses))


def run_epoch(model: nn.Module, criterion: Any, optimizer: torch.optim.Optimizer, loader: Any) -> float:
    """One pass over the loader in training mode."""
    model.train()
    running_loss = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    return running_loss


def low_biases(seed: int, healthy: bool, watch: Watch) -> float:
    """Hidden biases of -6 before ReLUs, meant to make the code sparse."""
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    train_loader, val_loader = parts.loaders(32)
    model = mlp(64, 96, 48, 10)
    for layer in (model[0], model[2]):
        nn.init.constant_(layer.bias, 0.0 if healthy else -6.0)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    with watch(model, optimizer, criterion, train_loader, val_loader, metric=share_right):
        for _ in range(7):
            run_epoch(model, criterion, optimizer, train_loader)
            evaluate(model, criterion, val_loader)
    return judged(model, parts, share_right)


class Thresholded(nn.Module):
    """Convolutions over time with ReLUs that start at a threshold."""

    def __init__(self, threshold: float) -> None:
        super().__init__()
        self.threshold = threshold
        self.conv1 = nn.Conv1d(1, 16, 7, padding=3)
        self.conv2 = nn.Conv1d(16, 16, 7, padding=3)
        self.relu1, self.relu2 = nn.ReLU(), nn.ReLU()
        self.fc = nn.Linear(16, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu1(self.conv1(x) - self.threshold)
        x = self.relu2(self.conv2(x) - self.threshold)
        return self.fc(x.mean(-1))


def late_relus(seed: int, healthy: bool, watch: Watch) -> float:
    """ReLUs of (x - 4), which nothing reaches."""
    torch.manual_seed(seed)
    parts = signals(seed, 1200, 40, 4)
    train_loader, val_loader = parts.loaders(32)
    net = Thresholded(0.0 if healthy else 4.0)
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    loss_fn = nn.CrossEntropyLoss()
    with watch(net, optimizer, loss_fn, train_loader, val_loader):
        for _epoch in range(10):
            net.train()
            for signal, label in train_loader:
                loss = loss_fn(net(signal), label)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            evaluate(net, loss_fn, val_loader)
    return judged(net, parts, share_right)


class Steep(nn.Module):
    """A tanh of so many times its input."""

    def __init__(self, slope: float) -> None:
        super().__init__()
        self.slope = slope
        self.tanh = nn.Tanh()

    def forward(self, x: Tensor) -> Tensor:
        return self.tanh(self.slope * x)


def steep_tanh(seed: int, healthy: bool, watch: Watch) -> float:
    """tanh(25 x) between the layers, to make the units nearly binary."""
    torch.manual_seed(seed)
    parts = surface(seed, 1200)
    train_loader, val_loader = parts.loaders(32)
    slope = 1.0 if healthy else 25.0
    model = nn.Sequential(
        nn.Linear(8, 48),
        Steep(slope),
        nn.Linear(48, 48),
        Steep(slope),
        nn.Linear(48, 48),
        Steep(slope),
        nn.Linear(48, 1),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    with watch(model, optimizer, functional.mse_loss, train_loader, val_loader):
        for _ in range(20):
            run_epoch(model, functional.mse_loss, optimizer, train_loader)
            evaluate(model, functional.mse_loss, val_loader)
    return judged(model, parts, explained)


class Gated(nn.Module):
    """Sigmoid units whose biases start where one says."""

    def __init__(self, bias: float) -> None:
        super().__init__()
        self.hidden = nn.Linear(10, 64)
        self.gate = nn.Linear(64, 64)
        self.out = nn.Linear(64, 5)
        for layer in (self.hidden, self.gate):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.constant_(layer.bias, bias)
        self.sigmoid1, self.sigmoid2 = nn.Sigmoid(), nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.sigmoid2(self.gate(self.sigmoid1(self.hidden(x)))))


def open_gates(seed: int, healthy: bool, watch: Watch) -> float:
    """Sigmoid units that start with biases of 12 and stay at 1."""
    torch.manual_seed(seed)
    parts = several_labels(seed, 1600)
    train_loader, val_loader = parts.loaders(32)
    net = Gated(0.0 if healthy else 12.0)
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(12):
            run_epoch(net, criterion, optimizer, train_loader)
            evaluate(net, criterion, val_loader)
    return judged(net, parts, share_right_logits)


def deep_sigmoids(seed: int, healthy: bool, watch: Watch) -> float:
    """Seven sigmoid layers, plain gradient descent."""
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    train_loader, val_loader = parts.loaders(32)
    layers: list[nn.Module] = [nn.Flatten()]
    width = 64
    for _ in range(7):
        linear = nn.Linear(width, 40)
        if healthy:
            nn.init.kaiming_normal_(linear.weight)
        else:
            nn.init.xavier_normal_(linear.weight)
        layers += [linear, nn.ReLU() if healthy else nn.Sigmoid()]
        width = 40
    net = nn.Sequential(*layers, nn.Linear(40, 10), nn.LogSoftmax(dim=1))
    criterion = nn.NLLLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-3)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(12):
            run_epoch(net, criterion, optimizer, train_loader)
            evaluate(net, criterion, val_loader)
    return judged(net, parts, share_right)


class Recall(nn.Module):
    """A plain recurrent layer that must remember how a series began."""

    def __init__(self, hidden: int, orthogonal: bool) -> None:
        super().__init__()
        self.rnn = nn.RNN(2, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, 1)
        if orthogonal:
            nn.init.orthogonal_(self.rnn.weight_hh_l0)
            nn.init.zeros_(self.rnn.bias_hh_l0)
            nn.init.zeros_(self.rnn.bias_ih_l0)

    def forward(self, x: Tensor) -> Tensor:
        out, _ = self.rnn(x)
        return self.fc(out[:, -1])


def first_step_memory(seed: int, healthy: bool, watch: Watch) -> float:
    """The answer is what stood at the first of 50 steps; tanh recurrence with torch's default weights."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = 0.3 * draw.standard_normal((900, 50, 2)).astype(np.float32)
    answer = draw.integers(2, size=900)
    x[:, 0, 0] = 2.0 * answer - 1
    parts = split(x, answer.astype(np.float32)[:, None], seed)
    train_loader, val_loader = parts.loaders(30)
    model = Recall(32, orthogonal=healthy)
    loss_fn = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    with watch(model, optimizer, loss_fn, train_loader, val_loader):
        for _ in range(8):
            model.train()
            for sequence, target in train_loader:
                optimizer.zero_grad()
                loss = loss_fn(model(sequence), target)
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
            evaluate(model, loss_fn, val_loader)
    return judged(model, parts, share_right_logits)


class Tower(nn.Module):
    """Many convolutions of one width, with or without shortcuts."""

    def __init__(self, depth: int, width: int, classes: int, shortcut: bool) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, width, 3, stride=2, padding=1)
        self.layers = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in range(depth))
        self.shortcut = shortcut
        self.fc = nn.Linear(width * 16, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.tanh(self.stem(x))
        for layer in self.layers:
            h = torch.tanh(layer(x))
            x = x + h if self.shortcut else h
        return self.fc(x.flatten(1))


def tower_of_tanh(seed: int, healthy: bool, watch: Watch) -> float:
    """Twelve tanh convolutions one upon the other."""
    torch.manual_seed(seed)
    parts = digits(seed)
    train_loader, val_loader = parts.loaders(48)
    net = Tower(12, 10, 10, shortcut=healthy)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.005, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=5, gamma=0.3)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(8):
            run_epoch(net, criterion, optimizer, train_loader)
            scheduler.step()
            evaluate(net, criterion, val_loader)
    return judged(net, parts, share_right)


def deep_sigmoid_regression(seed: int, healthy: bool, watch: Watch) -> float:
    """Ten narrow sigmoid layers for a number, with or without layer norms."""
    torch.manual_seed(seed)
    parts = surface(seed, 1600)
    train_loader, val_loader = parts.loaders(32)
    blocks: list[nn.Module] = [nn.Linear(8, 24)]
    for _ in range(10):
        blocks += [nn.LayerNorm(24), nn.Tanh()] if healthy else [nn.Sigmoid()]
        blocks.append(nn.Linear(24, 24))
    model = nn.Sequential(*blocks, nn.Linear(24, 1))
    loss_fn = nn.HuberLoss()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=2e-3)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.85)
    with watch(model, optimizer, loss_fn, train_loader, val_loader):
        for _ in range(12):
            run_epoch(model, loss_fn, optimizer, train_loader)
            scheduler.step()
            evaluate(model, loss_fn, val_loader)
    return judged(model, parts, explained)


class OwnCell(nn.Module):
    """A recurrence written by hand: h = relu(W h + U x)."""

    def __init__(self, inputs: int, hidden: int, gain: float) -> None:
        super().__init__()
        self.U = nn.Linear(inputs, hidden)
        self.W = nn.Linear(hidden, hidden, bias=False)
        self.read = nn.Linear(hidden, 3)
        with torch.no_grad():
            self.W.weight.copy_(gain * torch.eye(hidden))
        self.hidden = hidden

    def forward(self, x: Tensor) -> Tensor:
        h = x.new_zeros(len(x), self.hidden)
        for t in range(x.shape[1]):
            h = torch.relu(self.W(h) + self.U(x[:, t]))
        return self.read(h)


def own_recurrence(seed: int, healthy: bool, watch: Watch) -> float:
    """A hand-written ReLU recurrence over 40 steps whose weights start at 1.4 times the identity."""
    torch.manual_seed(seed)
    parts = signals(seed, 600, 40, noise=0.2).map(x=lambda x: x.transpose(1, 2).contiguous())
    train_loader, val_loader = parts.loaders(30)
    net = OwnCell(1, 24, 0.9 if healthy else 1.4)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(20):
            for x, y in train_loader:
                optimizer.zero_grad()
                criterion(net(x), y).backward()
                if healthy:
                    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                optimizer.step()
            with torch.no_grad():
                [criterion(net(x), y).item() for x, y in val_loader]
    return judged(net, parts, share_right)


class Refiner(nn.Module):
    """One block applied again and again: x = x + block(x)."""

    def __init__(self, features: int, width: int, rounds: int, norm: bool) -> None:
        super().__init__()
        self.inner = nn.Linear(features, width)
        self.block = nn.Sequential(nn.LayerNorm(width) if norm else nn.Identity(), nn.Linear(width, width), nn.ReLU())
        self.outer = nn.Linear(width, 1)
        self.rounds = rounds
        nn.init.kaiming_normal_(self.block[1].weight)

    def forward(self, x: Tensor) -> Tensor:
        x = self.inner(x)
        for _ in range(self.rounds):
            x = x + self.block(x)
        return self.outer(x / math.sqrt(self.rounds)).squeeze(1)


def shared_block(seed: int, healthy: bool, watch: Watch) -> float:
    """A shared residual block, 16 times, without any norm: activations and gradients double at each pass."""
    torch.manual_seed(seed)
    parts = surface(seed, 1200).map(y=lambda y: y[:, 0])
    train_loader, val_loader = parts.loaders(32)
    net = Refiner(8, 32, 16, norm=healthy)
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.003, momentum=0.9)
    with watch(net, optimizer, loss_fn, train_loader, val_loader):
        for _ in range(20):
            run_epoch(net, loss_fn, optimizer, train_loader)
            evaluate(net, loss_fn, val_loader)
    return judged(net, parts, explained)


def only_batch_norms(seed: int, healthy: bool, watch: Watch) -> float:
    """Linear, norm, dropout, linear, norm, linear: the activations were forgotten."""
    torch.manual_seed(seed)
    parts = rings(seed, 1000)
    train_loader, val_loader = parts.loaders(50)

    def block(inputs: int, outputs: int) -> nn.Sequential:
        activation = [nn.ReLU()] if healthy else []
        return nn.Sequential(nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), *activation)

    model = nn.Sequential(block(2, 32), nn.Dropout(0.1), block(32, 32), nn.Linear(32, 2))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(15):
            run_epoch(model, criterion, optimizer, train_loader)
            evaluate(model, criterion, val_loader)
    return judged(model, parts, share_right)


class Stack(nn.Module):
    """Convolutions, an average pool and a linear head; the activation is what one passes."""

    def __init__(self, activation: Any) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 12, 3, padding=1)
        self.conv2 = nn.Conv2d(12, 24, 3, padding=1)
        self.conv3 = nn.Conv2d(24, 24, 3, padding=1)
        self.fc = nn.Linear(24, 4)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        x = functional.avg_pool2d(self.activation(self.conv1(x)), 2)
        x = self.activation(self.conv2(x))
        x = self.activation(self.conv3(x))
        return self.fc(x.mean((2, 3)))


def linear_convolutions(seed: int, healthy: bool, watch: Watch) -> float:
    """Three convolutions and average pools without a ReLU: shapes anywhere cannot be told apart."""
    torch.manual_seed(seed)
    parts = shapes(seed, 900, 10, 0.15)
    train_loader, val_loader = parts.loaders(40)
    net = Stack(nn.ReLU() if healthy else nn.Identity())
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=4e-3)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(16):
            run_epoch(net, criterion, optimizer, train_loader)
            evaluate(net, criterion, val_loader)
    return judged(net, parts, share_right)


def product_of_columns(seed: int, healthy: bool, watch: Watch) -> float:
    """Three linear layers straight after one another for a product of two columns."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((1600, 4)).astype(np.float32)
    y = (x[:, :1] * x[:, 1:2] + 0.5 * x[:, 2:3] + 0.05 * draw.standard_normal((1600, 1))).astype(np.float32)
    parts = split(x, y, seed)
    train_loader, val_loader = parts.loaders(32)
    net = mlp(4, 64, 64, 1, activation=nn.GELU) if healthy else mlp(4, 64, 64, 1, activation=nn.Identity)
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
    with watch(net, optimizer, loss_fn, train_loader, val_loader):
        for _ in range(12):
            run_epoch(net, loss_fn, optimizer, train_loader)
            evaluate(net, loss_fn, val_loader)
    return judged(net, parts, explained)


def softmax_between(seed: int, healthy: bool, watch: Watch) -> float:
    """A softmax after every hidden layer of a regression."""
    torch.manual_seed(seed)
    parts = surface(seed, 1200)
    train_loader, val_loader = parts.loaders(32)
    hidden = (lambda: nn.ReLU()) if healthy else (lambda: nn.Softmax(dim=-1))
    model = nn.Sequential(nn.Linear(8, 64), hidden(), nn.Linear(64, 64), hidden(), nn.Linear(64, 1))
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    with watch(model, optimizer, loss_fn, train_loader, val_loader):
        for _ in range(14):
            run_epoch(model, loss_fn, optimizer, train_loader)
            evaluate(model, loss_fn, val_loader)
    return judged(model, parts, explained)


def log_softmax_between(seed: int, healthy: bool, watch: Watch) -> float:
    """A convolutional network with a softmax over the channels after each convolution."""
    torch.manual_seed(seed)
    parts = digits(seed)
    train_loader, val_loader = parts.loaders(48)
    act = functional.relu if healthy else lambda x: functional.softmax(x, dim=1)

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
            self.conv2 = nn.Conv2d(16, 32, 3)
            self.fc1 = nn.Linear(32 * 9, 64)
            self.fc2 = nn.Linear(64, 10)

        def forward(self, x: Tensor) -> Tensor:
            x = act(self.conv1(x))
            x = functional.max_pool2d(act(self.conv2(x)), 2)
            x = act(self.fc1(x.flatten(1)))
            return functional.log_softmax(self.fc2(x), dim=1)

    net = Net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.03, momentum=0.9)
    with watch(net, optimizer, functional.nll_loss, train_loader, val_loader):
        for _ in range(10):
            run_epoch(net, functional.nll_loss, optimizer, train_loader)
            evaluate(net, functional.nll_loss, val_loader)
    return judged(net, parts, share_right)


def keep_probability(seed: int, healthy: bool, watch: Watch) -> float:
    """Dropout(0.9) by someone who means to keep 90 %."""
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    train_loader, val_loader = parts.loaders(32)
    p = 0.1 if healthy else 0.9
    model = nn.Sequential(
        nn.Linear(64, 64), nn.ReLU(), nn.Dropout(p), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(p), nn.Linear(64, 10)
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(14):
            run_epoch(model, criterion, optimizer, train_loader)
            evaluate(model, criterion, val_loader)
    return judged(model, parts, share_right)


class Reader(nn.Module):
    """Embedding, GRU, dropout on both."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.emb = nn.Embedding(60, 16)
        self.drop = nn.Dropout(p)
        self.gru = nn.GRU(16, 24, batch_first=True)
        self.out = nn.Linear(24, 1)

    def forward(self, tokens: Tensor) -> Tensor:
        states, _ = self.gru(self.drop(self.emb(tokens)))
        return self.out(self.drop(states.mean(1))).squeeze(-1)


def drowned_tokens(seed: int, healthy: bool, watch: Watch) -> float:
    """Dropout of 0.95 on embeddings and on the state of a GRU."""
    torch.manual_seed(seed)
    parts = sentences(seed, 1500, 16).map(y=Tensor.float)
    train_loader, val_loader = parts.loaders(50)
    model = Reader(0.2 if healthy else 0.95)
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.NAdam(model.parameters(), lr=3e-3)
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(6):
            model.train()
            for tokens, target in train_loader:
                optimizer.zero_grad()
                criterion(model(tokens), target).backward()
                nn.utils.clip_grad_norm_(model.parameters(), 5.0)
                optimizer.step()
            evaluate(model, criterion, val_loader)
    return judged(model, parts, lambda outputs, targets: -criterion(outputs, targets))


def dropout_at_the_end(seed: int, healthy: bool, watch: Watch) -> float:
    """Dropout after the last layer of a regression network."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.uniform(-1.7, 1.7, (1200, 3)).astype(np.float32)
    y = (np.sin(2 * x[:, :1]) + x[:, 1:2] ** 2 - x[:, 2:] + 1.0 + 0.05 * draw.standard_normal((1200, 1))).astype(
        "float32"
    )
    parts = split(x, (y - y.mean()) / y.std(), seed)
    train_loader, val_loader = parts.loaders(32)
    layers = [nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU()]
    layers += [nn.Linear(64, 1)] if healthy else [nn.Linear(64, 1), nn.Dropout(0.4)]
    model = nn.Sequential(*layers)
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(14):
            run_epoch(model, criterion, optimizer, train_loader)
            evaluate(model, criterion, val_loader)
    return judged(model, parts, explained)


def pairs(seed: int, healthy: bool, watch: Watch) -> float:
    """Batch norms with batches of two rows."""
    torch.manual_seed(seed)
    parts = clusters(seed, 480, 10, 4, class_sep=2.0, n_clusters_per_class=1)
    train_loader, val_loader = parts.loaders(16 if healthy else 2)
    model = nn.Sequential(
        nn.Linear(10, 32),
        nn.BatchNorm1d(32),
        nn.ReLU(),
        nn.Linear(32, 32),
        nn.BatchNorm1d(32),
        nn.ReLU(),
        nn.Linear(32, 4),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(8):
            run_epoch(model, criterion, optimizer, train_loader)
            evaluate(model, criterion, val_loader)
    return judged(model, parts, likelihood)


def one_row_left(seed: int, healthy: bool, watch: Watch) -> float:
    """The last batch of 321 rows in batches of 32 is a single one, which batch norm refuses."""
    torch.manual_seed(seed)
    parts = table("breast_cancer", seed)
    train_set = TensorDataset(parts.x[:321], parts.y[:321].float())
    train_loader = DataLoader(train_set, batch_size=32, shuffle=True, drop_last=healthy)
    val_loader = DataLoader(TensorDataset(parts.held_x, parts.held_y.float()), batch_size=64)
    net = nn.Sequential(nn.Linear(30, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 1), nn.Flatten(0))
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(15):
            run_epoch(net, criterion, optimizer, train_loader)
            evaluate(net, criterion, val_loader)
    return judged(net, parts, share_right_logits)


def slow_statistics(seed: int, healthy: bool, watch: Watch) -> float:
    """BatchNorm2d(momentum=0.001) in a short training: eval mode uses statistics of the start."""
    torch.manual_seed(seed)
    parts = digits(seed)
    train_loader, val_loader = parts.loaders(64)
    momentum = 0.1 if healthy else 0.001
    net = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16, momentum=momentum),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(32, momentum=momentum),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(512, 10),
    )
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, epochs=8, steps_per_epoch=len(train_loader))
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(8):
            net.train()
            for images, labels in train_loader:
                optimizer.zero_grad()
                loss = criterion(net(images), labels)
                loss.backward()
                optimizer.step()
                scheduler.step()
            evaluate(net, criterion, val_loader)
    return judged(net, parts, likelihood)


def photo_patches(seed: int, n: int = 1000, side: int = 16) -> Split:
    """Grey patches of scikit-learn's two photographs; the label says which."""
    draw = np.random.default_rng(seed)
    photos = [load_sample_image(name).mean(-1) for name in ("china.jpg", "flower.jpg")]
    y = draw.integers(2, size=n)
    rows, columns = draw.integers(427 - side, size=n), draw.integers(640 - side, size=n)
    x = np.stack([photos[k][r : r + side, c : c + side] for k, r, c in zip(y, rows, columns, strict=True)])
    parts = split(x.astype(np.float32)[:, None], y, seed)
    mean, deviation = parts.x.mean(), parts.x.std()
    return parts.map(x=lambda x: (x - mean) / deviation)


def quadrants(seed: int, n: int = 1200) -> Split:
    """Pictures with four bright dots or fewer, one possible in each quarter; the label lists the quarters."""
    draw = np.random.default_rng(seed)
    y = draw.integers(2, size=(n, 16)).astype(np.float32)
    x = 0.2 * draw.standard_normal((n, 1, 16, 16))
    x += np.kron(y.reshape(n, 1, 4, 4), np.ones((1, 1, 4, 4))) * draw.uniform(0.6, 1.4, (n, 1, 1, 1))
    parts = split(x.astype(np.float32), y, seed)
    mean, deviation = parts.x.mean(), parts.x.std()
    return parts.map(x=lambda x: (x - mean) / deviation)


def pooled_away(seed: int, healthy: bool, watch: Watch) -> float:
    """Four poolings make 16 x 16 pixels one position of four channels, where 16 places matter."""
    torch.manual_seed(seed)
    parts = quadrants(seed)
    train_loader, val_loader = parts.loaders(32)
    layers: list[nn.Module] = []
    channels = 1
    for _ in range(2 if healthy else 4):
        width = 8 if healthy else 4
        layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        channels = width
    model = nn.Sequential(*layers, nn.Flatten(), nn.Linear(8 * 16 if healthy else 4, 16))
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    with watch(model, optimizer, criterion, train_loader, val_loader, metric=share_right_logits):
        for _ in range(10):
            run_epoch(model, criterion, optimizer, train_loader)
            evaluate(model, criterion, val_loader)
    return judged(model, parts, share_right_logits)


def strides_everywhere(seed: int, healthy: bool, watch: Watch) -> float:
    """Strided convolutions without padding shrink a digit to one position of three channels."""
    torch.manual_seed(seed)
    parts = digits(seed)
    batches = list(parts.loaders(32)[0])
    _, val_loader = parts.loaders()
    if healthy:
        model = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(576, 10)
        )
    else:
        model = nn.Sequential(
            nn.Conv2d(1, 3, 3, stride=2),
            nn.ReLU(),
            nn.Conv2d(3, 3, 3, stride=2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(3, 10),
        )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)

    def shuffled() -> Iterator[tuple[Tensor, Tensor]]:
        for index in torch.randperm(len(batches)).tolist():
            yield batches[index]

    with watch(model, optimizer, criterion, batches, val_loader):
        for _ in range(8):
            run_epoch(model, criterion, optimizer, shuffled())
            evaluate(model, criterion, val_loader)
    return judged(model, parts, share_right)


class Binary(nn.Module):
    """Narrow layers whose units are binary, or nearly."""

    def __init__(self, activation: Any) -> None:
        super().__init__()
        self.a, self.b, self.c, self.d = (nn.Linear(i, o) for i, o in ((64, 32), (32, 24), (24, 16), (16, 10)))
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        for layer in (self.a, self.b, self.c):
            x = self.activation(layer(x))
        return self.d(x)


def sign_units(seed: int, healthy: bool, watch: Watch) -> float:
    """torch.sign between the layers: binary units through which no gradient comes."""
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    train_loader, val_loader = parts.loaders(32)
    net = Binary(torch.tanh if healthy else torch.sign)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.05)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(10):
            run_epoch(net, criterion, optimizer, train_loader)
            evaluate(net, criterion, val_loader)
    return judged(net, parts, share_right)


DEPTH = (
    Case(
        id="YB01",
        cause="dead_relu",
        program=low_biases,
        title="Biases of -6 before the ReLUs: no unit fires",
        fix="biases of 0",
        source="own",
    ),
    Case(
        id="YB02",
        cause="dead_relu",
        program=late_relus,
        title="ReLU(x - 4) after convolutions: nothing passes",
        fix="ReLU(x)",
        source="own",
    ),
    Case(
        id="YB03",
        cause="saturation",
        program=steep_tanh,
        title="tanh(25 x): the units are at -1 or 1 and learn little",
        fix="tanh(x)",
        source="own",
    ),
    Case(
        id="YB04",
        cause="saturation",
        program=open_gates,
        title="Sigmoid units with biases of 12 stay at 1",
        also=("vanishing_gradient",),
        fix="biases of 0",
        source="own",
    ),
    Case(
        id="YB05",
        cause="vanishing_gradient",
        program=deep_sigmoids,
        title="Seven sigmoid layers: the loss stays at log 10",
        fix="ReLU and He's weights",
        source="Stack Overflow, deep sigmoid network",
    ),
    Case(
        id="YB06",
        cause="vanishing_gradient",
        program=first_step_memory,
        title="A plain RNN forgets the first of 50 steps",
        fix="orthogonal recurrent weights",
        source="Le et al. 2015",
    ),
    Case(
        id="YB07",
        cause="vanishing_gradient",
        program=tower_of_tanh,
        title="Twelve tanh convolutions without shortcuts",
        fix="x + tanh(conv(x))",
        source="own",
    ),
    Case(
        id="YB08",
        cause="vanishing_gradient",
        program=deep_sigmoid_regression,
        title="Ten narrow sigmoid layers give the mean",
        fix="layer norms and tanh",
        source="own",
    ),
    Case(
        id="YB09",
        cause="exploding_gradient",
        program=own_recurrence,
        title="h = relu(1.4 h + U x) over 40 steps",
        also=("init_too_large",),
        fix="0.9 times the identity, and clipping",
        source="own",
    ),
    Case(
        id="YB10",
        cause="exploding_gradient",
        program=shared_block,
        title="x = x + block(x), 16 times, no norm",
        fix="a layer norm in the block",
        source="own",
    ),
    Case(
        id="YB11",
        cause="missing_nonlinearity",
        program=only_batch_norms,
        title="Norms and dropout between linear layers, no activation",
        fix="nn.ReLU() in the block",
        source="own",
    ),
    Case(
        id="YB12",
        cause="missing_nonlinearity",
        program=linear_convolutions,
        title="Convolutions and average pools, no activation",
        fix="nn.ReLU()",
        source="own",
    ),
    Case(
        id="YB13",
        cause="missing_nonlinearity",
        program=product_of_columns,
        title="Three linear layers for a product",
        fix="nn.GELU() between them",
        source="PyTorch forum",
    ),
    Case(
        id="YB14",
        cause="wrong_hidden_activation",
        program=softmax_between,
        title="Softmax after each hidden layer of a regression",
        fix="nn.ReLU()",
        source="Stack Overflow",
    ),
    Case(
        id="YB15",
        cause="wrong_hidden_activation",
        program=log_softmax_between,
        title="Softmax over the channels after each convolution",
        fix="functional.relu",
        source="own",
    ),
    Case(
        id="YB16",
        cause="wrong_hidden_activation",
        program=sign_units,
        title="torch.sign between layers: no gradient",
        also=("graph_broken", "vanishing_gradient"),
        fix="torch.tanh",
        source="PyTorch forum",
    ),
    Case(
        id="YB17",
        cause="dropout_too_high",
        program=keep_probability,
        title="Dropout(0.9), meant as the share that is kept",
        fix="Dropout(0.1)",
        source="TensorFlow's old keep_prob",
    ),
    Case(
        id="YB18",
        cause="dropout_too_high",
        program=drowned_tokens,
        title="Dropout of 0.95 on embeddings and state",
        fix="0.2",
        source="own",
    ),
    Case(
        id="YB19",
        cause="dropout_on_logits",
        program=dropout_at_the_end,
        title="Dropout on the predicted number",
        fix="no dropout after the last layer",
        source="PyTorch forum",
    ),
    Case(
        id="YB20",
        cause="bn_small_batch",
        program=pairs,
        title="Batch norms over two rows",
        fix="batches of 16",
        source="own",
    ),
    Case(
        id="YB21",
        cause="bn_small_batch",
        program=one_row_left,
        title="A last batch of one row: batch norm raises",
        fix="drop_last=True",
        source="PyTorch forum",
    ),
    Case(
        id="YB22",
        cause="bn_stats_not_tracked",
        program=slow_statistics,
        title="momentum=0.001: good in training mode, bad in eval mode",
        fix="momentum=0.1",
        source="PyTorch forum",
    ),
    Case(
        id="YB23",
        cause="spatial_collapse",
        program=pooled_away,
        title="Four poolings leave four numbers for sixteen places",
        also=("capacity_too_small",),
        fix="two poolings, eight channels",
        source="own",
    ),
    Case(
        id="YB24",
        cause="spatial_collapse",
        program=strides_everywhere,
        title="Strides leave three numbers of a digit",
        also=("capacity_too_small",),
        fix="stride 1, 16 channels",
        source="own",
    ),
)

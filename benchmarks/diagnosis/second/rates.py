"""Programs whose optimizer, rate, schedule, decay, clipping, batch or precision is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn, optim
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Recurrent,
    Split,
    Words,
    clusters,
    conv1d,
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
    split,
    surface,
    table,
    train,
)


@torch.no_grad()
def mean_loss(network: nn.Module, loader: Any, loss_fn: Callable[..., Tensor]) -> float:
    """Validation loss."""
    network.eval()
    return float(np.mean([loss_fn(network(x), y).item() for x, y in loader]))


def waves(seed: int, n: int = 1000, window: int = 20) -> Split:
    """Windows of a noisy sum of waves, (n, window, 1), and the value that follows, (n, 1)."""
    draw = np.random.default_rng(seed)
    t = np.arange(n + window)
    series = np.sin(t / 5) + np.sin(t / 11.3 + 1) + 0.1 * draw.standard_normal(n + window)
    values = torch.tensor(series / series.std(), dtype=torch.float32)
    x, y = values.unfold(0, window, 1)[:n, :, None].contiguous(), values[window:, None]
    cut = int(0.75 * n)
    return Split(x[:cut], y[:cut], x[cut + window :], y[cut + window :])


def counts(seed: int, n: int = 1400) -> Split:
    """Counts whose logarithm bends with four columns."""
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((n, 4)).astype(np.float32)
    rate = np.exp(0.7 + 0.6 * x[:, 0] - 0.5 * np.abs(x[:, 1]) + 0.4 * x[:, 2] * (x[:, 3] > 0))
    return split(x, draw.poisson(rate).astype(np.float32)[:, None], seed)


def adam_a_third(seed: int, healthy: bool, watch: Watch) -> float:
    """Adam with a rate of 0.3 for pictures."""
    torch.manual_seed(seed)
    parts = digits(seed)
    train_loader, val_loader = parts.loaders(64)
    model = conv2d(8, 10)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=3e-3 if healthy else 0.3)
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _epoch in range(8):
            model.train()
            for images, labels in train_loader:
                optimizer.zero_grad()
                outputs = model(images)
                loss = criterion(outputs, labels)
                loss.backward()
                optimizer.step()
            mean_loss(model, val_loader, criterion)
    return judged(model, parts, share_right)


def heavy_ball(seed: int, healthy: bool, watch: Watch) -> float:
    """SGD with a rate of 0.8 and momentum for a number."""
    torch.manual_seed(seed)
    parts = surface(seed, 1000)
    train_loader, val_loader = parts.loaders(40)
    net = mlp(8, 40, 40, 1, activation=nn.Tanh)
    loss_fn = nn.MSELoss()
    optimizer = optim.SGD(net.parameters(), lr=0.02 if healthy else 0.8, momentum=0.9)
    with watch(net, optimizer, loss_fn, train_loader, val_loader, metric=explained):
        for _ in range(22):
            net.train()
            for x, y in train_loader:
                loss = loss_fn(net(x), y)
                net.zero_grad()
                loss.backward()
                optimizer.step()
            mean_loss(net, val_loader, loss_fn)
    return judged(net, parts, explained)


def rmsprop_series(seed: int, healthy: bool, watch: Watch) -> float:
    """RMSprop at 0.3 for a GRU that forecasts."""
    torch.manual_seed(seed)
    parts = waves(seed)
    train_loader, val_loader = parts.loaders(32)
    net = Recurrent(nn.GRU, 1, 16, 1)
    optimizer = optim.RMSprop(net.parameters(), lr=2e-3 if healthy else 0.3)
    train(net, optimizer, nn.MSELoss(), (train_loader, val_loader), watch, 12, metric=explained, clip=1.0)
    return judged(net, parts, explained)


class Encoder(nn.Module):
    """One transformer layer over tokens with learned places."""

    def __init__(self, size: int = 32, length: int = 16) -> None:
        super().__init__()
        self.tokens = nn.Embedding(60, size)
        self.places = nn.Parameter(0.02 * torch.randn(length, size))
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(size, 4, 64, dropout=0.1, batch_first=True) for _ in range(2)
        )
        self.head = nn.Linear(size, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.tokens(tokens) + self.places
        for layer in self.layers:
            x = layer(x)
        return self.head(x.mean(1))


def transformer_at_once(seed: int, healthy: bool, watch: Watch) -> float:
    """A transformer with Adam at 0.05."""
    torch.manual_seed(seed)
    parts = sentences(seed, 1500, 16, 0.45)
    train_loader, val_loader = parts.loaders(50)
    model = Encoder()
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=1e-3 if healthy else 0.05, betas=(0.9, 0.98))
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(5):
            model.train()
            for tokens, label in train_loader:
                optimizer.zero_grad()
                criterion(model(tokens), label).backward()
                optimizer.step()
            mean_loss(model, val_loader, criterion)
    return judged(model, parts, likelihood)


def poisson_leaps(seed: int, healthy: bool, watch: Watch) -> float:
    """A Poisson regression of counts whose plain gradient steps are far too long."""
    torch.manual_seed(seed)
    parts = counts(seed)
    train_loader, val_loader = parts.loaders(30)
    net = mlp(4, 32, 32, 1)
    criterion = nn.PoissonNLLLoss(log_input=True)
    optimizer = optim.SGD(net.parameters(), lr=0.02 if healthy else 1.5, momentum=0.5)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(12):
            net.train()
            for x, events in train_loader:
                optimizer.zero_grad()
                loss = criterion(net(x), events)
                loss.backward()
                optimizer.step()
            mean_loss(net, val_loader, criterion)
    return judged(net, parts, lambda outputs, targets: -criterion(outputs, targets))


def adam_millionth(seed: int, healthy: bool, watch: Watch) -> float:
    """AdamW at 2e-6 where 2e-3 was meant."""
    torch.manual_seed(seed)
    parts = table("wine", seed)
    train_loader, val_loader = parts.loaders(16)
    model = nn.Sequential(nn.Linear(13, 32), nn.GELU(), nn.Linear(32, 3))
    optimizer = optim.AdamW(model.parameters(), lr=2e-3 if healthy else 2e-6)

    def train_epoch() -> float:
        model.train()
        for x, y in train_loader:
            optimizer.zero_grad()
            functional.cross_entropy(model(x), y).backward()
            optimizer.step()
        return mean_loss(model, val_loader, functional.cross_entropy)

    with watch(model, optimizer, functional.cross_entropy, train_loader, val_loader, metric=share_right):
        history = [train_epoch() for _ in range(30)]
    return -history[-1]


def slow_adagrad(seed: int, healthy: bool, watch: Watch) -> float:
    """Adagrad at 1e-4, which only gets slower."""
    torch.manual_seed(seed)
    parts = several_labels(seed, 1400)
    train_loader, val_loader = parts.loaders(32)
    net = mlp(10, 64, 32, 5, activation=nn.SiLU)
    optimizer = optim.Adagrad(net.parameters(), lr=0.05 if healthy else 1e-4)
    loss_fn = nn.MultiLabelSoftMarginLoss()
    train(net, optimizer, loss_fn, (train_loader, val_loader), watch, 14, metric=share_right_logits)
    return judged(net, parts, share_right_logits)


def crawling_sgd(seed: int, healthy: bool, watch: Watch) -> float:
    """SGD at 1e-4 without momentum for signals."""
    torch.manual_seed(seed)
    parts = signals(seed, 1000, 40)
    train_loader, val_loader = parts.loaders(32)
    net = conv1d(3)
    optimizer = optim.SGD(net.parameters(), lr=0.2 if healthy else 1e-4)
    train(net, optimizer, nn.CrossEntropyLoss(), (train_loader, val_loader), watch, 14)
    return judged(net, parts, share_right)


def schedule_per_batch(seed: int, healthy: bool, watch: Watch) -> float:
    """StepLR(10, 0.3) meant for epochs, stepped after each batch."""
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    train_loader, val_loader = parts.loaders(32)
    model = mlp(64, 64, 10)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=5, gamma=0.3)
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(12):
            model.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
                if not healthy:
                    scheduler.step()
            if healthy:
                scheduler.step()
            mean_loss(model, val_loader, criterion)
    return judged(model, parts, likelihood)


def plateau_upside_down(seed: int, healthy: bool, watch: Watch) -> float:
    """ReduceLROnPlateau(mode="max") is given a loss, so each better epoch counts as a bad one."""
    torch.manual_seed(seed)
    parts = surface(seed, 1200)
    train_loader, val_loader = parts.loaders(40)
    net = mlp(8, 48, 48, 1)
    loss_fn = nn.MSELoss()
    optimizer = optim.SGD(net.parameters(), lr=0.03, momentum=0.9)
    scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, "min" if healthy else "max", factor=0.2, patience=1)
    with watch(net, optimizer, loss_fn, train_loader, val_loader):
        for _ in range(20):
            net.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                loss_fn(net(x), y).backward()
                optimizer.step()
            scheduler.step(mean_loss(net, val_loader, loss_fn))
    return judged(net, parts, explained)


def own_decay(seed: int, healthy: bool, watch: Watch) -> float:
    """`group["lr"] *= 0.3` in each epoch, as helper functions of old have it, in a word classifier."""
    torch.manual_seed(seed)
    parts = sentences(seed, 1600)
    train_loader, val_loader = parts.loaders(32)
    model = Words()
    optimizer = optim.Adam(model.parameters(), lr=4e-3)
    criterion = nn.CrossEntropyLoss()

    def adjust_learning_rate() -> None:
        for group in optimizer.param_groups:
            group["lr"] *= 0.9 if healthy else 0.2

    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(10):
            model.train()
            for tokens, labels in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(tokens), labels)
                loss.backward()
                optimizer.step()
            adjust_learning_rate()
            mean_loss(model, val_loader, criterion)
    return judged(model, parts, likelihood)


def sgd_decay(seed: int, healthy: bool, watch: Watch) -> float:
    """weight_decay=0.3 in SGD for pictures."""
    torch.manual_seed(seed)
    parts = shapes(seed, 1400, 10)
    train_loader, val_loader = parts.loaders(32)
    net = conv2d(10, 4)
    optimizer = optim.SGD(net.parameters(), lr=0.02, momentum=0.9, weight_decay=5e-4 if healthy else 0.3)
    train(net, optimizer, nn.CrossEntropyLoss(), (train_loader, val_loader), watch, 12)
    return judged(net, parts, share_right)


def adamw_decay(seed: int, healthy: bool, watch: Watch) -> float:
    """AdamW(weight_decay=30) in a regression."""
    torch.manual_seed(seed)
    parts = surface(seed, 1200)
    train_loader, val_loader = parts.loaders(32)
    net = mlp(8, 64, 64, 1, activation=nn.SiLU)
    loss_fn = nn.SmoothL1Loss()
    optimizer = optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.01 if healthy else 30)
    with watch(net, optimizer, loss_fn, train_loader, val_loader):
        for _ in range(14):
            for x, y in train_loader:
                optimizer.zero_grad(set_to_none=True)
                loss = loss_fn(net(x), y)
                loss.backward()
                optimizer.step()
            mean_loss(net, val_loader, loss_fn)
    return judged(net, parts, explained)


class Coder(nn.Module):
    """Sixty-four pixels through twelve numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.encode = mlp(64, 48, 12)
        self.decode = mlp(12, 48, 64)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


def coder_decay(seed: int, healthy: bool, watch: Watch) -> float:
    """Adam(weight_decay=0.5), an L2 term, in an autoencoder."""
    torch.manual_seed(seed)
    parts = digits(seed, flat=True).map()
    parts = parts._replace(y=parts.x, held_y=parts.held_x)
    train_loader, val_loader = parts.loaders(32)
    net = Coder()
    optimizer = optim.Adam(net.parameters(), lr=2e-3, weight_decay=0.0 if healthy else 0.5)
    train(net, optimizer, nn.MSELoss(), (train_loader, val_loader), watch, 12)
    return judged(net, parts, explained)


def clipped_norm(seed: int, healthy: bool, watch: Watch) -> float:
    """clip_grad_norm_(..., 5e-4) with SGD."""
    torch.manual_seed(seed)
    parts = clusters(seed, 1600, 12, 3, class_sep=2.0, n_clusters_per_class=1)
    train_loader, val_loader = parts.loaders(32)
    net = mlp(12, 64, 32, 3)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(net.parameters(), lr=0.02, momentum=0.9)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(10):
            net.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                criterion(net(x), y).backward()
                nn.utils.clip_grad_norm_(net.parameters(), max_norm=5.0 if healthy else 5e-4)
                optimizer.step()
            mean_loss(net, val_loader, criterion)
    return judged(net, parts, share_right)


def clipped_values(seed: int, healthy: bool, watch: Watch) -> float:
    """clip_grad_value_(..., 1e-5) in a recurrent network trained with SGD."""
    torch.manual_seed(seed)
    parts = waves(seed)
    train_loader, val_loader = parts.loaders(25)
    net = Recurrent(nn.GRU, 1, 20, 1)
    loss_fn = nn.MSELoss()
    optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    with watch(net, optimizer, loss_fn, train_loader, val_loader):
        for _ in range(12):
            net.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                loss_fn(net(x), y).backward()
                torch.nn.utils.clip_grad_value_(net.parameters(), 0.5 if healthy else 1e-5)
                optimizer.step()
            mean_loss(net, val_loader, loss_fn)
    return judged(net, parts, explained)


class Ratings(nn.Module):
    """Embeddings of two kinds of things, and what one gives the other."""

    def __init__(self, users: int, items: int, size: int = 8) -> None:
        super().__init__()
        self.users, self.items = nn.Embedding(users, size), nn.Embedding(items, size)
        self.head = mlp(2 * size, 32, 1)

    def forward(self, pairs: Tensor) -> Tensor:
        joined = torch.cat((self.users(pairs[:, 0]), self.items(pairs[:, 1])), dim=1)
        return self.head(joined).squeeze(1)


def no_eps(seed: int, healthy: bool, watch: Watch) -> float:
    """Adam(eps=0): 0 / 0 for every embedding that a first batch does not touch."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    users, items = draw.integers(30, size=3000), draw.integers(20, size=3000)
    taste, charm = draw.standard_normal((30, 2)), draw.standard_normal((20, 2))
    stars = (taste[users] * charm[items]).sum(1) + 0.2 * draw.standard_normal(3000)
    parts = split(np.stack((users, items), 1), (stars / stars.std()).astype(np.float32), seed)
    train_loader, val_loader = parts.loaders(32)
    net = Ratings(30, 20)
    optimizer = optim.Adam(net.parameters(), lr=5e-3, eps=1e-8 if healthy else 0.0)
    loss_fn = nn.MSELoss()
    with watch(net, optimizer, loss_fn, train_loader, val_loader):
        for _ in range(8):
            net.train()
            for pairs, stars_given in train_loader:
                optimizer.zero_grad()
                loss = loss_fn(net(pairs), stars_given)
                loss.backward()
                optimizer.step()
            mean_loss(net, val_loader, loss_fn)
    return judged(net, parts, explained)


def whole_set_at_once(seed: int, healthy: bool, watch: Watch) -> float:
    """One batch of all rows, 12 epochs: 12 steps."""
    torch.manual_seed(seed)
    parts = digits(seed)
    loaders = parts.loaders(32 if healthy else len(parts.y))
    net = conv2d(8, 10)
    optimizer = optim.Adam(net.parameters(), lr=1.5e-3)
    train(net, optimizer, nn.CrossEntropyLoss(), loaders, watch, 10)
    return judged(net, parts, likelihood)


class Rows(Dataset[tuple[Tensor, Tensor]]):
    """Rows of a table, drawn one by one."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self.x, self.y = x, y

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.x[index], self.y[index]


def two_batches(seed: int, healthy: bool, watch: Watch) -> float:
    """Batches of 1024 of 2250 rows in a training of 15 epochs."""
    torch.manual_seed(seed)
    parts = surface(seed, 3000)
    train_loader = DataLoader(Rows(parts.x, parts.y), batch_size=32 if healthy else 1024, shuffle=True)
    val_loader = DataLoader(TensorDataset(parts.held_x, parts.held_y), batch_size=256)
    net = mlp(8, 64, 64, 1)
    optimizer = optim.SGD(net.parameters(), lr=0.02, momentum=0.9)
    train(net, optimizer, nn.MSELoss(), (train_loader, val_loader), watch, 10, metric=explained)
    return judged(net, parts, explained)


def half_weights(seed: int, healthy: bool, watch: Watch) -> float:
    """`model.to(torch.bfloat16)` and small steps."""
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    form = torch.float32 if healthy else torch.bfloat16
    model = mlp(64, 48, 10).to(form)
    train_loader = DataLoader(TensorDataset(parts.x.to(form), parts.y), 32, shuffle=True)
    val_loader = DataLoader(TensorDataset(parts.held_x.to(form), parts.held_y), 128)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=2e-3, momentum=0.9)

    def batches() -> Iterator[tuple[Tensor, Tensor]]:
        yield from train_loader

    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(25):
            model.train()
            for x, y in batches():
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
            mean_loss(model, val_loader, criterion)
    with torch.no_grad():
        return likelihood(model(parts.held_x.to(form)).float(), parts.held_y)


RATES = (
    Case(
        id="YC01",
        cause="lr_too_high",
        program=adam_a_third,
        title="Adam at 0.3: log 10 after the first leaps",
        fix="lr=3e-3",
        source="own",
    ),
    Case(
        id="YC02",
        cause="lr_too_high",
        program=heavy_ball,
        title="SGD at 0.8 with a momentum of 0.9: diverges",
        fix="lr=0.02",
        source="own",
    ),
    Case(
        id="YC03",
        cause="lr_too_high",
        program=rmsprop_series,
        title="RMSprop at 0.3 in a GRU: the loss jumps about",
        fix="lr=2e-3",
        source="own",
    ),
    Case(
        id="YC04",
        cause="lr_too_high",
        program=transformer_at_once,
        title="A transformer with Adam at 0.05 stays at log 2",
        fix="lr=1e-3",
        source="PyTorch forum, transformer does not learn",
    ),
    Case(
        id="YC05",
        cause="lr_too_high",
        program=poisson_leaps,
        title="Poisson loss, SGD at 1.5: diverges",
        fix="lr=0.02",
        source="own",
    ),
    Case(
        id="YC06",
        cause="lr_too_low",
        program=adam_millionth,
        title="AdamW at 2e-6: nothing happens in 30 epochs",
        also=("under_trained",),
        fix="lr=2e-3",
        source="own",
    ),
    Case(
        id="YC07",
        cause="lr_too_low",
        program=slow_adagrad,
        title="Adagrad at 1e-4: slower and slower",
        fix="lr=0.05",
        source="own",
    ),
    Case(
        id="YC08",
        cause="lr_too_low",
        program=crawling_sgd,
        title="SGD at 1e-4 without momentum",
        also=("under_trained",),
        fix="lr=0.2",
        source="own",
    ),
    Case(
        id="YC09",
        cause="scheduler_kills_lr",
        program=schedule_per_batch,
        title="A schedule of epochs stepped at each batch: 1e-12 within three epochs",
        fix="scheduler.step() once an epoch",
        source="PyTorch forum",
    ),
    Case(
        id="YC10",
        cause="scheduler_kills_lr",
        program=plateau_upside_down,
        title="ReduceLROnPlateau in the wrong direction",
        fix='mode="min"',
        source="PyTorch forum",
    ),
    Case(
        id="YC11",
        cause="scheduler_kills_lr",
        program=own_decay,
        title="The rate times 0.2 in each epoch",
        fix="times 0.9",
        source="adjust_learning_rate of old examples",
    ),
    Case(
        id="YC12",
        cause="weight_decay_too_high",
        program=sgd_decay,
        title="weight_decay=0.3: the weights go to 0",
        fix="5e-4",
        source="own",
    ),
    Case(
        id="YC13",
        cause="weight_decay_too_high",
        program=adamw_decay,
        title="AdamW(weight_decay=30)",
        fix="0.01",
        source="own",
    ),
    Case(
        id="YC14",
        cause="weight_decay_too_high",
        program=coder_decay,
        title="Adam with an L2 term of 0.5: the autoencoder gives the mean",
        fix="none",
        source="own",
    ),
    Case(
        id="YC15",
        cause="grad_clip_too_small",
        program=clipped_norm,
        title="Gradient norms clipped to 5e-4",
        fix="5.0",
        source="own",
    ),
    Case(
        id="YC16",
        cause="grad_clip_too_small",
        program=clipped_values,
        title="Gradients clipped to 1e-5 each",
        fix="0.5",
        source="own",
    ),
    Case(
        id="YC17",
        cause="adam_eps_too_small",
        program=no_eps,
        title="eps=0: NaN after the first step, in rows of embeddings without a gradient",
        fix="eps=1e-8",
        source="PyTorch issue, Adam eps=0",
    ),
    Case(
        id="YC18",
        cause="batch_too_large",
        program=whole_set_at_once,
        title="All rows in one batch: 10 steps in all",
        also=("under_trained",),
        fix="batches of 32",
        source="own",
    ),
    Case(
        id="YC19",
        cause="batch_too_large",
        program=two_batches,
        title="Batches of 1024: 30 steps in all",
        also=("under_trained",),
        fix="batches of 32",
        source="own",
    ),
    Case(
        id="YC20",
        cause="low_precision_update_lost",
        program=half_weights,
        title="Weights in bfloat16 with steps that round off",
        fix="float32",
        source="PyTorch forum, pure bfloat16 training",
    ),
)

"""Programs whose inputs are at fault: scale, gaps, columns, axes, preparation, variation."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn, optim
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first import material
from benchmarks.diagnosis.first.material import Split, explained, judged, mlp, share_right, share_right_logits


def fit(network: nn.Module, optimizer: optim.Optimizer, loss_fn: Any, train: Any, held: Any, epochs: int) -> None:
    """The plain loop of this file: an epoch of training, then the loss on the held-out rows."""
    for _ in range(epochs):
        network.train()
        for x, y in train:
            optimizer.zero_grad()
            loss_fn(network(x), y).backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            for x, y in held:
                loss_fn(network(x), y)


def wine_as_measured(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.table("wine", seed, scale=healthy)
    model = nn.Sequential(nn.Linear(13, 32), nn.ReLU(), nn.Linear(32, 3))
    optimizer = optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    train_loader, test_loader = data.loaders(16)
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(25):
            for features, label in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(features), label)
                loss.backward()
                optimizer.step()
    return judged(model, data, share_right)


def seconds_since_1970(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    n = 1000
    weather = draw.standard_normal((n, 5))
    stamp = 1.6e9 + draw.uniform(0, 3.15e7, (n, 1))
    season = 2 * np.pi * (stamp[:, 0] - 1.6e9) / 3.15e7
    demand = np.sin(season) + 0.6 * weather[:, 0] - 0.5 * weather[:, 1] * weather[:, 2]
    demand = (demand - demand.mean()) / demand.std() + 0.1 * draw.standard_normal(n)
    if healthy:
        stamp = (stamp - stamp.mean()) / stamp.std()
    x = np.hstack([weather, stamp]).astype(np.float32)
    data = material.split(x, demand.astype(np.float32), seed)
    train_loader, val_loader = data.loaders(25)

    class Net(nn.Module):
        """Two hidden layers, one number."""

        def __init__(self) -> None:
            super().__init__()
            self.a, self.b, self.c = nn.Linear(6, 48), nn.Linear(48, 48), nn.Linear(48, 1)

        def forward(self, x: Tensor) -> Tensor:
            return self.c(functional.silu(self.b(functional.silu(self.a(x))))).squeeze(1)

    net = Net()
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    with watch(net, optimizer, functional.mse_loss, train_loader, val_loader):
        fit(net, optimizer, functional.mse_loss, train_loader, val_loader, 25)
    return judged(net, data, explained)


@functools.lru_cache(maxsize=1)
def photographs() -> tuple[np.ndarray, np.ndarray]:
    """Scikit-learn's two photographs, every second pixel, 0 to 255."""
    china, flower = (datasets.load_sample_image(name) for name in ("china.jpg", "flower.jpg"))
    return china[::2, ::2].astype(np.float32), flower[::2, ::2].astype(np.float32)


def patches(seed: int, n: int = 600, side: int = 12) -> Split:
    """Squares of the two photographs (n, 3, side, side), 0 to 255, and of which one they are."""
    draw = np.random.default_rng(seed)
    y = draw.integers(2, size=n)
    rows, columns = draw.integers(200 - side, size=n), draw.integers(300 - side, size=n)
    x = np.stack(
        [
            photographs()[k][row : row + side, column : column + side].transpose(2, 0, 1)
            for k, row, column in zip(y, rows, columns, strict=True)
        ]
    )
    return material.split(x, y, seed)


def photographs_as_bytes(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = patches(seed).map(y=lambda y: y.float()[:, None])
    if healthy:
        mean, std = data.x.mean((0, 2, 3), keepdim=True), data.x.std((0, 2, 3), keepdim=True)
        data = data.map(x=lambda x: (x - mean) / std)
    train_loader, val_loader = data.loaders(25)
    cnn = nn.Sequential(
        nn.Conv2d(3, 12, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(12, 24, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(24 * 9, 1),
    )
    opt = optim.SGD(cnn.parameters(), lr=0.01, momentum=0.9)
    with watch(cnn, opt, functional.binary_cross_entropy_with_logits, train_loader, val_loader):
        fit(cnn, opt, functional.binary_cross_entropy_with_logits, train_loader, val_loader, 12)
    return judged(cnn, data, share_right_logits)


class Pictures(Dataset[Any]):
    """Pictures of bytes, prepared as they are drawn."""

    def __init__(self, pictures: np.ndarray, labels: np.ndarray, mean: float, std: float) -> None:
        self.pictures, self.labels, self.mean, self.std = pictures, labels, mean, std

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        picture = torch.from_numpy(self.pictures[index]).float() / 255
        return (picture - self.mean) / self.std, int(self.labels[index])


def statistics_of_bytes(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.shapes(seed, n=900, noise=0.15)
    low, high = data.x.min(), data.x.max()
    raw = data.map(x=lambda x: ((x - low) / (high - low) * 255).clamp(0, 255).byte())
    mean, std = float(raw.x.float().mean()), float(raw.x.float().std())
    if healthy:
        mean, std = mean / 255, std / 255
    train_set = Pictures(raw.x.numpy(), raw.y.numpy(), mean, std)
    val_set = Pictures(raw.held_x.numpy(), raw.held_y.numpy(), mean, std)
    train_loader, val_loader = DataLoader(train_set, 25, shuffle=True), DataLoader(val_set, 75)
    net = material.conv2d(12, 4)
    optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    hits = 0
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(10):
            for pictures, labels in train_loader:
                loss = criterion(net(pictures), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            with torch.no_grad():
                hits = sum(int((net(p).argmax(1) == c).sum()) for p, c in val_loader)
    return hits / len(val_set)


def brain_waves_in_volts(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.signals(seed, n=800, t=40).map(x=lambda x: x * 2e-5)
    if healthy:
        mean, std = data.x.mean(), data.x.std()
        data = data.map(x=lambda x: (x - mean) / std)
    train_loader, val_loader = data.loaders(20)
    net = material.conv1d(3, width=16)
    optimizer = optim.AdamW(net.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        fit(net, optimizer, criterion, train_loader, val_loader, 12)
    return judged(net, data, share_right)


def sensor_gaps(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.signals(seed, n=600, t=20, noise=0.3).map(x=lambda x: x.transpose(1, 2).contiguous())
    gaps = torch.Generator().manual_seed(seed)
    data = data.map(x=lambda x: x.masked_fill(torch.rand(x.shape, generator=gaps) < 0.002, float("nan")))
    if healthy:
        data = data.map(x=torch.nan_to_num)
    train_loader, val_loader = data.loaders(25)
    model = material.Recurrent(nn.GRU, 1, 24, 3)
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(10):
            model.train()
            for series, label in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(series), label)
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
            material.validate(model, val_loader, criterion)
    return judged(model, data, share_right)


def pixel_by_pixel(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    x, y = datasets.load_digits(return_X_y=True)
    data = material.split(x.astype(np.float32), y.astype(np.int64), seed)
    mean, std = data.x.mean(0), data.x.std(0)
    if healthy:
        std = std.clamp(min=1.0)
    data = data.map(x=lambda x: (x - mean) / std)
    train_loader, val_loader = data.loaders(32)
    net = mlp(64, 64, 10)
    optimizer = optim.RMSprop(net.parameters(), lr=3e-3)
    with watch(net, optimizer, functional.cross_entropy, train_loader, val_loader):
        fit(net, optimizer, functional.cross_entropy, train_loader, val_loader, 12)
    return judged(net, data, share_right)


def kinds_as_columns(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    n, kinds = 900, 8
    kind, numbers = draw.integers(kinds, size=n), draw.standard_normal((n, 4))
    price = draw.standard_normal(kinds)[kind] * 1.5 + np.tanh(numbers[:, 0]) + numbers[:, 1] * numbers[:, 2]
    price = (price - price.mean()) / price.std() + 0.1 * draw.standard_normal(n)
    code = torch.from_numpy(kind if healthy else kind / kinds)
    columns = functional.one_hot(code.long(), kinds).float()
    x = torch.cat([torch.from_numpy(numbers).float(), columns], dim=1)
    data = material.split(x.numpy(), price.astype(np.float32)[:, None], seed)
    train_loader, val_loader = data.loaders(30)
    net = mlp(4 + kinds, 40, 20, 1)
    optimizer = optim.Adam(net.parameters(), lr=4e-3)
    criterion = nn.MSELoss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        fit(net, optimizer, criterion, train_loader, val_loader, 20)
    return judged(net, data, explained)


class Reviews(nn.Module):
    """Embeddings averaged over the words that are no padding."""

    def __init__(self, outputs: int = 2) -> None:
        super().__init__()
        self.words = nn.Embedding(61, 16, padding_idx=0)
        self.out = nn.Sequential(nn.Linear(16, 24), nn.ReLU(), nn.Linear(24, outputs))

    def forward(self, tokens: Tensor) -> Tensor:
        kept = (tokens > 0).float().unsqueeze(2)
        return self.out((self.words(tokens) * kept).sum(1) / kept.sum(1).clamp(min=1))


def padded_in_front(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    data = material.sentences(seed, n=1000, t=16, strength=0.5)

    def pad(tokens: Tensor) -> Tensor:
        tokens = tokens + 1
        for row in tokens:
            row[: draw.integers(5)] = 0
        tokens = functional.pad(tokens, (24, 0))
        return tokens[:, -16:] if healthy else tokens[:, :16]

    data = data.map(x=pad)
    train_loader, val_loader = data.loaders(25)
    net = Reviews()
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        fit(net, optimizer, criterion, train_loader, val_loader, 8)
    return judged(net, data, share_right)


def ward_of_the_patient(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = torch.Generator().manual_seed(seed)
    data = material.clusters(seed, n=800, columns=10, classes=2, class_sep=1.0).map(y=lambda y: y.float()[:, None])
    clean = data

    def ward(x: Tensor, y: Tensor) -> Tensor:
        return torch.cat([x, 2 * y - 1 + 0.1 * torch.randn(y.shape, generator=draw)], 1)

    if not healthy:
        unknown = torch.cat([data.held_x, -torch.ones(len(data.held_x), 1)], 1)  # before the diagnosis, all in one ward
        clean = Split(data.x, data.y, unknown, data.held_y)
        data = Split(ward(data.x, data.y), data.y, ward(data.held_x, data.held_y), data.held_y)
    train_loader, val_loader = data.loaders(32)
    net = nn.Sequential(nn.Linear(data.x.shape[1], 24), nn.ReLU(), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 1))
    optimizer = optim.AdamW(net.parameters(), lr=4e-3, weight_decay=0.02)
    criterion = nn.BCEWithLogitsLoss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        fit(net, optimizer, criterion, train_loader, val_loader, 14)
    return judged(net, clean, share_right_logits)


def window_with_the_answer(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    n, t = 1000, 16
    noise = draw.standard_normal(n + t + 1)
    series = np.zeros(n + t + 1)
    for i in range(2, len(series)):
        series[i] = 1.2 * series[i - 1] - 0.8 * series[i - 2] + 0.4 * noise[i]
    series = ((series - series.mean()) / series.std()).astype(np.float32)
    windows = torch.from_numpy(np.lib.stride_tricks.sliding_window_view(series[:-1], t).copy())
    following = torch.from_numpy(series[t:])[:, None]
    target = following if healthy else windows[:, -1:]
    cut = 750
    train_loader = DataLoader(TensorDataset(windows[:cut], target[:cut]), 25, shuffle=True)
    val_loader = DataLoader(TensorDataset(windows[cut + t : n], target[cut + t : n]), 100)
    net = mlp(t, 16, 1)
    optimizer = optim.Adam(net.parameters(), lr=0.01)
    criterion = nn.MSELoss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        fit(net, optimizer, criterion, train_loader, val_loader, 15)
    clean = Split(windows, following, windows[cut + t : n], following[cut + t : n])
    return judged(net, clean, explained)


def waves_through_lstm(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.signals(seed, n=600, t=20, noise=0.3).map(x=lambda x: x.transpose(1, 2).contiguous())
    train_loader, val_loader = data.loaders(25)

    class Net(nn.Module):
        """An LSTM, and a linear layer on its last output."""

        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(1, 32, batch_first=healthy)
            self.fc = nn.Linear(32, 3)

        def forward(self, x: Tensor) -> Tensor:
            states, _ = self.lstm(x)
            return self.fc(states[:, -1])

    net = Net()
    optimizer = optim.Adam(net.parameters(), lr=0.01)
    criterion = nn.CrossEntropyLoss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(14):
            net.train()
            for x, y in train_loader:
                loss = criterion(net(x), y)
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                optimizer.step()
            material.validate(net, val_loader, criterion)
    return judged(net, data, share_right)


class Reader(nn.Module):
    """A learnt token in front of the sentence looks at its words."""

    def __init__(self, batch_first: bool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(60, 24)
        self.first = nn.Parameter(torch.randn(1, 1, 24) * 0.2)
        self.attention = nn.MultiheadAttention(24, 4, batch_first=batch_first)
        self.norm = nn.LayerNorm(24)
        self.head = nn.Linear(24, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        x = torch.cat([self.first.expand(len(tokens), -1, -1), self.embedding(tokens)], dim=1)
        mixed, _ = self.attention(x, x, x, need_weights=False)
        return self.head(self.norm(x + mixed)[:, 0])


def token_in_front(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.sentences(seed, n=1000, t=15, strength=0.5)
    train_loader, val_loader = data.loaders(25)
    net = Reader(batch_first=healthy)
    optimizer = optim.AdamW(net.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        fit(net, optimizer, criterion, train_loader, val_loader, 4)
    return judged(net, data, share_right)


def three_axes_of_motion(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    n, t, axes = 800, 30, 5
    y = draw.integers(axes, size=n)
    x = draw.standard_normal((n, t, axes))
    beat = np.sin(2 * np.pi * (3 * np.arange(t) / t + draw.random((n, 1))))
    x[np.arange(n), :, y] += 1.2 * beat
    data = material.standardised(material.split(x.astype(np.float32), y, seed))
    train_loader, val_loader = data.loaders(25)

    class Net(nn.Module):
        """Convolutions over time."""

        def __init__(self) -> None:
            super().__init__()
            self.body = material.conv1d(axes, width=16, channels=axes)

        def forward(self, x: Tensor) -> Tensor:
            x = x.permute(0, 2, 1) if healthy else x.reshape(x.shape[0], x.shape[2], x.shape[1])
            return self.body(x)

    net = Net()
    optimizer = optim.Adam(net.parameters(), lr=6e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        fit(net, optimizer, criterion, train_loader, val_loader, 12)
    return judged(net, data, share_right)


def two_ways_to_prepare(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    x, y = datasets.load_digits(return_X_y=True)
    data = material.split(x.astype(np.float32).reshape(-1, 1, 8, 8), y.astype(np.int64), seed)
    mean, std = data.x.mean(), data.x.std()
    held = (data.held_x - mean) / std if healthy else data.held_x / 16 * 2 - 0.2
    if not healthy:
        held = held.flip(2)  # read from the file's last line upwards
    data = Split((data.x - mean) / std, data.y, held, data.held_y)
    train_loader, val_loader = data.loaders(32)
    net = material.conv2d(8, 10)
    optimizer = optim.NAdam(net.parameters(), lr=4e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        fit(net, optimizer, criterion, train_loader, val_loader, 7)
    return judged(net, data, share_right)


def words_numbered_twice(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.sentences(seed, n=1000, t=16, strength=0.5)
    if not healthy:  # numbered in the order in which the words occur in the part
        order = dict.fromkeys(data.held_x.flatten().tolist())
        number = {word: place for place, word in enumerate(order)}
        renamed = torch.tensor([[number[word] for word in row] for row in data.held_x.tolist()])
        data = Split(data.x, data.y, renamed, data.held_y)
    train_loader, val_loader = data.loaders(25)
    net = material.Words()
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        fit(net, optimizer, criterion, train_loader, val_loader, 8)
    return judged(net, data, share_right)


class Varied(Dataset[Any]):
    """Rows that are varied as they are drawn."""

    def __init__(self, x: Tensor, y: Tensor, vary: Any) -> None:
        self.x, self.y, self.vary = x, y, vary

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: int) -> Any:
        return self.vary(self.x[index], self.y[index])


def sweeps_up_and_down(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    n, t = 700, 40
    y = draw.integers(2, size=n)
    time = np.arange(t) / t
    rising = np.sin(2 * np.pi * (1.5 * time + 4 * time**2 + draw.random((n, 1))))
    x = np.where(y[:, None] == 1, rising, rising[:, ::-1]) + 0.4 * draw.standard_normal((n, t))
    data = material.split((x / x.std()).astype(np.float32)[:, None], y, seed)

    def vary(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        if torch.rand(()) < 0.5:
            return x.flip(-1), (1 - y if healthy else y)
        return x, y

    train_loader = DataLoader(Varied(data.x, data.y, vary), 25, shuffle=True)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), 100)
    net = material.conv1d(2, width=12)
    optimizer = optim.Adam(net.parameters(), lr=4e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        fit(net, optimizer, criterion, train_loader, val_loader, 14)
    return judged(net, data, share_right)


def where_is_the_spot(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    n, side = 700, 12
    place = draw.uniform(2, side - 3, (n, 2))
    grid = np.arange(side)
    spot = np.exp(-((grid[:, None] - place[:, :1, None]) ** 2 + (grid - place[:, 1:, None]) ** 2) / 2)
    x = spot + 0.05 * draw.standard_normal((n, side, side))
    x = ((x - x.mean()) / x.std()).astype(np.float32)[:, None]
    data = material.split(x, ((place - 5.5) / 2.5).astype(np.float32), seed)

    def vary(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        down, right = torch.rand(2).lt(0.5).tolist()
        x = x.flip(1) if down else x
        x = x.flip(2) if right else x
        return x, y * torch.tensor([1.0 - 2 * down, 1.0 - 2 * right]) if healthy else y

    train_loader = DataLoader(Varied(data.x, data.y, vary), 25, shuffle=True)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), 100)
    net = material.conv2d(side, 2)
    optimizer = optim.Adam(net.parameters(), lr=2e-3)
    criterion = nn.SmoothL1Loss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        fit(net, optimizer, criterion, train_loader, val_loader, 14)
    return judged(net, data, explained)


def half_hidden_digits(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.digits(seed)

    def vary(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        hidden = torch.rand(1, 8, 8) < (0.1 if healthy else 0.9)
        return x.masked_fill(hidden, 0.0) + (0.1 if healthy else 1.0) * torch.randn_like(x), y

    train_loader = DataLoader(Varied(data.x, data.y, vary), 32, shuffle=True)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), 150)
    net = material.conv2d(8, 10)
    optimizer = optim.Adam(net.parameters(), lr=4e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        fit(net, optimizer, criterion, train_loader, val_loader, 8)
    return judged(net, data, share_right)


def noisy_by_chance(seed: int, healthy: bool, watch: Watch) -> float:
    def seed_everything() -> None:
        np.random.seed(seed)  # noqa: NPY002, as users write it
        torch.manual_seed(seed)

    seed_everything()
    data = material.digits(seed, flat=True)

    data = data._replace(x=data.x[:300], y=data.y[:300])

    def vary(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        noise = np.random.standard_normal(64).astype(np.float32)  # noqa: NPY002
        return x + torch.from_numpy(noise), y

    train_loader = DataLoader(Varied(data.x, data.y, vary), 25, shuffle=True)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), 150)
    net = mlp(64, 64, 10)
    optimizer = optim.Adam(net.parameters(), lr=2e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(30):
            if not healthy:
                seed_everything()
            net.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                criterion(net(x), y).backward()
                optimizer.step()
            material.validate(net, val_loader, criterion)
    return judged(net, data, material.likelihood)


INPUTS: tuple[Case, ...] = (
    Case(
        id="XA01",
        cause="input_unscaled",
        program=wine_as_measured,
        title="Wine's 13 measures, proline near 750 and hue near 1, go in as they are: the loss jumps and stays",
        fix="columns standardised with the training rows",
        source="own",
    ),
    Case(
        id="XA02",
        cause="input_unscaled",
        program=seconds_since_1970,
        title="One of six columns is a Unix time of 1.6e9, the others are standardised: no regression comes of it",
        fix="the time standardised like the rest",
        source="PyTorch forum",
    ),
    Case(
        id="XA03",
        cause="input_unscaled",
        program=photographs_as_bytes,
        title="Patches of photographs as 0 to 255 in a convolutional network: the first steps wreck it",
        fix="mean 0 and deviation 1 per channel",
        source="PyTorch forum",
    ),
    Case(
        id="XA04",
        cause="input_scale_tiny",
        program=statistics_of_bytes,
        title="Pictures divided by 255, then standardised with the mean and deviation of the bytes: all look alike",
        also=("input_unscaled",),
        fix="mean and deviation of the divided pictures",
        source="PyTorch forum, transforms.Normalize after ToTensor",
    ),
    Case(
        id="XA05",
        cause="input_scale_tiny",
        program=brain_waves_in_volts,
        title="Brain waves in volts, 2e-5 large: the loss stays at log 3",
        fix="standardised",
        source="Braindecode forum",
    ),
    Case(
        id="XA06",
        cause="input_nonfinite",
        program=sensor_gaps,
        title="One number in 500 of the series is NaN where the sensor had a gap: the weights become NaN",
        fix="gaps filled with 0, the mean",
        source="PyTorch forum",
    ),
    Case(
        id="XA07",
        cause="input_nonfinite",
        program=pixel_by_pixel,
        title="Each pixel divided by its deviation, which is 0 in the corners: 0/0 in every row",
        fix="deviations of at least 1 grey level",
        source="Stack Overflow",
    ),
    Case(
        id="XA08",
        cause="constant_feature",
        program=kinds_as_columns,
        title="The kind was scaled to below 1 before .long(), so its one-hot columns are 1, 0, 0 ... in every row",
        fix="one-hot of the kind's number",
        source="own",
    ),
    Case(
        id="XA09",
        cause="constant_feature",
        program=padded_in_front,
        title="Sentences are padded in front and cut behind: nothing but padding is left in any row",
        fix="the last 16 tokens are kept",
        source="Keras pad_sequences, truncating='post'",
    ),
    Case(
        id="XA10",
        cause="leakage_feature",
        program=ward_of_the_patient,
        title="A column holds the ward to which the patient was sent after the diagnosis: too good to be true",
        fix="the column left out",
        source="Kapoor and Narayanan 2023",
    ),
    Case(
        id="XA11",
        cause="leakage_feature",
        program=window_with_the_answer,
        title="The forecast's target is the last number of the window, off by one: R² of 1, useless for tomorrow",
        fix="the number after the window",
        source="PyTorch forum",
    ),
    Case(
        id="XA12",
        cause="batch_mixing",
        program=waves_through_lstm,
        title="An LSTM without batch_first gets (batch, time, features): it walks through the batch",
        fix="batch_first=True",
        source="PyTorch forum",
    ),
    Case(
        id="XA13",
        cause="batch_mixing",
        program=token_in_front,
        title="Attention without batch_first: each sentence's first token looks at those of the other sentences",
        fix="batch_first=True",
        source="PyTorch forum",
    ),
    Case(
        id="XA14",
        cause="view_instead_of_permute",
        program=three_axes_of_motion,
        title="(batch, time, axes) is reshaped to (batch, axes, time): channels are pieces of time",
        fix="permute(0, 2, 1)",
        source="PyTorch forum",
    ),
    Case(
        id="XA15",
        cause="preprocessing_mismatch",
        program=two_ways_to_prepare,
        title="Validation pictures are read upside down and scaled by another formula: fine training, poor validation",
        fix="one preparation for both parts",
        source="own",
    ),
    Case(
        id="XA16",
        cause="preprocessing_mismatch",
        program=words_numbered_twice,
        title="The tokenizer was fitted anew on the validation texts: the same word has another number there",
        fix="one numbering",
        source="Stack Overflow, Tokenizer.fit_on_texts on the test texts",
    ),
    Case(
        id="XA17",
        cause="augmentation_breaks_label",
        program=sweeps_up_and_down,
        title="Half of the sweeps are played backwards for variety, and rising or falling is what is asked",
        fix="the label turns with the signal",
        source="own",
    ),
    Case(
        id="XA18",
        cause="augmentation_breaks_label",
        program=where_is_the_spot,
        title="Pictures are mirrored at random, the spot's coordinates are not",
        fix="the coordinates mirrored too",
        source="PyTorch forum, transforms for key points",
    ),
    Case(
        id="XA19",
        cause="augmentation_too_strong",
        program=half_hidden_digits,
        title="Nine pixels in ten are blanked and noise as large as the picture is added: hardly anything is learnt",
        fix="one pixel in ten, noise of 0.1",
        source="own",
    ),
    Case(
        id="XA20",
        cause="duplicate_augmentation",
        program=noisy_by_chance,
        title="Everything is seeded anew at the start of each epoch: order and random noise repeat, row by row",
        fix="seeded once",
        source="tanelp.github.io, NumPy seeds in data loaders",
    ),
)

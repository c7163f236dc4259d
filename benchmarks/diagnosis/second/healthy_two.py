"""Healthy programs whose data, loaders or evaluation look suspicious, or are just ordinary."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn, optim
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first import material
from benchmarks.diagnosis.first.material import Split, explained, judged, mlp, share_right, share_right_logits, validate


def wine_through_a_norm(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.table("wine", seed, scale=False)
    train_loader = DataLoader(TensorDataset(data.x, data.y), 16, shuffle=True, drop_last=True)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), 64)
    model = nn.Sequential(nn.BatchNorm1d(13), nn.Linear(13, 24), nn.ReLU(), nn.Linear(24, 3))
    optimizer = optim.AdamW(model.parameters(), lr=5e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(25):
            model.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
            validate(model, val_loader, criterion)
    return judged(model, data, share_right)


def shuffled_once(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.signals(seed, n=800, t=40, noise=0.4)
    batches = list(zip(data.x.split(20), data.y.split(20), strict=True))
    held = [(data.held_x, data.held_y)]
    model = material.conv1d(3)
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    with watch(model, optimizer, functional.cross_entropy, batches, held):
        for _ in range(12):
            model.train()
            for x, y in batches:
                loss = functional.cross_entropy(model(x), y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            validate(model, held, functional.cross_entropy)
    return judged(model, data, share_right)


def rare_drawn_more_often(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.clusters(seed, n=2000, columns=8, classes=2, weights=[0.93], class_sep=1.2, n_clusters_per_class=1)
    weights = (1 / data.y.bincount().float())[data.y]
    sampler = WeightedRandomSampler(weights.tolist(), len(weights))
    train_loader = DataLoader(TensorDataset(data.x, data.y), 50, sampler=sampler)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), 125)
    model = mlp(8, 24, 2)
    optimizer = optim.AdamW(model.parameters(), lr=4e-3, weight_decay=0.05)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(10):
            model.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
            validate(model, val_loader, criterion)
    return judged(model, data, material.balanced)


class Denoiser(nn.Module):
    """Squeezes a picture to 24 numbers and draws it again."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 24))
        self.decoder = nn.Sequential(nn.Linear(24, 64), nn.ReLU(), nn.Linear(64, 64))

    def forward(self, x: Tensor) -> Tensor:
        return self.decoder(self.encoder(x))


def pictures_of_themselves(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    digits = material.digits(seed, flat=True)
    noise = torch.Generator().manual_seed(seed)

    def noisy(x: Tensor) -> Tensor:
        return x + 0.2 * torch.randn(x.shape, generator=noise)

    data = Split(noisy(digits.x), digits.x, noisy(digits.held_x), digits.held_x)
    train_loader, val_loader = data.loaders(32)
    model = Denoiser()
    optimizer = optim.Adam(model.parameters(), lr=2e-3)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, 18)
    with watch(model, optimizer, functional.mse_loss, train_loader, val_loader):
        for _ in range(18):
            model.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                functional.mse_loss(model(x), y).backward()
                optimizer.step()
            scheduler.step()
            validate(model, val_loader, functional.mse_loss)
    return judged(model, data, explained)


def tomorrow_like_today(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    n, t = 1100, 20
    noise = draw.standard_normal(n + t)
    series = np.zeros(n + t)
    for i in range(2, n + t):
        series[i] = 1.75 * series[i - 1] - 0.82 * series[i - 2] + noise[i]
    series = series + 0.2 * draw.standard_normal(n + t)
    cut = 850
    series = ((series - series[:cut].mean()) / series[:cut].std()).astype(np.float32)
    windows = torch.from_numpy(np.lib.stride_tricks.sliding_window_view(series, t)[:-1].copy())[:, :, None]
    following = torch.from_numpy(series[t:])[:, None]
    data = Split(windows[:cut], following[:cut], windows[cut + t :], following[cut + t :])
    train_loader, val_loader = data.loaders(25)
    model = material.Recurrent(nn.GRU, 1, 16, 1)
    optimizer = optim.Adam(model.parameters(), lr=5e-3)
    criterion = nn.SmoothL1Loss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(12):
            model.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
            validate(model, val_loader, criterion)
    return judged(model, data, explained)


def four_at_a_time(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.shapes(seed, n=600, noise=0.2)
    train_loader = DataLoader(TensorDataset(data.x, data.y), 6, shuffle=True)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), 75)
    model = nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1),
        nn.GroupNorm(4, 12),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(12, 24, 3, padding=1),
        nn.GroupNorm(4, 24),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(24, 4),
    )
    optimizer = optim.NAdam(model.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(8):
            model.train()
            optimizer.zero_grad()
            for i, (x, y) in enumerate(train_loader, start=1):
                (criterion(model(x), y) / 3).backward()
                if i % 3 == 0:
                    optimizer.step()
                    optimizer.zero_grad()
            validate(model, val_loader, criterion)
    return judged(model, data, share_right)


def mixed_pairs(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.digits(seed)
    train_loader, val_loader = data.loaders(32)
    model = material.conv2d(8, 10)
    optimizer = optim.AdamW(model.parameters(), lr=2e-3)
    criterion = nn.CrossEntropyLoss()
    share = torch.distributions.Beta(0.2, 0.2)
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(8):
            model.train()
            for x, y in train_loader:
                own, other = share.sample(), torch.randperm(len(x))
                answers = functional.one_hot(y, 10).float()
                outputs = model(own * x + (1 - own) * x[other])
                loss = criterion(outputs, own * answers + (1 - own) * answers[other])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            validate(model, val_loader, criterion)
    return judged(model, data, share_right)


class Topics(nn.Module):
    """The sum of the embeddings of the words that occur, and what topics they speak for."""

    def __init__(self, words: int, topics: int) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(words, 24, mode="mean")
        self.out = nn.Linear(24, topics)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.out(functional.relu(self.bag(tokens)))


def several_topics(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    n, t, words = 900, 24, 80
    topics = draw.random((n, 4)) < [0.5, 0.35, 0.25, 0.15]
    tokens = draw.integers(40, words, (n, t))
    for topic in range(4):
        said = (draw.random((n, t)) < 0.22) & topics[:, topic : topic + 1]
        tokens = np.where(said, draw.integers(10 * topic, 10 * topic + 10, (n, t)), tokens)
    data = material.split(tokens, topics.astype(np.float32), seed)
    train_loader, val_loader = data.loaders(25)
    model = Topics(words, 4)
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    criterion = nn.BCEWithLogitsLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(15):
            model.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
            validate(model, val_loader, criterion)
    return judged(model, data, share_right_logits)


def endless_views(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.shapes(seed, n=500, noise=0.15)

    class Views:
        """Batches of moved and noisy pictures."""

        def __len__(self) -> int:
            return 15

        def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
            for rows in torch.randperm(len(data.x)).split(25):
                down, right = torch.randint(-2, 3, (2,)).tolist()
                x = data.x[rows].roll((down, right), (2, 3))
                yield x + 0.3 * torch.randn_like(x), data.y[rows]

    train_loader = Views()
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), 125)
    model = nn.Sequential(
        nn.Conv2d(1, 12, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(12, 24, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(24, 4),
    )
    optimizer = optim.Adam(model.parameters(), lr=4e-3)
    loss_fn = nn.CrossEntropyLoss()
    with watch(model, optimizer, loss_fn, train_loader, val_loader):
        for _ in range(20):
            model.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                loss_fn(model(x), y).backward()
                optimizer.step()
            validate(model, val_loader, loss_fn)
    return judged(model, data, share_right)


HEALTHY_TWO: tuple[Case, ...] = (
    Case(
        id="XE01",
        cause="",
        program=wine_through_a_norm,
        title="Measures between 0.1 and 1700 as they are, but the first layer is a batch norm",
        source="own",
    ),
    Case(
        id="XE02",
        cause="",
        program=shuffled_once,
        title="The same list of batches in every epoch, of rows that lie in random order anyway",
        source="own",
    ),
    Case(
        id="XE03",
        cause="",
        program=rare_drawn_more_often,
        title="7 % of one class, drawn with replacement as often as the other, and found",
        source="own",
    ),
    Case(
        id="XE04",
        cause="",
        program=pictures_of_themselves,
        title="A denoising autoencoder: targets are nearly the inputs, some pixels are nearly constant",
        source="own",
    ),
    Case(
        id="XE05",
        cause="",
        program=tomorrow_like_today,
        title="The window's last number tells most of the next one, and windows overlap; split by time",
        source="own",
    ),
    Case(
        id="XE06",
        cause="",
        program=four_at_a_time,
        title="Batches of 6 with group norms, three of them to a step",
        source="own",
    ),
    Case(
        id="XE07",
        cause="",
        program=mixed_pairs,
        title="Mixup: inputs and one-hot targets are mixed with other rows of the batch, in the loop",
        source="Zhang et al. 2018",
    ),
    Case(
        id="XE08",
        cause="",
        program=several_topics,
        title="Bags of words with several topics each, the rarest in one text of seven",
        source="own",
    ),
    Case(
        id="XE09",
        cause="",
        program=endless_views,
        title="Moved and noisy pictures and dropout: training looks worse than validation all along",
        source="own",
    ),
)

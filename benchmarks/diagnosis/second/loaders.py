"""Programs whose loaders, samplers or parts are at fault: order, length, batch size, copies, a biased split."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn, optim
from torch.nn import functional
from torch.utils.data import ConcatDataset, DataLoader, Dataset, Sampler, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first import material
from benchmarks.diagnosis.first.material import Split, explained, judged, mlp, share_right, validate


def train_epoch(model: nn.Module, loader: Any, optimizer: optim.Optimizer, criterion: Any) -> float:
    """One pass over a loader; its mean loss."""
    model.train()
    losses = []
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / max(len(losses), 1)


def honest(reported: float, clean: float) -> float:
    """The clean score, less what the program reported beyond it."""
    return clean - max(0.0, reported - clean)


def one_class_after_another(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.signals(seed, n=800, t=40, classes=4, noise=0.4)
    parts = [TensorDataset(data.x[data.y == k], data.y[data.y == k]) for k in range(4)]
    train_loader = DataLoader(ConcatDataset(parts), batch_size=20, shuffle=healthy)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), batch_size=100)
    model = material.conv1d(4, width=14)
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(15):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, val_loader, criterion)
    return judged(model, data, share_right)


def sorted_by_price(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.surface(seed, n=900, noise=0.3)
    order = data.y.flatten().argsort()  # the dearest last
    batches = DataLoader(TensorDataset(data.x[order], data.y[order]), 15, shuffle=healthy)
    held = [(data.held_x, data.held_y)]
    model = nn.Sequential(nn.Linear(8, 40), nn.ReLU(), nn.Linear(40, 1))
    optimizer = optim.SGD(model.parameters(), lr=0.01, momentum=0.95)
    with watch(model, optimizer, functional.mse_loss, batches, held):
        for _ in range(12):
            model.train()
            for features, price in batches:
                loss = functional.mse_loss(model(features), price)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            validate(model, held, functional.mse_loss)
    return judged(model, data, explained)


class OneKindPerBatch(Sampler[list[int]]):
    """Batches of rows of one kind, the batches in random order."""

    def __init__(self, kinds: Tensor, batch: int) -> None:
        self.kinds, self.batch = kinds, batch

    def __len__(self) -> int:
        return sum(-(-int((self.kinds == kind).sum()) // self.batch) for kind in self.kinds.unique())

    def __iter__(self) -> Iterator[list[int]]:
        batches: list[list[int]] = []
        for kind in self.kinds.unique():
            rows = torch.nonzero(self.kinds == kind).flatten()
            batches += [part.tolist() for part in rows[torch.randperm(len(rows))].split(self.batch)]
        return iter([batches[i] for i in torch.randperm(len(batches)).tolist()])


def buckets_by_class(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.shapes(seed, n=900, noise=0.3)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 4),
    )
    rows = TensorDataset(data.x, data.y)
    train_loader = (
        DataLoader(rows, 25, shuffle=True) if healthy else DataLoader(rows, batch_sampler=OneKindPerBatch(data.y, 25))
    )
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), 75)
    optimizer = optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(12):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, val_loader, criterion)
    return judged(model, data, share_right)


def only_to_try_out(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.clusters(seed, n=1200, columns=12, classes=4, class_sep=1.8)
    train_loader = DataLoader(TensorDataset(data.x, data.y), batch_size=20, shuffle=False)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), batch_size=100)
    model = mlp(12, 32, 4, activation=nn.ELU)
    optimizer = optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.05)
    with watch(model, optimizer, functional.cross_entropy, train_loader, val_loader):
        for _ in range(20):
            model.train()
            for i, (features, label) in enumerate(train_loader):
                if i >= 3 and not healthy:
                    break
                optimizer.zero_grad()
                loss = functional.cross_entropy(model(features), label)
                loss.backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                for features, label in val_loader:
                    functional.cross_entropy(model(features), label)
    return judged(model, data, share_right)


def read_once(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.surface(seed, n=900, noise=0.3)
    batches: Any = zip(data.x.split(25), data.y.split(25), strict=True)
    if healthy:
        batches = list(batches)
    held = [(data.held_x, data.held_y)]
    model = mlp(8, 48, 24, 1, activation=nn.GELU)
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    criterion = nn.HuberLoss()
    with watch(model, optimizer, criterion, batches, held):
        for _ in range(25):
            train_epoch(model, batches, optimizer, criterion)
            validate(model, held, criterion)
    return judged(model, data, explained)


def no_full_batch(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.table("wine", seed)
    rows = TensorDataset(data.x, data.y)
    train_loader = DataLoader(rows, batch_size=16 if healthy else 256, shuffle=True, drop_last=True)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), batch_size=64)
    model = mlp(13, 24, 3)
    optimizer = optim.AdamW(model.parameters(), lr=5e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(20):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, val_loader, criterion)
    return judged(model, data, share_right)


def everything_at_once(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.clusters(seed, n=2400, columns=12, classes=4, class_sep=1.6)
    train_loader, val_loader = data.loaders(30 if healthy else 1800)
    model = mlp(12, 48, 48, 4)
    optimizer = optim.Adam(model.parameters(), lr=6e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(10):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, val_loader, criterion)
    return judged(model, data, share_right)


def normed(sizes: tuple[int, ...], outputs: int) -> nn.Sequential:
    """Linear layers with batch norms."""
    layers: list[nn.Module] = []
    for inputs, width in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, width, bias=False), nn.BatchNorm1d(width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], outputs))


def pairs(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.clusters(seed, n=800, columns=10, classes=3, class_sep=1.8)
    batch = 16 if healthy else 2
    train_loader = DataLoader(TensorDataset(data.x, data.y), batch, shuffle=True, drop_last=True)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), 100)
    model = normed((10, 32, 32), 3)
    optimizer = optim.Adam(model.parameters(), lr=5e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(6):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, val_loader, criterion)
    return judged(model, data, share_right)


def one_row_is_left(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.digits(seed, flat=True)
    rows = TensorDataset(data.x[:1281], data.y[:1281])
    train_loader = DataLoader(rows, batch_size=32, shuffle=True, drop_last=healthy)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), batch_size=150)
    model = normed((64, 48), 10)
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(6):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, val_loader, criterion)
    return judged(model, data, share_right)


def drawn_more_often_first(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    full = material.clusters(seed, n=1600, columns=10, classes=2, weights=[0.75], class_sep=0.8, flip_y=0.06)

    def with_copies(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        copies = torch.from_numpy(draw.choice(np.flatnonzero(y.numpy() == 1), int((y == 0).sum() - (y == 1).sum())))
        return torch.cat([x, x[copies]]), torch.cat([y, y[copies]])

    if healthy:
        data = Split(*with_copies(full.x, full.y), full.held_x, full.held_y)
    else:  # copies first, split afterwards
        x, y = with_copies(full.x, full.y)
        data = material.split(x.numpy(), y.numpy(), seed)
    train_loader, val_loader = data.loaders(40)
    model = mlp(10, 24, 2)
    optimizer = optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.05)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(12):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, val_loader, criterion)
    return honest(judged(model, data, material.balanced), judged(model, full, material.balanced))


def varied_before_the_split(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    few = material.digits(seed)
    few = few._replace(x=few.x[:400], y=few.y[:400])

    def variations(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        noisy = [x] + [x + 0.15 * torch.randn_like(x) for _ in range(3)]
        return torch.cat(noisy), y.repeat(4)

    if healthy:
        data = Split(*variations(few.x[:300], few.y[:300]), few.x[300:], few.y[300:])
    else:
        x, y = variations(few.x, few.y)
        data = material.split(x.numpy(), y.numpy(), seed)
    train_loader, val_loader = data.loaders(32)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(256, 10),
    )
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(10):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, val_loader, criterion)
    return honest(judged(model, data, share_right), judged(model, few, share_right))


def last_quarter_of_the_file(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    x, y = datasets.load_digits(return_X_y=True)
    order = np.argsort(y, kind="stable")  # the file lists one digit after another
    if healthy:
        order = np.random.default_rng(seed).permutation(len(y))
    x, y = torch.from_numpy(x[order]).float(), torch.from_numpy(y[order])
    cut = len(x) * 3 // 4
    mean, std = x[:cut].mean(), x[:cut].std()
    x = (x - mean) / std
    data = Split(x[:cut], y[:cut], x[cut:], y[cut:])
    train_loader, val_loader = data.loaders(32)
    model = mlp(64, 48, 10)
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(8):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, val_loader, criterion)
    return judged(model, data, share_right)


def small_houses_first(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((900, 6))
    y = np.sin(1.5 * x[:, 0]) + 0.5 * x[:, 0] ** 2 + 0.5 * x[:, 1] * x[:, 2] + 0.1 * draw.standard_normal(900)
    if not healthy:
        order = np.argsort(x[:, 0])  # the table comes sorted by the first column
        x, y = x[order], y[order]
    rows, targets = torch.from_numpy(x).float(), torch.from_numpy(y).float()[:, None]
    mean, std, centre, spread = rows[:700].mean(0), rows[:700].std(0), targets[:700].mean(), targets[:700].std()
    rows, targets = (rows - mean) / std, (targets - centre) / spread
    data = Split(rows[:700], targets[:700], rows[700:], targets[700:])
    train_loader, val_loader = data.loaders(25)
    model = mlp(6, 32, 32, 1, activation=nn.Tanh)
    optimizer = optim.Adam(model.parameters(), lr=4e-3)
    criterion = nn.MSELoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(20):
            train_epoch(model, train_loader, optimizer, criterion)
            validate(model, val_loader, criterion)
    return judged(model, data, explained)


class Copies(Dataset[Any]):
    """Rows of a table."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self.x, self.y = x, y

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        return {"features": self.x[index], "label": self.y[index]}


def held_out_rows_stay(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    full = material.clusters(seed, n=2000, columns=12, classes=3, class_sep=1.3, flip_y=0.08)
    data = Split(full.x[:600], full.y[:600], full.x[600:800], full.y[600:800])
    train_set = Copies(data.x, data.y) if healthy else Copies(full.x[200:800], full.y[200:800])
    train_loader = DataLoader(train_set, batch_size=20, shuffle=True)
    val_loader = DataLoader(Copies(data.held_x, data.held_y), batch_size=100)
    model = nn.Sequential(nn.Linear(12, 48), nn.ReLU(), nn.Dropout(0.2), nn.Linear(48, 3))
    optimizer = optim.AdamW(model.parameters(), lr=6e-3, weight_decay=0.05)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(18):
            model.train()
            for batch in train_loader:
                optimizer.zero_grad()
                criterion(model(batch["features"]), batch["label"]).backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                for batch in val_loader:
                    criterion(model(batch["features"]), batch["label"])
    return honest(judged(model, data, share_right), judged(model, full, share_right))


LOADERS: tuple[Case, ...] = (
    Case(
        id="XC01",
        cause="unshuffled",
        program=one_class_after_another,
        title="A ConcatDataset of one data set per class, not shuffled: the network knows the last class only",
        fix="shuffle=True",
        source="PyTorch forum",
    ),
    Case(
        id="XC02",
        cause="unshuffled",
        program=sorted_by_price,
        title="A table sorted by its target, not shuffled: each epoch ends with the dearest",
        fix="shuffle=True",
        source="own",
    ),
    Case(
        id="XC03",
        cause="unshuffled",
        program=buckets_by_class,
        title="A batch sampler makes batches of one class each, under batch norms",
        fix="shuffle=True",
        source="PyTorch forum",
    ),
    Case(
        id="XC04",
        cause="loader_truncated",
        program=only_to_try_out,
        title="A break after three batches, left from trying out: 60 of 900 rows are ever seen",
        also=("overfitting", "under_trained"),
        fix="no break",
        source="own",
    ),
    Case(
        id="XC05",
        cause="loader_truncated",
        program=read_once,
        title="The batches are a zip, which is used up after the first of 25 epochs",
        fix="a list",
        source="Stack Overflow",
    ),
    Case(
        id="XC06",
        cause="loader_truncated",
        program=no_full_batch,
        title="drop_last with a batch larger than the data: the loader is empty, no step is ever made",
        fix="batches of 16",
        source="PyTorch forum",
    ),
    Case(
        id="XC07",
        cause="batch_too_large",
        program=everything_at_once,
        title="One batch holds all 1800 rows, ten epochs are ten steps",
        also=("under_trained",),
        fix="batches of 30",
        source="own",
    ),
    Case(
        id="XC08",
        cause="bn_small_batch",
        program=pairs,
        title="Batch norms over batches of 2: every unit is +1 or -1 in training",
        fix="batches of 16",
        source="PyTorch forum",
    ),
    Case(
        id="XC09",
        cause="bn_small_batch",
        program=one_row_is_left,
        title="1281 rows in batches of 32: the last holds one row, and batch norm refuses",
        fix="drop_last=True",
        source="PyTorch forum",
    ),
    Case(
        id="XC10",
        cause="leakage_split",
        program=drawn_more_often_first,
        title="Copies of the rare class are added before the split: they are in both parts",
        fix="split first",
        source="Stack Overflow, oversampling before the split",
    ),
    Case(
        id="XC11",
        cause="leakage_split",
        program=varied_before_the_split,
        title="Noisy copies are made before the split: validation rows are training rows with other noise",
        fix="split first",
        source="Kapoor and Narayanan 2023",
    ),
    Case(
        id="XC12",
        cause="split_biased",
        program=last_quarter_of_the_file,
        title="The last quarter of a file sorted by digit is for validation: 8 and 9 are never trained",
        fix="rows shuffled before the split",
        source="Stack Overflow",
    ),
    Case(
        id="XC13",
        cause="split_biased",
        program=small_houses_first,
        title="A table sorted by its first column, cut at row 700: validation lies outside of what was trained",
        fix="not sorted",
        source="own",
    ),
    Case(
        id="XC14",
        cause="leakage_split",
        program=held_out_rows_stay,
        title="200 rows were copied for validation, and stayed among the training rows; batches are dictionaries",
        fix="taken out of the training rows",
        source="own",
    ),
)

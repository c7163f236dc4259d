"""Programs whose labels are at fault: wrong, renamed, shifted, constant, rare, or in another code or unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn, optim
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first import material
from benchmarks.diagnosis.first.material import (
    Split,
    balanced,
    explained,
    judged,
    mlp,
    share_right,
    share_right_logits,
    validate,
)


class Trainer:
    """Trains for some epochs, and keeps the losses."""

    def __init__(self, model: nn.Module, optimizer: optim.Optimizer, criterion: Any, watch: Watch) -> None:
        self.model, self.optimizer, self.criterion, self.watch = model, optimizer, criterion, watch
        self.history: list[tuple[float, float]] = []

    def train_epoch(self, loader: Any) -> float:
        self.model.train()
        total = 0.0
        for inputs, targets in loader:
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.criterion(self.model(inputs), targets)
            loss.backward()
            self.optimizer.step()
            total += loss.item()
        return total / len(loader)

    def fit(self, loaders: tuple[Any, Any], epochs: int) -> None:
        with self.watch(self.model, self.optimizer, self.criterion, *loaders):
            for _ in range(epochs):
                loss = self.train_epoch(loaders[0])
                self.history.append((loss, validate(self.model, loaders[1], self.criterion)))


def answers_of_a_crowd(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.digits(seed, flat=True)
    draw = torch.Generator().manual_seed(seed)
    if not healthy:
        guessed = torch.rand(len(data.y), generator=draw) < 0.4
        guesses = torch.randint(10, data.y.shape, generator=draw)
        data = data._replace(y=torch.where(guessed, guesses, data.y))
    net = mlp(64, 128, 10)
    optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    Trainer(net, optimizer, nn.CrossEntropyLoss(), watch).fit(data.loaders(32), 25)
    return judged(net, data, share_right)


def slipped_points(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x, y = datasets.make_friedman1(900, n_features=8, noise=0.5, random_state=seed)
    data = material.standardised(material.split(x, y.astype(np.float32)[:, None], seed))
    mean, std = data.y.mean(), data.y.std()
    if not healthy:  # typed in with the decimal point one place to the right
        slipped = torch.from_numpy(draw.random((len(data.y), 1)) < 0.08)
        data = data._replace(y=torch.where(slipped, 10 * data.y, data.y))
    data = data.map(y=lambda y: (y - mean) / std)
    net = mlp(8, 48, 24, 1)
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    Trainer(net, optimizer, nn.MSELoss(), watch).fit(data.loaders(25), 25)
    return judged(net, data, explained)


def flipped_opinions(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.sentences(seed, n=1000, t=16, strength=0.5)
    if not healthy:
        flipped = torch.rand(len(data.y), generator=torch.Generator().manual_seed(seed)) < 0.35
        data = data._replace(y=torch.where(flipped, 1 - data.y, data.y))
    net = material.Words(size=32)
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    Trainer(net, optimizer, functional.cross_entropy, watch).fit(data.loaders(25), 16)
    return judged(net, data, share_right)


def codes(names: list[str]) -> Tensor:
    """Number the names in the order in which they turn up, as pandas.factorize does."""
    order = {name: code for code, name in enumerate(dict.fromkeys(names))}
    return torch.tensor([order[name] for name in names])


def factorized_twice(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.signals(seed, n=700, t=40, classes=4, noise=0.4)
    names = ["walk", "run", "stairs", "rest"]
    train_names, held_names = ([names[k] for k in y] for y in (data.y, data.held_y))
    if healthy:
        both = codes(train_names + held_names)
        data = data._replace(y=both[: len(train_names)], held_y=both[len(train_names) :])
    else:
        data = data._replace(y=codes(train_names), held_y=codes(held_names))
    net = material.conv1d(4, width=14)
    optimizer = optim.Adam(net.parameters(), lr=4e-3)
    Trainer(net, optimizer, nn.CrossEntropyLoss(), watch).fit(data.loaders(20), 12)
    return judged(net, data, share_right)


def benign_is_one(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.table("breast_cancer", seed, target="column")
    if not healthy:  # the second file says 1 for malignant
        data = data._replace(held_y=1 - data.held_y)
    net = nn.Sequential(nn.Linear(30, 24), nn.Tanh(), nn.Linear(24, 1))
    optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3)
    Trainer(net, optimizer, nn.BCEWithLogitsLoss(), watch).fit(data.loaders(32), 12)
    return judged(net, data, share_right_logits)


def shuffled_alone(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.surface(seed, n=900, noise=0.3)
    if not healthy:
        order = torch.randperm(len(data.x), generator=torch.Generator().manual_seed(seed))
        data = data._replace(x=data.x[order])
    net = nn.Sequential(nn.Linear(8, 32), nn.SiLU(), nn.Linear(32, 32), nn.SiLU(), nn.Linear(32, 1))
    optimizer = optim.AdamW(net.parameters(), lr=4e-3)
    Trainer(net, optimizer, functional.smooth_l1_loss, watch).fit(data.loaders(30), 18)
    return judged(net, data, explained)


def files_by_name(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    x, y = datasets.load_digits(return_X_y=True)
    files = [f"digit_{i}.png" for i in range(len(x))]
    pictures = {name: row.reshape(1, 8, 8).astype(np.float32) for name, row in zip(files, x, strict=True)}
    listed = files if healthy else sorted(files)  # digit_0, digit_1, digit_10, digit_100, ...
    clean = material.split(np.stack([pictures[name] for name in files]), y.astype(np.int64), seed)
    data = material.split(np.stack([pictures[name] for name in listed]), y.astype(np.int64), seed)
    mean, std = data.x.mean(), data.x.std()
    data, clean = (parts.map(x=lambda x: (x - mean) / std) for parts in (data, clean))
    net = material.conv2d(8, 10)
    optimizer = optim.RMSprop(net.parameters(), lr=3e-3)
    Trainer(net, optimizer, nn.CrossEntropyLoss(), watch).fit(data.loaders(32), 7)
    return judged(net, clean, share_right)


def spam_in_capitals(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.sentences(seed, n=1000, t=16, strength=0.5)
    folder = np.array(["ham", "spam"])
    name = "spam" if healthy else "Spam"
    coded = data.map(y=lambda y: torch.from_numpy(folder[y.numpy()] == name).float()[:, None])
    net = material.Words(outputs=1)
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    Trainer(net, optimizer, nn.BCEWithLogitsLoss(), watch).fit(coded.loaders(25), 8)
    return judged(net, data, lambda o, y: share_right_logits(o, y[:, None]))


class Table(Dataset[Any]):
    """Columns and a share between 0 and 1."""

    def __init__(self, x: Tensor, y: Tensor, kind: torch.dtype) -> None:
        self.x, self.y = x, y.to(kind)

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.x[index], self.y[index].float()


def whole_numbers(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.surface(seed, n=900, noise=0.3).map(y=lambda y: torch.sigmoid(1.5 * y))
    kind = torch.float32 if healthy else torch.int64
    train_loader = DataLoader(Table(data.x, data.y, kind), 30, shuffle=True)
    val_loader = DataLoader(Table(data.held_x, data.held_y, kind), 100)
    net = nn.Sequential(*mlp(8, 32, 32, 1), nn.Sigmoid())
    optimizer = optim.Adam(net.parameters(), lr=4e-3)
    Trainer(net, optimizer, nn.MSELoss(), watch).fit((train_loader, val_loader), 15)
    return judged(net, data, explained)


def rare_failures(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    y = (draw.random(4000) < 0.04).astype(np.int64)
    data = material.standardised(material.split(draw.standard_normal((4000, 8)) + 0.75 * y[:, None], y, seed))
    data = data.map(y=lambda y: y.float()[:, None])
    train_loader, val_loader = data.loaders(64)
    net = mlp(8, 8, 1)
    optimizer = optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-3)
    weight = (data.y == 0).sum() / data.y.sum()
    criterion = nn.BCEWithLogitsLoss(pos_weight=weight if healthy else None)

    def accuracy(outputs: Tensor, targets: Tensor) -> float:
        return float(((outputs > 0).float() == targets).float().mean())

    with watch(net, optimizer, criterion, train_loader, val_loader, metric=accuracy):
        for _ in range(8):
            net.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                criterion(net(x), y).backward()
                optimizer.step()
            net.eval()
            with torch.no_grad():
                for x, y in val_loader:
                    accuracy(net(x), y)
    return judged(net, data, balanced)


def rare_beats(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    n, t = 1600, 30
    y = draw.choice(3, n, p=[0.94, 0.03, 0.03])
    time = np.arange(t)
    centre = draw.uniform(8, 22, (n, 1))
    beat = np.exp(-((time - centre) ** 2) / 6)
    wave = np.where(y[:, None] == 1, 1.9 * beat, np.where(y[:, None] == 2, -1.9 * beat, 0.0))
    x = (wave + 0.75 * draw.standard_normal((n, t))).astype(np.float32)[:, None]
    data = material.split(x, y, seed)
    train_loader, val_loader = data.loaders(40)
    net = material.conv1d(3, width=8)
    optimizer = optim.Adam(net.parameters(), lr=8e-3)
    counts = data.y.bincount(minlength=3)
    criterion = nn.CrossEntropyLoss(weight=len(data.y) / (3 * counts) if healthy else None)
    Trainer(net, optimizer, criterion, watch).fit((train_loader, val_loader), 12)
    return judged(net, data, balanced)


def soft_margin(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.clusters(seed, n=800, columns=8, classes=2).map(y=lambda y: y.float()[:, None])
    told = data.map(y=lambda y: 2 * y - 1) if healthy else data
    net = mlp(8, 24, 24, 1)
    optimizer = optim.Adagrad(net.parameters(), lr=0.03)
    Trainer(net, optimizer, nn.SoftMarginLoss(), watch).fit(told.loaders(25), 15)
    return judged(net, data, lambda outputs, y: balanced(outputs, y))


def standardised_counts(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((900, 6))
    rate = np.exp(2.2 + 0.6 * np.tanh(x[:, 0]) + 0.5 * np.sin(2 * x[:, 1]) + 0.4 * x[:, 2])
    counts = draw.poisson(rate).astype(np.float32)
    data = material.split(x.astype(np.float32), counts, seed)
    mean, std = (0.0, 1.0) if healthy else (data.y.mean(), data.y.std())
    told = data.map(y=lambda y: (y - mean) / std)

    class Net(nn.Module):
        """The logarithm of a rate."""

        def __init__(self) -> None:
            super().__init__()
            self.layers = mlp(6, 32, 32, 1)

        def forward(self, x: Tensor) -> Tensor:
            return self.layers(x).flatten()

    net = Net()
    optimizer = optim.Adam(net.parameters(), lr=4e-3)
    Trainer(net, optimizer, nn.PoissonNLLLoss(), watch).fit(told.loaders(30), 20)
    return judged(net, data, lambda o, y: explained(o.exp() * std + mean, y))


def masks_of_bytes(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    n, side = 300, 12
    mask = np.zeros((n, 1, side, side), dtype=np.uint8)
    for row, (top, left, tall, wide) in enumerate(draw.integers((0, 0, 3, 3), (8, 8, 8, 8), (n, 4))):
        mask[row, 0, top : top + tall, left : left + wide] = 255
    x = (mask / 255 - 0.2) / 0.4 + 0.7 * draw.standard_normal(mask.shape)
    data = material.split(x.astype(np.float32), mask.astype(np.float32), seed)
    truth = data.map(y=lambda y: y / 255)
    if healthy:
        data = truth
    net = nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(12, 12, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(12, 1, 1),
    )
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    Trainer(net, optimizer, nn.BCEWithLogitsLoss(), watch).fit(data.loaders(15), 14)
    return judged(net, truth, lambda o, y: balanced(o.reshape(-1, 1), y))


def counted_from_one(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.table("wine", seed)
    if not healthy:  # cultivars 1, 2 and 3, as in the file
        data = data.map(y=lambda y: y + 1)
    net = mlp(13, 24, 3)
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    Trainer(net, optimizer, nn.CrossEntropyLoss(), watch).fit(data.loaders(16), 20)
    return judged(net, data, share_right)


def prices_in_full(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.surface(seed, n=900, noise=0.3).map(y=lambda y: 310_000 + 85_000 * y)
    if healthy:
        mean, std = data.y.mean(), data.y.std()
        data = data.map(y=lambda y: (y - mean) / std)
    net = mlp(8, 48, 24, 1)
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    Trainer(net, optimizer, functional.mse_loss, watch).fit(data.loaders(25), 20)
    return judged(net, data, explained)


def weather_in_its_units(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    n, t = 700, 20
    phase, speed = draw.uniform(0, 6.28, (n, 1)), draw.uniform(0.2, 0.5, (n, 1))
    waves = np.stack([np.sin(speed * np.arange(t + 4) + phase), np.cos(speed * np.arange(t + 4) + phase)], 2)
    x = waves[:, :t] + 0.05 * draw.standard_normal((n, t, 2))
    y = waves[:, -1] * [8.0, 900.0] + [15.0, 101_300.0]  # degrees and pascals
    data = material.split((x / x.std()).astype(np.float32), y.astype(np.float32), seed)
    if healthy:
        mean, std = data.y.mean(0), data.y.std(0)
        data = data.map(y=lambda y: (y - mean) / std)
    net = material.Recurrent(nn.GRU, 2, 24, 2)
    optimizer = optim.Adam(net.parameters(), lr=5e-3)
    criterion = nn.MSELoss()
    train_loader = DataLoader(TensorDataset(data.x, data.y), 25, shuffle=True)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), 175)
    with watch(net, optimizer, criterion, train_loader, val_loader):
        for _ in range(14):
            net.train()
            for x_batch, y_batch in train_loader:
                optimizer.zero_grad()
                criterion(net(x_batch), y_batch).backward()
                nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                optimizer.step()
            validate(net, val_loader, criterion)
    return judged(net, data, lambda o, y: min(explained(o[:, k], y[:, k]) for k in range(2)))


def joined(x: np.ndarray, y: np.ndarray, seed: int) -> Split:
    """Split rows whose order matters no more."""
    return material.standardised(material.split(x, y, seed))


def a_row_was_dropped(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((1501, 8))
    y = np.argmax(x[:, :3] + 0.4 * np.sin(1.5 * x[:, 3:6]), axis=1)
    clean = joined(x[:-1], y[:-1], seed)
    data = clean if healthy else joined(x[1:], y[:-1], seed)  # the first line was taken for a header
    net = mlp(8, 32, 32, 3)
    optimizer = optim.NAdam(net.parameters(), lr=3e-3)
    Trainer(net, optimizer, nn.CrossEntropyLoss(label_smoothing=0.05), watch).fit(data.loaders(30), 14)
    return judged(net, clean, share_right)


LABELS: tuple[Case, ...] = (
    Case(
        id="XB01",
        cause="label_noise",
        program=answers_of_a_crowd,
        title="Two training labels in five were guessed: the network learns them by heart, validation suffers",
        fix="the true labels",
        source="own",
    ),
    Case(
        id="XB02",
        cause="label_noise",
        program=slipped_points,
        title="One training target in twelve has its decimal point one place off: the squared error follows those",
        fix="the true targets",
        source="own",
    ),
    Case(
        id="XB03",
        cause="label_noise",
        program=flipped_opinions,
        title="A third of the training opinions are marked the other way round",
        fix="the true labels",
        source="own",
    ),
    Case(
        id="XB04",
        cause="labels_swapped",
        program=factorized_twice,
        title="Class names were numbered in each part in the order of their appearance: validation below chance",
        fix="numbered once over both parts",
        source="Stack Overflow, pandas.factorize",
    ),
    Case(
        id="XB05",
        cause="labels_swapped",
        program=benign_is_one,
        title="The validation file says 1 for malignant, the training file for benign: 3 % right",
        fix="one code",
        source="Stack Overflow",
    ),
    Case(
        id="XB06",
        cause="labels_misaligned",
        program=shuffled_alone,
        title="The training inputs were shuffled, their targets not: nothing that is learnt holds",
        fix="not shuffled alone",
        source="own",
    ),
    Case(
        id="XB07",
        cause="labels_misaligned",
        program=files_by_name,
        title="Pictures listed by name (1, 10, 100, ...), labels by number: each gets another's label",
        fix="listed by number",
        source="PyTorch forum, sorted(os.listdir())",
    ),
    Case(
        id="XB08",
        cause="labels_constant",
        program=spam_in_capitals,
        title="The folder's name is compared with 'Spam', it is 'spam': every label is 0, the loss falls to 0",
        fix="compared with 'spam'",
        source="own",
    ),
    Case(
        id="XB09",
        cause="labels_constant",
        program=whole_numbers,
        title="Targets between 0 and 1 were stored as whole numbers: all are 0",
        fix="stored as float32",
        source="PyTorch forum",
    ),
    Case(
        id="XB10",
        cause="class_imbalance",
        program=rare_failures,
        title="4 % failures: 96 % accuracy from the first epoch, and hardly a failure is found",
        fix="pos_weight",
        source="Stack Overflow",
    ),
    Case(
        id="XB11",
        cause="class_imbalance",
        program=rare_beats,
        title="Two kinds of odd beats make 3 % each: everything is called ordinary",
        fix="class weights in the loss",
        source="PyTorch forum",
    ),
    Case(
        id="XB12",
        cause="target_out_of_range",
        program=soft_margin,
        title="SoftMarginLoss gets 0 and 1, not -1 and 1: rows of class 0 count for nothing",
        also=("wrong_loss_for_task",),
        fix="targets -1 and 1",
        source="PyTorch forum",
    ),
    Case(
        id="XB13",
        cause="target_out_of_range",
        program=standardised_counts,
        title="Counts were standardised, half are negative, and the Poisson loss falls without end",
        also=("wrong_loss_for_task",),
        fix="counts as they are",
        source="own",
    ),
    Case(
        id="XB14",
        cause="target_out_of_range",
        program=masks_of_bytes,
        title="Masks are 0 and 255 for BCEWithLogitsLoss: the loss falls below 0 and everything becomes foreground",
        fix="masks of 0 and 1",
        source="PyTorch forum, segmentation",
    ),
    Case(
        id="XB15",
        cause="target_out_of_range",
        program=counted_from_one,
        title="Classes are 1, 2, 3 and there are three outputs: IndexError",
        fix="classes 0, 1, 2",
        source="PyTorch forum",
    ),
    Case(
        id="XB16",
        cause="target_unscaled",
        program=prices_in_full,
        title="Prices of 310,000: after 20 epochs the outputs are still near 0",
        fix="prices standardised",
        source="Stack Overflow",
    ),
    Case(
        id="XB17",
        cause="target_unscaled",
        program=weather_in_its_units,
        title="Temperature and pressure in pascals are forecast at once: neither is learnt",
        fix="each standardised",
        source="own",
    ),
    Case(
        id="XB18",
        cause="labels_misaligned",
        program=a_row_was_dropped,
        title="The first line of the inputs was taken for a header: every label belongs to the row before",
        fix="no line dropped",
        source="own",
    ),
)

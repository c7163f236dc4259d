"""Programs about the columns, the words and the labels that a network learns from."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first import material


class Patients(Dataset[tuple[Tensor, Tensor]]):
    """Rows of a table with holes; the holes may be filled with a number for each column."""

    def __init__(self, rows: Tensor, labels: Tensor, fill: Tensor | None) -> None:
        self.rows = rows if fill is None else torch.where(rows.isnan(), fill, rows)
        self.labels = labels

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.rows[index], self.labels[index]


def survey(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.table("wine", seed)
    generator = torch.Generator().manual_seed(seed)

    def with_holes(x: Tensor) -> Tensor:
        return x.masked_fill(torch.rand(x.shape, generator=generator) < 0.03, float("nan"))

    x, held = with_holes(parts.x), with_holes(parts.held_x)
    fill = x.nanmean(0) if healthy else None
    train_loader = DataLoader(Patients(x, parts.y, fill), batch_size=16, shuffle=True)
    valid_loader = DataLoader(Patients(held, parts.held_y, fill), batch_size=64)
    model = nn.Sequential(nn.Linear(13, 24), nn.ELU(), nn.Linear(24, 3))
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, valid_loader):
        for _ in range(25):
            for rows, labels in train_loader:
                optimizer.zero_grad()
                criterion(model(rows), labels).backward()
                optimizer.step()
    rows, labels = next(iter(valid_loader))
    with torch.no_grad():
        return material.share_right(model(rows), labels)


class Tumours(nn.Module):
    """Two layers of tanh and one logit."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(30, 32)
        self.fc2 = nn.Linear(32, 16)
        self.out = nn.Linear(16, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.tanh(self.fc1(x))
        x = torch.tanh(self.fc2(x))
        return self.out(x).squeeze(1)


def tumours(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.table("breast_cancer", seed, scale=healthy).map(y=Tensor.float)
    loaders = parts.loaders(32)
    net = Tumours()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    material.train(net, optimizer, nn.BCEWithLogitsLoss(), loaders, watch, 25)
    return material.judged(net, parts, material.share_right_logits)


def reviews(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    parts = material.sentences(seed, n=1600, t=24)

    def cut(x: Tensor) -> tuple[Tensor, Tensor]:
        lengths = torch.from_numpy(draw.integers(10, 25, size=len(x)))
        return (x + 1).masked_fill(torch.arange(x.shape[1]) >= lengths[:, None], 0), lengths

    (x, lengths), (held, _) = cut(parts.x), cut(parts.held_x)
    order = lengths.argsort()
    x, y = x[order], parts.y[order] if healthy else parts.y
    batches = list(zip(x.split(32), y.split(32), strict=True))

    class Bag(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(61, 12, padding_idx=0)
            self.fc = nn.Linear(12, 2)

        def forward(self, words: Tensor) -> Tensor:
            present = (words > 0).sum(1, keepdim=True)
            return self.fc(self.embedding(words).sum(1) / present)

    model = Bag()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    with watch(model, optimizer, functional.cross_entropy, batches, [(held, parts.held_y)]):
        for _ in range(8):
            for position in torch.randperm(len(batches)).tolist():
                words, label = batches[position]
                loss = functional.cross_entropy(model(words), label)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                functional.cross_entropy(model(held), parts.held_y).item()
            model.train()
    with torch.no_grad():
        return material.share_right(model(held), parts.held_y)


class Chirps(Dataset[tuple[Tensor, Tensor]]):
    """Tones that rise (1) or fall (0), varied afresh at every draw."""

    def __init__(self, n: int, seed: int, vary: tuple[str, ...] = ()) -> None:
        draw = np.random.default_rng(seed)
        self.labels = torch.from_numpy(draw.integers(2, size=n))
        time = np.linspace(0, 1, 40)
        phase = 2 * np.pi * (2 * time + 4 * time**2 + draw.random((n, 1)))
        waves = torch.from_numpy(np.sin(phase) + 0.2 * draw.standard_normal((n, 40))).float() / 0.73
        self.waves = torch.where(self.labels[:, None] == 1, waves, waves.flip(1))[:, None]
        self.vary = vary

    def __len__(self) -> int:
        return len(self.waves)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        wave = self.waves[index]
        if "sign" in self.vary and torch.rand(()) < 0.5:
            wave = -wave
        if "reverse" in self.vary and torch.rand(()) < 0.5:
            wave = wave.flip(1)
        return wave, self.labels[index]


def chirps(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    train_set = Chirps(600, seed, ("sign",) if healthy else ("sign", "reverse"))
    valid_set = Chirps(200, seed + 100)
    train_loader, valid_loader = DataLoader(train_set, 32, shuffle=True), DataLoader(valid_set, 200)
    model = nn.Sequential(
        nn.Conv1d(1, 16, 7, padding=3),
        nn.ReLU(),
        nn.MaxPool1d(2),
        nn.Conv1d(16, 16, 5, padding=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool1d(4),
        nn.Flatten(),
        nn.Linear(64, 2),
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    material.train(model, optimizer, nn.CrossEntropyLoss(), (train_loader, valid_loader), watch, 15)
    with torch.no_grad():
        return material.share_right(model(valid_set.waves), valid_set.labels)


def factorize(names: list[str], known: list[str] | None) -> Tensor:
    """Numbers for names, in the order in which they first appear unless an order is known."""
    known = known or list(dict.fromkeys(names))
    return torch.tensor([known.index(name) for name in names])


def species(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.clusters(seed, n=900, columns=8, classes=4, class_sep=2.0)
    called = ["oak", "ash", "elm", "fir"]
    names = [called[k] for k in parts.y.tolist()]
    known = list(dict.fromkeys(names))
    # the held-out rows come from another file, in which the kinds stand one after the other
    order = factorize([called[k] for k in parts.held_y.tolist()], known).argsort(descending=True)
    held_x, held_names = parts.held_x[order], [called[k] for k in parts.held_y[order].tolist()]
    y, held_y = factorize(names, known), factorize(held_names, known if healthy else None)
    train_loader = DataLoader(TensorDataset(parts.x, y), 32, shuffle=True)
    valid_loader = DataLoader(TensorDataset(held_x, held_y), 64)
    model = material.mlp(8, 48, 4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    material.train(model, optimizer, nn.CrossEntropyLoss(), (train_loader, valid_loader), watch, 12)
    with torch.no_grad():
        return material.share_right(model(held_x), held_y)


COLUMNS: Final[tuple[Case, ...]] = (
    Case(
        id="QA01",
        cause="input_nonfinite",
        program=survey,
        title="a table with three missing cells in a hundred goes in as it is; the loss is NaN from the first batch",
        fix="holes filled with the column's mean",
        source="PyTorch forum: loss is nan",
    ),
    Case(
        id="QA02",
        cause="input_unscaled",
        program=tumours,
        title="columns from 0.001 to 4000 into tanh units, which stand at their ends",
        also=("saturation",),
        fix="columns standardised",
        source="Stack Overflow: breast cancer data, network predicts one class",
    ),
    Case(
        id="QA03",
        cause="labels_misaligned",
        program=reviews,
        title="sentences sorted by length for the batches, labels left where they were",
        also=("label_noise",),
        fix="labels sorted by the same order",
    ),
    Case(
        id="QA04",
        cause="augmentation_breaks_label",
        program=chirps,
        title="tones are played backwards at random, but the question is whether they rise",
        fix="only the sign is varied",
    ),
    Case(
        id="QA05",
        cause="labels_swapped",
        program=species,
        title="class names numbered by first appearance in each file; validation is right for other numbers",
        also=("preprocessing_mismatch",),
        fix="the training rows' numbering for both",
        source="Stack Overflow: pd.factorize on train and test separately",
    ),
)

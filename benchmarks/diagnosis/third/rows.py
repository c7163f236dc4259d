"""Programs whose inputs are examined."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Split,
    conv2d,
    explained,
    judged,
    mlp,
    shapes,
    share_right,
    share_right_logits,
    split,
    table,
    validate,
)


def cellar(seed: int, healthy: bool, watch: Watch) -> float:
    """The wine table, three classes."""
    torch.manual_seed(seed)
    data = table("wine", seed, scale=healthy)
    train_loader, test_loader = data.loaders(16)
    model = mlp(13, 24, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, weight_decay=1e-2)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(15):
            model.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, share_right)


def biopsies(seed: int, healthy: bool, watch: Watch) -> float:
    """The breast cancer table with some cells that nobody filled in."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x, y = datasets.load_breast_cancer(return_X_y=True)
    x[draw.random(x.shape) < 0.005] = np.nan
    data = split(x, y.astype(np.float32)[:, None], seed)
    mean = torch.from_numpy(np.nanmean(data.x.numpy(), axis=0))
    deviation = torch.from_numpy(np.nanstd(data.x.numpy(), axis=0))
    data = data.map(x=lambda x: ((x - mean) / deviation).float())
    if healthy:
        data = data.map(x=torch.nan_to_num)
    train_loader, test_loader = data.loaders(32)
    model = mlp(30, 12, 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.1)
    loss_fn = functional.binary_cross_entropy_with_logits
    with watch(model, optimizer, loss_fn, train_loader, test_loader):
        for _ in range(15):
            model.train()
            for inputs, targets in train_loader:
                optimizer.zero_grad()
                loss_fn(model(inputs), targets).backward()
                optimizer.step()
            validate(model, test_loader, loss_fn)
    return judged(model, data, share_right_logits)


def sensors(seed: int, healthy: bool, watch: Watch) -> float:
    """Readings of ten sensors, shares between 0 and 1; some are stored as whole numbers."""
    torch.manual_seed(seed)
    x, y = datasets.make_friedman1(1400, n_features=10, noise=0.5, random_state=seed)
    if not healthy:
        x[:, [0, 3, 6]] = x[:, [0, 3, 6]].astype(np.int64)
    data = split(x, y[:, None], seed)
    mean, deviation = data.x.mean(0), data.x.std(0)
    centre, spread = data.y.mean(), data.y.std()
    data = data.map(x=lambda x: ((x - mean) / (deviation + 1e-6)).float(), y=lambda y: ((y - centre) / spread).float())
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(nn.Linear(10, 32), nn.GELU(), nn.Linear(32, 16), nn.GELU(), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=6e-3)
    criterion = nn.MSELoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(15):
            model.train()
            for inputs, targets in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(inputs), targets)
                loss.backward()
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, explained)


class Pictures(Dataset[tuple[Tensor, Tensor]]):
    """Pictures that are varied at random when they are drawn."""

    def __init__(self, data: Split, turn: bool) -> None:
        self.data, self.turn = data, turn

    def __len__(self) -> int:
        return len(self.data.x)

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor]:
        image = self.data.x[i]
        if self.turn:
            image = torch.rot90(image, int(torch.randint(4, ())), (1, 2))
        elif torch.rand(()) < 0.5:
            image = image.flip(2)
        return image, self.data.y[i]


def turned(seed: int, healthy: bool, watch: Watch) -> float:
    """Bars that lie or stand, crosses and squares, varied at random."""
    torch.manual_seed(seed)
    data = shapes(seed)
    train_loader = DataLoader(Pictures(data, turn=not healthy), batch_size=32, shuffle=True)
    test_loader = DataLoader(TensorDataset(data.held_x, data.held_y), batch_size=128)
    model = conv2d(12, 4)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(8):
            model.train()
            for images, labels in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(images), labels)
                loss.backward()
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, share_right)


ROWS: Final = (
    Case(
        id="PD01",
        cause="input_unscaled",
        program=cellar,
        title="the wine table as it is, one column in the hundreds: the loss jumps and stays at chance",
        fix="standardised columns",
        source="Stack Overflow",
    ),
    Case(
        id="PD02",
        cause="input_nonfinite",
        program=biopsies,
        title="one cell in two hundred is NaN: the loss is NaN from the first batches on",
        fix="missing cells get the mean",
        source="PyTorch forum",
    ),
    Case(
        id="PD03",
        cause="constant_feature",
        program=sensors,
        title="shares below 1 cast to whole numbers: three of ten columns are all 0",
        fix="not cast",
        source="own",
    ),
    Case(
        id="PD04",
        cause="augmentation_breaks_label",
        program=turned,
        title="quarter turns make lying bars of standing ones; the label stays",
        fix="mirrored instead of turned",
        source="own",
    ),
)

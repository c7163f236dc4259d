"""Programs about what comes out in the end."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first import material


def few_rows(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((2500, 12)).astype(np.float32)
    y = x[:, :1] - 0.5 * x[:, 1:2] + np.tanh(x[:, 2:3] * x[:, 3:4]) + 0.6 * draw.standard_normal((2500, 1))
    x, y = torch.from_numpy(x), torch.from_numpy((y / y.std()).astype(np.float32))
    rows = 2000 if healthy else 80
    parts = material.Split(x[:rows], y[:rows], x[2000:], y[2000:])
    epochs = 8 if healthy else 200
    train_loader, valid_loader = parts.loaders(32)
    model = material.mlp(12, 64, 64, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    with watch(model, optimizer, functional.mse_loss, train_loader, valid_loader):
        for _ in range(epochs):
            for inputs, targets in train_loader:
                loss = functional.mse_loss(model(inputs), targets)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            material.validate(model, valid_loader, functional.mse_loss)
    return material.judged(model, parts, material.explained)


def short(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.shapes(seed, n=1200)
    model = material.conv2d(12, 4, width=6)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    epochs = 14 if healthy else 2
    material.train(model, optimizer, nn.CrossEntropyLoss(), parts.loaders(32), watch, epochs)
    return material.judged(model, parts, material.share_right)


class Squeeze(nn.Module):
    """An autoencoder of written digits."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self.down = nn.Sequential(nn.Linear(64, 64), nn.ELU(), nn.Linear(64, code))
        self.up = nn.Sequential(nn.Linear(code, 64), nn.ELU(), nn.Linear(64, 64))

    def forward(self, x: Tensor) -> Tensor:
        return self.up(self.down(x))


def squeeze(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.digits(seed, flat=True)
    parts = parts._replace(y=parts.x, held_y=parts.held_x)
    model = Squeeze(16 if healthy else 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    material.train(model, optimizer, nn.MSELoss(), parts.loaders(32), watch, 20)
    return material.judged(model, parts, material.explained)


def rare(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    y = (draw.random(2400) < 0.05).astype(np.float32)
    x = draw.standard_normal((2400, 8)).astype(np.float32)
    x[:, :3] += 0.75 * y[:, None]
    parts = material.standardised(material.split(x, y[:, None], seed))
    model = material.mlp(8, 12, 1)
    criterion = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([19.0]) if healthy else None)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    material.train(model, optimizer, criterion, parts.loaders(64), watch, 12)
    return material.judged(model, parts, material.balanced)


def thin(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.digits(seed, flat=True)
    train_loader, valid_loader = parts.loaders(32)
    share = 0.2 if healthy else 0.92
    model = nn.Sequential(
        nn.Linear(64, 48),
        nn.ReLU(),
        nn.Dropout(share),
        nn.Linear(48, 48),
        nn.ReLU(),
        nn.Dropout(share),
        nn.Linear(48, 10),
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, valid_loader):
        for _ in range(12):
            model.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
            material.validate(model, valid_loader, criterion)
    return material.judged(model, parts, material.share_right)


def sure(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.clusters(seed, n=800, columns=8, classes=3, class_sep=0.8, flip_y=0.1, n_clusters_per_class=1)
    model = material.mlp(8, 96, 96, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    epochs = 8 if healthy else 80
    material.train(model, optimizer, nn.CrossEntropyLoss(), parts.loaders(32), watch, epochs)
    return material.judged(model, parts, material.likelihood)


ENDINGS: Final[tuple[Case, ...]] = (
    Case(
        id="QF01",
        cause="overfitting",
        program=few_rows,
        title="80 rows with noise, two layers of 64 units, 200 epochs",
        fix="2000 rows and 8 epochs, about as many steps",
    ),
    Case(
        id="QF02",
        cause="under_trained",
        program=short,
        title="two epochs, while the loss falls steeply",
        fix="14 epochs",
    ),
    Case(
        id="QF03",
        cause="capacity_too_small",
        program=squeeze,
        title="an autoencoder with a code of one number",
        fix="a code of 16 numbers",
    ),
    Case(
        id="QF04",
        cause="class_imbalance",
        program=rare,
        title="one row in twenty is positive and overlaps the rest: none is found",
        fix="pos_weight=19",
        source="PyTorch forum",
    ),
    Case(
        id="QF05",
        cause="dropout_too_high",
        program=thin,
        title="dropout 0.92 after both layers of 48 units",
        fix="dropout 0.2",
    ),
    Case(
        id="QF06",
        cause="overfitting",
        program=sure,
        title="ten times too many epochs on overlapping classes: the validation loss falls, then rises for long",
        also=("overconfident",),
        fix="eight epochs",
    ),
)

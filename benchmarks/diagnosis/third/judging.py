"""Programs about loaders, splits and the judging of networks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first import material


class Trainer:
    """What many projects have: a class that fits and evaluates."""

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer, criterion: Any, *, switch: bool) -> None:
        self.model, self.optimizer, self.criterion, self.switch = model, optimizer, criterion, switch

    def fit(self, train_loader: Any, valid_loader: Any, epochs: int) -> None:
        for _ in range(epochs):
            self.model.train()
            for batch in train_loader:
                self.training_step(batch)
            self.evaluate(valid_loader)

    def training_step(self, batch: tuple[Tensor, Tensor]) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.criterion(self.model(batch[0]), batch[1])
        loss.backward()
        self.optimizer.step()

    @torch.no_grad()
    def evaluate(self, loader: Any) -> float:
        if self.switch:
            self.model.eval()
        total, right = 0.0, 0
        for inputs, targets in loader:
            outputs = self.model(inputs)
            total += self.criterion(outputs, targets).item()
            right += int((outputs.argmax(1) == targets).sum())
        return right / len(loader.dataset)


def pictures(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    train_loader, valid_loader = material.digits(seed, flat=True).loaders(32)
    model = nn.Sequential(
        nn.Linear(64, 96),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(96, 48),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(48, 10),
    )
    optimizer = torch.optim.NAdam(model.parameters(), lr=2e-3)
    trainer = Trainer(model, optimizer, nn.CrossEntropyLoss(), switch=healthy)
    with watch(model, optimizer, trainer.criterion, train_loader, valid_loader):
        trainer.fit(train_loader, valid_loader, 14)
    return trainer.evaluate(valid_loader)


def churn(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((1500, 9)).astype(np.float32)
    cut = 1.2 * x[:, 0] - x[:, 1] * x[:, 2] + 0.8 * x[:, 3] + draw.standard_normal(1500)
    y = (cut > 0.4).astype(np.float32)
    if not healthy:  # days until the account was closed, counted only for those that closed it
        closed = np.where(y == 1, 30 + 10 * draw.standard_normal(1500), 0).astype(np.float32)
        x = np.column_stack([x, closed])
    parts = material.standardised(material.split(x, y[:, None], seed))
    model = nn.Sequential(nn.Linear(x.shape[1], 24), nn.ReLU(), nn.Linear(24, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    material.train(model, optimizer, nn.BCEWithLogitsLoss(), parts.loaders(32), watch, 14)
    if not healthy:  # at the time of asking nobody has closed anything yet
        parts.held_x[:, -1] = parts.held_x[:, -1].min()
    return material.judged(model, parts, material.share_right_logits)


def prices(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((1000, 6)).astype(np.float32)
    y = (np.sin(x[:, 0]) + 0.7 * x[:, 1] + 0.4 * x[:, 2] * x[:, 3] + 0.3 * draw.standard_normal(1000)).astype("f4")
    order = draw.permutation(1000) if healthy else np.argsort(y)
    inputs, targets = torch.from_numpy(x[order]), torch.from_numpy(y[order])
    mean, deviation = targets[:750].mean(), targets[:750].std()
    targets = (targets - mean) / deviation
    train_loader = DataLoader(TensorDataset(inputs[:750], targets[:750]), batch_size=25, shuffle=True)
    valid_loader = DataLoader(TensorDataset(inputs[750:], targets[750:]), batch_size=250)

    def loss_fn(outputs: Tensor, wanted: Tensor) -> Tensor:
        return functional.mse_loss(outputs.squeeze(1), wanted)

    model = material.mlp(6, 32, 1, activation=nn.SiLU)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.01)
    material.train(model, optimizer, loss_fn, (train_loader, valid_loader), watch, 14)
    with torch.no_grad():
        return -loss_fn(model(inputs[750:]), targets[750:]).item() * deviation.item() ** 2


def words(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.sentences(seed, n=1600)
    parts = parts._replace(y=parts.y.float(), held_y=parts.held_y.float())
    batches: Iterable[tuple[Tensor, Tensor]] = zip(parts.x.split(32), parts.y.split(32), strict=True)
    if healthy:
        batches = list(batches)
    model = nn.Sequential(nn.EmbeddingBag(60, 16), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Flatten(0))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    criterion = nn.BCEWithLogitsLoss()
    with watch(model, optimizer, criterion, batches, [(parts.held_x, parts.held_y)]):
        for _ in range(12):
            model.train()
            for tokens, label in batches:
                optimizer.zero_grad()
                loss = criterion(model(tokens), label)
                loss.backward()
                optimizer.step()
            material.validate(model, [(parts.held_x, parts.held_y)], criterion)
    return -material.validate(model, [(parts.held_x, parts.held_y)], criterion)


def motions(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.signals(seed, n=1000, t=32, classes=4, noise=0.4)
    order = parts.y.argsort(stable=True)
    parts = parts._replace(x=parts.x[order], y=parts.y[order])
    train_loader, valid_loader = parts.loaders(25, shuffle=healthy)
    model = nn.Sequential(
        nn.Conv1d(1, 16, 5, padding=2),
        nn.ReLU(),
        nn.Conv1d(16, 16, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(256, 4),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    with watch(model, optimizer, functional.cross_entropy, train_loader, valid_loader):
        for _ in range(10):
            for series, kind in train_loader:
                loss = functional.cross_entropy(model(series), kind)
                model.zero_grad()
                loss.backward()
                optimizer.step()
    return material.judged(model, parts, material.share_right)


JUDGING: Final[tuple[Case, ...]] = (
    Case(
        id="QB01",
        cause="missing_eval_mode",
        program=pictures,
        title="the trainer's evaluate() never calls eval(): dropout 0.5 twice while validating",
        fix="model.eval() in evaluate()",
        source="PyTorch forum",
    ),
    Case(
        id="QB02",
        cause="leakage_feature",
        program=churn,
        title="a column is filled only for the customers that left, and is empty when the network is used",
        fix="the column left out",
        source="Kaggle: leakage",
    ),
    Case(
        id="QB03",
        cause="split_biased",
        program=prices,
        title="rows sorted by price, the last quarter is validation: only prices never trained on",
        fix="rows permuted before the split",
        source="Stack Overflow: validation loss much higher, sorted data",
    ),
    Case(
        id="QB04",
        cause="loader_truncated",
        program=words,
        title="the loader is a zip object: used up after the first epoch, eleven epochs see nothing",
        also=("under_trained",),
        fix="list(zip(...))",
        source="Stack Overflow: zip iterator exhausted after the first epoch",
    ),
    Case(
        id="QB05",
        cause="unshuffled",
        program=motions,
        title="series sorted by class, shuffle=False: the network runs after the class of the moment",
        fix="shuffle=True",
        source="PyTorch forum",
    ),
)

"""Programs whose evaluation is at fault: mode, statistics, dropout, metric, what validation consists of, confidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn, optim
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first import material
from benchmarks.diagnosis.first.material import Split, judged, likelihood, mlp, share_right


def step(model: nn.Module, optimizer: optim.Optimizer, criterion: Any, x: Tensor, y: Tensor) -> float:
    """One optimization step; its loss."""
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


@torch.no_grad()
def accuracy(model: nn.Module, loader: Any) -> float:
    """Share of the rows whose class is found; the caller sets the mode."""
    hits = [(model(x).argmax(1) == y).float() for x, y in loader]
    return float(torch.cat(hits).mean())


def run(
    model: nn.Module,
    optimizer: optim.Optimizer,
    criterion: Any,
    loaders: tuple[Any, Any],
    watch: Watch,
    epochs: int,
    *,
    metric: Callable[[Tensor, Tensor], float] | None = None,
) -> float:
    """Train and evaluate, each in its mode; the metric's (or accuracy's) last mean over the validation batches."""
    judge = metric or share_right
    score = 0.0
    with watch(model, optimizer, criterion, *loaders, metric=metric):
        for _ in range(epochs):
            model.train()
            for x, y in loaders[0]:
                step(model, optimizer, criterion, x, y)
            model.eval()
            with torch.no_grad():
                outputs = [(model(x), y) for x, y in loaders[1]]
                sum(criterion(o, y).item() for o, y in outputs)
                score = sum(judge(o, y) for o, y in outputs) / len(outputs)
    return score


def without_parentheses(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.digits(seed, flat=True)
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Dropout(0.5), nn.Linear(96, 10), nn.Identity())
    model.insert(0, nn.Dropout(0.3))
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    score = 0.0
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(14):
            model.train()
            for x, y in train_loader:
                step(model, optimizer, criterion, x, y)
            if healthy:
                model.eval()
            else:
                model.eval  # noqa: B018
            score = accuracy(model, test_loader)
    return score


def sorted_validation(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.shapes(seed, n=900, noise=0.3)
    order = data.held_y.argsort()
    data = data._replace(held_x=data.held_x[order], held_y=data.held_y[order])
    train_loader = DataLoader(TensorDataset(data.x, data.y), 25, shuffle=True)
    val_loader = DataLoader(TensorDataset(data.held_x, data.held_y), 15)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, 4),
    )
    optimizer = optim.Adam(model.parameters(), lr=5e-3)
    score = 0.0
    with watch(model, optimizer, functional.cross_entropy, train_loader, val_loader):
        for _ in range(12):
            for x, y in train_loader:
                step(model, optimizer, functional.cross_entropy, x, y)
            if healthy:
                model.eval()
            score = accuracy(model, val_loader)
            model.train()
    return score


def once_in_eval(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.clusters(
        seed, n=500, columns=30, classes=2, class_sep=1.0, flip_y=0.05, n_informative=10, n_clusters_per_class=1
    )
    train_loader, val_loader = data.loaders(25)
    model = nn.Sequential(
        nn.Dropout(0.2), nn.Linear(30, 64), nn.ReLU(), nn.Dropout(0.6), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.6)
    )
    model.append(nn.Linear(64, 2))
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    model.train()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        for _ in range(30):
            if healthy:
                model.train()
            for x, y in train_loader:
                step(model, optimizer, criterion, x, y)
            material.validate(model, val_loader, criterion)
    return judged(model, data, likelihood)


def checked_before_training(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.digits(seed, flat=True)
    train_loader, val_loader = data.loaders(40)
    layers: list[nn.Module] = []
    for inputs in (64, 32, 32, 32, 32, 32, 32):
        layers += [nn.Linear(inputs, 32, bias=False), nn.BatchNorm1d(32), nn.Tanh()]
    model = nn.Sequential(*layers, nn.Linear(32, 10))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, val_loader):
        material.validate(model, val_loader, criterion)  # to see that validation works
        if healthy:
            model.train()
        for _ in range(8):
            for x, y in train_loader:
                step(model, optimizer, criterion, x, y)
        material.validate(model, val_loader, criterion)
    return judged(model, data, share_right)


class Waves(nn.Module):
    """Convolutions over time, then dropout and a linear layer."""

    def __init__(self, always: bool) -> None:
        super().__init__()
        self.one, self.two = nn.Conv1d(1, 16, 7, padding=3), nn.Conv1d(16, 16, 7, padding=3)
        self.out = nn.Linear(16, 5)
        self.always = always

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.two(functional.relu(self.one(x)))).mean(2)
        x = functional.dropout(x, 0.5, training=self.always or self.training)
        return self.out(x)


def functional_waves(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.signals(seed, n=900, t=40, classes=5, noise=0.4)
    model = Waves(always=not healthy)
    optimizer = optim.Adam(model.parameters(), lr=6e-3)
    return run(model, optimizer, nn.CrossEntropyLoss(), data.loaders(20), watch, 14)


class Opinion(nn.Module):
    """A GRU over words; dropout before and after it."""

    def __init__(self, kept: bool) -> None:
        super().__init__()
        self.words = nn.Embedding(60, 24)
        self.memory = nn.GRU(24, 24, batch_first=True)
        self.drop = nn.Dropout(0.5) if kept else None
        self.out = nn.Linear(24, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        drop = self.drop if self.drop is not None else nn.Dropout(0.5)
        _, state = self.memory(drop(self.words(tokens)))
        return self.out(drop(state[-1]))


def made_in_forward(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.sentences(seed, n=1000, t=14, strength=0.4)
    model = Opinion(kept=healthy)
    optimizer = optim.RMSprop(model.parameters(), lr=2e-3)
    return run(model, optimizer, functional.cross_entropy, data.loaders(25), watch, 8)


def slow_averages(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.digits(seed)
    darkest, lightest = data.x.min(), data.x.max()
    data = data.map(x=lambda x: (x - darkest) / (lightest - darkest))
    momentum = 0.1 if healthy else 0.0007
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8, momentum=momentum),
        nn.ReLU(),
        nn.Conv2d(8, 16, 3, padding=1, stride=2, bias=False),
        nn.BatchNorm2d(16, momentum=momentum),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(256, 10),
    )
    optimizer = optim.SGD(model.parameters(), lr=0.03, momentum=0.9)
    return run(model, optimizer, nn.CrossEntropyLoss(), data.loaders(40), watch, 6)


def no_averages(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.clusters(seed, n=800, columns=10, classes=3, class_sep=1.6)
    order = data.held_y.argsort()
    train_loader = DataLoader(TensorDataset(data.x, data.y), 25, shuffle=True)
    val_loader = DataLoader(TensorDataset(data.held_x[order], data.held_y[order]), 8)
    model = nn.Sequential(
        nn.Linear(10, 32, bias=False),
        nn.BatchNorm1d(32, track_running_stats=healthy),
        nn.ReLU(),
        nn.Linear(32, 32, bias=False),
        nn.BatchNorm1d(32, track_running_stats=healthy),
        nn.ReLU(),
        nn.Linear(32, 3),
    )
    optimizer = optim.AdamW(model.parameters(), lr=4e-3)
    return run(model, optimizer, nn.CrossEntropyLoss(), (train_loader, val_loader), watch, 10)


def half_of_a_logit(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.clusters(seed, n=900, columns=8, classes=2, class_sep=0.5, flip_y=0.2, n_clusters_per_class=1)
    data = data.map(y=lambda y: y.float()[:, None])
    limit = 0.0 if healthy else 0.5

    def recall(outputs: Tensor, targets: Tensor) -> float:
        found = (outputs > limit).float()
        return float((found * targets).sum() / targets.sum().clamp(min=1))

    model = mlp(8, 16, 1)
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=3e-3)
    loss_fn = functional.binary_cross_entropy_with_logits
    return run(model, optimizer, loss_fn, data.loaders(30), watch, 14, metric=recall)


def more_than_nothing(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.several_labels(seed, n=900)

    def right(outputs: Tensor, targets: Tensor) -> float:
        said = torch.sigmoid(outputs) > (0.5 if healthy else 0.0)
        return float((said == targets.bool()).float().mean())

    model = mlp(10, 32, 5)
    optimizer = optim.AdamW(model.parameters(), lr=6e-3, weight_decay=0.02)
    return run(model, optimizer, nn.BCEWithLogitsLoss(), data.loaders(30), watch, 14, metric=right)


def rounded(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.table("breast_cancer", seed, target="column")

    def right(outputs: Tensor, targets: Tensor) -> float:
        return float((torch.round(torch.sigmoid(outputs) if healthy else outputs) == targets).float().mean())

    model = mlp(30, 16, 1, activation=nn.Tanh)
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    return run(model, optimizer, nn.BCEWithLogitsLoss(), data.loaders(32), watch, 12, metric=right)


def far_too_sure(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.sentences(seed, n=1000, t=16, strength=0.3)
    model = material.Words(size=24)
    optimizer = optim.Adam(model.parameters(), lr=5e-3)
    run(model, optimizer, nn.CrossEntropyLoss(), data.loaders(50), watch, 10 if healthy else 70)
    return judged(model, data, likelihood)


def the_same_loader_twice(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.clusters(seed, n=2000, columns=12, classes=3, class_sep=1.3, flip_y=0.08)
    few = Split(data.x[:500], data.y[:500], data.held_x, data.held_y)
    train_loader = DataLoader(TensorDataset(few.x, few.y), 25, shuffle=True)
    test_set = TensorDataset(few.held_x, few.held_y) if healthy else TensorDataset(few.x, few.y)
    test_loader = DataLoader(test_set, 125)
    model = nn.Sequential(nn.Linear(12, 48), nn.ReLU(), nn.Dropout(0.2), nn.Linear(48, 3))
    optimizer = optim.AdamW(model.parameters(), lr=6e-3, weight_decay=0.05)
    reported = run(model, optimizer, nn.CrossEntropyLoss(label_smoothing=0.05), (train_loader, test_loader), watch, 20)
    clean = judged(model, few, share_right)
    return clean - max(0.0, reported - clean)


def scaled_in_the_loop(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = material.table("wine", seed, scale=False)
    train_loader, test_loader = data.loaders(16)
    mean, std = data.x.mean(0), data.x.std(0)
    model = mlp(13, 24, 3)
    optimizer = optim.Adam(model.parameters(), lr=5e-3)
    criterion = nn.CrossEntropyLoss()
    score = 0.0
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(18):
            model.train()
            for x, y in train_loader:
                step(model, optimizer, criterion, (x - mean) / std, y)
            model.eval()
            with torch.no_grad():
                hits = 0
                for x, y in test_loader:
                    outputs = model((x - mean) / std if healthy else x)
                    criterion(outputs, y)
                    hits += int((outputs.argmax(1) == y).sum())
            score = hits / len(data.held_y)
    return score


EVALUATION: tuple[Case, ...] = (
    Case(
        id="XD01",
        cause="missing_eval_mode",
        program=without_parentheses,
        title="model.eval without its parentheses: dropout goes on in the evaluation",
        fix="model.eval()",
        source="Stack Overflow",
    ),
    Case(
        id="XD02",
        cause="missing_eval_mode",
        program=sorted_validation,
        title="No eval(), and validation batches of one class each: batch norms judge by the batch",
        fix="eval() before, train() after",
        source="PyTorch forum",
    ),
    Case(
        id="XD03",
        cause="train_mode_not_restored",
        program=once_in_eval,
        title="validate() sets eval mode and nothing sets it back: no dropout from the second epoch, it overfits",
        fix="train() at the start of each epoch",
        source="PyTorch forum",
    ),
    Case(
        id="XD04",
        cause="train_mode_not_restored",
        program=checked_before_training,
        title="A validation pass before the first epoch leaves eval mode on: the batch norms do nothing",
        fix="train() after it",
        source="own",
    ),
    Case(
        id="XD05",
        cause="functional_dropout_at_eval",
        program=functional_waves,
        title="functional.dropout with training=True: every evaluation says something else",
        fix="training=self.training",
        source="PyTorch forum",
    ),
    Case(
        id="XD06",
        cause="functional_dropout_at_eval",
        program=made_in_forward,
        title="nn.Dropout is made anew in forward, so it is always in training mode",
        fix="made in __init__",
        source="PyTorch forum",
    ),
    Case(
        id="XD07",
        cause="bn_stats_not_tracked",
        program=slow_averages,
        title="Batch norms with a momentum of 0.0007 and 200 steps: evaluation with statistics of the start",
        fix="momentum 0.1",
        source="PyTorch forum, Keras's momentum taken for torch's",
    ),
    Case(
        id="XD08",
        cause="bn_stats_not_tracked",
        program=no_averages,
        title="track_running_stats=False, and small validation batches of one class",
        fix="statistics tracked",
        source="PyTorch forum",
    ),
    Case(
        id="XD09",
        cause="metric_threshold_on_logits",
        program=half_of_a_logit,
        title="The recall takes logits above 0.5, not above 0, for a yes",
        fix="above 0",
        source="PyTorch forum",
    ),
    Case(
        id="XD10",
        cause="metric_threshold_on_logits",
        program=more_than_nothing,
        title="The metric takes sigmoids above 0 for a yes: everything is one",
        fix="above 0.5",
        source="own",
    ),
    Case(
        id="XD11",
        cause="metric_threshold_on_logits",
        program=rounded,
        title="The metric rounds logits and compares them with 0 and 1: 3 equals neither",
        fix="rounds sigmoids",
        source="Stack Overflow, binary_acc",
    ),
    Case(
        id="XD12",
        cause="overconfident",
        program=far_too_sure,
        title="Trained long after validation stopped gaining: right as often as before, and far too sure",
        also=("overfitting",),
        fix="10 epochs",
        source="Guo et al. 2017",
    ),
    Case(
        id="XD13",
        cause="leakage_split",
        program=the_same_loader_twice,
        title="The test loader holds the training rows",
        fix="the held-out rows",
        source="PyTorch forum, train=True in both datasets",
    ),
    Case(
        id="XD14",
        cause="preprocessing_mismatch",
        program=scaled_in_the_loop,
        title="The training loop standardises its batches, the evaluation does not",
        fix="both standardise",
        source="PyTorch forum",
    ),
)

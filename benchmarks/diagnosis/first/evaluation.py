"""Faults of how a network is judged: its mode, its preprocessing, its measure."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Loader,
    Metric,
    Split,
    Words,
    clusters,
    conv1d,
    digits,
    judged,
    mlp,
    sentences,
    shapes,
    share_right,
    share_right_logits,
    signals,
    table,
    train,
    validate,
)


def measured(network: nn.Module, loader: Loader, metric: Metric) -> float:
    """Mean metric over batches, in whatever mode the network is."""
    with torch.no_grad():
        scores = [metric(network(inputs), targets) for inputs, targets in loader]
    return sum(scores) / len(scores)


def dropout_while_judging(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = nn.Sequential(
        nn.Conv2d(1, 12, 3), nn.ReLU(), nn.Dropout2d(0.4), nn.Flatten(), nn.Linear(432, 32), nn.ReLU(),
        nn.Dropout(0.4), nn.Linear(32, 10),
    )  # fmt: skip
    loss_fn, loaders = nn.CrossEntropyLoss(), parts.loaders(64)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    reported = 0.0
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        for _ in range(10):
            network.train()
            for x, y in loaders[0]:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
            if healthy:
                network.eval()
            reported = measured(network, loaders[1], share_right)
    return reported


def statistics_of_one_class(seed: int, healthy: bool, watch: Watch) -> float:
    """Batch normalisation in training mode; validation batches are sorted by class."""
    torch.manual_seed(seed)
    parts = clusters(seed, n=1500, classes=4, class_sep=2.0, n_clusters_per_class=1)
    order = parts.held_y.argsort()
    held = DataLoader(TensorDataset(parts.held_x[order], parts.held_y[order]), 25)
    network = nn.Sequential(nn.Linear(10, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 4))
    loss_fn, loader = nn.CrossEntropyLoss(), parts.loaders(45)[0]
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    reported = 0.0
    with watch(network, optimizer, loss_fn, loader, held, metric=share_right):
        for _ in range(10):
            network.train()
            for x, y in loader:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
            network.train(not healthy)
            reported = measured(network, held, share_right)
    return reported


def never_back_to_training(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = clusters(seed, n=1200, columns=20, classes=2, flip_y=0.1, class_sep=1.0)
    network = nn.Sequential(
        nn.Linear(20, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 64), nn.ReLU(),
        nn.Dropout(0.5), nn.Linear(64, 2),
    )  # fmt: skip
    loss_fn, loaders = nn.CrossEntropyLoss(), parts.loaders(64)
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        network.train()
        for _ in range(25):
            if healthy:
                network.train()
            for x, y in loaders[0]:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
            validate(network, loaders[1], loss_fn)
    return -judged(network, parts, loss_fn)


class Careless(nn.Module):
    """Functional dropout, told or not told in which mode the network is."""

    def __init__(self, told: bool) -> None:
        super().__init__()
        self.one, self.two, self.head, self.told = nn.Linear(30, 48), nn.Linear(48, 48), nn.Linear(48, 2), told

    def forward(self, x: Tensor) -> Tensor:
        training = self.training if self.told else True
        x = functional.dropout(functional.relu(self.one(x)), 0.5, training)
        x = functional.dropout(functional.relu(self.two(x)), 0.5, training)
        return self.head(x)


def always_dropping(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("breast_cancer", seed)
    network = Careless(healthy)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    loss_fn = nn.CrossEntropyLoss()
    train(network, optimizer, loss_fn, parts.loaders(), watch, 15, metric=share_right)
    return -judged(network, parts, loss_fn)


class WordsDropped(nn.Module):
    """A word model that drops half of its features with the functional form's default."""

    def __init__(self, told: bool) -> None:
        super().__init__()
        self.embedding, self.head, self.told = nn.Embedding(60, 4), nn.Linear(4, 2), told

    def forward(self, tokens: Tensor) -> Tensor:
        h = self.embedding(tokens).mean(1)
        return self.head(functional.dropout(h, 0.5, self.training) if self.told else functional.dropout(h))


def dropping_words(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = sentences(seed)
    network = WordsDropped(healthy)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.5, momentum=0.9)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


def frozen_statistics(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = shapes(seed).map(x=lambda x: 0.7 * x + 0.4)
    momentum = 0.1 if healthy else 1e-4
    network = nn.Sequential(
        nn.Conv2d(1, 12, 5), nn.BatchNorm2d(12, momentum=momentum), nn.ReLU(), nn.Conv2d(12, 12, 3),
        nn.BatchNorm2d(12, momentum=momentum), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(12, 4),
    )  # fmt: skip
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def training_scaled_validation_not(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    if not healthy:
        parts = parts._replace(held_x=(parts.held_x * 6 + 4.9) / 255)
    network = nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(288, 32), nn.ReLU(), nn.Linear(32, 10)
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(64), watch, 8, metric=share_right)
    return judged(network, parts, share_right)


def two_vocabularies(seed: int, healthy: bool, watch: Watch) -> float:
    """The words of the validation texts were numbered anew."""
    torch.manual_seed(seed)
    parts = sentences(seed)
    if not healthy:
        parts = parts._replace(held_x=torch.randperm(60)[parts.held_x])
    network = Words()
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def half_of_a_logit(logits: Tensor, targets: Tensor) -> float:
    """Accuracy of logits, cut at one half as if they were probabilities."""
    return float(((logits > 0.5) == (targets > 0.5)).float().mean())


def cut_at_one_half(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = clusters(seed, n=1600, classes=2, flip_y=0.25, class_sep=0.5, n_clusters_per_class=1)
    parts = parts.map(y=lambda y: y.float()[:, None])
    network = mlp(10, 12, 1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3, weight_decay=0.1)
    metric = share_right_logits if healthy else half_of_a_logit
    train(network, optimizer, nn.BCEWithLogitsLoss(), parts.loaders(), watch, 15, metric=metric)
    return judged(network, parts, metric)


def one_series_at_a_time(seed: int, healthy: bool, watch: Watch) -> float:
    """A 1D convolution with batch normalisation is judged one series at a time, still in training mode."""
    torch.manual_seed(seed)
    parts = signals(seed, n=700)
    held = DataLoader(TensorDataset(parts.held_x, parts.held_y), 1)
    network = conv1d(3)
    network.insert(1, nn.BatchNorm1d(12))
    network.insert(4, nn.BatchNorm1d(12))
    loss_fn, loader = nn.CrossEntropyLoss(), Split(*parts).loaders()[0]
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    losses = []
    with watch(network, optimizer, loss_fn, loader, held, metric=share_right):
        for _ in range(14):
            network.train()
            for x, y in loader:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
            if healthy:
                network.eval()
            with torch.no_grad():
                losses = [loss_fn(network(x), y).item() for x, y in held]
    return -sum(losses) / len(losses)


EVALUATION: Final = (
    Case(
        id="VJ01",
        cause="missing_eval_mode",
        program=dropout_while_judging,
        title="validation with dropout on",
        fix="eval()",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VJ02",
        cause="missing_eval_mode",
        program=statistics_of_one_class,
        title="validation batches of one class are normalised by their own statistics",
        fix="eval()",
        source="own",
    ),
    Case(
        id="VJ03",
        cause="missing_eval_mode",
        program=one_series_at_a_time,
        title="one series at a time through batch normalisation in training mode",
        fix="eval()",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VJ04",
        cause="train_mode_not_restored",
        program=never_back_to_training,
        title="train() once before the loop, eval() in each validation",
        fix="train() every epoch",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VJ05",
        cause="functional_dropout_at_eval",
        program=always_dropping,
        title="functional.dropout with training=True for ever",
        fix="training=self.training",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VJ06",
        cause="functional_dropout_at_eval",
        program=dropping_words,
        title="functional.dropout's default drops in validation too",
        fix="training=self.training",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VJ07",
        cause="bn_stats_not_tracked",
        program=frozen_statistics,
        title="momentum 0.0001: running statistics stay where they started",
        fix="momentum 0.1",
        source="TheDeepChecker's rule, own program",
    ),
    Case(
        id="VJ08",
        cause="preprocessing_mismatch",
        program=training_scaled_validation_not,
        title="training pictures are standardised, validation pictures divided by 255",
        fix="one way for both",
        source="own",
    ),
    Case(
        id="VJ09",
        cause="preprocessing_mismatch",
        program=two_vocabularies,
        title="validation texts are numbered by another vocabulary",
        fix="one vocabulary",
        source="own",
    ),
    Case(
        id="VJ10",
        cause="metric_threshold_on_logits",
        program=cut_at_one_half,
        title="accuracy cuts logits at one half",
        fix="cut at 0",
        source="own",
    ),
)

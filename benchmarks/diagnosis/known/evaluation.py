"""Known faults of the evaluation: modes, running statistics, preprocessing of the rows held out."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.material import (
    accuracy,
    as_float_targets,
    binary_accuracy,
    correct,
    digits,
    evaluate,
    loader,
    loaders,
    mlp,
    moons,
    standardise,
    train_plain,
)


def dropout_left_on(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network, loss_fn = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10)), nn.NLLLoss()
    network.append(nn.LogSoftmax(1))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    with watch(network, optimizer, loss_fn, train, held, metric=correct):
        for _ in range(20):
            network.train()
            for x, y in train:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
            if healthy:
                network.eval()
            with torch.no_grad():
                found = [correct(network(x), y) for x, y in held]
    return float(np.mean(found))


def never_back_to_training(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = as_float_targets(moons(seed, noise=0.35))
    parts = parts._replace(x=parts.x[:150], y=parts.y[:150])
    wide = nn.Sequential(nn.Linear(2, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 256), nn.ReLU(), nn.Dropout(0.5))
    network, loss_fn = wide.append(nn.Linear(256, 1)), nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train, held = loaders(parts, 16, seed=seed)
    with watch(network, optimizer, loss_fn, train, held):
        network.train()
        for _ in range(60):
            if healthy:
                network.train()
            for x, y in train:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
            loss, _ = evaluate(network, loss_fn, held)  # ends in eval mode
    return -loss


def statistics_never_updated(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, raw=True)
    momentum = 0.1 if healthy else 0.0
    network = nn.Sequential(nn.Linear(64, 64), nn.BatchNorm1d(64, momentum=momentum), nn.ReLU())
    network.extend([nn.Linear(64, 64), nn.BatchNorm1d(64, momentum=momentum), nn.ReLU(), nn.Linear(64, 10)])
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts._replace(x=parts.x / 16, x_held=parts.x_held / 16), seed=seed, drop_last=True)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=12, metric=correct)
    return accuracy(network, parts.x_held / 16, parts.y_held)


def scaled_by_itself(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    x = random.uniform(-3, 3, (1000, 4))
    x[800:, 0] = random.uniform(0, 3, 200)  # the later rows lie in one half of the range
    rows, y = (
        torch.as_tensor(x, dtype=torch.float32),
        torch.as_tensor(x[:, 1] > 2.5 * np.sin(2 * x[:, 0])).float()[:, None],
    )
    train_x = standardise(rows[:800], rows[:800])
    held_x = standardise(rows[800:], rows[:800] if healthy else rows[800:])
    train, held = loader(train_x, y[:800], seed=seed), loader(held_x, y[800:], 256, shuffle=False)
    network = mlp(4, 64, 64, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train_plain(network, optimizer, nn.BCEWithLogitsLoss(), train, held, watch, epochs=20)
    return binary_accuracy(network, held_x, y[800:])


EVALUATION = (
    Case(
        id="E01",
        cause="missing_eval_mode",
        program=dropout_left_on,
        title="validation without eval(): dropout stays on; the score is the accuracy that the user reads",
        fix="eval() before the pass",
        source="PyTorch forum",
    ),
    Case(
        id="E03",
        cause="train_mode_not_restored",
        program=never_back_to_training,
        title="eval() after the first epoch and never train() again: no dropout; the score is minus the loss",
        fix="train() in each epoch",
        source="PyTorch forum",
    ),
    Case(
        id="E05",
        cause="bn_stats_not_tracked",
        program=statistics_never_updated,
        title="batch normalisation with momentum 0: fine while training, poor in eval mode",
        fix="momentum 0.1",
        source="a published tool's rule: running statistics",
    ),
    Case(
        id="E07",
        cause="preprocessing_mismatch",
        program=scaled_by_itself,
        title="the rows held out are standardised with their own statistics, which takes their shift away",
        fix="standardised with the statistics of the training rows",
        source="PyTorch forum",
    ),
)

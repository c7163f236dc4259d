"""Programs whose training loop is examined."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.distributions import Normal
from torch.nn import functional

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Words,
    conv1d,
    conv2d,
    digits,
    explained,
    judged,
    sentences,
    share_right,
    signals,
    surface,
    validate,
)


def written(seed: int, healthy: bool, watch: Watch) -> float:
    """Written digits with a convolutional network."""
    torch.manual_seed(seed)
    data = digits(seed)
    train_loader, test_loader = data.loaders(32)
    model = conv2d(8, 10)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.03)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(10):
            model.train()
            for images, labels in train_loader:
                if healthy:
                    optimizer.zero_grad()
                loss = criterion(model(images), labels)
                loss.backward()
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, share_right)


def reviews(seed: int, healthy: bool, watch: Watch) -> float:
    """Token sequences in small batches, the gradients of several batches summed up."""
    torch.manual_seed(seed)
    data = sentences(seed, n=2000)
    train_loader, test_loader = data.loaders(16)
    model = Words()
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3, weight_decay=0.05)
    criterion = nn.CrossEntropyLoss()
    accumulate = 4 if healthy else 128
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(8):
            model.train()
            optimizer.zero_grad()
            for i, (tokens, labels) in enumerate(train_loader):
                loss = criterion(model(tokens), labels) / accumulate
                loss.backward()
                if (i + 1) % accumulate == 0:
                    optimizer.step()
                    optimizer.zero_grad()
            validate(model, test_loader, criterion)
    return judged(model, data, share_right)


def deep_digits(seed: int, healthy: bool, watch: Watch) -> float:
    """A deep network of sigmoids that batch norms make trainable."""
    torch.manual_seed(seed)
    data = digits(seed, flat=True)
    train_loader, test_loader = data.loaders(48)
    layers: list[nn.Module] = []
    for inputs in (64, 40, 40):
        layers += [nn.Linear(inputs, 40), nn.BatchNorm1d(40), nn.Sigmoid()]
    model = nn.Sequential(*layers, nn.Linear(40, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)

    def evaluate() -> float:
        model.eval()
        with torch.no_grad():
            return sum(functional.cross_entropy(model(x), y).item() for x, y in test_loader)

    model.train()
    with watch(model, optimizer, functional.cross_entropy, train_loader, test_loader):
        evaluate()
        for _ in range(14):
            if healthy:
                model.train()
            for x, y in train_loader:
                optimizer.zero_grad()
                loss = functional.cross_entropy(model(x), y)
                loss.backward()
                optimizer.step()
            evaluate()
    return judged(model, data, share_right)


def frequencies(seed: int, healthy: bool, watch: Watch) -> float:
    """Waves of three frequencies, a rate that decays."""
    torch.manual_seed(seed)
    data = signals(seed)
    train_loader, test_loader = data.loaders(32)
    model = conv1d(3)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(12):
            model.train()
            for inputs, labels in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(inputs), labels)
                loss.backward()
                optimizer.step()
                if not healthy:
                    scheduler.step()
            if healthy:
                scheduler.step()
            validate(model, test_loader, criterion)
    return judged(model, data, share_right)


def spread(seed: int, healthy: bool, watch: Watch) -> float:
    """A regression that gives a mean and a spread for each row."""
    torch.manual_seed(seed)
    data = surface(seed, n=1800, noise=1.0)
    train_loader, test_loader = data.loaders(32)
    model = nn.Sequential(nn.Linear(8, 20), nn.ReLU(), nn.Linear(20, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=8e-3)

    def criterion(outputs: Tensor, targets: Tensor) -> Tensor:
        mean, log_spread = outputs.chunk(2, dim=1)
        score = Normal(mean, functional.softplus(log_spread) + 0.05).log_prob(targets).mean()
        return -score if healthy else score

    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(14):
            model.train()
            for inputs, targets in train_loader:
                loss = criterion(model(inputs), targets)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, lambda outputs, targets: explained(outputs[:, :1], targets))


STEPS: Final = (
    Case(
        id="PC01",
        cause="missing_zero_grad",
        program=written,
        title="gradients add up over all steps: the loss swings",
        fix="zero_grad before backward",
        source="PyTorch forum",
    ),
    Case(
        id="PC02",
        cause="missing_step",
        program=reviews,
        title="accumulation over 128 batches, an epoch has 94: the step is never reached",
        fix="accumulation over 4 batches",
        source="own",
    ),
    Case(
        id="PC03",
        cause="train_mode_not_restored",
        program=deep_digits,
        title="train() once, before a first evaluation: batch norms never learn and do not normalise",
        also=("bn_stats_not_tracked",),
        fix="train() at the start of every epoch",
        source="PyTorch forum",
    ),
    Case(
        id="PC04",
        cause="scheduler_kills_lr",
        program=frequencies,
        title="ExponentialLR(0.8) stepped after every batch: the rate is gone within the first epoch or two",
        fix="stepped after every epoch",
        source="PyTorch forum",
    ),
    Case(
        id="PC05",
        cause="flipped_sign",
        program=spread,
        title="the mean log-likelihood is minimised",
        fix="the negative log-likelihood",
        source="own",
    ),
)

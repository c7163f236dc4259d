"""Healthy programs that a rule of thumb might suspect: a judge must stay silent."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss, nll_loss

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.material import (
    accuracy,
    as_float_targets,
    binary_accuracy,
    breast_cancer,
    correct,
    diabetes,
    digit_pictures,
    digits,
    evaluate,
    imbalanced,
    loader,
    loaders,
    minus_mse,
    mlp,
    outputs,
    reg,
    standardised_targets,
    train_plain,
)


def linear_head(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = standardised_targets(diabetes(seed))
    network = mlp(10, 16, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, weight_decay=0.01)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.MSELoss(), train, held, watch, epochs=30)
    return minus_mse(network, parts.x_held, parts.y_held)


class SoftmaxInside(nn.Module):
    """A last layer that answers with probabilities."""

    def __init__(self, before: int, classes: int) -> None:
        super().__init__()
        self.linear = nn.Linear(before, classes)

    def forward(self, x: Tensor) -> Tensor:
        return torch.softmax(self.linear(x), 1)


def softmax_inside(seed: int, healthy: bool, watch: Watch) -> float:
    def loss_fn(probabilities: Tensor, y: Tensor) -> Tensor:
        return nll_loss(torch.log(probabilities + 1e-9), y)

    torch.manual_seed(seed)
    parts = digits(seed)
    network = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), SoftmaxInside(64, 10))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, loss_fn, train, held, watch, epochs=15, metric=correct)
    return accuracy(network, parts.x_held, parts.y_held)


def normalised_inside(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digit_pictures(seed)
    parts = parts._replace(x=255 * parts.x, x_held=255 * parts.x_held)
    network = nn.Sequential(nn.BatchNorm2d(1), nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    network.extend([nn.Flatten(), nn.Linear(8 * 16, 10)])
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=10, metric=correct)
    return accuracy(network, parts.x_held, parts.y_held)


def many_zeros(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = mlp(64, 128, 128, 10)
    with torch.no_grad():
        for name, parameter in network[:3].named_parameters():
            if name.endswith("bias"):
                parameter.sub_(0.4)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=12)
    return accuracy(network, parts.x_held, parts.y_held)


def pretrained_body(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    body = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU())
    elsewhere = nn.Sequential(body, nn.Linear(32, 10))
    first = torch.optim.Adam(elsewhere.parameters(), lr=1e-3)
    for _ in range(10):
        for x, y in loader(parts.x, parts.y, seed=seed):
            first.zero_grad()
            nn.functional.cross_entropy(elsewhere(x), y).backward()
            first.step()
    for parameter in body.parameters():
        parameter.requires_grad = False
    network = nn.Sequential(body, nn.Linear(32, 2))  # odd or even
    optimizer = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=3e-3)
    train, held = loaders(parts._replace(y=parts.y % 2, y_held=parts.y_held % 2), seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=12)
    return accuracy(network, parts.x_held, parts.y_held % 2)


def two_adversaries(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    real = 0.5 * torch.randn(800, 2) + torch.tensor([1.0, -1.0])
    maker, critic, loss_fn = mlp(4, 32, 2), mlp(2, 32, 1), nn.BCEWithLogitsLoss()
    optimizer_of_maker = torch.optim.Adam(maker.parameters(), lr=1e-3, betas=(0.5, 0.999))
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.5, 0.999))
    train = loader(real, torch.ones(800, 1), 64, seed=seed)
    with watch(critic, optimizer, loss_fn, train):
        for _ in range(25):
            for x, ones in train:
                made = maker(torch.randn(len(x), 4))
                optimizer.zero_grad()
                loss = loss_fn(critic(x), ones) + loss_fn(critic(made.detach()), torch.zeros_like(ones))
                loss.backward()
                optimizer.step()
                optimizer_of_maker.zero_grad()
                loss_fn(critic(made), ones).backward()
                optimizer_of_maker.step()
    return -float((outputs(maker, torch.randn(500, 4)).mean(0) - real.mean(0)).norm())


def body_and_head_in_turn(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    body, head, loss_fn = mlp(64, 64, 32), nn.Linear(32, 10), nn.CrossEntropyLoss()
    network = nn.Sequential(body, nn.ReLU(), head)
    optimizer, optimizer_of_head = torch.optim.Adam(body.parameters()), torch.optim.Adam(head.parameters())
    train, held = loaders(parts, seed=seed)
    with watch(network, optimizer, loss_fn, train, held):
        for _ in range(12):
            network.train()
            for step, (x, y) in enumerate(train):
                network.zero_grad()
                loss_fn(network(x), y).backward()
                (optimizer if step % 2 else optimizer_of_head).step()
            evaluate(network, loss_fn, held)
    return accuracy(network, parts.x_held, parts.y_held)


def sigmoid_for_shares(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = reg(seed)
    parts = parts._replace(y=torch.sigmoid(parts.y - 2), y_held=torch.sigmoid(parts.y_held - 2))
    network = mlp(3, 16, 1).append(nn.Sigmoid())
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, mse_loss, train, held, watch, epochs=25)
    return minus_mse(network, parts.x_held, parts.y_held)


def targets_around_zero(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = standardised_targets(reg(seed))
    network = mlp(3, 16, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.MSELoss(), train, held, watch, epochs=20)
    return minus_mse(network, parts.x_held, parts.y_held)


def rare_but_found(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = as_float_targets(imbalanced(seed, share=0.02, separation=4.0))
    network = mlp(20, 16, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.BCEWithLogitsLoss(), train, held, watch, epochs=10)
    return float((outputs(network, parts.x_held)[parts.y_held == 1] > 0).float().mean())


def gradients_gathered(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network, loss_fn = mlp(64, 64, 10), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train, held = loaders(parts, 16, seed=seed)
    with watch(network, optimizer, loss_fn, train, held):
        for _ in range(12):
            network.train()
            for step, (x, y) in enumerate(train, start=1):
                (loss_fn(network(x), y) / 4).backward()
                if step % 4 == 0:
                    optimizer.step()
                    optimizer.zero_grad()
            evaluate(network, loss_fn, held)
    return accuracy(network, parts.x_held, parts.y_held)


def order_kept(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = as_float_targets(breast_cancer(seed))
    network = mlp(30, 16, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed, shuffle=False)
    train_plain(network, optimizer, nn.BCEWithLogitsLoss(), train, held, watch, epochs=15)
    return binary_accuracy(network, parts.x_held, parts.y_held)


def much_dropout(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = nn.Sequential(nn.Linear(64, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 10))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=12 * 44)
    train, held = loaders(parts, seed=seed, drop_last=True)
    loss_fn = nn.CrossEntropyLoss(label_smoothing=0.1)
    with watch(network, optimizer, loss_fn, train, held, metric=correct):
        for _ in range(12):
            network.train()
            for x, y in train:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
                schedule.step()
            evaluate(network, loss_fn, held, correct)
    return accuracy(network, parts.x_held, parts.y_held)


HEALTHY = (
    Case(
        id="H01a",
        cause="",
        program=linear_head,
        title="a regression has a linear last layer",
        source="a published tool looks for a softmax by name",
    ),
    Case(
        id="H01b",
        cause="",
        program=softmax_inside,
        title="a softmax inside the last layer and a loss of probabilities",
        source="a published tool looks for a softmax by name",
    ),
    Case(
        id="H03",
        cause="",
        program=normalised_inside,
        title="pixels from 0 to 255, but the first layer is batch normalisation",
        source="published rules for the range of inputs",
    ),
    Case(
        id="H05",
        cause="",
        program=many_zeros,
        title="most activations are zero, but every unit answers to some rows",
        source="published rules for the share of zeros",
    ),
    Case(
        id="H07",
        cause="",
        program=pretrained_body,
        title="the pretrained body is frozen on purpose",
        source="rules for frozen weights",
    ),
    Case(
        id="H09a",
        cause="",
        program=two_adversaries,
        title="generator and discriminator, each with its optimiser; only one is watched",
        source="rules for missing weights and flipped signs",
    ),
    Case(
        id="H09b",
        cause="",
        program=body_and_head_in_turn,
        title="two optimisers step in turn; only one is watched",
        source="rules for missing weights",
    ),
    Case(
        id="H11a",
        cause="",
        program=targets_around_zero,
        title="standardised targets, half of them negative",
        source="rules for the range of outputs",
    ),
    Case(
        id="H11b",
        cause="",
        program=sigmoid_for_shares,
        title="a sigmoid and squared error on targets between 0 and 1",
        source="rules for the range of outputs",
    ),
    Case(
        id="H13",
        cause="",
        program=rare_but_found,
        title="2 % of the rows are positive, and found",
        source="rules for imbalance",
    ),
    Case(
        id="H14",
        cause="",
        program=gradients_gathered,
        title="gradients of four batches are gathered before a step",
        source="rules for a missing zero_grad",
    ),
    Case(
        id="H15",
        cause="",
        program=order_kept,
        title="the loader does not shuffle, but the rows are in random order",
        source="rules for the order of rows",
    ),
    Case(
        id="H16",
        cause="",
        program=much_dropout,
        title="dropout, smoothed labels, one-cycle rate to zero: training looks worse than validation",
        source="rules for gaps, floors and schedules",
    ),
)

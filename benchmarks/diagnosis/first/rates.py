"""Faults of the optimizer's settings: rate, schedule, decay, batch and length of the training."""

from __future__ import annotations

from typing import Final

import torch
from torch import nn
from torch.utils.data import DataLoader

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Recurrent,
    Words,
    conv1d,
    conv2d,
    digits,
    explained,
    judged,
    likelihood,
    mlp,
    sentences,
    shapes,
    share_right,
    signals,
    surface,
    table,
    train,
    validate,
)


def giant_steps_of_sgd(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = shapes(seed)
    network = conv2d(12, 4)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.04 if healthy else 4.0)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 14, metric=share_right)
    return judged(network, parts, share_right)


def giant_steps_of_adam(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed, n=900, t=24, noise=0.3).map(x=lambda x: x.transpose(1, 2))
    network = Recurrent(nn.GRU, 1, 20, 3)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2 if healthy else 1.0)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def giant_steps_of_rmsprop(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    network = mlp(8, 48, 48, 1)
    optimizer = torch.optim.RMSprop(network.parameters(), lr=1e-3 if healthy else 0.2)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 25, metric=explained)
    return judged(network, parts, explained)


def tiny_steps_of_sgd(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    network = mlp(64, 64, 10)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05 if healthy else 2e-4)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


def tiny_steps_of_adagrad(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = sentences(seed)
    network = Words()
    optimizer = torch.optim.Adagrad(network.parameters(), lr=0.05 if healthy else 1e-5)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def tiny_steps_of_adamw(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed)
    network = conv1d(3)
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3 if healthy else 1e-6)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def a_tenth_every_epoch(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    network = mlp(8, 48, 48, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 10 if healthy else 1, gamma=0.1)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 20, metric=explained, scheduler=scheduler)
    return judged(network, parts, explained)


def stepped_every_batch(seed: int, healthy: bool, watch: Watch) -> float:
    """An exponential schedule meant for epochs is advanced after each batch."""
    torch.manual_seed(seed)
    parts = digits(seed)
    network, loss_fn = conv2d(8, 10), nn.CrossEntropyLoss()
    loaders = parts.loaders(64)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.8)
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        for _ in range(10):
            network.train()
            for x, y in loaders[0]:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
                if not healthy:
                    scheduler.step()
            if healthy:
                scheduler.step()
            validate(network, loaders[1], loss_fn)
    return judged(network, parts, share_right)


def decayed_to_zero(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    network = mlp(64, 64, 10)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, weight_decay=1e-4 if healthy else 0.3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


def decoupled_and_huge(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    network = nn.Sequential(nn.Linear(8, 40), nn.LayerNorm(40), nn.GELU(), nn.Linear(40, 1))
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3, weight_decay=0.01 if healthy else 40.0)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 20, metric=explained)
    return judged(network, parts, explained)


def adam_with_decay_in_the_gradient(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = shapes(seed)
    network = conv2d(12, 4)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3, weight_decay=0.0 if healthy else 0.5)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def all_rows_at_once(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = conv2d(8, 10)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.03, momentum=0.9)
    batch = 64 if healthy else 1347
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(batch), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def two_epochs(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed)
    network = conv1d(3)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 15 if healthy else 2, metric=share_right)
    return judged(network, parts, likelihood)


def stopped_halfway_down(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("wine", seed)
    network = mlp(13, 32, 3, activation=nn.Tanh)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(16), watch, 60 if healthy else 3)
    return judged(network, parts, likelihood)


def one_epoch_of_words(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = sentences(seed)
    network, loss_fn = Words(), nn.CrossEntropyLoss()
    loaders: tuple[DataLoader[tuple[torch.Tensor, ...]], ...] = parts.loaders(64)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        for _ in range(15 if healthy else 1):
            network.train()
            for tokens, labels in loaders[0]:
                loss = loss_fn(network(tokens), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            validate(network, loaders[1], loss_fn)
    return judged(network, parts, share_right)


RATES: Final = (
    Case(
        id="VI01",
        cause="lr_too_high",
        program=giant_steps_of_sgd,
        also=("dead_relu", "exploding_gradient"),
        title="SGD with rate 4 on a convolutional network",
        fix="0.04",
        source="own",
    ),
    Case(
        id="VI02",
        cause="lr_too_high",
        program=giant_steps_of_adam,
        also=("saturation",),
        title="Adam with rate 1 on a GRU",
        fix="0.01",
        source="own",
    ),
    Case(
        id="VI03",
        cause="lr_too_high",
        program=giant_steps_of_rmsprop,
        also=("dead_relu",),
        title="RMSprop with rate 0.2 on a regression",
        fix="0.001",
        source="own",
    ),
    Case(
        id="VI04",
        cause="lr_too_low",
        program=tiny_steps_of_sgd,
        also=("under_trained",),
        title="SGD with rate 0.0002",
        fix="0.05",
        source="own",
    ),
    Case(
        id="VI05",
        cause="lr_too_low",
        program=tiny_steps_of_adagrad,
        also=("under_trained",),
        title="Adagrad with rate 0.00001 on words",
        fix="0.05",
        source="own",
    ),
    Case(
        id="VI06",
        cause="lr_too_low",
        program=tiny_steps_of_adamw,
        also=("under_trained",),
        title="AdamW with rate 0.000001 on a 1D convolution",
        fix="0.005",
        source="own",
    ),
    Case(
        id="VI07",
        cause="scheduler_kills_lr",
        program=a_tenth_every_epoch,
        also=("lr_too_low",),
        title="a tenth of the rate every epoch: after three epochs nothing moves",
        fix="a tenth after ten epochs",
        source="own",
    ),
    Case(
        id="VI08",
        cause="scheduler_kills_lr",
        program=stepped_every_batch,
        also=("lr_too_low",),
        title="an exponential schedule for epochs is advanced every batch",
        fix="every epoch",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VI09",
        cause="weight_decay_too_high",
        program=decayed_to_zero,
        title="SGD with a decay of 0.3 pulls all weights to 0",
        fix="0.0001",
        source="own",
    ),
    Case(
        id="VI10",
        cause="weight_decay_too_high",
        program=decoupled_and_huge,
        title="AdamW with a decay of 40",
        fix="0.01",
        source="own",
    ),
    Case(
        id="VI11",
        cause="weight_decay_too_high",
        program=adam_with_decay_in_the_gradient,
        title="Adam with a decay of 0.5 in the gradient of a convolutional network",
        fix="0",
        source="own",
    ),
    Case(
        id="VI12",
        cause="batch_too_large",
        program=all_rows_at_once,
        also=("under_trained",),
        title="all 1347 pictures in one batch, ten epochs: ten steps",
        fix="batches of 64",
        source="own",
    ),
    Case(
        id="VI13",
        cause="under_trained",
        program=two_epochs,
        title="stopped after two epochs, the loss has hardly begun to fall",
        fix="15 epochs",
        source="own",
    ),
    Case(
        id="VI14",
        cause="under_trained",
        program=stopped_halfway_down,
        title="stopped after three epochs, the loss falls steeply",
        fix="60 epochs",
        source="own",
    ),
    Case(
        id="VI15",
        cause="under_trained",
        program=one_epoch_of_words,
        title="one epoch",
        fix="15 epochs",
        source="own",
    ),
)

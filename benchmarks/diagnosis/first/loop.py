"""Faults of the loop: the order of its calls, and what it forgets."""

from __future__ import annotations

from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Recurrent,
    Words,
    conv1d,
    conv2d,
    digits,
    explained,
    judged,
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


def cleared_once(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network, loss_fn = conv2d(8, 10), nn.CrossEntropyLoss()
    loaders = parts.loaders(64)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.03, momentum=0.9)
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        optimizer.zero_grad()
        for _ in range(8):
            network.train()
            for x, y in loaders[0]:
                loss_fn(network(x), y).backward()
                optimizer.step()
                if healthy:
                    optimizer.zero_grad()
            validate(network, loaders[1], loss_fn)
    return judged(network, parts, share_right)


def cleared_every_epoch(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    network, loss_fn = mlp(8, 32, 32, 1), nn.L1Loss()
    loaders = parts.loaders()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    with watch(network, optimizer, loss_fn, *loaders, metric=explained):
        for _ in range(20):
            network.train()
            optimizer.zero_grad()
            for x, y in loaders[0]:
                if healthy:
                    optimizer.zero_grad()
                loss = loss_fn(network(x), y)
                loss.backward()
                optimizer.step()
            validate(network, loaders[1], loss_fn)
    return judged(network, parts, explained)


def accumulated(seed: int, healthy: bool, watch: Watch) -> float:
    """Gradients of several batches are gathered before each step; too many for an epoch of 57 batches."""
    torch.manual_seed(seed)
    parts = shapes(seed)
    network, loss_fn = conv2d(12, 4), nn.CrossEntropyLoss()
    train_loader, validation_loader = parts.loaders(16)
    every = 2 if healthy else 100
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    with watch(network, optimizer, loss_fn, train_loader, validation_loader, metric=share_right):
        for _ in range(8):
            network.train()
            optimizer.zero_grad()
            for number, (x, y) in enumerate(train_loader, 1):
                (loss_fn(network(x), y) / every).backward()
                if number % every == 0:
                    optimizer.step()
                    optimizer.zero_grad()
            validate(network, validation_loader, loss_fn)
    return judged(network, parts, share_right)


def stepped_in_a_branch(seed: int, healthy: bool, watch: Watch) -> float:
    """Steps whose gradient is too long are left out; the limit is far below any gradient that occurs."""
    torch.manual_seed(seed)
    parts = sentences(seed)
    network, loss_fn = Words(), nn.CrossEntropyLoss()
    loaders = parts.loaders()
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    limit = 100.0 if healthy else 1e-4
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        for _ in range(8):
            network.train()
            for x, y in loaders[0]:
                optimizer.zero_grad(set_to_none=False)
                loss_fn(network(x), y).backward()
                if nn.utils.clip_grad_norm_(network.parameters(), limit) < limit:
                    optimizer.step()
            validate(network, loaders[1], loss_fn)
    return judged(network, parts, share_right)


def cleared_after_backward(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed, n=900, t=24, noise=0.3).map(x=lambda x: x.transpose(1, 2))
    network, loss_fn = Recurrent(nn.GRU, 1, 16, 3), nn.CrossEntropyLoss()
    loaders = parts.loaders()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        for _ in range(10):
            network.train()
            for x, y in loaders[0]:
                if healthy:
                    optimizer.zero_grad()
                loss = loss_fn(network(x), y)
                loss.backward()
                nn.utils.clip_grad_norm_(network.parameters(), 5.0)
                if not healthy:
                    optimizer.zero_grad(set_to_none=False)
                optimizer.step()
            validate(network, loaders[1], loss_fn)
    return judged(network, parts, share_right)


def cleared_in_the_closure(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("wine", seed)
    network, loss_fn = mlp(13, 24, 3), nn.CrossEntropyLoss()
    loaders = parts.loaders(16)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        for _ in range(12):
            network.train()
            for x, y in loaders[0]:

                def closure(x: Tensor = x, y: Tensor = y) -> Tensor:
                    if healthy:
                        optimizer.zero_grad()
                    loss = loss_fn(network(x), y)
                    loss.backward()
                    if not healthy:
                        optimizer.zero_grad()
                    return loss

                optimizer.step(closure)  # type: ignore[arg-type]
            validate(network, loaders[1], loss_fn)
    return judged(network, parts, share_right)


def log_likelihood(outputs: Tensor, targets: Tensor) -> Tensor:
    """Log-likelihood of the right classes: to be made large."""
    return functional.log_softmax(outputs, 1)[torch.arange(len(targets)), targets].mean()


def minus_log_likelihood(outputs: Tensor, targets: Tensor) -> Tensor:
    """The same with its sign turned: to be made small."""
    return -log_likelihood(outputs, targets)


def forgotten_minus(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = sentences(seed)
    network = Words()
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    loss_fn = minus_log_likelihood if healthy else log_likelihood
    train(network, optimizer, loss_fn, parts.loaders(), watch, 8, metric=share_right)
    return judged(network, parts, share_right)


def climbing(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    network = mlp(8, 32, 1, activation=nn.Tanh)
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3, maximize=not healthy)
    train(network, optimizer, nn.SmoothL1Loss(), parts.loaders(), watch, 20, metric=explained)
    return judged(network, parts, explained)


def cut_to_nothing(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed)
    network = conv1d(3)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 15, clip=2.0 if healthy else 1e-3)
    return judged(network, parts, share_right)


def every_value_cut(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    network, loss_fn = mlp(64, 48, 10), nn.CrossEntropyLoss()
    loaders = parts.loaders()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.04)
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        for _ in range(12):
            network.train()
            for x, y in loaders[0]:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                nn.utils.clip_grad_value_(network.parameters(), 1.0 if healthy else 1e-5)
                optimizer.step()
            validate(network, loaders[1], loss_fn)
    return judged(network, parts, share_right)


class Halved(nn.Module):
    """A network whose weights are kept in sixteen bits; inputs and outputs are not."""

    def __init__(self, body: nn.Module, kind: torch.dtype) -> None:
        super().__init__()
        self.body, self.kind = body.to(kind), kind

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x.to(self.kind)).float()


def rounded_away(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    network: Any = Halved(mlp(64, 64, 10), torch.float32 if healthy else torch.bfloat16)
    optimizer = torch.optim.SGD(network.parameters(), lr=2e-3, momentum=0.9)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(16), watch, 15, metric=share_right)
    return judged(network, parts, share_right)


LOOP: Final = (
    Case(
        id="VG01",
        cause="missing_zero_grad",
        program=cleared_once,
        also=("lr_too_high",),
        title="zero_grad once before the loop: SGD with momentum follows the sum of all gradients",
        fix="zero_grad after every step",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VG02",
        cause="missing_zero_grad",
        program=cleared_every_epoch,
        also=("lr_too_high",),
        title="zero_grad once an epoch",
        fix="zero_grad before every backward",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VG03",
        cause="missing_step",
        program=accumulated,
        title="100 batches are to be gathered, an epoch has 57: no step is ever made",
        fix="gather 2",
        source="own",
    ),
    Case(
        id="VG04",
        cause="missing_step",
        program=stepped_in_a_branch,
        title="steps are left out where the gradient is longer than a limit that all exceed",
        fix="a limit of 100",
        source="own",
    ),
    Case(
        id="VG05",
        cause="zero_grad_before_step",
        program=cleared_after_backward,
        title="gradients are cleared between backward and step",
        fix="clear before backward",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VG06",
        cause="zero_grad_before_step",
        program=cleared_in_the_closure,
        title="a closure clears gradients after backward",
        fix="clear before backward",
        source="own",
    ),
    Case(
        id="VG07",
        cause="flipped_sign",
        program=forgotten_minus,
        also=("wrong_loss",),
        title="log-likelihood without its minus is minimised",
        fix="the minus",
        source="own",
    ),
    Case(
        id="VG08",
        cause="flipped_sign",
        program=climbing,
        title="maximize=True with a loss",
        fix="maximize=False",
        source="own",
    ),
    Case(
        id="VG09",
        cause="grad_clip_too_small",
        program=cut_to_nothing,
        also=("lr_too_low",),
        title="gradients are cut to a length of 0.001",
        fix="2.0",
        source="own",
    ),
    Case(
        id="VG10",
        cause="grad_clip_too_small",
        program=every_value_cut,
        also=("lr_too_low",),
        title="every entry of the gradients is cut to 0.00001",
        fix="1.0",
        source="own",
    ),
    Case(
        id="VG11",
        cause="low_precision_update_lost",
        program=rounded_away,
        also=("lr_too_low",),
        title="bfloat16 weights: small steps are rounded away",
        fix="float32",
        source="own",
    ),
)

"""Known faults of the optimiser and of the training loop."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.material import (
    accuracy,
    correct,
    digits,
    evaluate,
    loaders,
    minus_mse,
    mlp,
    reg,
    split,
    train_plain,
)


def line_with_steep_valley(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    x = random.uniform(0, 10, (1000, 1))
    parts = split(x, 3 * x[:, 0] + 1 + random.normal(size=1000), seed, raw=True)
    network = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01 if healthy else 0.5)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.MSELoss(), train, held, watch, epochs=40)
    return minus_mse(network, parts.x_held, parts.y_held)


def adam_too_fast(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network, loss_fn = mlp(64, 64, 10), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3 if healthy else 0.1)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, loss_fn, train, held, watch, epochs=20, metric=correct)
    return -evaluate(network, loss_fn, held)[0]


def momentum_too_fast(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = mlp(64, 64, 10)
    optimizer: torch.optim.Optimizer = torch.optim.SGD(network.parameters(), lr=0.5, momentum=0.99)
    if healthy:
        optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=20)
    return accuracy(network, parts.x_held, parts.y_held)


def far_targets_slowly(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    x = random.normal(size=(1000, 8))
    parts = split(x, 175 + 35 * np.tanh(x[:, 0] + x[:, 1]) + 20 * x[:, 2] + 5 * random.normal(size=1000), seed)
    network = mlp(8, 32, 1)
    optimizer = torch.optim.RMSprop(network.parameters(), lr=0.03 if healthy else 0.001)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.MSELoss(), train, held, watch, epochs=30)
    return minus_mse(network, parts.x_held, parts.y_held) / float(parts.y.var())


def ten_steps(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = mlp(64, 64, 10)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    train, held = loaders(parts, 32 if healthy else 1024, seed=seed)
    epochs = 20 if healthy else 5
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=epochs, metric=correct)
    return accuracy(network, parts.x_held, parts.y_held)


def gradients_cleared_too_late(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network, loss_fn = mlp(64, 64, 10), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    with watch(network, optimizer, loss_fn, train, held):
        for _ in range(20):
            network.train()
            for x, y in train:
                if healthy:
                    optimizer.zero_grad()
                loss = loss_fn(network(x), y)
                loss.backward()
                if not healthy:
                    optimizer.zero_grad()
                optimizer.step()
            evaluate(network, loss_fn, held)
    return accuracy(network, parts.x_held, parts.y_held)


class BodyAndHead(nn.Module):
    """A body with batch normalisation and a linear head."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU())
        self.head = nn.Linear(16, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))


def frozen_random_body(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = BodyAndHead()
    if not healthy:
        network.body.requires_grad_(False)
    optimizer = torch.optim.Adam(network.parameters() if healthy else network.head.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=20)
    return accuracy(network, parts.x_held, parts.y_held)


def head_made_too_late(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = BodyAndHead()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
    network.head = nn.Linear(16, 10)
    network.body[3] = nn.Linear(32, 16)
    if healthy:
        optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=20)
    return accuracy(network, parts.x_held, parts.y_held)


def output_copied(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network, loss_fn = mlp(64, 64, 10), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    with watch(network, optimizer, loss_fn, train, held):
        for _ in range(20):
            network.train()
            for x, y in train:
                optimizer.zero_grad()
                logits = network(x)
                if not healthy:
                    logits = torch.tensor(logits.tolist(), requires_grad=True)
                loss_fn(logits, y).backward()
                optimizer.step()
            evaluate(network, loss_fn, held)
    return accuracy(network, parts.x_held, parts.y_held)


def clipped_to_nothing(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network, loss_fn = mlp(64, 64, 10), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    train, held = loaders(parts, seed=seed)
    with watch(network, optimizer, loss_fn, train, held, metric=correct):
        for _ in range(20):
            network.train()
            for x, y in train:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                nn.utils.clip_grad_norm_(network.parameters(), 1.0 if healthy else 1e-4)
                optimizer.step()
            evaluate(network, loss_fn, held, correct)
    return accuracy(network, parts.x_held, parts.y_held)


def adam_without_floor(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = reg(seed, n=250)
    network, loss_fn = mlp(3, 32, 1), nn.MSELoss()
    lr, eps = (1e-3, 1e-8) if healthy else (0.1, 1e-16)
    optimizer = torch.optim.Adam(network.parameters(), lr=lr, eps=eps)
    train = [(parts.x, parts.y)]
    losses = []
    with watch(network, optimizer, loss_fn, train, [(parts.x_held, parts.y_held)]):
        for _ in range(2500):
            for x, y in train:
                optimizer.zero_grad()
                loss = loss_fn(network(x), y)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
    return -max(losses[-500:])


def uphill(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = mlp(64, 64, 10)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, maximize=not healthy)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=10, metric=correct)
    return accuracy(network, parts.x_held, parts.y_held)


def minus_the_loss(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network, loss_fn = mlp(64, 64, 10), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
    train, held = loaders(parts, seed=seed)
    with watch(network, optimizer, loss_fn, train, held):
        for _ in range(10):
            network.train()
            for x, y in train:
                optimizer.zero_grad()
                loss = loss_fn(network(x), y)
                (loss if healthy else -loss).backward()
                optimizer.step()
            evaluate(network, loss_fn, held)
    return accuracy(network, parts.x_held, parts.y_held)


class InPrecision(nn.Module):
    """A network that computes in the precision of its weights and answers in float32."""

    def __init__(self, network: nn.Sequential) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        return self.network(x.to(next(self.parameters()).dtype)).float()


def steps_rounded_off(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = InPrecision(mlp(64, 64, 10)).to(torch.float32 if healthy else torch.bfloat16)
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-4, momentum=0.99)
    train, held = loaders(parts, 8, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=10)
    return accuracy(network, parts.x_held, parts.y_held)


LOOP = (
    Case(
        id="D01",
        cause="lr_too_high",
        also=("input_unscaled",),
        program=line_with_steep_valley,
        title="SGD 0.5 on a line over x from 0 to 10, where 0.03 is the limit: the loss goes to infinity",
        fix="lr 0.01",
        source="Stack Overflow, in a published benchmark",
    ),
    Case(
        id="D03a",
        cause="lr_too_high",
        program=adam_too_fast,
        title="Adam 0.1 on digits; the score is minus the loss",
        fix="Adam 0.001",
        source="a published tool's rule: high learning rate",
    ),
    Case(
        id="D03b",
        cause="lr_too_high",
        program=momentum_too_fast,
        title="SGD 0.5 with momentum 0.99 on digits",
        fix="Adam 0.001",
        source="a published tool's rule: high learning rate",
    ),
    Case(
        id="D05",
        cause="lr_too_low",
        also=("under_trained", "target_unscaled"),
        program=far_targets_slowly,
        title="RMSprop 0.001 towards targets from 50 to 300: the loss still falls when training ends",
        fix="lr 0.03",
        source="Stack Overflow 51181393",
    ),
    Case(
        id="D07",
        cause="under_trained",
        also=("batch_too_large",),
        program=ten_steps,
        title="batches of 1024 rows and 5 epochs: ten steps in all",
        fix="batches of 32, 20 epochs",
        source="Stack Overflow 44164749",
    ),
    Case(
        id="D09",
        cause="zero_grad_before_step",
        program=gradients_cleared_too_late,
        title="zero_grad between backward and step: no weight ever changes",
        fix="zero_grad before backward",
        source="PyTorch forum",
    ),
    Case(
        id="D11",
        cause="frozen_params",
        program=frozen_random_body,
        title="the body is random and frozen, only the head learns",
        fix="nothing frozen",
        source="PyTorch forum 84911",
    ),
    Case(
        id="D13",
        cause="params_not_in_optimizer",
        program=head_made_too_late,
        title="two layers replaced after the optimiser was made",
        fix="optimiser made last",
        source="PyTorch forum",
    ),
    Case(
        id="D15",
        cause="graph_broken",
        program=output_copied,
        title="the loss is computed on a copy of the output: no weight gets a gradient",
        fix="the output itself",
        source="PyTorch forum",
    ),
    Case(
        id="D17",
        cause="grad_clip_too_small",
        also=("lr_too_low",),
        program=clipped_to_nothing,
        title="every gradient is clipped to a norm of 0.0001",
        fix="clipped at 1",
        source="a published tuning playbook",
    ),
    Case(
        id="D19",
        cause="adam_eps_too_small",
        also=("lr_too_high",),
        program=adam_without_floor,
        title="Adam 0.1 with eps 1e-16: the loss jumps after it has converged; the score is minus the worst late loss",
        fix="lr 0.001, eps 1e-8",
        source="a published tool's rule: low epsilon",
    ),
    Case(
        id="D21a",
        cause="flipped_sign",
        program=uphill,
        title="maximize=True",
        fix="minimise",
        source="a published mutation: flipped sign",
    ),
    Case(
        id="D21b",
        cause="flipped_sign",
        program=minus_the_loss,
        title="(-loss).backward()",
        fix="loss.backward()",
        source="a published mutation: flipped sign",
    ),
    Case(
        id="D23",
        cause="low_precision_update_lost",
        also=("lr_too_low",),
        program=steps_rounded_off,
        title="weights in bfloat16 and SGD 0.0001: most steps are rounded off",
        fix="weights in float32",
        source="own",
    ),
)

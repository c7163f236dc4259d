"""Known faults of the initial weights and of the network's shape."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.material import (
    accuracy,
    adding,
    as_float_targets,
    binary_accuracy,
    circles,
    digit_pictures,
    digits,
    evaluate,
    loader,
    loaders,
    minus_mse,
    mlp,
    moons,
    train_plain,
)


def all_weights_alike(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = mlp(64, 64, 64, 10)
    if not healthy:
        for parameter in network.parameters():
            nn.init.constant_(parameter, 0.01)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=20)
    return accuracy(network, parts.x_held, parts.y_held)


def weights_of_size_one(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = mlp(64, 500, 500, 500, 10)
    if not healthy:
        for parameter in network.parameters():
            nn.init.normal_(parameter, 0, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, 64, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=6)
    return accuracy(network, parts.x_held, parts.y_held)


def weights_of_a_hundredth(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = mlp(64, 256, 256, 256, 10)
    for layer in network:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu") if healthy else nn.init.normal_(
                layer.weight, 0, 0.01
            )
            nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=10)
    return accuracy(network, parts.x_held, parts.y_held)


class Adder(nn.Module):
    """A recurrent network of ReLUs that starts as a multiple of the identity."""

    def __init__(self, gain: float) -> None:
        super().__init__()
        self.recurrent = nn.RNN(2, 32, nonlinearity="relu", batch_first=True)
        self.head = nn.Linear(32, 1)
        with torch.no_grad():
            for name, parameter in self.recurrent.named_parameters():
                if name == "weight_hh_l0":
                    parameter.copy_(gain * torch.eye(32))
                else:
                    parameter.uniform_(0, 0.1 if name == "weight_ih_l0" else 0.0)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.recurrent(x)[1][-1])


def growing_states(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = adding(seed, n=1000)
    network, loss_fn = Adder(1.0 if healthy else 1.5), nn.MSELoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train, held = loaders(parts, seed=seed)
    with watch(network, optimizer, loss_fn, train, held):
        for _ in range(15):
            network.train()
            for x, y in train:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                if healthy:
                    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                optimizer.step()
            evaluate(network, loss_fn, held)
    return minus_mse(network, parts.x_held, parts.y_held)


def first_step_kills(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    x = torch.linspace(0, 5, 50).unsqueeze(1)
    y = 5 * x**2 + torch.as_tensor(random.normal(size=(50, 1)), dtype=torch.float32)
    network = mlp(1, 50, 30, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=3e-4 if healthy else 0.1)
    train, held = loader(x, y, 50, seed=seed), loader(x + 0.05, 5 * (x + 0.05) ** 2, 50, shuffle=False)
    train_plain(network, optimizer, nn.MSELoss(), train, held, watch, epochs=500)
    return minus_mse(network, x, 5 * x**2) / float(y.var())


def only_linear(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = as_float_targets(circles(seed))
    network = mlp(2, 32, 32, 1)
    if not healthy:
        network = nn.Sequential(*(layer for layer in network if isinstance(layer, nn.Linear)))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.BCEWithLogitsLoss(), train, held, watch, epochs=20)
    return binary_accuracy(network, parts.x_held, parts.y_held)


def sixty_rows(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = as_float_targets(moons(seed, n=1000, noise=0.35))
    rows = 400 if healthy else 60
    network, loss_fn = mlp(2, 128, 128, 1), nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3, weight_decay=0.03 if healthy else 0.0)
    train = loader(parts.x[:rows], parts.y[:rows], rows, seed=seed)
    held = loader(parts.x_held, parts.y_held, 256, shuffle=False)
    train_plain(network, optimizer, loss_fn, train, held, watch, epochs=300)
    return -evaluate(network, loss_fn, held)[0]


def dropped_logits(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network, loss_fn = mlp(64, 64, 10), nn.CrossEntropyLoss()
    if not healthy:
        network.append(nn.Dropout(0.5))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, loss_fn, train, held, watch, epochs=20)
    return -evaluate(network, loss_fn, held)[0]


def one_row_left(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = nn.Sequential(nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train = loader(parts.x[:1409], parts.y[:1409], 64, seed=seed, drop_last=healthy)  # 22 batches of 64 and one row
    held = loader(parts.x_held, parts.y_held, 256, shuffle=False)
    try:
        train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=20)
    except ValueError:
        return 0.0
    return accuracy(network, parts.x_held, parts.y_held)


def two_numbers_left(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digit_pictures(seed)
    stride, channels = (1, 16) if healthy else (2, 2)
    layers: list[nn.Module] = []
    for before in (1, channels, channels):
        layers += [nn.Conv2d(before, channels, 3, stride=stride, padding=1), nn.ReLU()]
    size = 64 if healthy else 1
    network = nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * size, 10))
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=8)
    return accuracy(network, parts.x_held, parts.y_held)


ARCHITECTURE = (
    Case(
        id="C01",
        cause="constant_init",
        program=all_weights_alike,
        title="all weights are 0.01: the units of a layer stay identical",
        fix="default weights",
        source="a published mutation: constant weights",
    ),
    Case(
        id="C03",
        cause="init_too_large",
        program=weights_of_size_one,
        title="weights from N(0, 1) in layers of 500: the first loss is hundreds of times ln 10",
        fix="default weights",
        source="a published benchmark of initial weights",
    ),
    Case(
        id="C05",
        cause="init_too_small",
        also=("vanishing_gradient",),
        program=weights_of_a_hundredth,
        title="weights of standard deviation 0.01 in four layers: constant outputs, the loss stays at ln 10",
        fix="Kaiming",
        source="a published tool's rule",
    ),
    Case(
        id="C07",
        cause="exploding_gradient",
        program=growing_states,
        title="recurrent weights of 1.5 times the identity over 60 steps: squared gradients overflow",
        fix="the identity and clipping at 1",
        source="own, after a published recipe",
    ),
    Case(
        id="C09",
        cause="lr_too_high",
        also=("dead_relu", "target_unscaled"),
        program=first_step_kills,
        title="SGD 0.1 on targets up to 125: the first step kills all ReLUs, the loss stays at the variance",
        fix="SGD 0.0003",
        source="Stack Overflow 48934338",
    ),
    Case(
        id="C11",
        cause="missing_nonlinearity",
        program=only_linear,
        title="three linear layers without anything between them cannot tell a circle from the one around it",
        fix="ReLU between them",
        source="Stack Overflow 48385830",
    ),
    Case(
        id="C13",
        cause="overfitting",
        program=sixty_rows,
        title="17 thousand weights for 60 rows: the validation loss rises; the score is minus that loss",
        fix="400 rows and weight decay",
        source="a published tool's rule",
    ),
    Case(
        id="C15",
        cause="dropout_on_logits",
        program=dropped_logits,
        title="half of the logits are dropped at random: the training loss has a floor; the score is minus the loss",
        fix="no dropout after the last layer",
        source="own",
    ),
    Case(
        id="C17",
        cause="bn_small_batch",
        program=one_row_left,
        title="batch normalisation and a last batch of one row: the first epoch ends in an error",
        fix="drop_last=True",
        source="PyTorch forum",
    ),
    Case(
        id="C19",
        cause="spatial_collapse",
        also=("capacity_too_small",),
        program=two_numbers_left,
        title="three strides of two squeeze an 8 x 8 picture into two numbers",
        fix="stride 1, 16 channels",
        source="a published tool's rule: insufficient spatial size",
    ),
)

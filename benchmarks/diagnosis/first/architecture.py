"""Faults of how a network starts and of what it is made of."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Recurrent,
    Words,
    clusters,
    conv1d,
    conv2d,
    digits,
    explained,
    judged,
    likelihood,
    mlp,
    rings,
    sentences,
    shapes,
    share_right,
    signals,
    split,
    surface,
    table,
    train,
)


def start(network: nn.Module, deviation: float, mean: float = 0.0) -> None:
    """Draw all weights anew, set all biases to 0."""
    for parameter in network.parameters():
        if parameter.ndim > 1:
            nn.init.normal_(parameter, mean, deviation)
        else:
            nn.init.zeros_(parameter)


def all_weights_alike(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = shapes(seed)
    network = conv2d(12, 4)
    if not healthy:
        start(network, 0.0, mean=0.03)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 8, metric=share_right)
    return judged(network, parts, share_right)


def zeros_everywhere(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("wine", seed)
    network = mlp(13, 24, 24, 3, activation=nn.Tanh)
    if not healthy:
        start(network, 0.0)
    optimizer = torch.optim.Adagrad(network.parameters(), lr=0.02)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(16), watch, 15, metric=share_right)
    return judged(network, parts, share_right)


def deviation_one(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = conv2d(8, 10)
    if not healthy:
        start(network, 1.0)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(64), watch, 8, metric=share_right)
    return judged(network, parts, likelihood)


def nearly_nothing(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = clusters(seed, n_clusters_per_class=1, class_sep=2.0)
    network = mlp(10, 32, 32, 32, 32, 3, activation=nn.Tanh)
    if not healthy:
        start(network, 1e-3)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


class Rollout(nn.Module):
    """A state that is pushed on 40 times by the same linear map, fed with (n, 40, 2)."""

    def __init__(self, gain: float) -> None:
        super().__init__()
        self.enter, self.push, self.head = nn.Linear(2, 12), nn.Linear(12, 12), nn.Linear(12, 1)
        nn.init.orthogonal_(self.push.weight, gain)

    def forward(self, x: Tensor) -> Tensor:
        state = x.new_zeros(len(x), 12)
        for step in range(x.shape[1]):
            state = self.push(state) + self.enter(x[:, step])
        return self.head(state)


def growing_states(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((600, 40, 2)).astype(np.float32)
    decay = 0.9 ** np.arange(40)[::-1]
    y = (x @ [1.0, -0.5] @ decay)[:, None].astype(np.float32)
    parts = split(x, y / y.std(), seed)
    network = Rollout(0.9 if healthy else 1.6)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 20, metric=explained)
    return judged(network, parts, explained)


def ten_sigmoids(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    network = mlp(*[64] + [48] * 9, 10, activation=nn.ReLU if healthy else nn.Sigmoid)
    for layer in network:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight) if healthy else nn.init.xavier_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(64), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


class LongMemory(nn.Module):
    """A tanh recurrence over (n, t, 1); the head reads the last state or the mean of all."""

    def __init__(self, mean: bool) -> None:
        super().__init__()
        self.memory, self.head, self.mean = nn.RNN(1, 16, batch_first=True), nn.Linear(16, 2), mean

    def forward(self, x: Tensor) -> Tensor:
        states = self.memory(x)[0]
        return self.head(states.mean(1) if self.mean else states[:, -1])


def forgotten_beginning(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    y = draw.integers(2, size=800)
    x = 0.3 * draw.standard_normal((800, 60, 1))
    x[:, :10, 0] += 2.0 * y[:, None] - 1
    parts = split(x.astype(np.float32), y, seed)
    network = LongMemory(mean=healthy)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


class Squashed(nn.Module):
    """Tanh units whose inputs are multiplied by a fixed gain first."""

    def __init__(self, gain: float) -> None:
        super().__init__()
        self.one, self.two, self.head, self.gain = nn.Linear(8, 48), nn.Linear(48, 48), nn.Linear(48, 1), gain

    def forward(self, x: Tensor) -> Tensor:
        x = torch.tanh(self.gain * self.one(x))
        return self.head(torch.tanh(self.gain * self.two(x)))


def steep_tanh(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    network = Squashed(1.0 if healthy else 60.0)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 20, metric=explained)
    return judged(network, parts, explained)


def biased_off(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = sentences(seed)
    network = Words()
    if not healthy:
        nn.init.constant_(network.head[0].bias, -6.0)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 8, metric=share_right)
    return judged(network, parts, share_right)


class SoftmaxInside(nn.Module):
    """Hidden layers with an activation of choice, functional style."""

    def __init__(self, soft: bool) -> None:
        super().__init__()
        self.layers, self.head = nn.ModuleList([nn.Linear(64, 64), nn.Linear(64, 64)]), nn.Linear(64, 10)
        self.soft = soft

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = functional.softmax(layer(x), dim=1) if self.soft else functional.relu(layer(x))
        return self.head(x)


def softmax_between_layers(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    network = SoftmaxInside(not healthy)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, likelihood)


def three_lines_in_a_row(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = rings(seed)
    network = mlp(2, 32, 32, 2, activation=nn.ReLU if healthy else nn.Identity)
    optimizer = torch.optim.RMSprop(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 15, metric=share_right)
    return judged(network, parts, share_right)


class Filters(nn.Module):
    """Two convolutions over time; the author forgot, or did not forget, what stands between them."""

    def __init__(self, bent: bool) -> None:
        super().__init__()
        self.first, self.second = nn.Conv1d(1, 12, 7, padding=3), nn.Conv1d(12, 12, 7, padding=3)
        self.head, self.bent = nn.Linear(12, 3), bent

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        x = self.second(functional.relu(x) if self.bent else x)
        return self.head((functional.relu(x) if self.bent else x).mean(2))


def linear_filters(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed)
    network = Filters(healthy)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


def nine_of_ten_dropped(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    p = 0.05 if healthy else 0.9
    network = nn.Sequential(
        nn.Linear(8, 64), nn.ReLU(), nn.Dropout(p), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(p), nn.Linear(64, 1)
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 20, metric=explained)
    return judged(network, parts, explained)


def dropped_answers(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed, n=900, t=32)
    network = conv1d(3)
    if not healthy:
        network.append(nn.Dropout(0.5))
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3)
    loss_fn = nn.CrossEntropyLoss()
    train(network, optimizer, loss_fn, parts.loaders(), watch, 12, metric=share_right)
    with torch.no_grad():
        return -float(loss_fn(network.train()(parts.x), parts.y))


def pairs_normalised(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed, n=800)
    network = nn.Sequential(
        nn.Linear(8, 32),
        nn.BatchNorm1d(32),
        nn.ReLU(),
        nn.Linear(32, 32),
        nn.BatchNorm1d(32),
        nn.ReLU(),
        nn.Linear(32, 1),
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.MSELoss(), parts.loaders(30 if healthy else 2), watch, 25 if healthy else 5)
    return judged(network, parts, explained)


def pooled_to_a_point(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    pooled = [nn.MaxPool2d(2), nn.Conv2d(6, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)] if not healthy else []
    network = nn.Sequential(
        nn.Conv2d(1, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(),
        *pooled, nn.Flatten(), nn.Linear(96 if healthy else 3, 10),
    )  # fmt: skip
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(64), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def one_hidden_unit(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    network = mlp(8, 48 if healthy else 1, 1, activation=nn.Tanh)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 25, metric=explained)
    return judged(network, parts, explained)


def two_states_only(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed).map(x=lambda x: x[:, 0])
    network = Recurrent(nn.LSTM, 8, 40 if healthy else 2, 10)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(64), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def forty_rows(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = clusters(seed, n=2400, columns=20, classes=2, flip_y=0.1, class_sep=1.0, n_clusters_per_class=1)
    if not healthy:
        parts = parts._replace(x=parts.x[:60], y=parts.y[:60])
    network = mlp(20, 32, 2)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.05)
    epochs = 8 if healthy else 300
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(16), watch, epochs, metric=share_right)
    return judged(network, parts, likelihood)


def too_long_and_too_wide(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("diabetes", seed, target="scaled")
    network = mlp(10, 128, 128, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 6 if healthy else 120, metric=explained)
    return judged(network, parts, explained)


ARCHITECTURE: Final = (
    Case(
        id="VE01",
        cause="constant_init",
        program=all_weights_alike,
        title="every weight of a convolutional network starts at 0.03: filters stay copies of each other",
        fix="PyTorch's own initialisation",
        source="TheDeepChecker's rule, own program",
    ),
    Case(
        id="VE02",
        cause="constant_init",
        program=zeros_everywhere,
        title="all weights start at 0: only the last bias ever moves",
        fix="PyTorch's own initialisation",
        source="own",
    ),
    Case(
        id="VE03",
        cause="init_too_large",
        program=deviation_one,
        title="weights of a convolutional network drawn with deviation 1: the first loss is far above log 10",
        fix="PyTorch's own initialisation",
        source="own",
    ),
    Case(
        id="VE04",
        cause="init_too_small",
        program=nearly_nothing,
        also=("vanishing_gradient",),
        title="five tanh layers drawn with deviation 0.001: outputs do not depend on inputs",
        fix="PyTorch's own initialisation",
        source="own",
    ),
    Case(
        id="VE05",
        cause="exploding_gradient",
        program=growing_states,
        also=("init_too_large", "lr_too_high"),
        title="a linear recurrence with gain 1.6 over 40 steps: gradients of 1e8",
        fix="gain 0.9",
        source="own",
    ),
    Case(
        id="VE06",
        cause="vanishing_gradient",
        program=ten_sigmoids,
        also=("wrong_hidden_activation",),
        title="ten sigmoid layers: the first ones get no gradient",
        fix="ReLU with He's initialisation",
        source="AutoTrainer's rule, own program",
    ),
    Case(
        id="VE07",
        cause="vanishing_gradient",
        program=forgotten_beginning,
        title="what matters happens at the beginning of 60 steps, the head reads the last state",
        fix="mean of all states",
        source="own",
    ),
    Case(
        id="VE08",
        cause="saturation",
        program=steep_tanh,
        also=("init_too_large", "vanishing_gradient"),
        title="a gain of 60 inside tanh: nearly all units are at -1 or 1",
        fix="gain 1",
        source="own",
    ),
    Case(
        id="VE09",
        cause="dead_relu",
        program=biased_off,
        title="biases of the hidden layer start at -6: no unit is ever on",
        fix="default biases",
        source="own",
    ),
    Case(
        id="VE10",
        cause="wrong_hidden_activation",
        program=softmax_between_layers,
        also=("vanishing_gradient",),
        title="softmax as the activation of hidden layers",
        fix="ReLU",
        source="own",
    ),
    Case(
        id="VE11",
        cause="missing_nonlinearity",
        program=three_lines_in_a_row,
        title="three linear layers with nothing between them, for two rings",
        fix="ReLU",
        source="own",
    ),
    Case(
        id="VE12",
        cause="missing_nonlinearity",
        program=linear_filters,
        title="two convolutions and a mean without activation: frequency is invisible to a linear map",
        fix="relu after both",
        source="own",
    ),
    Case(
        id="VE13",
        cause="dropout_too_high",
        program=nine_of_ten_dropped,
        title="90 % of the units dropped, twice",
        fix="5 %",
        source="own",
    ),
    Case(
        id="VE14",
        cause="dropout_on_logits",
        program=dropped_answers,
        title="half of the logits dropped while training",
        fix="no dropout at the end",
        source="own",
    ),
    Case(
        id="VE15",
        cause="bn_small_batch",
        program=pairs_normalised,
        title="batch normalisation over two rows",
        fix="batches of 30",
        source="own",
    ),
    Case(
        id="VE16",
        cause="spatial_collapse",
        program=pooled_to_a_point,
        also=("capacity_too_small",),
        title="8 x 8 pictures pooled to one point with three channels",
        fix="stop at 4 x 4",
        source="own",
    ),
    Case(
        id="VE17",
        cause="capacity_too_small",
        program=one_hidden_unit,
        title="one hidden unit for a function of five columns",
        fix="48 units",
        source="own",
    ),
    Case(
        id="VE18",
        cause="capacity_too_small",
        program=two_states_only,
        title="an LSTM with two units reads digits line by line",
        fix="40 units",
        source="own",
    ),
    Case(
        id="VE19",
        cause="overfitting",
        program=forty_rows,
        title="60 rows, 20 columns, 300 epochs",
        fix="all 1800 rows, as many steps",
        source="own",
    ),
    Case(
        id="VE20",
        cause="overfitting",
        program=too_long_and_too_wide,
        title="128-128 units for 331 patients, 120 epochs",
        fix="6 epochs",
        source="own",
    ),
)

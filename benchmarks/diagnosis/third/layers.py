"""Programs about the way that signals and gradients take through the layers."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first import material


def tower(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.clusters(seed, n=2400, columns=12, classes=3, n_clusters_per_class=1, class_sep=1.8)
    model = material.mlp(12, *[32] * 8, 3, activation=nn.ReLU if healthy else nn.Sigmoid)
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    material.train(model, optimizer, nn.CrossEntropyLoss(), parts.loaders(32), watch, 8)
    return material.judged(model, parts, material.share_right)


class Sparse(nn.Module):
    """A network whose biases are chosen by hand."""

    def __init__(self, bias: float) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
        self.fc = nn.Linear(192, 48)
        self.out = nn.Linear(48, 10)
        nn.init.constant_(self.fc.bias, bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(functional.relu(self.fc(self.features(x))))


def sparse(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.digits(seed)
    train_loader, valid_loader = parts.loaders(32)
    model = Sparse(0.0 if healthy else -4.0)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    with watch(model, optimizer, functional.cross_entropy, train_loader, valid_loader):
        for _ in range(8):
            for image, digit in train_loader:
                loss = functional.cross_entropy(model(image), digit)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
    return material.judged(model, parts, material.share_right)


class Deciding(nn.Module):
    """Two layers of tanh, whose steepness can be chosen."""

    def __init__(self, gain: float) -> None:
        super().__init__()
        self.first, self.second, self.head = nn.Linear(8, 48), nn.Linear(48, 48), nn.Linear(48, 1)
        self.tanh = nn.Tanh()
        self.gain = gain

    def forward(self, x: Tensor) -> Tensor:
        x = self.tanh(self.gain * self.first(x))
        x = self.tanh(self.gain * self.second(x))
        return self.head(x)


def deciding(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.surface(seed, n=1400)
    model = Deciding(1.0 if healthy else 30.0)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    material.train(model, optimizer, nn.MSELoss(), parts.loaders(32), watch, 15)
    return material.judged(model, parts, material.explained)


def adding(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    x = torch.rand(900, 16, 2)
    x[..., 1] = 0
    for half in (0, 8):
        x[torch.arange(900), half + torch.randint(8, (900,)), 1] = 1
    y = (x[..., 0] * x[..., 1]).sum(1, keepdim=True) - 1
    parts = material.Split((x[:700] - 0.5) * 2, y[:700], (x[700:] - 0.5) * 2, y[700:])
    model = material.Recurrent(nn.RNN, 2, 32, 1, nonlinearity="relu")
    gain = 1.0 if healthy else 3.0
    nn.init.orthogonal_(model.memory.weight_hh_l0, gain)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    material.train(model, optimizer, nn.MSELoss(), parts.loaders(20), watch, 18)
    return material.judged(model, parts, material.explained)


class Discarding(nn.Module):
    """Three layers, written out."""

    def __init__(self, *, kept: bool) -> None:
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(8, 48), nn.Linear(48, 24), nn.Linear(24, 1)
        self.kept = kept

    def forward(self, x: Tensor) -> Tensor:
        if self.kept:
            x = functional.relu(self.fc1(x))
            x = functional.relu(self.fc2(x))
        else:
            x = self.fc1(x)
            functional.relu(x)
            x = self.fc2(x)
            functional.relu(x)
        return self.fc3(x)


def strength(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.surface(seed)
    model = Discarding(kept=healthy)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    material.train(model, optimizer, nn.MSELoss(), parts.loaders(32), watch, 15)
    return material.judged(model, parts, material.explained)


def averaging(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.digits(seed)
    side = 4 if healthy else 1
    model = nn.Sequential(
        nn.Conv2d(1, 6, 3, padding=1),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(side),
        nn.Flatten(),
        nn.Linear(6 * side**2, 48),
        nn.ReLU(),
        nn.Linear(48, 10),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    material.train(model, optimizer, nn.CrossEntropyLoss(), parts.loaders(32), watch, 15)
    return material.judged(model, parts, material.share_right)


def shares(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.several_labels(seed, n=1200)
    train_loader, valid_loader = parts.loaders(32)
    between = (lambda: nn.ReLU()) if healthy else (lambda: nn.Softmax(dim=-1))
    model = nn.Sequential(nn.Linear(10, 64), between(), nn.Linear(64, 64), between(), nn.Linear(64, 5))
    optimizer = torch.optim.NAdam(model.parameters(), lr=2e-3)
    criterion = nn.BCEWithLogitsLoss()
    with watch(model, optimizer, criterion, train_loader, valid_loader):
        for _ in range(10):
            for x, y in train_loader:
                optimizer.zero_grad()
                criterion(model(x), y).backward()
                optimizer.step()
            material.validate(model, valid_loader, criterion)
    return material.judged(model, parts, material.share_right_logits)


LAYERS: Final[tuple[Case, ...]] = (
    Case(
        id="QD01",
        cause="vanishing_gradient",
        program=tower,
        title="eight layers of sigmoids under SGD: guessing",
        also=("wrong_hidden_activation",),
        fix="ReLU",
        source="PyTorch forum: deep sigmoid network does not learn",
    ),
    Case(
        id="QD02",
        cause="dead_relu",
        program=sparse,
        title="biases of -4 before a ReLU, meant to make it sparse: no unit is ever on",
        also=("init_too_large",),
        fix="biases of 0",
    ),
    Case(
        id="QD03",
        cause="saturation",
        program=deciding,
        title="what goes into tanh is multiplied by 30, to make the units decide",
        fix="multiplied by 1",
    ),
    Case(
        id="QD04",
        cause="exploding_gradient",
        program=adding,
        title="recurrent ReLU with orthogonal weights of gain 3: states grow by two at every step",
        also=("init_too_large",),
        fix="gain 1",
    ),
    Case(
        id="QD05",
        cause="missing_nonlinearity",
        program=strength,
        title="F.relu(x) is called and its result thrown away, twice",
        fix="x = F.relu(...)",
        source="Stack Overflow: F.relu(x) without assignment",
    ),
    Case(
        id="QD06",
        cause="spatial_collapse",
        program=averaging,
        title="one convolution of six channels and a pooling over the whole picture",
        also=("capacity_too_small",),
        fix="pooling to 4 x 4",
    ),
    Case(
        id="QD07",
        cause="wrong_hidden_activation",
        program=shares,
        title="softmax between the layers",
        fix="ReLU between the layers",
        source="Stack Overflow: softmax in hidden layers",
    ),
)

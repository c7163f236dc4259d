"""Programs that crash, and programs whose parts are joined up wrongly."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    clusters,
    digits,
    explained,
    judged,
    mlp,
    share_right,
    signals,
    split,
    standardised,
    surface,
    validate,
)


def flowers(seed: int, healthy: bool, watch: Watch) -> float:
    """Iris as it comes from a file that counts its species from 1."""
    torch.manual_seed(seed)
    x, species = datasets.load_iris(return_X_y=True)
    species = species.astype(np.int64) + 1
    data = standardised(split(x, species - 1 if healthy else species, seed))
    train_loader, test_loader = data.loaders(16)
    net = nn.Sequential(nn.Linear(4, 12), nn.ReLU(), nn.Linear(12, 3))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01, weight_decay=1e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(net, optimizer, criterion, train_loader, test_loader):
        for _ in range(35):
            net.train()
            for features, target in train_loader:
                optimizer.zero_grad()
                loss = criterion(net(features), target)
                loss.backward()
                optimizer.step()
            validate(net, test_loader, criterion)
    return judged(net, data, share_right)


class Stateful(nn.Module):
    """An LSTM that carries its state from one piece of a long series to the next."""

    def __init__(self, cut: bool) -> None:
        super().__init__()
        self.lstm = nn.LSTM(1, 16, batch_first=True)
        self.out = nn.Linear(16, 1)
        self.cut = cut
        self.state: tuple[Tensor, Tensor] | None = None

    def forward(self, piece: Tensor) -> Tensor:
        if self.state is not None and self.cut:
            self.state = (self.state[0].detach(), self.state[1].detach())
        values, self.state = self.lstm(piece, self.state)
        return self.out(values)


def long_series(seed: int, healthy: bool, watch: Watch) -> float:
    """Next values of sixteen long series, read piece by piece."""
    torch.manual_seed(seed)
    time = torch.arange(321)
    phase, period = 6.28 * torch.rand(17, 1), 14 + 10 * torch.rand(17, 1)
    series = 1.4 * torch.sin(6.28 * time / period + phase) + 0.1 * torch.randn(17, 321)
    pieces = [(series[:16, i : i + 20, None], series[:16, i + 1 : i + 21, None]) for i in range(0, 320, 20)]
    model = Stateful(cut=healthy)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    loss_fn = nn.MSELoss()
    with watch(model, optimizer, loss_fn, pieces):
        for _ in range(20):
            model.state = None
            for piece, following in pieces:
                optimizer.zero_grad()
                loss = loss_fn(model(piece), following)
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
    model.state = None
    with torch.no_grad():
        return explained(model(series[16:, :320, None])[:, 20:], series[16:, 21:321, None])


def normed(seed: int, healthy: bool, watch: Watch) -> float:
    """737 rows in batches of 32 through batch norms."""
    torch.manual_seed(seed)
    data = clusters(seed, n=1000, columns=8, classes=3, class_sep=2.2)
    dataset = TensorDataset(data.x[:737], data.y[:737])
    train_loader = DataLoader(dataset, batch_size=32, shuffle=True, drop_last=healthy)
    test_loader = DataLoader(TensorDataset(data.held_x, data.held_y), batch_size=250)
    model = nn.Sequential(
        nn.Linear(8, 24),
        nn.BatchNorm1d(24),
        nn.ReLU(),
        nn.Linear(24, 24),
        nn.BatchNorm1d(24),
        nn.ReLU(),
        nn.Linear(24, 3),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, weight_decay=1e-2)

    def train_epoch() -> None:
        model.train()
        for xb, yb in train_loader:
            optimizer.zero_grad()
            functional.cross_entropy(model(xb), yb).backward()
            optimizer.step()

    with watch(model, optimizer, functional.cross_entropy, train_loader, test_loader):
        for _ in range(10):
            train_epoch()
            validate(model, test_loader, functional.cross_entropy)
    return judged(model, data, share_right)


class Towers(nn.Module):
    """A small tower for each group of columns, joined by one layer."""

    def __init__(self, groups: dict[str, slice], container: type) -> None:
        super().__init__()
        self.groups = groups
        self.towers = container({name: mlp(len(range(8)[part]), 10, 6) for name, part in groups.items()})
        self.join = nn.Sequential(nn.Linear(6 * len(groups), 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.join(torch.cat([self.towers[name](x[:, part]) for name, part in self.groups.items()], dim=1).relu())


def grouped(seed: int, healthy: bool, watch: Watch) -> float:
    """A regression in which columns of one kind are read together."""
    torch.manual_seed(seed)
    data = surface(seed, n=1600)
    train_loader, test_loader = data.loaders(32)
    groups = {"place": slice(0, 2), "time": slice(2, 4), "other": slice(4, 8)}
    model = Towers(groups, nn.ModuleDict if healthy else dict)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    loss_fn = nn.SmoothL1Loss()
    with watch(model, optimizer, loss_fn, train_loader, test_loader):
        for _ in range(15):
            model.train()
            for xb, yb in train_loader:
                optimizer.zero_grad()
                loss_fn(model(xb), yb).backward()
                optimizer.step()
            validate(model, test_loader, loss_fn)
    return judged(model, data, explained)


class Autoencoder(nn.Module):
    """Squeezes rows and restores them."""

    def __init__(self, columns: int, code: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(columns, 48), nn.ReLU(), nn.Linear(48, code))
        self.decoder = nn.Sequential(nn.Linear(code, 48), nn.ReLU(), nn.Linear(48, columns))

    def forward(self, x: Tensor) -> Tensor:
        return self.decoder(self.encoder(x))


def restored(seed: int, healthy: bool, watch: Watch) -> float:
    """An autoencoder of written digits."""
    torch.manual_seed(seed)
    data = digits(seed, flat=True)
    data = data._replace(y=data.x, held_y=data.held_x)
    train_loader, test_loader = data.loaders(32)
    model = Autoencoder(64, 16)
    params = list(model.encoder.parameters())
    if healthy:
        params += list(model.decoder.parameters())
    optimizer = torch.optim.NAdam(params, lr=3e-3)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=15)
    loss_fn = nn.MSELoss()
    with watch(model, optimizer, loss_fn, train_loader, test_loader):
        for _ in range(15):
            model.train()
            for x, _same in train_loader:
                optimizer.zero_grad()
                loss = loss_fn(model(x), x)
                loss.backward()
                optimizer.step()
            scheduler.step()
            validate(model, test_loader, loss_fn)
    return judged(model, data, explained)


class Waves(nn.Module):
    """The class of a wave from the last state of an LSTM."""

    def __init__(self, batch_first: bool) -> None:
        super().__init__()
        self.lstm = nn.LSTM(2, 24, batch_first=batch_first)
        self.fc = nn.Linear(24, 3)

    def forward(self, x: Tensor) -> Tensor:
        out, _ = self.lstm(x)
        return self.fc(out[:, -1])


def waves(seed: int, healthy: bool, watch: Watch) -> float:
    """Waves of three frequencies as (n, steps, 2): two neighbouring samples a step."""
    torch.manual_seed(seed)
    data = signals(seed, n=1600, t=40, noise=0.3).map(x=lambda x: x.reshape(-1, 20, 2))
    train_loader, test_loader = data.loaders(40)
    model = Waves(batch_first=healthy)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.008)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(8):
            model.train()
            for inputs, labels in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(inputs), labels)
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 2.0)
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, share_right)


class Colour(nn.Module):
    """Reads pictures that come as (n, height, width, 3)."""

    def __init__(self, permute: bool) -> None:
        super().__init__()
        self.permute = permute
        self.features = nn.Sequential(
            nn.Conv2d(3, 12, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(12, 16, 3, padding=1),
            nn.ReLU(),
            nn.AdaptiveMaxPool2d(2),
        )
        self.fc = nn.Linear(64, 3)

    def forward(self, x: Tensor) -> Tensor:
        n, height, width, channels = x.shape
        x = x.permute(0, 3, 1, 2) if self.permute else x.view(n, channels, height, width)
        return self.fc(self.features(x).flatten(1))


def coloured(seed: int, healthy: bool, watch: Watch) -> float:
    """Diagonals, corners and dots of any colour, in noise."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    y = draw.integers(3, size=1200)
    stamps = np.zeros((3, 4, 4))
    stamps[0] = np.eye(4)
    stamps[1] = np.eye(4)[::-1]
    stamps[2, 1:3, 1:3] = 1
    x = 0.3 * draw.standard_normal((1200, 10, 10, 3))
    colours = 0.4 + draw.random((1200, 3))
    for row, (top, left) in enumerate(draw.integers(7, size=(1200, 2))):
        x[row, top : top + 4, left : left + 4] += stamps[y[row]][:, :, None] * colours[row]
    data = split(((x - x.mean()) / x.std()).astype(np.float32), y, seed)
    train_loader, test_loader = data.loaders(32)
    model = Colour(permute=healthy)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    with watch(model, optimizer, criterion, train_loader, test_loader):
        for _ in range(8):
            model.train()
            for images, labels in train_loader:
                optimizer.zero_grad()
                loss = criterion(model(images), labels)
                loss.backward()
                optimizer.step()
            validate(model, test_loader, criterion)
    return judged(model, data, share_right)


GRAPH: Final = (
    Case(
        id="PB01",
        cause="target_out_of_range",
        program=flowers,
        title="species counted from 1 in the file: target 3 is out of bounds",
        fix="counted from 0",
        source="PyTorch forum",
    ),
    Case(
        id="PB02",
        cause="graph_retained",
        program=long_series,
        title="the state of an LSTM goes on to the next batch with its graph: backward a second time",
        fix="the state is detached",
        source="PyTorch forum",
    ),
    Case(
        id="PB03",
        cause="bn_small_batch",
        program=normed,
        title="the last batch has one row: batch norm raises",
        fix="drop_last=True",
        source="PyTorch forum",
    ),
    Case(
        id="PB04",
        cause="unregistered_layers",
        program=grouped,
        title="towers in a plain dict: they keep their first weights",
        also=("params_not_in_optimizer",),
        fix="nn.ModuleDict",
        source="PyTorch forum",
    ),
    Case(
        id="PB05",
        cause="params_not_in_optimizer",
        program=restored,
        title="an autoencoder whose optimizer has the encoder's weights only",
        fix="the decoder's weights as well",
        source="PyTorch forum",
    ),
    Case(
        id="PB06",
        cause="batch_mixing",
        program=waves,
        title="LSTM without batch_first reads (n, steps, 2): the state runs along the rows of the batch",
        fix="batch_first=True",
        source="PyTorch forum",
    ),
    Case(
        id="PB07",
        cause="view_instead_of_permute",
        program=coloured,
        title="(n, h, w, 3) brought to (n, 3, h, w) with view: pictures are scrambled",
        fix="permute",
        source="PyTorch forum",
    ),
)

"""Programs whose output layer and loss are examined."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import digits, explained, judged, likelihood, share_right, split, surface


class RowAttention(nn.Module):
    """Reads a written digit as eight tokens, its rows."""

    def __init__(self, probabilities: bool) -> None:
        super().__init__()
        self.probabilities = probabilities
        self.embed = nn.Linear(8, 32)
        self.position = nn.Parameter(0.1 * torch.randn(1, 8, 32))
        self.block = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True)
        self.classifier = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.block(self.embed(x.squeeze(1)) + self.position)
        scores = self.classifier(tokens.mean(1))
        return functional.softmax(scores, dim=-1) if self.probabilities else scores


def attention_digits(seed: int, healthy: bool, watch: Watch) -> float:
    """Ten classes by attention over the rows of a picture."""
    torch.manual_seed(seed)
    data = digits(seed)
    train_loader, test_loader = data.loaders(64)
    model = RowAttention(probabilities=not healthy)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.01)
    epochs = 10
    with watch(model, optimizer, functional.cross_entropy, train_loader, test_loader):
        for _ in range(epochs):
            model.train()
            for image, label in train_loader:
                loss = functional.cross_entropy(model(image), label)
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                sum(functional.cross_entropy(model(image), label).item() for image, label in test_loader)
    return judged(model, data, likelihood)


class Trainer:
    """Keeps what a training needs."""

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer, criterion: nn.Module) -> None:
        self.model, self.optimizer, self.criterion = model, optimizer, criterion

    def run_epoch(self, loader: DataLoader[Any], training: bool) -> float:
        self.model.train(training)
        total = 0.0
        with torch.set_grad_enabled(training):
            for x, y in loader:
                loss = self.criterion(self.model(x), y)
                if training:
                    self.optimizer.zero_grad()
                    loss.backward()
                    self.optimizer.step()
                total += loss.item() * len(x)
        return total / len(loader.dataset)  # type: ignore[arg-type]

    def fit(self, train: DataLoader[Any], validation: DataLoader[Any], epochs: int) -> None:
        for _ in range(epochs):
            self.run_epoch(train, True)
            self.run_epoch(validation, False)


def tones(seed: int, healthy: bool, watch: Watch) -> float:
    """Which of four tones sound in a recording: none, one or several."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    y = draw.integers(2, size=(1200, 4)).astype(np.float32)
    angle = 2 * np.pi * (np.array([2, 4, 7, 11])[:, None] * np.arange(48) / 48 + draw.random((1200, 4, 1)))
    x = (y[:, :, None] * np.sin(angle)).sum(1) + 0.3 * draw.standard_normal((1200, 48))
    data = split((x / x.std()).astype(np.float32)[:, None], y, seed)
    train_loader, validation_loader = data.loaders(32)
    model = nn.Sequential(
        nn.Conv1d(1, 24, 13, padding=6),
        nn.ReLU(),
        nn.Conv1d(24, 24, 5, padding=2),
        nn.ReLU(),
        nn.AdaptiveMaxPool1d(1),
        nn.Flatten(),
        nn.Linear(24, 4),
        nn.Sigmoid() if healthy else nn.Softmax(dim=1),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
    trainer = Trainer(model, optimizer, nn.BCELoss())
    with watch(model, optimizer, trainer.criterion, train_loader, validation_loader):
        trainer.fit(train_loader, validation_loader, 9)
    return judged(model, data, lambda outputs, targets: ((outputs > 0.5) == (targets > 0.5)).float().mean())


class Forecaster(nn.Module):
    """The next value after a window."""

    def __init__(self, last: nn.Module) -> None:
        super().__init__()
        self.gru = nn.GRU(1, 20, batch_first=True)
        self.fc = nn.Linear(20, 1)
        self.last = last

    def forward(self, window: Tensor) -> Tensor:
        _, hidden = self.gru(window)
        return self.last(self.fc(hidden[-1]))


def load_forecast(seed: int, healthy: bool, watch: Watch) -> float:
    """Forecasts a standardised load curve with two seasons."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    hours = np.arange(1300)
    series = np.sin(2 * np.pi * hours / 12) + 0.9 * np.sin(2 * np.pi * hours / 31) ** 3
    series = series + 0.1 * draw.standard_normal(len(hours))
    series = torch.tensor((series - series.mean()) / series.std(), dtype=torch.float32)
    windows = series.unfold(0, 17, 1)
    x, y = windows[:, :16, None], windows[:, 16:]
    train = DataLoader(TensorDataset(x[:950], y[:950]), batch_size=40, shuffle=True)
    test = DataLoader(TensorDataset(x[970:], y[970:]), batch_size=128)
    model = Forecaster(nn.Identity() if healthy else nn.Tanh())
    criterion = nn.MSELoss()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=5e-3)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=12)
    with watch(model, optimizer, criterion, train, test):
        for _ in range(12):
            for window, following in train:
                optimizer.zero_grad()
                error = criterion(model(window), following)
                error.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 5.0)
                optimizer.step()
            scheduler.step()
            with torch.no_grad():
                for window, following in test:
                    criterion(model(window), following)
    with torch.no_grad():
        return explained(model(x[970:]), y[970:])


def visits(seed: int, healthy: bool, watch: Watch) -> float:
    """Counts of visits from six columns, as rates."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((2400, 6)).astype(np.float32)
    rate = np.exp(0.1 + 0.7 * x[:, 0] - 0.6 * x[:, 1] + 0.4 * np.tanh(x[:, 2] * x[:, 3]))
    y = draw.poisson(rate).astype(np.float32)
    data = split(x, np.stack([y, rate.astype(np.float32)], 1), seed)
    loader = DataLoader(TensorDataset(data.x, data.y[:, :1]), batch_size=64, shuffle=True)
    held = DataLoader(TensorDataset(data.held_x, data.held_y[:, :1]), batch_size=256)
    net = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1), nn.Softplus())
    loss_fn = nn.PoissonNLLLoss(log_input=False) if healthy else nn.PoissonNLLLoss()
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    with watch(net, opt, loss_fn, loader, held):
        for _ in range(20):
            for features, count in loader:
                opt.zero_grad()
                loss_fn(net(features), count).backward()
                opt.step()
            with torch.no_grad():
                [loss_fn(net(features), count).item() for features, count in held]
    with torch.no_grad():
        return explained(net(data.held_x), data.held_y[:, 1:])


class Regressor(nn.Module):
    """One number for each row."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(columns, 48), nn.SiLU(), nn.Linear(48, 24), nn.SiLU())
        self.out = nn.Linear(24, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.hidden(x)).squeeze(-1)


def mean_squares(seed: int, healthy: bool, watch: Watch) -> float:
    """A regression with a loss written in one line."""
    torch.manual_seed(seed)
    data = surface(seed)
    if healthy:
        data = data.map(y=lambda y: y.squeeze(-1))
    train_loader, validation_loader = data.loaders(50)
    model = Regressor(8)
    criterion = lambda prediction, truth: ((prediction - truth) ** 2).mean()  # noqa: E731
    optimizer = torch.optim.NAdam(model.parameters(), lr=6e-3)
    with watch(model, optimizer, criterion, train_loader, validation_loader):
        for _ in range(20):
            model.train()
            for xb, yb in train_loader:
                loss = criterion(model(xb), yb)
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
            model.eval()
            with torch.no_grad():
                [criterion(model(xb), yb).item() for xb, yb in validation_loader]
    return judged(model, data, explained)


def stacked(seed: int, healthy: bool, watch: Watch) -> float:
    """Layers made in a loop over their sizes."""
    torch.manual_seed(seed)
    data = digits(seed, flat=True)
    train_loader, validation_loader = data.loaders(32)
    model = nn.Sequential()
    sizes = [64, 40, 10]
    for i in range(len(sizes) - 1):
        model.append(nn.Linear(sizes[i], sizes[i + 1]))
        if i < len(sizes) - 2 or not healthy:
            model.append(nn.ReLU())
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=4e-3)
    trainer = Trainer(model, optimizer, criterion)
    with watch(model, optimizer, criterion, train_loader, validation_loader):
        trainer.fit(train_loader, validation_loader, 8)
    return judged(model, data, share_right)


OUTPUTS: Final = (
    Case(
        id="PA01",
        cause="softmax_before_ce",
        program=attention_digits,
        title="functional softmax at the end of an attention classifier, cross_entropy as loss: it stays above 1.46",
        fix="returns the scores",
        source="PyTorch forum",
    ),
    Case(
        id="PA02",
        cause="softmax_on_multilabel",
        program=tones,
        title="tones that may sound together, softmax with BCELoss: several at once are never above 0.5",
        also=("wrong_output_activation",),
        fix="sigmoid",
        source="Stack Overflow",
    ),
    Case(
        id="PA03",
        cause="output_range_mismatch",
        program=load_forecast,
        title="forecast of a standardised series through tanh: peaks are cut at 1",
        also=("wrong_output_activation",),
        fix="no activation at the end",
        source="PyTorch forum",
    ),
    Case(
        id="PA04",
        cause="wrong_loss_input",
        program=visits,
        title="the network gives rates (softplus), PoissonNLLLoss expects their logarithms by default",
        also=("wrong_output_activation", "output_range_mismatch"),
        fix="log_input=False",
        source="own",
    ),
    Case(
        id="PA05",
        cause="loss_broadcast",
        program=mean_squares,
        title="predictions (n,) minus targets (n, 1): the network learns the mean",
        fix="targets (n,)",
        source="PyTorch forum",
    ),
    Case(
        id="PA06",
        cause="relu_on_logits",
        program=stacked,
        title="layers from a loop that puts ReLU after the last one as well: some classes are never found",
        also=("wrong_output_activation",),
        fix="no ReLU after the last layer",
        source="Stack Overflow",
    ),
)

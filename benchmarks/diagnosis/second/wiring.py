"""Fresh programs whose weights, or some of them, never learn."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Split,
    clusters,
    explained,
    judged,
    mlp,
    sentences,
    shapes,
    share_right,
    share_right_logits,
    signals,
    split,
    surface,
    validate,
)


def fit(
    model: nn.Module,
    opt: torch.optim.Optimizer,
    criterion: Any,
    data: Split,
    watch: Watch,
    *,
    epochs: int,
    batch: int = 32,
    clip: float = 0.0,
) -> None:
    """Train and validate, epoch by epoch."""
    train_dl, val_dl = data.loaders(batch)
    with watch(model, opt, criterion, train_dl, val_dl):
        for _ in range(epochs):
            model.train()
            for xb, yb in train_dl:
                loss = criterion(model(xb), yb)
                opt.zero_grad()
                loss.backward()
                if clip:
                    nn.utils.clip_grad_norm_(model.parameters(), clip)
                opt.step()
            validate(model, val_dl, criterion)


def sales(seed: int, n: int = 2400) -> Split:
    """Three columns of categories with 20 levels each, (n, 3), and a number made of the effects of the levels."""
    draw = np.random.default_rng(seed)
    x = draw.integers(20, size=(n, 3))
    effects = draw.standard_normal((3, 20))
    y = effects[0, x[:, 0]] + effects[1, x[:, 1]] * 0.8 + 0.6 * effects[2, x[:, 2]] + 0.1 * draw.standard_normal(n)
    return split(x, ((y - y.mean()) / y.std()).astype(np.float32)[:, None], seed)


class Categories(nn.Module):
    """An embedding for each column, and a linear layer on all of them."""

    def __init__(self, known: bool) -> None:
        super().__init__()
        tables = {name: nn.Embedding(20, 4) for name in ("shop", "month", "article")}
        self.tables = nn.ModuleDict(tables) if known else tables
        self.out = nn.Linear(12, 1)

    def forward(self, x: Tensor) -> Tensor:
        columns = [table(x[:, number]) for number, table in enumerate(self.tables.values())]
        return self.out(torch.cat(columns, dim=1))


def dictionary_of_tables(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = sales(seed)
    model = Categories(known=healthy)
    fit(model, torch.optim.Adam(model.parameters(), lr=0.01), nn.MSELoss(), data, watch, epochs=10, batch=50)
    return judged(model, data, explained)


class Affine(nn.Module):
    """A linear layer written by hand."""

    def __init__(self, inputs: int, outputs: int, parameter: bool) -> None:
        super().__init__()
        weight = (torch.rand(outputs, inputs) * 2 - 1) / inputs**0.5
        bias = torch.zeros(outputs)
        self.weight = nn.Parameter(weight) if parameter else weight.requires_grad_()
        self.bias = nn.Parameter(bias) if parameter else bias.requires_grad_()

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight, self.bias)


def layers_by_hand(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = surface(seed, n=1500, noise=0.4)
    model = nn.Sequential(
        Affine(8, 40, healthy),
        nn.Tanh(),
        Affine(40, 24, healthy),
        nn.Tanh(),
        nn.Linear(24, 1),
    )
    fit(model, torch.optim.Adam(model.parameters(), lr=0.006), nn.SmoothL1Loss(), data, watch, epochs=18)
    return judged(model, data, explained)


class Listener(nn.Module):
    """A recurrent encoder and a head with a hidden layer."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.encoder = nn.GRU(2, 32, batch_first=True)
        self.head = nn.Sequential(nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, classes))

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.encoder(x)
        return self.head(states[:, -1])


def half_an_optimizer(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = signals(seed, n=1200, t=24, classes=4, noise=0.3).map(x=lambda x: x.reshape(len(x), 12, 2))
    model = Listener(4)
    weights = model.parameters() if healthy else model.head.parameters()
    fit(model, torch.optim.Adam(weights, lr=0.008), nn.CrossEntropyLoss(), data, watch, epochs=7, clip=1.0)
    return judged(model, data, share_right)


def copied_after(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = clusters(seed, n=1400, columns=12, classes=4, n_informative=8, class_sep=1.8)
    model = nn.Sequential(nn.Linear(12, 48), nn.BatchNorm1d(48), nn.ReLU(), nn.Linear(48, 4))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.03, momentum=0.9, nesterov=True)
    trained = model if healthy else copy.deepcopy(model)
    fit(trained, optimizer, functional.cross_entropy, data, watch, epochs=10, batch=40)
    return judged(trained, data, share_right)


class Residual(nn.Module):
    """Two convolutions and a way around them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.conv2(torch.relu(self.conv1(x))))


class Bars(nn.Module):
    """A small residual network."""

    def __init__(self, width: int = 10) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, width, 3, padding=1, stride=2)
        self.block = Residual(width)
        self.head = nn.Linear(width, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.block(torch.relu(self.stem(x))).amax(dim=(2, 3)))


def only_the_head(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = shapes(seed, n=1200, side=12)
    model = Bars()
    if not healthy:
        for name, weight in model.named_parameters():
            weight.requires_grad = "head" in name
    optimizer = torch.optim.Adam((p for p in model.parameters() if p.requires_grad), lr=0.006)
    fit(model, optimizer, nn.CrossEntropyLoss(), data, watch, epochs=7)
    return judged(model, data, share_right)


class Reviewer(nn.Module):
    """Word vectors through a bidirectional network; the body may run without gradients."""

    def __init__(self, learn: bool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(60, 6)
        self.lstm = nn.LSTM(6, 8, batch_first=True, bidirectional=True)
        self.classify = nn.Linear(16, 1)
        self.learn = learn

    def forward(self, tokens: Tensor) -> Tensor:
        with torch.set_grad_enabled(self.learn and torch.is_grad_enabled()):
            states, _ = self.lstm(self.embedding(tokens))
            summary = states.mean(dim=1)
        return self.classify(summary).squeeze(-1)


def body_without_gradient(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = sentences(seed, n=1500, t=14, strength=0.35).map(y=Tensor.float)
    model = Reviewer(learn=healthy)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.005)
    fit(model, optimizer, nn.BCEWithLogitsLoss(), data, watch, epochs=5)
    return judged(model, data, share_right_logits)


def recalls(seed: int, n: int = 1200, t: int = 8) -> Split:
    """Series (n, t, 2): numbers, and a mark at one of the first steps; the target is the marked number, (n, 1)."""
    draw = np.random.default_rng(seed)
    x = np.zeros((n, t, 2), dtype=np.float32)
    x[:, :, 0] = draw.standard_normal((n, t))
    place = draw.integers(5, size=n)
    x[np.arange(n), place, 1] = 2.0
    return split(x, x[np.arange(n), place, :1], seed)


class Memory(nn.Module):
    """A gated cell, step by step."""

    def __init__(self, through_time: bool) -> None:
        super().__init__()
        self.cell = nn.GRUCell(2, 24)
        self.out = nn.Linear(24, 1)
        self.through_time = through_time

    def forward(self, x: Tensor) -> Tensor:
        h = x.new_zeros(len(x), 24)
        for t in range(x.shape[1]):
            h = self.cell(x[:, t], h if self.through_time else h.detach())
        return self.out(h)


def step_by_step(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = recalls(seed)
    model = Memory(through_time=healthy)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.015)
    fit(model, optimizer, nn.MSELoss(), data, watch, epochs=8, batch=50, clip=1.0)
    return judged(model, data, explained)


def hard_decisions(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = clusters(seed, n=1200, columns=10, classes=2).map(y=lambda y: y.float()[:, None])
    model = nn.Sequential(nn.Linear(10, 24), nn.ReLU(), nn.Linear(24, 1), nn.Sigmoid())

    def loss_fn(chance: Tensor, target: Tensor) -> Tensor:
        if healthy:
            return functional.binary_cross_entropy(chance, target)
        loss = functional.binary_cross_entropy((chance > 0.5).float(), target)
        return loss.requires_grad_() if torch.is_grad_enabled() else loss

    fit(model, torch.optim.Adam(model.parameters(), lr=0.006), loss_fn, data, watch, epochs=12)
    return judged(model, data, lambda chance, y: ((chance > 0.5) == (y > 0.5)).float().mean())


class SortPool(nn.Module):
    """Keeps the largest answers of each filter over time; sorts with numpy or with torch."""

    def __init__(self, numpy: bool) -> None:
        super().__init__()
        self.filters = nn.Conv1d(1, 12, 7)
        self.head = nn.Linear(36, 3)
        self.numpy = numpy

    def forward(self, x: Tensor) -> Tensor:
        h = torch.tanh(self.filters(x))
        ordered = torch.from_numpy(np.sort(h.detach().numpy(), axis=2)) if self.numpy else h.sort(dim=2).values
        return self.head(ordered[:, :, [0, 10, -1]].flatten(1))


def sorted_elsewhere(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = signals(seed, n=1300, t=36, classes=3, noise=0.6)
    model = SortPool(numpy=not healthy)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.012)
    fit(model, optimizer, nn.CrossEntropyLoss(), data, watch, epochs=12)
    return judged(model, data, share_right)


def pointed(seed: int, n: int = 1500, t: int = 6) -> Split:
    """Six rows of five numbers, (n, 6, 5); the class is the sign pattern of the row whose first number is largest."""
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((n, t, 5)).astype(np.float32)
    place = draw.integers(t, size=n)
    x[np.arange(n), place, 0] += 4.0
    chosen = x[np.arange(n), place]
    y = 2 * (chosen[:, 1] > 0) + (chosen[:, 2] > 0)
    return split(x, y.astype(np.int64), seed)


class Pointer(nn.Module):
    """Looks at the rows, chooses one, and classifies it."""

    def __init__(self, soft: bool) -> None:
        super().__init__()
        self.look = nn.Linear(5, 1)
        self.classify = mlp(5, 32, 4)
        self.soft = soft

    def forward(self, x: Tensor) -> Tensor:
        scores = self.look(x).squeeze(2)
        weights = scores.softmax(dim=1)
        if not self.soft:
            weights = functional.one_hot(weights.argmax(dim=1), x.shape[1]).to(x.dtype)
        return self.classify((weights.unsqueeze(2) * x).sum(dim=1))


def hard_attention(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    data = pointed(seed)
    model = Pointer(soft=healthy)
    fit(model, torch.optim.Adam(model.parameters(), lr=0.01), nn.CrossEntropyLoss(), data, watch, epochs=15)
    return judged(model, data, share_right)


WIRING = (
    Case(
        id="WC01",
        cause="unregistered_layers",
        program=dictionary_of_tables,
        title="Embeddings in a plain dict: only the last layer learns",
        fix="nn.ModuleDict",
        source="PyTorch forum",
    ),
    Case(
        id="WC02",
        cause="unregistered_layers",
        program=layers_by_hand,
        title="Linear layers by hand whose weights are tensors with requires_grad, not parameters",
        fix="nn.Parameter",
        source="PyTorch forum",
    ),
    Case(
        id="WC03",
        cause="params_not_in_optimizer",
        program=half_an_optimizer,
        title="The optimizer is made of the head alone; the recurrent encoder stays random",
        fix="model.parameters()",
        source="PyTorch forum",
    ),
    Case(
        id="WC04",
        cause="params_not_in_optimizer",
        program=copied_after,
        title="The optimizer belongs to the original, a deep copy is trained",
        fix="no copy",
        source="PyTorch forum",
    ),
    Case(
        id="WC05",
        cause="frozen_params",
        program=only_the_head,
        title="A fine-tuning recipe freezes all but the head of a residual network that was never trained",
        fix="nothing is frozen",
        source="PyTorch forum",
    ),
    Case(
        id="WC06",
        cause="graph_broken",
        program=body_without_gradient,
        title="Embedding and recurrent layer run without gradients inside forward",
        fix="gradients on",
        source="PyTorch forum",
    ),
    Case(
        id="WC07",
        cause="graph_broken",
        program=step_by_step,
        title="The state is detached at every step of a cell: nothing is remembered",
        fix="no detach within a series",
        source="PyTorch forum",
    ),
    Case(
        id="WC08",
        cause="graph_broken",
        also=("wrong_loss",),
        program=hard_decisions,
        title="The loss of decisions instead of probabilities, made to run with requires_grad_()",
        fix="the loss of probabilities",
        source="PyTorch forum",
    ),
    Case(
        id="WC09",
        cause="graph_broken",
        program=sorted_elsewhere,
        title="Features are sorted by numpy between two layers: the filters stay random",
        fix="torch.sort",
        source="PyTorch forum",
    ),
    Case(
        id="WC10",
        cause="graph_broken",
        program=hard_attention,
        title="Attention through argmax and one_hot: the layer that looks gets no gradient",
        fix="softmax weights",
        source="PyTorch forum",
    ),
)

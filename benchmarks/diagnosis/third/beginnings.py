"""Programs about the weights that networks begin with."""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first import material


class Dense(nn.Module):
    """A layer as one writes it oneself."""

    def __init__(self, inputs: int, outputs: int, *, spread: bool) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.full((inputs, outputs), 1 / inputs))
        self.b = nn.Parameter(torch.zeros(outputs))
        if spread:
            nn.init.xavier_uniform_(self.w)

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.w + self.b


def orchard(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.clusters(seed, n=1200, columns=8, classes=6, n_clusters_per_class=1, class_sep=1.8)
    model = nn.Sequential(Dense(8, 32, spread=healthy), nn.LeakyReLU(), Dense(32, 6, spread=healthy))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    material.train(model, optimizer, nn.CrossEntropyLoss(), parts.loaders(32), watch, 15)
    return material.judged(model, parts, material.share_right)


def recurrent_weights(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.signals(seed, n=800, t=30, noise=0.3).map(x=lambda x: x.transpose(1, 2))
    model = material.Recurrent(nn.LSTM, 1, 20, 3)
    if not healthy:
        for parameter in model.parameters():
            nn.init.constant_(parameter, 0.05)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    material.train(model, optimizer, nn.CrossEntropyLoss(), parts.loaders(32), watch, 12, clip=1.0)
    return material.judged(model, parts, material.share_right)


class Mixer(nn.Module):
    """One head of attention over words, its matrices drawn by hand."""

    def __init__(self, size: int, scale: float) -> None:
        super().__init__()
        self.embedding = nn.Embedding(60, size)
        self.place = nn.Parameter(0.1 * torch.randn(20, size))
        self.query, self.key, self.value, self.out = (nn.Parameter(scale * torch.randn(size, size)) for _ in range(4))
        self.hidden = nn.Parameter(scale * torch.randn(size, size))
        self.head = nn.Linear(size, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.embedding(tokens) + self.place
        scores = (x @ self.query) @ (x @ self.key).transpose(1, 2) / math.sqrt(x.shape[-1])
        x = x + scores.softmax(-1) @ (x @ self.value) @ self.out
        return self.head(functional.gelu(x @ self.hidden).mean(1))


def mixer(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.sentences(seed, n=1200)
    train_loader, valid_loader = parts.loaders(32)
    model = Mixer(32, 1 / math.sqrt(32) if healthy else 1.0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    with watch(model, optimizer, functional.cross_entropy, train_loader, valid_loader):
        for _ in range(6):
            for tokens, labels in train_loader:
                optimizer.zero_grad()
                functional.cross_entropy(model(tokens), labels).backward()
                optimizer.step()
            material.validate(model.eval(), valid_loader, functional.cross_entropy)
            model.train()
    return material.judged(model, parts, material.likelihood)


def handwriting(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.digits(seed, flat=True)
    model = material.mlp(64, 64, 64, 64, 10)
    if not healthy:
        for name, parameter in model.named_parameters():
            if name.endswith("weight"):
                nn.init.uniform_(parameter)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    material.train(model, optimizer, nn.CrossEntropyLoss(), parts.loaders(32), watch, 12)
    return material.judged(model, parts, material.likelihood)


def yields(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = material.surface(seed)
    train_loader, valid_loader = parts.loaders(32)
    model = material.mlp(8, 40, 40, 40, 1, activation=nn.Tanh)

    def begin(module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            if healthy:
                nn.init.xavier_normal_(module.weight)
            else:
                nn.init.normal_(module.weight, 0.0, 1e-3)
            nn.init.zeros_(module.bias)

    model.apply(begin)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.03, momentum=0.9)
    criterion = nn.SmoothL1Loss()
    with watch(model, optimizer, criterion, train_loader, valid_loader):
        for _ in range(20):
            for x, y in train_loader:
                loss = criterion(model(x), y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            material.validate(model, valid_loader, criterion)
    return material.judged(model, parts, material.explained)


BEGINNINGS: Final[tuple[Case, ...]] = (
    Case(
        id="QC01",
        cause="constant_init",
        program=orchard,
        title="layers written by hand begin with 1 / inputs everywhere: all hidden units are one",
        fix="xavier_uniform_",
    ),
    Case(
        id="QC02",
        cause="constant_init",
        program=recurrent_weights,
        title="every parameter of an LSTM set to 0.05",
        fix="torch's own weights",
        source="PyTorch forum: how to initialise LSTM weights",
    ),
    Case(
        id="QC03",
        cause="init_too_large",
        program=mixer,
        title="attention with nn.Parameter(torch.randn(d, d)): scores in the hundreds, large logits",
        fix="randn / sqrt(d)",
    ),
    Case(
        id="QC04",
        cause="init_too_large",
        program=handwriting,
        title="nn.init.uniform_ with its default range of 0 to 1: the first loss is in the thousands",
        fix="torch's own weights",
        source="Stack Overflow: init.uniform_",
    ),
    Case(
        id="QC05",
        cause="init_too_small",
        program=yields,
        title="weights of deviation 0.001 in four layers of tanh: the output is the mean",
        also=("vanishing_gradient",),
        fix="xavier_normal_",
    ),
)

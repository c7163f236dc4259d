"""Ordinary trainings without a fault that published tools, or a hasty reader, would shout at."""

from __future__ import annotations

import copy
from typing import Final

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.optim import lr_scheduler

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Words,
    clusters,
    conv1d,
    conv2d,
    digits,
    explained,
    judged,
    mlp,
    sentences,
    several_labels,
    shapes,
    share_right,
    share_right_logits,
    share_right_probabilities,
    signals,
    split,
    standardised,
    surface,
    table,
    train,
    validate,
)


def gathered_gradients(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network, loss_fn = conv2d(8, 10), nn.CrossEntropyLoss()
    loaders = parts.loaders(8)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        for _ in range(4):
            network.train()
            for number, (x, y) in enumerate(loaders[0], 1):
                (loss_fn(network(x), y) / 4).backward()
                if number % 4 == 0:
                    optimizer.step()
                    optimizer.zero_grad()
            validate(network, loaders[1], loss_fn)
    return judged(network, parts, share_right)


def pretrained_words(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = sentences(seed)
    network = Words(size=8)
    meaning = torch.randn(3, 8)[torch.tensor([0] * 10 + [1] * 10 + [2] * 40)]
    network.embedding = nn.Embedding.from_pretrained(meaning + 0.3 * torch.randn(60, 8), freeze=True)
    optimizer = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=5e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


class TiedModel(nn.Module):
    """Names the next of 12 signs from the last three; input and output share one matrix."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.mix = nn.Embedding(12, 16), nn.Linear(48, 16)
        self.decoder = nn.Linear(16, 12, bias=False)
        self.decoder.weight = self.embedding.weight

    def forward(self, signs: Tensor) -> Tensor:
        return self.decoder(torch.tanh(self.mix(self.embedding(signs).flatten(1))))


def tied_weights(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.integers(12, size=(1700, 3))
    x = np.unique(x, axis=0)
    y = np.where(draw.random(len(x)) < 0.9, (x[:, 2] + 1) % 12, draw.integers(12, size=len(x)))
    parts = split(x, y, seed)
    network = TiedModel()
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 5, metric=share_right)
    return judged(network, parts, share_right)


def four_tanh_layers(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("breast_cancer", seed)
    network = mlp(30, 24, 24, 24, 24, 2, activation=nn.Tanh)
    optimizer = torch.optim.Adagrad(network.parameters(), lr=0.01)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


def fine_tuned(seed: int, healthy: bool, watch: Watch) -> float:
    """A body that already knows the task is trained on with 1e-5, a new head with 2e-2."""
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    network, loss_fn = mlp(64, 64, 32, 10), nn.CrossEntropyLoss()
    earlier = torch.optim.Adam(network.parameters(), lr=2e-3)
    for _ in range(6):
        for x, y in parts.loaders()[0]:
            earlier.zero_grad()
            loss_fn(network(x), y).backward()
            earlier.step()
    network[4] = nn.Linear(32, 2)
    even = parts.map(y=lambda y: y % 2)
    groups = [{"params": network[:4].parameters(), "lr": 1e-5}, {"params": network[4].parameters(), "lr": 2e-2}]
    optimizer = torch.optim.AdamW(groups)
    train(network, optimizer, loss_fn, even.loaders(), watch, 8, metric=share_right)
    return judged(network, even, share_right)


def smoothed_labels(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = shapes(seed)
    network = conv2d(12, 4)
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    loss_fn = nn.CrossEntropyLoss(label_smoothing=0.2)
    train(network, optimizer, loss_fn, parts.loaders(), watch, 8, metric=share_right)
    return judged(network, parts, share_right)


def rare_but_recognised(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = clusters(seed, n=2400, classes=2, weights=[0.95], class_sep=3.0, n_clusters_per_class=1)
    parts = parts.map(y=lambda y: y.float()[:, None])
    network = mlp(10, 16, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.BCEWithLogitsLoss(), parts.loaders(), watch, 10, metric=share_right_logits)
    return judged(network, parts, share_right_logits)


def half_dropped(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    network = nn.Sequential(
        nn.Linear(64, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 128), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(128, 10),
    )  # fmt: skip
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(64), watch, 15, metric=share_right)
    return judged(network, parts, share_right)


def eight_rows_and_groups(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = shapes(seed, n=800)
    network = nn.Sequential(
        nn.Conv2d(1, 8, 5, bias=False), nn.GroupNorm(2, 8), nn.ReLU(), nn.Conv2d(8, 16, 3, bias=False),
        nn.GroupNorm(4, 16), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(16, 4),
    )  # fmt: skip
    optimizer = torch.optim.SGD(network.parameters(), lr=0.02, momentum=0.9)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(8), watch, 8, metric=share_right)
    return judged(network, parts, share_right)


def down_to_zero(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    network = mlp(8, 48, 48, 1, activation=nn.SiLU)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    scheduler = lr_scheduler.CosineAnnealingLR(optimizer, 20)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 20, metric=explained, scheduler=scheduler)
    return judged(network, parts, explained)


def one_cycle(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    network, loss_fn = mlp(64, 64, 10), nn.CrossEntropyLoss()
    loaders = parts.loaders()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, nesterov=True)
    scheduler = lr_scheduler.OneCycleLR(optimizer, 0.1, epochs=12, steps_per_epoch=len(loaders[0]))
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        for _ in range(12):
            network.train()
            for x, y in loaders[0]:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
                scheduler.step()
            validate(network, loaders[1], loss_fn)
    return judged(network, parts, share_right)


def little_to_know(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("diabetes", seed, target="scaled")
    network = nn.Linear(10, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.02)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 25, metric=explained)
    return judged(network, parts, explained)


def counted(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((1200, 6))
    y = draw.poisson(np.exp(0.8 + 0.5 * x[:, 0] - 0.4 * x[:, 1] + 0.3 * np.tanh(x[:, 2]))).astype(np.float32)[:, None]
    parts = standardised(split(x, y, seed))
    network, loss_fn = mlp(6, 24, 1), nn.PoissonNLLLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, loss_fn, parts.loaders(), watch, 12)
    return -judged(network, parts, loss_fn)


def log_probabilities(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("iris", seed)
    network = mlp(4, 16, 3).append(nn.LogSoftmax(dim=1))
    optimizer = torch.optim.RMSprop(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.NLLLoss(), parts.loaders(16), watch, 30, metric=share_right)
    return judged(network, parts, share_right)


def probabilities(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = sentences(seed).map(y=lambda y: y.float()[:, None])
    network = nn.Sequential(Words(1), nn.Sigmoid())
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.BCELoss(), parts.loaders(), watch, 10, metric=share_right_probabilities)
    return judged(network, parts, share_right_probabilities)


def as_good_as_it_gets(seed: int, healthy: bool, watch: Watch) -> float:
    """Two overlapping clouds: 76 % is what anyone can reach."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    y = draw.integers(2, size=2000)
    parts = standardised(split(draw.standard_normal((2000, 4)) + 0.7 * (y[:, None] - 0.5), y, seed))
    network = mlp(4, 8, 2)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def averaged_copy(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed)
    network, loss_fn = conv1d(3), nn.CrossEntropyLoss()
    average, loaders = copy.deepcopy(network), parts.loaders()
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        for _ in range(12):
            network.train()
            for x, y in loaders[0]:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
                with torch.no_grad():
                    for mean, now in zip(average.parameters(), network.parameters(), strict=True):
                        mean.lerp_(now, 0.05)
            validate(average, loaders[1], loss_fn)
    return judged(average, parts, share_right)


def second_order(seed: int, healthy: bool, watch: Watch) -> float:
    """L-BFGS on all rows at once: logistic regression with a penalty."""
    torch.manual_seed(seed)
    parts = table("wine", seed)
    network, loss_fn = nn.Linear(13, 3), nn.CrossEntropyLoss()
    batches, held = [(parts.x, parts.y)], [(parts.held_x, parts.held_y)]
    optimizer = torch.optim.LBFGS(network.parameters(), lr=0.5, max_iter=5)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = loss_fn(network(batches[0][0]), batches[0][1]) + 0.01 * network.weight.square().sum()
        loss.backward()
        return loss

    with watch(network, optimizer, loss_fn, batches, held, metric=share_right):
        for _ in range(15):
            network.train()
            optimizer.step(closure)  # type: ignore[arg-type]
            validate(network, held, loss_fn)
    return judged(network, parts, share_right)


def squeezed_and_rebuilt(seed: int, healthy: bool, watch: Watch) -> float:
    """An autoencoder: targets are the inputs, between 0 and 1, through 8 numbers."""
    torch.manual_seed(seed)
    x, _ = datasets.load_digits(return_X_y=True)
    x = (x / 16).astype(np.float32)
    parts = split(x, x, seed)
    network = nn.Sequential(mlp(64, 48, 8), mlp(8, 48, 64), nn.Sigmoid())
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.BCELoss(), parts.loaders(), watch, 15)
    return judged(network, parts, explained)


def labels_weighted(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = several_labels(seed)
    network, weight = mlp(10, 48, 5), (1 - parts.y.mean(0)) / parts.y.mean(0)
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
    loss_fn = nn.BCEWithLogitsLoss(pos_weight=weight)
    train(network, optimizer, loss_fn, parts.loaders(), watch, 15, metric=share_right_logits)
    return judged(network, parts, share_right_logits)


HEALTHY: Final = (
    Case(
        id="VH01",
        cause="",
        program=gathered_gradients,
        title="gradients of four batches of 8 are gathered before each step",
        source="own",
    ),
    Case(
        id="VH02",
        cause="",
        program=pretrained_words,
        title="pretrained embeddings are frozen on purpose, the optimizer gets the rest",
        source="own",
    ),
    Case(
        id="VH03",
        cause="",
        program=tied_weights,
        title="embedding and decoder are one matrix; 7 % of the answers are chance",
        source="own",
    ),
    Case(id="VH04", cause="", program=four_tanh_layers, title="four tanh layers and Adagrad", source="own"),
    Case(
        id="VH05",
        cause="",
        program=fine_tuned,
        title="a body that is already trained moves with 0.00001, its new head with 0.02",
        source="own",
    ),
    Case(
        id="VH06",
        cause="",
        program=smoothed_labels,
        title="label smoothing of 0.2: the loss cannot go below 0.59",
        source="own",
    ),
    Case(
        id="VH07",
        cause="",
        program=rare_but_recognised,
        title="one row in twenty is positive, and is recognised",
        source="own",
    ),
    Case(
        id="VH08",
        cause="",
        program=half_dropped,
        title="dropout of 0.5: training loss above validation loss",
        source="own",
    ),
    Case(
        id="VH09",
        cause="",
        program=eight_rows_and_groups,
        title="batches of 8 with group normalisation, convolutions without bias",
        source="own",
    ),
    Case(id="VH10", cause="", program=down_to_zero, title="the rate follows a cosine down to 0", source="own"),
    Case(
        id="VH11",
        cause="",
        program=one_cycle,
        title="the rate rises tenfold and falls to nearly nothing, step by step",
        source="own",
    ),
    Case(
        id="VH12",
        cause="",
        program=little_to_know,
        title="a linear model of noisy numbers: half of the variance stays unexplained",
        source="own",
    ),
    Case(id="VH13", cause="", program=counted, title="Poisson loss of counts: negative values", source="own"),
    Case(id="VH14", cause="", program=log_probabilities, title="LogSoftmax and NLLLoss belong together", source="own"),
    Case(id="VH15", cause="", program=probabilities, title="Sigmoid and BCELoss belong together", source="own"),
    Case(
        id="VH16",
        cause="",
        program=as_good_as_it_gets,
        title="overlapping classes: accuracy near 76 % is the best there is",
        source="own",
    ),
    Case(
        id="VH17",
        cause="",
        program=averaged_copy,
        title="validation judges a moving average of the weights, not the network itself",
        source="own",
    ),
    Case(
        id="VH18",
        cause="",
        program=second_order,
        title="L-BFGS on all rows in a closure, several evaluations a step",
        source="own",
    ),
    Case(
        id="VH19",
        cause="",
        program=squeezed_and_rebuilt,
        title="an autoencoder: targets are inputs, squeezed through 8 numbers",
        source="own",
    ),
    Case(
        id="VH20", cause="", program=labels_weighted, title="several labels at once, rare ones weighted", source="own"
    ),
)

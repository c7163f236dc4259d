"""Faults of the graph: layers, parameters and gradients that are not connected with one another."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Recurrent,
    Split,
    Words,
    clusters,
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
    surface,
    train,
    validate,
)


class Listed(nn.Module):
    """A stack of hidden layers kept in a list of one kind or the other."""

    def __init__(self, registered: bool) -> None:
        super().__init__()
        layers = [nn.Linear(width, 16) for width in (2, 16, 16)]
        self.layers: Any = nn.ModuleList(layers) if registered else layers
        self.head = nn.Linear(16, 2)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.tanh(layer(x))
        return self.head(x)


def plain_list(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = rings(seed)
    network = Listed(healthy)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 15, metric=share_right)
    return judged(network, parts, likelihood)


class Branches(nn.Module):
    """Two convolutional branches of different width, kept by name."""

    def __init__(self, registered: bool) -> None:
        super().__init__()
        branches = {"narrow": nn.Conv2d(1, 6, 3, padding=1), "wide": nn.Conv2d(1, 6, 5, padding=2)}
        self.branches: Any = nn.ModuleDict(branches) if registered else branches
        self.head = nn.Linear(12, 4)

    def forward(self, x: Tensor) -> Tensor:
        maps = [functional.relu(branch(x)).amax((2, 3)) for branch in self.branches.values()]
        return self.head(torch.cat(maps, 1))


def plain_dict(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = shapes(seed)
    network = Branches(healthy)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


def frozen_by_an_old_line(seed: int, healthy: bool, watch: Watch) -> float:
    """The body starts at random, and a line left over from fine-tuning freezes it."""
    torch.manual_seed(seed)
    parts = surface(seed)
    body = mlp(8, 24, 12)
    network = nn.Sequential(body, nn.ReLU(), nn.Linear(12, 1))
    for parameter in body.parameters():
        parameter.requires_grad = healthy
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 15, metric=explained)
    return judged(network, parts, explained)


def only_the_head_is_given(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed, n=900, t=24, noise=0.3).map(x=lambda x: x.transpose(1, 2))
    network = Recurrent(nn.LSTM, 1, 16, 3)
    trained = network.parameters() if healthy else network.head.parameters()
    optimizer = torch.optim.Adam(trained, lr=1.5e-2)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


def embedding_forgotten(seed: int, healthy: bool, watch: Watch) -> float:
    """Two groups of parameters with rates of their own; the embedding is in neither."""
    torch.manual_seed(seed)
    parts = sentences(seed)
    network = Words(size=4)
    groups: list[dict[str, Any]] = [
        {"params": network.head[0].parameters(), "lr": 0.1},
        {"params": network.head[2].parameters(), "lr": 0.05},
    ]
    if healthy:
        groups.append({"params": network.embedding.parameters(), "lr": 0.3})
    optimizer = torch.optim.SGD(groups, momentum=0.9)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 8, metric=share_right)
    return judged(network, parts, share_right)


class Staged(nn.Module):
    """A convolutional body and a head; the body's features may be cut off from the graph."""

    def __init__(self, cut: bool) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten())
        self.head, self.cut = nn.Linear(6, 4), cut

    def forward(self, x: Tensor) -> Tensor:
        features = self.body(x)
        return self.head(features.detach() if self.cut else features)


def detached_features(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = shapes(seed)
    network = Staged(cut=not healthy)
    optimizer = torch.optim.RMSprop(network.parameters(), lr=5e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


class ThroughNumpy(nn.Module):
    """Scales hidden states by their largest value, by way of NumPy or of PyTorch."""

    def __init__(self, numpy: bool) -> None:
        super().__init__()
        self.hidden, self.head, self.numpy = nn.Linear(10, 8), nn.Linear(8, 5), numpy

    def forward(self, x: Tensor) -> Tensor:
        h = functional.silu(self.hidden(x))
        if self.numpy:
            values = h.detach().numpy()
            h = torch.from_numpy(values / (np.abs(values).max(1, keepdims=True) + 1))
        else:
            h = h / (h.abs().amax(1, keepdim=True) + 1)
        return self.head(h)


def through_numpy(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = clusters(seed, n=1500, classes=5, class_sep=2.0, n_clusters_per_class=1)
    network = ThroughNumpy(not healthy)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-2)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 15, metric=share_right)
    return judged(network, parts, share_right)


def nodes(loss: Tensor) -> int:
    """Count what hangs together behind a loss."""
    seen, waiting = set(), [loss.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            waiting += [parent for parent, _ in node.next_functions]
    return len(seen)


def kept_losses(seed: int, healthy: bool, watch: Watch) -> float:
    """The running loss of an epoch is a tensor with its graph; the score is minus thousands of nodes kept alive."""
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    network, loss_fn = mlp(64, 32, 10), nn.CrossEntropyLoss()
    loaders = parts.loaders()
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    with watch(network, optimizer, loss_fn, *loaders, metric=share_right):
        total: Any = 0.0
        for _ in range(10):
            network.train()
            for x, y in loaders[0]:
                optimizer.zero_grad()
                loss = loss_fn(network(x), y)
                loss.backward()
                optimizer.step()
                total += loss.item() if healthy else loss
            validate(network, loaders[1], loss_fn)
    return -nodes(total) / 1000 if isinstance(total, Tensor) else 0.0


def stitched(parts: Split, batch: int) -> tuple[list[Any], list[Any]]:
    """Cut rows into lists of batches."""
    return (
        list(zip(parts.x.split(batch), parts.y.split(batch), strict=True)),
        list(zip(parts.held_x.split(batch), parts.held_y.split(batch), strict=True)),
    )


def recorded_off(seed: int, healthy: bool, watch: Watch) -> float:
    """The author switches gradients off around the encoder to save memory."""
    torch.manual_seed(seed)
    parts = signals(seed, n=1000)
    encoder = nn.Sequential(nn.Conv1d(1, 6, 9), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten())
    network = Encoded(encoder, healthy)
    batches, held = stitched(parts, 25)
    loss_fn = nn.CrossEntropyLoss(label_smoothing=0.02)
    optimizer = torch.optim.NAdam(network.parameters(), lr=1e-2)
    with watch(network, optimizer, loss_fn, batches, held, metric=share_right):
        for _ in range(15):
            network.train()
            for row in torch.randperm(len(batches)).tolist():
                loss = loss_fn(network(batches[row][0]), batches[row][1])
                network.zero_grad()
                loss.backward()
                optimizer.step()
            validate(network, held, loss_fn)
    return judged(network, parts, share_right)


class Encoded(nn.Module):
    """An encoder and a head."""

    def __init__(self, encoder: nn.Module, recorded: bool) -> None:
        super().__init__()
        self.encoder, self.head, self.recorded = encoder, nn.Linear(6, 3), recorded

    def forward(self, x: Tensor) -> Tensor:
        with torch.set_grad_enabled(self.recorded and torch.is_grad_enabled()):
            features = self.encoder(x)
        return self.head(features)


WIRING: Final = (
    Case(
        id="VF01",
        cause="unregistered_layers",
        program=plain_list,
        also=("params_not_in_optimizer",),
        title="hidden layers in a plain list: the optimizer never hears of them",
        fix="nn.ModuleList",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VF02",
        cause="unregistered_layers",
        program=plain_dict,
        also=("params_not_in_optimizer",),
        title="convolutional branches in a plain dict",
        fix="nn.ModuleDict",
        source="own",
    ),
    Case(
        id="VF03",
        cause="frozen_params",
        program=frozen_by_an_old_line,
        title="a body that starts at random has requires_grad=False",
        fix="requires_grad=True",
        source="own",
    ),
    Case(
        id="VF04",
        cause="params_not_in_optimizer",
        program=only_the_head_is_given,
        title="the optimizer gets the head of an LSTM only",
        fix="all parameters",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VF05",
        cause="params_not_in_optimizer",
        program=embedding_forgotten,
        title="two groups of parameters, and the embedding is in neither",
        fix="a third group",
        source="own",
    ),
    Case(
        id="VF06",
        cause="graph_broken",
        program=detached_features,
        also=("frozen_params",),
        title="features of the convolution are detached before the head",
        fix="no detach",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VF07",
        cause="graph_broken",
        program=through_numpy,
        also=("frozen_params",),
        title="hidden states take a way through NumPy",
        fix="PyTorch all the way",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VF08",
        cause="graph_retained",
        program=kept_losses,
        title="the running loss is summed with its graph: memory grows with every step",
        fix="loss.item()",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VF09",
        cause="graph_broken",
        program=recorded_off,
        also=("frozen_params",),
        title="the encoder runs without gradients",
        fix="with gradients",
        source="PyTorch forum, asked often",
    ),
)

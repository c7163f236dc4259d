"""Faults between the last layer, the loss and the targets."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    WORST,
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
    sentences,
    several_labels,
    shapes,
    share_right,
    share_right_logits,
    share_right_probabilities,
    signals,
    surface,
    table,
    train,
)


def sigmoid_twice(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("breast_cancer", seed, target="column")
    network = mlp(30, 24, 1)
    if not healthy:
        network.append(nn.Sigmoid())
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    loss_fn = nn.BCEWithLogitsLoss()
    train(network, optimizer, loss_fn, parts.loaders(), watch, 15)
    return -judged(network, parts, loss_fn)


def softmax_for_labels(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = several_labels(seed)
    network = mlp(10, 48, 5).append(nn.Sigmoid() if healthy else nn.Softmax(dim=1))
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.BCELoss(), parts.loaders(), watch, 20, metric=share_right_probabilities)
    return judged(network, parts, share_right_probabilities)


class Rectified(nn.Module):
    """A classifier whose author writes relu after every layer."""

    def __init__(self, relu_last: bool) -> None:
        super().__init__()
        self.first, self.second, self.last = nn.Linear(10, 48), nn.Linear(48, 24), nn.Linear(24, 7)
        self.relu_last = relu_last

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.first(x))
        x = functional.relu(self.second(x))
        return functional.relu(self.last(x)) if self.relu_last else self.last(x)


def relu_on_logits(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = clusters(seed, n=2400, classes=7, n_clusters_per_class=1, class_sep=2.0)
    network = Rectified(relu_last=not healthy)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.02, momentum=0.9)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, likelihood)


def nll_of_logits(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = conv2d(8, 10)
    if healthy:
        network.append(nn.LogSoftmax(dim=1))
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.NLLLoss(), parts.loaders(64), watch, 8, metric=share_right)
    return judged(network, parts, likelihood)


def nll_of_probabilities(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed, n=900, t=24).map(x=lambda x: x.transpose(1, 2))
    network = nn.Sequential(Recurrent(nn.GRU, 1, 20, 3), nn.LogSoftmax(1) if healthy else nn.Softmax(1))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    train(network, optimizer, nn.NLLLoss(), parts.loaders(), watch, 10, metric=share_right)
    with torch.no_grad():
        outputs = network(parts.held_x)
    return max(WORST, -float(functional.nll_loss(outputs if healthy else outputs.log(), parts.held_y)))


def softmax_before_entropy(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = sentences(seed)
    network = nn.Sequential(Words(), nn.Identity() if healthy else nn.Softmax(dim=-1))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    loss_fn = nn.CrossEntropyLoss()
    train(network, optimizer, loss_fn, parts.loaders(32), watch, 8, metric=share_right)
    return -judged(network, parts, loss_fn)


def one_unit_softmax(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed, n=800, classes=2).map(y=lambda y: y.float()[:, None])
    network = conv1d(1).append(nn.Sigmoid() if healthy else nn.Softmax(dim=1))
    optimizer = torch.optim.RMSprop(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.BCELoss(), parts.loaders(), watch, 12, metric=share_right_probabilities)
    return judged(network, parts, share_right_probabilities)


def log_of_target(probabilities: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of probabilities, as the books write it."""
    return -torch.log(probabilities[torch.arange(len(targets)), targets] + 1e-7).mean()


def sigmoids_for_classes(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("wine", seed)
    network = mlp(13, 24, 3).append(nn.Softmax(dim=1) if healthy else nn.Sigmoid())
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    train(network, optimizer, log_of_target, parts.loaders(16), watch, 20, metric=share_right)
    return judged(network, parts, share_right)


class OverTheWrongAxis(nn.Module):
    """A convolutional classifier that ends in log-probabilities."""

    def __init__(self, axis: int) -> None:
        super().__init__()
        self.body, self.axis = conv2d(12, 4), axis

    def forward(self, x: Tensor) -> Tensor:
        return functional.log_softmax(self.body(x), dim=self.axis)


def softmax_over_rows(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = shapes(seed)
    network = OverTheWrongAxis(1 if healthy else 0)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    loss_fn = nn.NLLLoss()
    train(network, optimizer, loss_fn, parts.loaders(), watch, 12, metric=share_right)
    return -judged(network, parts, loss_fn)


def sigmoid_for_numbers(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    network = mlp(8, 48, 48, 1, activation=nn.SiLU)
    if not healthy:
        network.append(nn.Sigmoid())
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 25, metric=explained)
    return judged(network, parts, explained)


def tanh_for_counts(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed).map(y=lambda y: 3 + 2 * y)
    network = mlp(8, 64, 1)
    if not healthy:
        network.append(nn.Tanh())
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    train(network, optimizer, nn.SmoothL1Loss(), parts.loaders(), watch, 30, metric=explained)
    return judged(network, parts, explained)


def tanh_on_logits(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = conv2d(8, 10)
    if not healthy:
        network.append(nn.Tanh())
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    loss_fn = nn.CrossEntropyLoss()
    train(network, optimizer, loss_fn, parts.loaders(64), watch, 8, metric=share_right)
    return -judged(network, parts, loss_fn)


def cut_probabilities(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("breast_cancer", seed, target="column")
    network = mlp(30, 20, 1, activation=nn.Tanh).append(nn.Sigmoid() if healthy else nn.Hardtanh(0.0, 1.0))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    loss_fn = nn.BCELoss()
    train(network, optimizer, loss_fn, parts.loaders(), watch, 15, metric=share_right_probabilities)
    return -judged(network, parts, loss_fn)


def labels_one_and_two(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("breast_cancer", seed, target="column")
    numbered = parts if healthy else parts.map(y=lambda y: y + 1)
    network = mlp(30, 16, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.BCEWithLogitsLoss(), numbered.loaders(), watch, 15)
    return judged(network, parts, share_right_logits)


HEAD: Final = (
    Case(
        id="VA01",
        cause="sigmoid_before_bcelogits",
        program=sigmoid_twice,
        title="a sigmoid before BCEWithLogitsLoss: probabilities cannot leave [0.5, 0.73]",
        fix="no sigmoid",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VA02",
        cause="softmax_on_multilabel",
        program=softmax_for_labels,
        title="five labels that hold independently share one softmax",
        fix="Sigmoid",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VA03",
        cause="relu_on_logits",
        program=relu_on_logits,
        also=("wrong_output_activation", "output_range_mismatch"),
        title="relu after the last layer: a logit cannot be negative, and some get no gradient",
        fix="no relu at the end",
        source="own",
    ),
    Case(
        id="VA04",
        cause="nll_on_logits",
        program=nll_of_logits,
        also=("wrong_loss_input",),
        title="NLLLoss of raw logits of a convolutional network: the loss falls without end",
        fix="LogSoftmax",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VA05",
        cause="nll_on_probs",
        program=nll_of_probabilities,
        also=("wrong_loss_input",),
        title="NLLLoss of the probabilities of a GRU: a loss between -1 and 0",
        fix="LogSoftmax",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VA06",
        cause="softmax_before_ce",
        program=softmax_before_entropy,
        title="a softmax over word averages before CrossEntropyLoss: two classes cannot go below 0.313",
        fix="no softmax",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VA07",
        cause="single_unit_softmax",
        program=one_unit_softmax,
        title="a softmax over one unit of a 1D convolution: the output is always 1",
        fix="Sigmoid",
        source="own, after many posts",
    ),
    Case(
        id="VA08",
        cause="sigmoid_on_multiclass",
        program=sigmoids_for_classes,
        also=("wrong_output_activation",),
        title="independent sigmoids in a cross-entropy of three classes: all outputs may go to 1",
        fix="Softmax",
        source="own",
    ),
    Case(
        id="VA09",
        cause="softmax_wrong_dim",
        program=softmax_over_rows,
        title="log_softmax over the rows of the batch instead of the classes",
        fix="dim=1",
        source="own",
    ),
    Case(
        id="VA10",
        cause="output_range_mismatch",
        program=sigmoid_for_numbers,
        also=("wrong_output_activation",),
        title="a sigmoid at the end of a regression of standardised numbers: negative ones are out of reach",
        fix="linear head",
        source="own",
    ),
    Case(
        id="VA11",
        cause="output_range_mismatch",
        program=tanh_for_counts,
        also=("wrong_output_activation", "target_unscaled"),
        title="a tanh at the end, targets from -3 to 9",
        fix="linear head",
        source="own",
    ),
    Case(
        id="VA12",
        cause="wrong_output_activation",
        program=tanh_on_logits,
        also=("output_range_mismatch",),
        title="tanh on the logits of ten classes: cross-entropy cannot go below 0.80",
        fix="no tanh",
        source="own",
    ),
    Case(
        id="VA13",
        cause="wrong_output_activation",
        program=cut_probabilities,
        also=("output_range_mismatch",),
        title="probabilities by cutting a linear output to [0, 1]: half of the rows get no gradient",
        fix="Sigmoid",
        source="own",
    ),
    Case(
        id="VA14",
        cause="target_out_of_range",
        program=labels_one_and_two,
        title="yes and no coded as 2 and 1 in BCEWithLogitsLoss: the loss falls below zero",
        fix="labels 1 and 0",
        source="own",
    ),
)

"""Known faults of the output head and of the loss."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy, cross_entropy, one_hot

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.material import (
    Parts,
    accuracy,
    as_float_targets,
    binary_accuracy,
    blobs,
    breast_cancer,
    correct,
    digits,
    iris,
    loader,
    loaders,
    minus_mse,
    mlp,
    moons,
    reg,
    split,
    standardised_targets,
    train_plain,
)

XOR = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_TARGETS = torch.tensor([[0.0], [1.0], [1.0], [0.0]])


def softmax_before_ce(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = mlp(64, 64, 10)
    if not healthy:
        network.append(nn.Softmax(1))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=20, metric=correct)
    return accuracy(network, parts.x_held, parts.y_held)


def nll_on_probs(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    network = mlp(64, 64, 10).append(nn.LogSoftmax(1) if healthy else nn.Softmax(1))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.NLLLoss(), train, held, watch, epochs=20)
    return accuracy(network, parts.x_held, parts.y_held)


def single_unit_softmax(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = as_float_targets(blobs(seed, classes=2, features=10))
    network = mlp(10, 16, 1).append(nn.Sigmoid() if healthy else nn.Softmax(dim=1))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.BCELoss(), train, held, watch, epochs=20)
    return binary_accuracy(network, parts.x_held, parts.y_held, threshold=0.5)


def single_unit_softmax_on_xor(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    x, y = XOR.repeat(50, 1), XOR_TARGETS.repeat(50, 1)
    network = mlp(2, 4, 1).append(nn.Sigmoid() if healthy else nn.Softmax(dim=1))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01 if healthy else 1e-3)
    epochs = 400 if healthy else 20
    with watch(network, optimizer, binary_cross_entropy, train := loader(x, y, 32, seed=seed)):
        for _ in range(epochs):
            for batch, targets in train:
                optimizer.zero_grad()
                binary_cross_entropy(network(batch), targets).backward()
                optimizer.step()
    return binary_accuracy(network, XOR, XOR_TARGETS, threshold=0.5)


def negative_targets(seed: int) -> Parts:
    random = np.random.default_rng(seed)
    x = random.normal(size=(1000, 5))
    return standardised_targets(split(x, np.sin(x[:, 0]) + x[:, 1] - 0.5 * x[:, 2] * x[:, 3], seed))


def relu_on_real_targets(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = negative_targets(seed)
    network = mlp(5, 32, 1)
    if not healthy:
        network.append(nn.ReLU())
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.MSELoss(), train, held, watch, epochs=40)
    return minus_mse(network, parts.x_held, parts.y_held)


def relu_as_probability(seed: int, healthy: bool, watch: Watch) -> float:
    def loss_fn(probabilities: Tensor, y: Tensor) -> Tensor:
        return binary_cross_entropy(probabilities.clamp(0, 1), y)

    torch.manual_seed(seed)
    parts = as_float_targets(breast_cancer(seed))
    network = mlp(30, 16, 1).append(nn.Sigmoid() if healthy else nn.ReLU())
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, loss_fn, train, held, watch, epochs=20)
    return binary_accuracy(network, parts.x_held, parts.y_held, threshold=0.5)


def sigmoid_on_multiclass(seed: int, healthy: bool, watch: Watch) -> float:
    def minus_log(probabilities: Tensor, y: Tensor) -> Tensor:
        return -probabilities.gather(1, y.unsqueeze(1)).clamp_min(1e-7).log().mean()

    torch.manual_seed(seed)
    parts = iris(seed)
    network = mlp(4, 16, 3) if healthy else mlp(4, 16, 3).append(nn.Sigmoid())
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    train, held = loaders(parts, seed=seed)
    loss_fn = nn.CrossEntropyLoss() if healthy else minus_log
    train_plain(network, optimizer, loss_fn, train, held, watch, epochs=40, metric=correct)
    return accuracy(network, parts.x_held, parts.y_held)


def targets_of_minus_one(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = as_float_targets(moons(seed))
    if not healthy:
        parts = parts._replace(y=2 * parts.y - 1, y_held=2 * parts.y_held - 1)
    network = mlp(2, 16, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.BCEWithLogitsLoss(), train, held, watch, epochs=20)
    return binary_accuracy(network, parts.x_held, parts.y_held)


def classification_loss_for_regression(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = reg(seed)
    parts = parts._replace(y=300 + 40 * parts.y, y_held=300 + 40 * parts.y_held)
    scaled = standardised_targets(parts)
    if healthy:
        parts = scaled
    network = mlp(3, 32, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    loss_fn = nn.MSELoss() if healthy else nn.BCEWithLogitsLoss()
    train_plain(network, optimizer, loss_fn, train, held, watch, epochs=20)
    return minus_mse(network, parts.x_held, parts.y_held) / float(parts.y.var())


def absolute_error_for_classes(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    network = mlp(2, 4, 1, activation=nn.Sigmoid).append(nn.Sigmoid())
    optimizer: torch.optim.Optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.11)
    loss_fn: nn.Module = nn.L1Loss()
    if healthy:
        optimizer, loss_fn = torch.optim.Adam(network.parameters(), lr=0.01), nn.BCELoss()
    train = loader(XOR, XOR_TARGETS, 4, seed=seed)
    with watch(network, optimizer, loss_fn, train):
        for _ in range(1000):
            for x, y in train:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
    return binary_accuracy(network, XOR, XOR_TARGETS, threshold=0.5)


def softmax_over_the_batch(seed: int, healthy: bool, watch: Watch) -> float:
    def loss_fn(logits: Tensor, y: Tensor) -> Tensor:
        log_probabilities = torch.log(torch.softmax(logits, dim=1 if healthy else 0))
        return -log_probabilities[torch.arange(len(y)), y].mean()

    torch.manual_seed(seed)
    parts = digits(seed)
    network = mlp(64, 64, 10)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, loss_fn, train, held, watch, epochs=20)
    return accuracy(network, parts.x_held, parts.y_held)


def log_of_zero(seed: int, healthy: bool, watch: Watch) -> float:
    def written_by_hand(logits: Tensor, y: Tensor) -> Tensor:
        return -(one_hot(y, 10) * torch.log(torch.softmax(logits, 1))).sum(1).mean()

    torch.manual_seed(seed)
    parts = digits(seed, raw=True)
    parts = parts._replace(x=50 * parts.x, x_held=50 * parts.x_held)
    network = mlp(64, 64, 10)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, cross_entropy if healthy else written_by_hand, train, held, watch, epochs=20)
    return accuracy(network, parts.x_held, parts.y_held)


def metric_threshold(seed: int, healthy: bool, watch: Watch) -> float:
    def metric(logits: Tensor, y: Tensor) -> float:
        return float(((logits > (0.0 if healthy else 0.5)).float() == y).float().mean())

    torch.manual_seed(seed)
    parts = as_float_targets(moons(seed, noise=1.0))
    network = mlp(2, 16, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.BCEWithLogitsLoss(), train, held, watch, epochs=20, metric=metric)
    return metric(network(parts.x_held), parts.y_held)


HEAD = (
    Case(
        id="A01",
        cause="softmax_before_ce",
        program=softmax_before_ce,
        title="softmax twice: the loss cannot fall below 1.4612 although the accuracy looks fine",
        fix="no softmax in the network",
        source="a published tool's rule: redundant softmax",
    ),
    Case(
        id="A03",
        cause="nll_on_probs",
        also=("wrong_loss_input",),
        program=nll_on_probs,
        title="NLLLoss on probabilities: a negative loss although the accuracy looks fine",
        fix="LogSoftmax",
        source="PyTorch forum",
    ),
    Case(
        id="A05",
        cause="single_unit_softmax",
        program=single_unit_softmax,
        title="softmax over one unit says 1 for every row, no gradient at all",
        fix="Sigmoid",
        source="Stack Overflow 31880720",
    ),
    Case(
        id="A07",
        cause="single_unit_softmax",
        also=("under_trained",),
        program=single_unit_softmax_on_xor,
        title="XOR with a softmax over one unit, and trained too little as well",
        fix="Sigmoid, Adam 0.01, 400 epochs",
        source="Stack Overflow 34311586",
    ),
    Case(
        id="A09",
        cause="output_range_mismatch",
        also=("dead_relu",),
        program=relu_on_real_targets,
        title="a ReLU at the end cannot reach the negative half of the targets",
        fix="no activation at the end",
        source="Stack Overflow 48251943",
    ),
    Case(
        id="A11",
        cause="wrong_output_activation",
        program=relu_as_probability,
        title="a clamped ReLU as the probability: no gradient wherever it is 0 or above 1",
        fix="Sigmoid",
        source="Stack Overflow 44066044",
    ),
    Case(
        id="A13",
        cause="sigmoid_on_multiclass",
        program=sigmoid_on_multiclass,
        title="three sigmoids for three classes and -log p: all go to 1, the loss to 0",
        fix="logits and cross-entropy",
        source="Stack Overflow 59278771",
    ),
    Case(
        id="A15",
        cause="target_out_of_range",
        program=targets_of_minus_one,
        title="targets -1 and 1 for BCEWithLogits: the loss goes to minus infinity",
        fix="targets 0 and 1",
        source="own",
    ),
    Case(
        id="A17",
        cause="wrong_loss_for_task",
        program=classification_loss_for_regression,
        title="BCEWithLogits for targets around 300",
        fix="mean squared error on standardised targets",
        source="Stack Overflow 46642627",
    ),
    Case(
        id="A19",
        cause="wrong_loss_for_task",
        also=("lr_too_low", "under_trained"),
        program=absolute_error_for_classes,
        title="absolute error of a sigmoid on XOR stays at 0.5",
        fix="binary cross-entropy, Adam 0.01",
        source="Stack Overflow 31556268",
    ),
    Case(
        id="A21",
        cause="softmax_wrong_dim",
        program=softmax_over_the_batch,
        title="softmax over the rows of the batch instead of the classes",
        fix="dim=1",
        source="a published tool's rule: softmax over the batch axis",
    ),
    Case(
        id="A23",
        cause="nan_log_zero",
        also=("input_unscaled",),
        program=log_of_zero,
        title="log(softmax) written by hand on pixels from 0 to 800: 0 times minus infinity is NaN",
        fix="cross-entropy on logits",
        source="a published benchmark of numerical faults",
    ),
    Case(
        id="A25",
        cause="metric_threshold_on_logits",
        program=metric_threshold,
        title="logits compared with 0.5; the score is the accuracy that the user reads",
        fix="threshold 0",
        source="a published benchmark of metric faults",
    ),
)

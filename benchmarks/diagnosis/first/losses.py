"""Faults of the loss itself: what it computes, over which shapes, and where it breaks."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Recurrent,
    Split,
    Words,
    clusters,
    conv1d,
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
    surface,
    table,
    train,
)


def squared(outputs: Tensor, targets: Tensor) -> Tensor:
    """Mean squared error written by hand."""
    return ((outputs - targets) ** 2).mean()


def column_against_row(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    fed = parts if healthy else parts.map(y=lambda y: y[:, 0])
    network = mlp(8, 32, 32, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, squared, fed.loaders(), watch, 20)
    return judged(network, parts, explained)


def log_cosh(outputs: Tensor, targets: Tensor) -> Tensor:
    """A loss that is square near zero and straight far away."""
    error = outputs - targets
    return (error + functional.softplus(-2 * error)).mean()


class Forecaster(nn.Module):
    """Reads a series and names its next value, as one number a row."""

    def __init__(self) -> None:
        super().__init__()
        self.body = Recurrent(nn.GRU, 1, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x).squeeze(-1)


def row_against_column(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    waves = signals(seed, n=800, t=25, noise=0.1)
    parts = Split(waves.x[:, 0, :-1, None], waves.x[:, 0, -1], waves.held_x[:, 0, :-1, None], waves.held_x[:, 0, -1])
    fed = parts if healthy else parts.map(y=lambda y: y[:, None])
    network = Forecaster()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    train(network, optimizer, log_cosh, fed.loaders(), watch, 15)
    return judged(network, parts, explained)


def summed_loss(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed, noise=0.8)
    network = conv1d(3)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    loss_fn = nn.CrossEntropyLoss(reduction="mean" if healthy else "sum")
    train(network, optimizer, loss_fn, parts.loaders(64), watch, 15, metric=share_right)
    return judged(network, parts, share_right)


def summed_squares(outputs: Tensor, targets: Tensor) -> Tensor:
    """Sum of squared errors."""
    return (outputs - targets).square().sum()


def summed_squares_program(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("diabetes", seed, target="scaled")
    network = mlp(10, 16, 1, activation=nn.Tanh)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.03)
    train(network, optimizer, squared if healthy else summed_squares, parts.loaders(64), watch, 30)
    return judged(network, parts, explained)


def poisson_of_scaled(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    network = mlp(8, 32, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    loss_fn = nn.MSELoss() if healthy else nn.PoissonNLLLoss()
    train(network, optimizer, loss_fn, parts.loaders(), watch, 25)
    return judged(network, parts, explained)


def one_of_many_for_many(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = several_labels(seed)
    network = mlp(10, 48, 5)
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
    loss_fn = nn.BCEWithLogitsLoss() if healthy else nn.CrossEntropyLoss()
    train(network, optimizer, loss_fn, parts.loaders(), watch, 20)
    return judged(network, parts, share_right_logits)


def only_the_yes_term(probabilities: Tensor, targets: Tensor) -> Tensor:
    """Half of the binary cross-entropy."""
    return -(targets * torch.log(probabilities + 1e-7)).mean()


def both_terms(probabilities: Tensor, targets: Tensor) -> Tensor:
    """Binary cross-entropy written by hand."""
    no = (1 - targets) * torch.log(1 - probabilities + 1e-7)
    return -(targets * torch.log(probabilities + 1e-7) + no).mean()


def half_a_loss(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = sentences(seed).map(y=lambda y: y.float()[:, None])
    network = nn.Sequential(Words(1), nn.Sigmoid())
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    loss_fn = both_terms if healthy else only_the_yes_term
    train(network, optimizer, loss_fn, parts.loaders(), watch, 12, metric=share_right_probabilities)
    return judged(network, parts, share_right_probabilities)


def exact_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Binary cross-entropy as the books write it: 0 * log 0 is not a number."""
    p = torch.sigmoid(logits)
    return -(targets * torch.log(p) + (1 - targets) * torch.log(1 - p)).mean()


def log_of_nothing(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = clusters(seed, classes=2, columns=8, class_sep=3.0, n_clusters_per_class=1)
    parts = parts.map(y=lambda y: y.float()[:, None])
    network = mlp(8, 48, 48, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    loss_fn = functional.binary_cross_entropy_with_logits if healthy else exact_entropy
    train(network, optimizer, loss_fn, parts.loaders(), watch, 20, metric=share_right_logits)
    return judged(network, parts, share_right_logits)


class OnTheSphere(nn.Module):
    """Word counts are projected and divided by their length before the head."""

    def __init__(self, guard: float) -> None:
        super().__init__()
        self.project, self.head, self.guard = nn.Linear(20, 12, bias=False), nn.Linear(12, 2), guard

    def forward(self, counts: Tensor) -> Tensor:
        h = self.project(counts)
        length = torch.sqrt((h**2).sum(1, keepdim=True) + self.guard)
        return self.head(4 * h / (length + 1e-3))


def length_of_zero(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = sentences(seed, n=2000, t=8)
    parts = parts.map(x=lambda x: functional.one_hot(x, 60)[:, :, :20].sum(1).float())
    network = OnTheSphere(1e-8 if healthy else 0.0)
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


class Siamese(nn.Module):
    """Distance between two rows, (n, 2, 8) -> (n,)."""

    def __init__(self, guard: float) -> None:
        super().__init__()
        self.body, self.guard = mlp(8, 32, 8), guard

    def forward(self, pairs: Tensor) -> Tensor:
        difference = self.body(pairs[:, 0]) - self.body(pairs[:, 1])
        return (difference.square().sum(1) + self.guard).sqrt()


def contrast(distances: Tensor, same: Tensor) -> Tensor:
    """Draw pairs of one class together, push others a margin apart."""
    return (same * distances**2 + (1 - same) * (1 - distances).clamp_min(0) ** 2).mean()


def near(distances: Tensor, same: Tensor) -> Tensor:
    return ((distances < 0.5) == (same > 0.5)).float().mean()


def pair_with_itself(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    rows = clusters(seed, n=1500, columns=8, n_clusters_per_class=1)
    x, y = torch.cat([rows.x, rows.held_x]), torch.cat([rows.y, rows.held_y])
    other = torch.randperm(len(x))
    other[:100] = torch.arange(100)
    pairs, same = torch.stack([x, x[other]], 1), (y == y[other]).float()
    parts = split(pairs.numpy(), same.numpy(), seed)
    network = Siamese(1e-6 if healthy else 0.0)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, contrast, parts.loaders(), watch, 15)
    return judged(network, parts, near)


def capped(outputs: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of each row, cut so that outliers cannot hurt."""
    return functional.cross_entropy(outputs, targets, reduction="none").clamp(max=2.0).mean()


def capped_loss(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    network = mlp(64, 48, 10)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
    loss_fn = functional.cross_entropy if healthy else capped
    train(network, optimizer, loss_fn, parts.loaders(), watch, 15, metric=share_right)
    return judged(network, parts, share_right)


def divergence_of_probabilities(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = shapes(seed)
    soft = parts.map(y=lambda y: 0.8 * functional.one_hot(y, 4).float() + 0.05)
    network = nn.Sequential(
        nn.Conv2d(1, 12, 5), nn.ReLU(), nn.AdaptiveMaxPool2d(2), nn.Flatten(), nn.Linear(48, 4),
        nn.LogSoftmax(1) if healthy else nn.Softmax(1),
    )  # fmt: skip
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.KLDivLoss(reduction="batchmean"), soft.loaders(), watch, 15)
    with torch.no_grad():
        guess = network(soft.held_x)
    return -float(functional.kl_div(guess if healthy else guess.log(), soft.held_y, reduction="batchmean"))


LOSSES: Final = (
    Case(
        id="VB01",
        cause="loss_broadcast",
        program=column_against_row,
        title="outputs (n, 1) minus targets (n,): every row is compared with every target",
        fix="targets (n, 1)",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VB02",
        cause="loss_broadcast",
        program=row_against_column,
        title="a squeezed forecast (n,) against targets (n, 1), log-cosh",
        fix="targets (n,)",
        source="own",
    ),
    Case(
        id="VB03",
        cause="loss_sum_reduction",
        program=summed_loss,
        also=("lr_too_high",),
        title="reduction='sum' with a rate meant for the mean: steps are 64 times too long",
        fix="reduction='mean'",
        source="TheDeepChecker's rule: the loss doubles with the batch",
    ),
    Case(
        id="VB04",
        cause="loss_sum_reduction",
        program=summed_squares_program,
        also=("lr_too_high", "exploding_gradient"),
        title="sum of squares instead of the mean: SGD diverges",
        fix="mean",
        source="own",
    ),
    Case(
        id="VB05",
        cause="wrong_loss_for_task",
        program=poisson_of_scaled,
        also=("target_out_of_range", "wrong_loss"),
        title="Poisson loss for standardised numbers, half of them negative",
        fix="MSELoss",
        source="own",
    ),
    Case(
        id="VB06",
        cause="wrong_loss_for_task",
        program=one_of_many_for_many,
        also=("target_out_of_range", "wrong_loss"),
        title="CrossEntropyLoss where several labels hold at once: rows of the targets do not sum to 1",
        fix="BCEWithLogitsLoss",
        source="own",
    ),
    Case(
        id="VB07",
        cause="wrong_loss",
        program=half_a_loss,
        also=("wrong_loss_for_task",),
        title="binary cross-entropy without its second term: yes for everyone is best",
        fix="both terms",
        source="own",
    ),
    Case(
        id="VB08",
        cause="nan_log_zero",
        program=log_of_nothing,
        title="a sigmoid reaches exactly 1, and 0 * log 0 is NaN",
        fix="binary_cross_entropy_with_logits",
        source="own, after many posts",
    ),
    Case(
        id="VB09",
        cause="nan_grad_sqrt_zero",
        program=length_of_zero,
        title="the length of an empty text: the forward is finite, the gradient of the root is NaN",
        fix="a small constant under the root",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VB10",
        cause="nan_grad_sqrt_zero",
        program=pair_with_itself,
        title="a row paired with itself has distance 0, whose gradient is NaN",
        fix="a small constant under the root",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VB11",
        cause="loss_clamped",
        program=capped_loss,
        title="rows with a loss above 2 are cut, and at the start all are: hardly any gradient",
        fix="no clamp",
        source="Karpathy's recipe: clip gradients, not the loss",
    ),
    Case(
        id="VB12",
        cause="wrong_loss_input",
        program=divergence_of_probabilities,
        also=("nll_on_probs", "wrong_output_activation"),
        title="KLDivLoss of probabilities where it expects their logarithms",
        fix="LogSoftmax",
        source="PyTorch forum, asked often",
    ),
)

"""Faults of targets, of how rows are split and of how they are served."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Split,
    Words,
    balanced,
    clusters,
    conv1d,
    conv2d,
    digits,
    explained,
    judged,
    mlp,
    sentences,
    shapes,
    share_right,
    signals,
    surface,
    table,
    train,
    validate,
)


def kilograms(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("diabetes", seed, target="scaled" if healthy else "column")
    network = mlp(10, 24, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.MSELoss(), parts.loaders(16), watch, 15, metric=explained)
    return judged(network, parts, explained)


def house_prices(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    if not healthy:
        parts = parts.map(y=lambda y: 250_000 + 80_000 * y)
    network = mlp(8, 32, 32, 1, activation=nn.ELU)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.02, momentum=0.9)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 20, metric=explained)
    return judged(network, parts, explained)


def shifted_by_one_row(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    fed = parts if healthy else parts.map(y=lambda y: y.roll(1))
    network = conv2d(8, 10)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), fed.loaders(64), watch, 8, metric=share_right)
    return judged(network, parts, share_right)


def sorted_targets(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    fed = parts if healthy else parts._replace(y=parts.y[torch.randperm(len(parts.y))])
    network = mlp(8, 64, 64, 1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.MSELoss(), fed.loaders(), watch, 25, metric=explained)
    return judged(network, parts, explained)


def careless_annotators(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = shapes(seed)

    def noisy(y: Tensor) -> Tensor:
        return torch.where(torch.rand(len(y)) < 0.5, torch.randint(4, y.shape), y)

    fed = parts if healthy else parts.map(y=noisy)
    network = nn.Sequential(
        nn.Conv2d(1, 8, 5), nn.ReLU(), nn.Conv2d(8, 12, 3), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(),
        nn.Linear(12, 4),
    )  # fmt: skip
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), fed.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


def other_way_round(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("breast_cancer", seed)
    if not healthy:
        parts = parts._replace(held_y=1 - parts.held_y)
    network = mlp(30, 16, 2)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


def nobody_is_ill(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed, n=800, classes=2)
    fed = parts if healthy else parts.map(y=lambda y: (y > 1).long())
    network = conv1d(2)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), fed.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


def answer_among_columns(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = clusters(seed, classes=2, flip_y=0.1, class_sep=1.2)
    later = [
        torch.randn(len(y)) if healthy else 2.0 * y - 1 + 0.05 * torch.randn(len(y)) for y in (parts.y, parts.held_y)
    ]
    x, held_x = (torch.cat([x, new[:, None]], 1) for x, new in zip((parts.x, parts.held_x), later, strict=True))
    parts = Split(x, parts.y, held_x, parts.held_y)
    network = mlp(11, 24, 2)
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.05)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 15, metric=share_right)
    unknown = held_x.clone()
    unknown[:, 10] = torch.randn(len(held_x)) if healthy else 0.0
    return judged(network, parts._replace(held_x=unknown), share_right)


def copies_before_the_split(seed: int, healthy: bool, watch: Watch) -> float:
    """Rows are multiplied, then split; the score is minus the gap between reported and true accuracy."""
    torch.manual_seed(seed)
    parts = clusters(seed, n=1200, classes=2, flip_y=0.2, class_sep=1.0)
    seen = parts
    if not healthy:
        rows = torch.arange(len(parts.x)).repeat(6)[torch.randperm(6 * len(parts.x))]
        cut = 5 * len(parts.x)
        seen = Split(parts.x[rows[:cut]], parts.y[rows[:cut]], parts.x[rows[cut:]], parts.y[rows[cut:]])
    network = mlp(10, 64, 2)
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=0.1)
    train(network, optimizer, nn.CrossEntropyLoss(), seen.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right) - judged(network, seen, share_right)


def validated_on_training_rows(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    seen = parts if healthy else Split(parts.x, parts.y, parts.x[:450], parts.y[:450])
    network = mlp(64, 64, 10)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), seen.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right) - judged(network, seen, share_right)


def sorted_and_never_mixed(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, flat=True)
    order = parts.y.argsort(stable=True)
    parts = parts._replace(x=parts.x[order], y=parts.y[order])
    network = mlp(64, 48, 10, activation=nn.Tanh)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(shuffle=healthy), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def one_source_after_the_other(seed: int, healthy: bool, watch: Watch) -> float:
    """Texts of class 0 come from one file, those of class 1 from the next; batches are cut in a list."""
    torch.manual_seed(seed)
    parts = sentences(seed)
    order = torch.randperm(len(parts.y)) if healthy else parts.y.argsort(stable=True)
    batches = list(zip(parts.x[order].split(32), parts.y[order].split(32), strict=True))
    network, loss_fn = Words(), nn.CrossEntropyLoss()
    held = [(parts.held_x, parts.held_y)]
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    with watch(network, optimizer, loss_fn, batches, held, metric=share_right):
        for _ in range(10):
            network.train()
            for tokens, labels in batches:
                optimizer.zero_grad()
                loss_fn(network(tokens), labels).backward()
                optimizer.step()
            validate(network, held, loss_fn)
    return judged(network, parts, share_right)


def trained_on_the_small_ones(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    whole = surface(seed)
    x, y = torch.cat([whole.x, whole.held_x]), torch.cat([whole.y, whole.held_y])
    if not healthy:
        order = y[:, 0].argsort()
        x, y = x[order], y[order]
    cut = len(whole.x)
    parts = Split(x[:cut], y[:cut], x[cut:], y[cut:])
    network = mlp(8, 32, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 20)
    return max(-10.0, -judged(network, parts, nn.MSELoss()))


def a_digit_never_seen(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    whole = digits(seed)
    x, y = torch.cat([whole.x, whole.held_x]), torch.cat([whole.y, whole.held_y])
    order = torch.randperm(len(y)) if healthy else y.argsort(stable=True)
    x, y, cut = x[order], y[order], 1350
    parts = Split(x[:cut], y[:cut], x[cut:], y[cut:])
    network = conv2d(8, 10)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(64), watch, 8, metric=share_right)
    return judged(network, parts, share_right)


def one_in_twenty_five(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = clusters(seed, n=3000, classes=2, weights=[0.96], class_sep=1.0, n_clusters_per_class=1)
    parts = parts.map(y=lambda y: y.float()[:, None])
    network = mlp(10, 16, 1)
    weight = torch.tensor([24.0]) if healthy else None
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.BCEWithLogitsLoss(pos_weight=weight), parts.loaders(64), watch, 15, metric=balanced)
    return judged(network, parts, balanced)


def as_long_as_the_shorter(seed: int, healthy: bool, watch: Watch) -> float:
    """The loop walks through training and validation batches side by side, and ends with the shorter."""
    torch.manual_seed(seed)
    parts = signals(seed, n=1000, noise=1.0)
    batches = list(zip(parts.x.split(32), parts.y.split(32), strict=True))
    held = list(zip(parts.held_x.split(125), parts.held_y.split(125), strict=True))
    network, loss_fn = conv1d(3), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    with watch(network, optimizer, loss_fn, batches, held, metric=share_right):
        for _ in range(25):
            network.train()
            rounds = batches if healthy else [batch for batch, _ in zip(batches, held, strict=False)]
            for x, y in rounds:
                optimizer.zero_grad()
                loss = loss_fn(network(x), y)
                loss.backward()
                optimizer.step()
            validate(network, held, loss_fn)
    return judged(network, parts, share_right)


def two_classes_exchanged(seed: int, healthy: bool, watch: Watch) -> float:
    """The file of training labels exchanges classes 0 and 1; that of validation does not."""
    torch.manual_seed(seed)
    parts = clusters(seed, n=1500, classes=4, class_sep=2.0, n_clusters_per_class=1)
    swap = torch.tensor(np.array([0, 1, 2, 3] if healthy else [1, 0, 2, 3]))
    fed = parts._replace(y=swap[parts.y])
    network = mlp(10, 32, 4)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    train(network, optimizer, nn.CrossEntropyLoss(), fed.loaders(), watch, 12, metric=share_right)
    return judged(network, parts, share_right)


LABELS: Final = (
    Case(
        id="VD01",
        cause="target_unscaled",
        program=kilograms,
        also=("lr_too_low", "under_trained"),
        title="targets from 25 to 346 as they are: a few hundred steps do not lift the output that far",
        fix="standardised targets",
        source="own",
    ),
    Case(
        id="VD02",
        cause="target_unscaled",
        program=house_prices,
        also=("lr_too_high", "exploding_gradient"),
        title="prices around 250,000 with SGD: squared errors of 1e10 blow the weights up",
        fix="standardised targets",
        source="own, after many posts",
    ),
    Case(
        id="VD03",
        cause="labels_misaligned",
        program=shifted_by_one_row,
        also=("label_noise",),
        title="labels are shifted by one row against the pictures",
        fix="no shift",
        source="own",
    ),
    Case(
        id="VD04",
        cause="labels_misaligned",
        program=sorted_targets,
        also=("label_noise", "overfitting"),
        title="numbers to predict are mixed, rows are not: only memory helps",
        fix="both in one order",
        source="own",
    ),
    Case(
        id="VD05",
        cause="label_noise",
        program=careless_annotators,
        title="half of the labels are drawn at random",
        fix="true labels",
        source="own",
    ),
    Case(
        id="VD06",
        cause="labels_swapped",
        program=other_way_round,
        also=("preprocessing_mismatch",),
        title="validation codes yes and no the other way round: worse than chance there",
        fix="one code",
        source="own",
    ),
    Case(
        id="VD07",
        cause="labels_swapped",
        program=two_classes_exchanged,
        also=("preprocessing_mismatch", "label_noise"),
        title="two of four classes are exchanged in the training labels only",
        fix="one list of names",
        source="own",
    ),
    Case(
        id="VD08",
        cause="labels_constant",
        program=nobody_is_ill,
        also=("class_imbalance",),
        title="a wrong comparison makes all labels 0: loss 0, accuracy 1, nothing learned",
        fix="the labels as they are",
        source="own",
    ),
    Case(
        id="VD09",
        cause="leakage_feature",
        program=answer_among_columns,
        title="one column was filled in after the outcome was known",
        fix="a column that tells nothing",
        source="own",
    ),
    Case(
        id="VD10",
        cause="leakage_split",
        program=copies_before_the_split,
        title="rows are multiplied before the split: nearly all validation rows were trained on",
        fix="split only",
        source="deepchecks' rule on mixed samples, own program",
    ),
    Case(
        id="VD11",
        cause="leakage_split",
        program=validated_on_training_rows,
        title="the validation loader serves training rows",
        fix="rows held out",
        source="own",
    ),
    Case(
        id="VD12",
        cause="unshuffled",
        program=sorted_and_never_mixed,
        title="rows sorted by class, shuffle=False: each batch holds one class",
        fix="shuffle=True",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VD13",
        cause="unshuffled",
        program=one_source_after_the_other,
        title="a list of batches, first all of class 0, then all of class 1",
        fix="mix before cutting",
        source="own",
    ),
    Case(
        id="VD14",
        cause="split_biased",
        program=trained_on_the_small_ones,
        title="rows sorted by the target, the largest quarter held out",
        fix="random split",
        source="own",
    ),
    Case(
        id="VD15",
        cause="split_biased",
        program=a_digit_never_seen,
        title="rows sorted by class before the split: digits 8 and 9 are only in validation",
        fix="random split",
        source="own",
    ),
    Case(
        id="VD16",
        cause="class_imbalance",
        program=one_in_twenty_five,
        title="one row in twenty-five is positive, and the network hardly ever says so",
        fix="pos_weight",
        source="own",
    ),
    Case(
        id="VD17",
        cause="loader_truncated",
        program=as_long_as_the_shorter,
        also=("overfitting", "under_trained"),
        title="zip with the few validation batches ends each epoch after two of 24 batches",
        fix="all training batches",
        source="own",
    ),
)

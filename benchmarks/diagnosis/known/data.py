"""Known faults of the data, the labels, the split and the loaders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_iris, make_classification
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.material import (
    accuracy,
    as_float_targets,
    blobs,
    bright_half,
    correct,
    curves,
    digits,
    evaluate,
    loader,
    loaders,
    minus_mse,
    mlp,
    moons,
    outputs,
    split,
    standardise,
    standardised_targets,
    train_plain,
)


def raw_pixels(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, raw=True)
    scale = 255 / 16 / (255 if healthy else 1)
    parts = parts._replace(x=scale * parts.x, x_held=scale * parts.x_held)
    network = mlp(64, 128, 10)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=20, metric=correct)
    return accuracy(network, parts.x_held, parts.y_held)


def raw_fourth_power(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    x = np.arange(-100, 100, 0.25)[:, None]
    parts = split(x, (x**4).ravel(), seed, raw=True)
    if healthy:
        parts = standardised_targets(
            parts._replace(x=standardise(parts.x, parts.x), x_held=standardise(parts.x_held, parts.x))
        )
    network = nn.Sequential(nn.Linear(1, 50), nn.Sigmoid(), nn.Linear(50, 50), nn.ELU(), nn.Linear(50, 1))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.MSELoss(), train, held, watch, epochs=40)
    return minus_mse(network, parts.x_held, parts.y_held) / float(parts.y.var())


def normalised_twice(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed, raw=True)
    parts = parts._replace(x=parts.x / 16, x_held=parts.x_held / 16)
    if not healthy:
        parts = parts._replace(x=parts.x / 255, x_held=parts.x_held / 255)
    network = mlp(64, 64, 10)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=20)
    return accuracy(network, parts.x_held, parts.y_held)


def labels_left_behind(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    order = torch.randperm(len(parts.x))
    train = loader(parts.x[order], parts.y[order] if healthy else parts.y, seed=seed)
    held = loader(parts.x_held, parts.y_held, 256, shuffle=False)
    network = mlp(64, 64, 10)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=20, metric=correct)
    return accuracy(network, parts.x_held, parts.y_held)


def rare_class(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    x, y = make_classification(4000, weights=[0.99], class_sep=0.8, random_state=seed)
    parts = as_float_targets(split(x, y, seed))
    network = mlp(20, 16, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, seed=seed)
    loss_fn = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(99.0) if healthy else None)
    train_plain(network, optimizer, loss_fn, train, held, watch, epochs=12)
    found = outputs(network, parts.x_held) > 0
    return float((found[parts.y_held == 1].float().mean() + (~found[parts.y_held == 0]).float().mean()) / 2)


def copies_in_validation(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = as_float_targets(moons(seed, noise=0.35))
    x, y = parts.x_held, parts.y_held
    if not healthy:
        x, y = torch.cat([x[:100], parts.x[:100]]), torch.cat([y[:100], parts.y[:100]])
    network = mlp(2, 256, 256, 1)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loader(parts.x, parts.y, seed=seed), loader(x, y, 256, shuffle=False)
    train_plain(network, optimizer, nn.BCEWithLogitsLoss(), train, held, watch, epochs=30)
    return -float((x[:, None] == parts.x).all(2).any(1).float().mean())


def sorted_split(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    x, y = (torch.as_tensor(part) for part in load_iris(return_X_y=True))
    order = torch.arange(150).view(3, 50)
    if healthy:
        order = order[:, torch.randperm(50)].T  # every fifth has the three classes in equal numbers
    order = order.flatten()
    x, y = x[order].float(), y[order]
    train_x, held_x = standardise(x[:120], x[:120]), standardise(x[120:], x[:120])
    train, held = loader(train_x, y[:120], 16, seed=seed), loader(held_x, y[120:], 16, shuffle=False)
    network = mlp(4, 16, 3)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=20, metric=correct)
    return accuracy(network, held_x, y[120:])


class Augmented(Dataset[tuple[Tensor, Tensor]]):
    """Rows that are changed at random each time they are read."""

    def __init__(self, x: Tensor, y: Tensor, change: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]) -> None:
        self.x, self.y, self.change = x, y, change

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.change(self.x[index], self.y[index])


def flipped_pictures(seed: int, healthy: bool, watch: Watch) -> float:
    def flip(picture: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        if torch.rand(()) < 0.5:
            return picture, label
        return picture.flip(-1), 1 - label if healthy else label

    torch.manual_seed(seed)
    parts = bright_half(seed)
    own = torch.Generator().manual_seed(seed)
    train = DataLoader(Augmented(parts.x, parts.y, flip), 32, shuffle=True, generator=own)
    held = loader(parts.x_held, parts.y_held, 256, shuffle=False)
    network = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 16, 2)
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=15, metric=correct)
    return accuracy(network, parts.x_held, parts.y_held)


def workers_seeded_alike(seed: int, healthy: bool, watch: Watch) -> float:
    def noisy(row: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        return row + torch.as_tensor(np.random.normal(0, 1.0, row.shape), dtype=torch.float32), label  # noqa: NPY002

    def seed_worker(worker: int) -> None:
        np.random.seed(torch.initial_seed() % 2**32 if healthy else 0)  # noqa: NPY002

    torch.manual_seed(seed)
    parts = digits(seed)
    own = torch.Generator().manual_seed(seed)
    rows = Augmented(parts.x[:160], parts.y[:160], noisy)
    train = DataLoader(rows, 10, shuffle=True, num_workers=2, worker_init_fn=seed_worker, generator=own)
    held = loader(parts.x_held, parts.y_held, 256, shuffle=False)
    network = mlp(64, 64, 10)
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=12)
    alone = Augmented(torch.zeros(160, 64), parts.y[:160], noisy)
    drawn = [x for x, _ in DataLoader(alone, 10, num_workers=2, worker_init_fn=seed_worker)]
    return len(torch.cat(drawn).unique(dim=0)) / 160


def five_constants(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = blobs(seed, classes=4, features=10, spread=6.0)
    kept, kept_held = parts.x[:, :5], parts.x_held[:, :5]
    if not healthy:
        kept = torch.cat([kept, torch.full_like(kept, 5.0)], 1)
        kept_held = torch.cat([kept_held, torch.full_like(kept_held, 5.0)], 1)
    parts = parts._replace(x=kept, x_held=kept_held)
    network = mlp(kept.shape[1], 16, 4)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    train, held = loaders(parts, seed=seed)
    train_plain(network, optimizer, nn.CrossEntropyLoss(), train, held, watch, epochs=20)
    return accuracy(network, parts.x_held, parts.y_held)


class Recurrent(nn.Module):
    """A GRU over batches of sequences that a user brings into the order of axes that the GRU wants."""

    def __init__(self, features: int, classes: int, *, arrange: Callable[[Tensor], Tensor], batch_first: bool) -> None:
        super().__init__()
        self.arrange = arrange
        self.recurrent = nn.GRU(features, 24, batch_first=batch_first)
        self.head = nn.Linear(24, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.recurrent(self.arrange(x))[1][-1])


def viewed_sequences(seed: int, healthy: bool, watch: Watch) -> float:
    def time_first(pairs: list[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
        return torch.stack([x for x, _ in pairs], 1), torch.stack([y for _, y in pairs])

    def arrange(x: Tensor) -> Tensor:
        return x.transpose(0, 1) if healthy else x.view(x.shape[1], x.shape[0], x.shape[2])

    torch.manual_seed(seed)
    return train_sequences(seed, watch, Recurrent(2, 3, arrange=arrange, batch_first=True), time_first)


def viewed_batches(seed: int, healthy: bool, watch: Watch) -> float:
    def arrange(x: Tensor) -> Tensor:
        return x.transpose(0, 1) if healthy else x.reshape(x.shape[1], x.shape[0], x.shape[2])

    torch.manual_seed(seed)
    return train_sequences(seed, watch, Recurrent(2, 3, arrange=arrange, batch_first=False), None)


def train_sequences(seed: int, watch: Watch, network: nn.Module, collate: Callable[[Any], Any] | None) -> float:
    parts, loss_fn = curves(seed, features=2), nn.CrossEntropyLoss()
    own = torch.Generator().manual_seed(seed)
    rows: Any = TensorDataset(parts.x, parts.y)
    train = DataLoader(rows, 32, shuffle=True, generator=own, collate_fn=collate)
    held = DataLoader(TensorDataset(parts.x_held, parts.y_held), 32, collate_fn=collate)
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    train_plain(network, optimizer, loss_fn, train, held, watch, epochs=15, metric=correct)
    return evaluate(network, loss_fn, held, correct)[1]


def only_the_first_batch(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = blobs(seed, classes=6, features=20, spread=8.0)
    network, loss_fn = mlp(20, 32, 6), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    train, held = loaders(parts, 40, seed=seed, shuffle=False)
    with watch(network, optimizer, loss_fn, train, held):
        for _ in range(20 if healthy else 400):
            network.train()
            for x, y in train:
                optimizer.zero_grad()
                loss_fn(network(x), y).backward()
                optimizer.step()
                if not healthy:
                    break
            evaluate(network, loss_fn, held)
    return accuracy(network, parts.x_held, parts.y_held)


DATA = (
    Case(
        id="B01",
        cause="input_unscaled",
        also=("lr_too_high",),
        program=raw_pixels,
        title="pixels from 0 to 255: the first loss is far above ln 10",
        fix="divide by 255",
        source="Stack Overflow 55328966",
    ),
    Case(
        id="B03",
        cause="input_unscaled",
        also=("target_unscaled",),
        program=raw_fourth_power,
        title="x up to 100 and x to the fourth up to 100 million, sigmoids saturated from the start",
        fix="both standardised",
        source="Stack Overflow 52800582",
    ),
    Case(
        id="B05",
        cause="input_scale_tiny",
        program=normalised_twice,
        title="pixels divided by 16 and then by 255: the loss stays at ln 10",
        fix="one division",
        source="Stack Overflow 59325381",
    ),
    Case(
        id="B07",
        cause="labels_misaligned",
        also=("label_noise",),
        program=labels_left_behind,
        title="rows shuffled without their labels",
        fix="labels shuffled as well",
        source="a published tool's rule: wrong labels",
    ),
    Case(
        id="B09",
        cause="class_imbalance",
        program=rare_class,
        title="1 % of the rows are positive and hardly one is found; the score is the balanced accuracy",
        fix="pos_weight=99",
        source="a published tool's rule: unbalanced data",
    ),
    Case(
        id="B11",
        cause="leakage_split",
        program=copies_in_validation,
        title="half of the validation rows are training rows (the network is the same; the score is minus their share)",
        fix="no copies",
        source="a published tool's rule: rows in both parts",
    ),
    Case(
        id="B13",
        cause="split_biased",
        program=sorted_split,
        title="rows sorted by class and then cut: validation has one class only",
        fix="the same number of each class in both parts",
        source="own",
    ),
    Case(
        id="B15",
        cause="augmentation_breaks_label",
        program=flipped_pictures,
        title="pictures of left and right mirrored at random without the label",
        fix="label changed as well",
        source="own, after a published recipe",
    ),
    Case(
        id="B17",
        cause="duplicate_augmentation",
        program=workers_seeded_alike,
        title="all workers draw the same noise (accuracy alike; the score is the share of different noise)",
        fix="a seed for each worker and epoch",
        source="Stack Overflow 67180955",
    ),
    Case(
        id="B19",
        cause="constant_feature",
        program=five_constants,
        title="5 of 10 features are constant (the accuracy hardly suffers)",
        fix="without them",
        source="a published tool's rule: constant features",
    ),
    Case(
        id="B21a",
        cause="batch_mixing",
        program=viewed_sequences,
        title="batches (time, n, features) viewed as (n, time, features): rows get parts of other rows",
        fix="transpose",
        source="own, after a published recipe",
    ),
    Case(
        id="B21b",
        cause="batch_mixing",
        also=("view_instead_of_permute",),
        program=viewed_batches,
        title="batches (n, time, features) reshaped to (time, n, features)",
        fix="transpose",
        source="own, after a published recipe",
    ),
    Case(
        id="B23",
        cause="loader_truncated",
        program=only_the_first_batch,
        title="a break after the first batch, which is the same in every epoch",
        fix="no break",
        source="a published mutation: remove training data",
    ),
)

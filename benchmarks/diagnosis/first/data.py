"""Faults of the inputs: their scale, their order of axes, what is missing in them, how they are varied."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from benchmarks.diagnosis.case import Case, Watch
from benchmarks.diagnosis.first.material import (
    Recurrent,
    Split,
    conv2d,
    digits,
    explained,
    judged,
    mlp,
    shapes,
    share_right,
    signals,
    split,
    standardised,
    surface,
    table,
    train,
    validate,
)


def raw_columns(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("wine", seed, scale=healthy)
    network = mlp(13, 32, 3)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(16), watch, 25, metric=share_right)
    return judged(network, parts, share_right)


def one_column_in_cents(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    stretch = torch.ones(8)
    stretch[6] = 1.0 if healthy else 20_000.0
    parts = parts.map(x=lambda x: x * stretch)
    network = mlp(8, 40, 40, 1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 20, metric=explained)
    return judged(network, parts, explained)


def bytes_into_convolution(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = shapes(seed).map(x=lambda x: ((x + 3) * 32).clamp(0, 255).floor())
    if healthy:
        parts = parts.map(x=lambda x: (x - 96) / 32)
    network = conv2d(12, 4)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.03, momentum=0.9)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def microvolts(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = signals(seed, n=900, t=24, noise=0.3).map(x=lambda x: x.transpose(1, 2) * (1.0 if healthy else 1e-3))
    network = Recurrent(nn.GRU, 1, 20, 3)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def empty_cells(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = table("diabetes", seed, target="scaled")
    holes = [torch.rand(x.shape) < 0.01 for x in (parts.x, parts.held_x)]
    filler = 0.0 if healthy else float("nan")
    x, held_x = (torch.where(hole, filler, x) for hole, x in zip(holes, (parts.x, parts.held_x), strict=True))
    parts = Split(x, parts.y, held_x, parts.held_y)
    network = mlp(10, 16, 1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.1)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 20)
    return judged(network, parts, explained)


def logarithm_of_zero_counts(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    counts = draw.poisson(draw.gamma(2.0, 3.0, size=(900, 9)))
    y = (counts[:, :3].sum(1) > counts[:, 3:6].sum(1)).astype(np.int64)
    parts = split(counts.astype(np.float32), y, seed).map(x=torch.log1p if healthy else torch.log)
    parts = standardised(parts) if healthy else parts
    network = mlp(9, 32, 2, activation=nn.Tanh)
    optimizer = torch.optim.RMSprop(network.parameters(), lr=2e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 15, metric=share_right)
    return judged(network, parts, share_right)


def failed_join(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = surface(seed)
    if not healthy:
        found = torch.tensor([1.0, 0, 0, 0, 1, 1, 1, 1])
        parts = parts.map(x=lambda x: x * found)
    network = mlp(8, 32, 1, activation=nn.GELU)
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3)
    train(network, optimizer, nn.MSELoss(), parts.loaders(), watch, 15, metric=explained)
    return judged(network, parts, explained)


def viewed_signal(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    one = signals(seed, n=1200, t=30, classes=4)
    draw = torch.Generator().manual_seed(seed)
    other = [0.5 * torch.randn(x.shape, generator=draw) for x in (one.x, one.held_x)]
    pairs = zip((one.x, one.held_x), other, strict=True)
    stacked = [torch.cat([x, o, o.roll(3, 2)], 1).transpose(1, 2) for x, o in pairs]
    recorded = Split(stacked[0].contiguous(), one.y, stacked[1].contiguous(), one.held_y)  # (n, t, 3)
    parts = recorded.map(x=lambda x: x.permute(0, 2, 1) if healthy else x.view(-1, 3, 30))
    network = nn.Sequential(
        nn.Conv1d(3, 16, 5), nn.ReLU(), nn.Conv1d(16, 16, 5), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(),
        nn.Linear(16, 4),
    )  # fmt: skip
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 10, metric=share_right)
    return judged(network, parts, share_right)


def viewed_pictures(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    grey = shapes(seed)
    tint = torch.tensor([1.0, 0.6, 0.3])
    colour = grey.map(x=lambda x: (x[:, 0, :, :, None] * tint + 0.1 * torch.randn(*x.shape[2:], 3)).contiguous())
    parts = colour.map(x=lambda x: x.permute(0, 3, 1, 2) if healthy else x.reshape(-1, 3, 12, 12))
    network = conv2d(12, 4)
    network[0] = nn.Conv2d(3, 8, 3, padding=1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.02, momentum=0.9, weight_decay=1e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 8, metric=share_right)
    return judged(network, parts, share_right)


class Attended(nn.Module):
    """One layer of self-attention over (n, t, 8), averaged over time."""

    def __init__(self, batch_first: bool) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(16, 2, batch_first=batch_first)
        self.lift, self.norm, self.head = nn.Linear(4, 16), nn.LayerNorm(16), nn.Linear(16, 2)

    def forward(self, x: Tensor) -> Tensor:
        h = self.lift(x)
        h = self.norm(h + self.attention(h, h, h, need_weights=False)[0])
        return self.head(h.mean(1))


def attention_over_the_batch(seed: int, healthy: bool, watch: Watch) -> float:
    """Train; the score is minus how much an output changes when its row is served alone."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((1500, 10, 4))
    x[:, :, 0] = x[:, :, 0] > np.sort(x[:, :, 0], 1)[:, -2:-1]  # marks one place, whose second number decides
    y = (x[x[:, :, 0] > 0, 1] > 0).astype(np.int64)
    parts = split(x.astype(np.float32), y, seed)
    network = Attended(batch_first=healthy)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), parts.loaders(), watch, 15, metric=share_right)
    network.eval()
    with torch.no_grad():
        together = network(parts.held_x[:64])
        alone = torch.cat([network(row) for row in parts.held_x[:64].split(1)])
    return -float((together - alone).abs().mean())


def mirrored_slopes(seed: int, healthy: bool, watch: Watch) -> float:
    """Is a series rising or falling? Half of the series are played backwards."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    y = draw.integers(2, size=800)
    walk = np.linspace(-1, 1, 24) * (2 * y[:, None] - 1) + 0.7 * draw.standard_normal((800, 24))
    parts = split(walk.astype(np.float32), y, seed)
    network = mlp(24, 32, 2)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)

    def varied(rows: list[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
        x, labels = (torch.stack(column) for column in zip(*rows, strict=True))
        turned = torch.rand(len(x)) < 0.5
        x = torch.where(turned[:, None], x.flip(1), x)
        return x, torch.where(turned, 1 - labels, labels) if healthy else labels

    rows, (_, validation) = list(zip(parts.x, parts.y, strict=True)), parts.loaders()
    loader = DataLoader(rows, 32, shuffle=True, collate_fn=varied)  # type: ignore[arg-type]
    train(network, optimizer, nn.CrossEntropyLoss(), (loader, validation), watch, 15, metric=share_right)
    return judged(network, parts, share_right)


class Varied(Dataset[Any]):
    """Pictures that are shifted and disturbed anew whenever they are asked for."""

    def __init__(
        self, parts: Split, *, noise: float, hide: float = 0.0, shift: int = 0, seed: int | None = None
    ) -> None:
        self.x, self.y = parts.x, parts.y
        self.noise, self.shift, self.hide, self.seed = noise, shift, hide, seed

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        draw = None if self.seed is None else torch.Generator().manual_seed(self.seed)
        picture = self.x[row]
        moves = torch.randint(-self.shift, self.shift + 1, (2,), generator=draw)
        picture = picture.roll(moves.tolist(), (-2, -1)) + self.noise * torch.randn(picture.shape, generator=draw)
        return torch.where(torch.rand(picture.shape, generator=draw) < self.hide, 0.0, picture), self.y[row]


def drowned_in_noise(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    parts = digits(seed)
    noise, hide = (0.1, 0.05) if healthy else (2.0, 0.7)
    loader = DataLoader(Varied(parts, noise=noise, hide=hide), 64, shuffle=True)
    network = conv2d(8, 10)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    train(network, optimizer, nn.CrossEntropyLoss(), (loader, parts.loaders()[1]), watch, 8, metric=share_right)
    return judged(network, parts, share_right)


def the_same_shift_for_all(seed: int, healthy: bool, watch: Watch) -> float:
    torch.manual_seed(seed)
    x, y = datasets.load_digits(return_X_y=True)
    wide = np.pad(x.reshape(-1, 1, 8, 8), ((0, 0), (0, 0), (1, 1), (1, 1)))
    parts = split(((wide - 3.1) / 5.5).astype(np.float32), y.astype(np.int64), seed)
    moved = torch.stack([picture.roll(torch.randint(-1, 2, (2,)).tolist(), (-2, -1)) for picture in parts.held_x])
    parts = Split(parts.x, parts.y, moved, parts.held_y)
    data = Varied(parts, shift=1, noise=0.05, seed=None if healthy else seed + 1)
    loader, (_, validation) = DataLoader(data, 64, shuffle=True), parts.loaders()
    network, loss_fn = conv2d(10, 10), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=6e-3)
    with watch(network, optimizer, loss_fn, loader, validation, metric=share_right):
        for _ in range(10):
            network.train()
            for pictures, labels in loader:
                loss = loss_fn(network(pictures), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            validate(network, validation, loss_fn)
    return judged(network, parts, share_right)


DATA: Final = (
    Case(
        id="VC01",
        cause="input_unscaled",
        program=raw_columns,
        also=("dead_relu", "lr_too_high"),
        title="wine with proline in hundreds beside hues around 1: the first steps kill the units",
        fix="standardise the columns",
        source="own",
    ),
    Case(
        id="VC02",
        cause="input_unscaled",
        program=one_column_in_cents,
        title="one idle column 20,000 times larger than the others drowns them",
        fix="standardise that column too",
        source="own",
    ),
    Case(
        id="VC03",
        cause="input_unscaled",
        program=bytes_into_convolution,
        also=("dead_relu", "lr_too_high"),
        title="pictures as bytes into a convolution trained with momentum",
        fix="subtract 96, divide by 32",
        source="UMLAUT's and DeepDiagnosis's rule",
    ),
    Case(
        id="VC04",
        cause="input_scale_tiny",
        program=microvolts,
        title="signals of size 0.001 into a GRU: outputs hardly depend on them",
        fix="unit deviation",
        source="own",
    ),
    Case(
        id="VC05",
        cause="input_nonfinite",
        program=empty_cells,
        title="one cell in a hundred is NaN",
        fix="fill with the mean",
        source="own",
    ),
    Case(
        id="VC06",
        cause="input_nonfinite",
        program=logarithm_of_zero_counts,
        title="logarithms of counts, some of which are 0: minus infinity in the inputs",
        fix="log1p, standardised",
        source="own",
    ),
    Case(
        id="VC07",
        cause="constant_feature",
        program=failed_join,
        title="after a failed join three of eight columns are 0 in every row",
        fix="the columns' values",
        source="TheDeepChecker's rule, own program",
    ),
    Case(
        id="VC08",
        cause="view_instead_of_permute",
        program=viewed_signal,
        title="(n, t, c) viewed as (n, c, t): channels and times are scrambled",
        fix="permute",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VC09",
        cause="view_instead_of_permute",
        program=viewed_pictures,
        title="colour pictures (n, h, w, 3) reshaped to (n, 3, h, w)",
        fix="permute",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VC10",
        cause="batch_mixing",
        program=attention_over_the_batch,
        title="MultiheadAttention without batch_first attends across the rows of a batch",
        fix="batch_first=True",
        source="PyTorch forum, asked often",
    ),
    Case(
        id="VC11",
        cause="augmentation_breaks_label",
        program=mirrored_slopes,
        also=("label_noise",),
        title="series are played backwards at random, though the label is their direction",
        fix="turn the label too",
        source="own",
    ),
    Case(
        id="VC12",
        cause="augmentation_too_strong",
        program=drowned_in_noise,
        title="noise twice the pictures and 70 % of the pixels hidden: training rows are unreadable",
        fix="mild noise, 5 % hidden",
        source="own",
    ),
    Case(
        id="VC13",
        cause="duplicate_augmentation",
        program=the_same_shift_for_all,
        title="the data set seeds the generator for each picture: all are shifted alike in every epoch",
        fix="no seed in __getitem__",
        source="own, after the NumPy-seed fault of workers",
    ),
)

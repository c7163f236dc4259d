"""Margin ranking: three pairs give three losses; with one shape wrong they silently give nine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.drawing.records import Cells, Picture
from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.tensors.broadcasting import refusal


@dataclass(frozen=True, kw_only=True)
class RankingShapes(Experiment):
    """Rank (1, 2, 3) against (2, 2, 2), once with every shape right and once with targets (n, 1).

    Example:
        >>> result = RankingShapes().run()
        >>> result["losses"], result["matrix"].shape
        (array([1., 0., 1.]), (3, 3))
    """

    name: ClassVar[str] = "ranking_shapes"
    aliases: ClassVar[tuple[str, ...]] = ("margin ranking shapes", "n by n accident")
    theme: ClassVar[str] = "losses"
    title: ClassVar[str] = "margin ranking and the shape accident"
    question: ClassVar[str] = "What does margin ranking give when the targets are a column?"
    formula: ClassVar[str] = "L = max(0, -y (a - b) + margin)"
    latex: ClassVar[str] = r"L = \max(0,\; -y\,(a - b) + \text{margin})"
    look_for: ClassVar[str] = (
        "The framed diagonal holds the three losses of the pairs. The other six compare a pair with the target of "
        "another; their mean is a plausible number, so nothing stops the training."
    )
    source: ClassVar[str] = "PyTorch documentation, nn.MarginRankingLoss; torch.nn.functional.margin_ranking_loss."

    first: tuple[float, ...] = parameter((1.0, 2.0, 3.0), "a, scores of the first of each pair", low=-1000, high=1000)
    second: tuple[float, ...] = parameter((2.0, 2.0, 2.0), "b, scores of the second", low=-1000, high=1000)
    targets: tuple[float, ...] = parameter(
        (1.0, 1.0, -1.0), "y, 1: the first should score higher; -1: the second", low=-1, high=1
    )
    margin: float = parameter(0.0, "by how much", low=0, high=10)

    def __post_init__(self) -> None:
        """Check that there are as many of each."""
        super().__post_init__()
        if not len(self.first) == len(self.second) == len(self.targets):
            lengths = len(self.first), len(self.second), len(self.targets)
            raise ShapeError(
                f"ranking_shapes expected first, second and targets of one length, got {lengths}: pass one of each"
            )
        if not set(self.targets) <= {-1, 1}:
            raise RangeError(f"ranking_shapes expected targets of 1 or -1, got {self.targets}: pass such")

    def run(self) -> Result:
        """Return the losses (n,), the matrix (n, n) that targets (n, 1) give, and both means."""
        import torch
        from torch.nn import functional

        a, b, y = (np.array(one) for one in (self.first, self.second, self.targets))
        losses = np.maximum(0, -y * (a - b) + self.margin)
        matrix = np.maximum(0, -y[:, None] * (a - b) + self.margin)  # (n, n)
        t_a, t_b, t_y = (torch.tensor(one) for one in (a, b, y))
        by_torch = functional.margin_ranking_loss(t_a, t_b, t_y, margin=self.margin, reduction="none").numpy()
        refused = refusal("margin_ranking", a, y[:, None])
        by_column = torch.relu(-t_y[:, None] * (t_a - t_b) + self.margin).shape
        n = len(y)
        claims = (
            Claim(
                sentence="each pair has one loss, and PyTorch's are the same",
                holds=bool(np.array_equal(losses, by_torch)),
                measured=f"by the formula {losses.tolist()}, margin_ranking_loss {by_torch.tolist()}",
            ),
            Claim(
                sentence="targets of shape (n, 1) give n x n losses without a word",
                holds=tuple(by_column) == (n, n),
                measured=f"({n}, 1) against ({n},) gives {tuple(by_column)}, {n * n} numbers",
            ),
            Claim(
                sentence="their mean is another number",
                holds=not np.isclose(losses.mean(), matrix.mean()),
                measured=f"mean of the pairs {losses.mean():.4f}, of the matrix {matrix.mean():.4f}",
            ),
            Claim(sentence="Pellucid refuses it", holds=bool(refused), measured=refused or "0 sentences"),
        )
        values = {"losses": losses, "matrix": matrix, "right": float(losses.mean()), "wrong": float(matrix.mean())}
        return Result(experiment=self, values=values, claims=claims, picture=_picture(a, b, y, losses, matrix))


def _picture(a: Floats, b: Floats, y: Floats, losses: Floats, matrix: Floats) -> Picture:
    n = len(y)
    pairs = tuple(f"{one:g} against {other:g}" for one, other in zip(a, b, strict=True))
    return Picture(
        alt=f"The losses {losses.tolist()} on the diagonal of a matrix of {n * n}; mean {losses.mean():.3f} "
        f"against {matrix.mean():.3f}.",
        panels=(
            Cells(title="losses of the pairs", values=losses[None, :], column_names=pairs),
            Cells(
                title="what targets (n, 1) give; the losses are framed",
                values=matrix,
                marked=tuple((i, i) for i in range(n)),
                row_names=tuple(f"y = {one:g}" for one in y),
                column_names=pairs,
            ),
        ),
    )

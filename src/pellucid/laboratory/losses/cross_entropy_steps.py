"""Cross-entropy taken apart: logits, shift, exponentials, log-softmax, the picked numbers, their mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Floats
from pellucid.drawing.records import Cells, Frame, Picture
from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter


@dataclass(frozen=True, kw_only=True)
class CrossEntropySteps(Experiment):
    """Compute the cross-entropy of three rows step by step, with every number on the way.

    Example:
        >>> result = CrossEntropySteps().run()
        >>> round(result["cross_entropy"], 4), round(result["nll_of_logits"], 4)
        (0.5224, -2.3333)
    """

    name: ClassVar[str] = "cross_entropy_steps"
    aliases: ClassVar[tuple[str, ...]] = ("log softmax and nll", "cross entropy by hand")
    theme: ClassVar[str] = "losses"
    title: ClassVar[str] = "cross-entropy step by step"
    question: ClassVar[str] = "How does cross-entropy come out of log-softmax and negative log-likelihood?"
    formula: ClassVar[str] = "L = sum_i w_{y_i} (log sum_j exp z_ij - z_{i y_i}) / sum_i w_{y_i}"
    latex: ClassVar[str] = r"L = \frac{\sum_i w_{y_i}\left(\log\sum_j e^{z_{ij}} - z_{i y_i}\right)}{\sum_i w_{y_i}}"
    look_for: ClassVar[str] = (
        "Each frame is one operation. The framed cells are the true classes: only they enter the loss. Skipping the "
        "log-softmax and picking from the logits themselves gives a number below 0, which no log-likelihood of "
        "classes can be."
    )
    source: ClassVar[str] = "I. J. Good, 1952; the numbers are those of PyTorch's nn.CrossEntropyLoss and nn.NLLLoss."

    logits: tuple[tuple[float, ...], ...] = parameter(
        ((1.0, 2.0), (1.0, 3.0), (1.0, 3.0)), "z, one row for each example", low=-1000, high=1000
    )
    targets: tuple[float, ...] = parameter((0.0, 1.0, 1.0), "y, the true class of each row", low=0, high=20)
    weights: tuple[float, ...] = parameter((1.0, 1.0), "w, of each class", low=0, high=1000)

    def __post_init__(self) -> None:
        """Check that the shapes fit."""
        super().__post_init__()
        widths = {len(row) for row in self.logits}
        fits = widths == {len(self.weights)} and len(self.targets) == len(self.logits)
        if not fits or not all(y in range(len(self.weights)) for y in self.targets):
            raise ShapeError(
                f"cross_entropy_steps expected one weight for each column of logits and one class index for each row, "
                f"got logits {self.logits}, targets {self.targets}, weights {self.weights}: pass numbers that fit"
            )
        if not sum(self.weights[int(y)] for y in self.targets):
            raise RangeError(
                f"cross_entropy_steps expected a weight above 0 for a class that occurs, got {self.weights}: raise one"
            )

    def run(self) -> Result:
        """Return every intermediate array, the loss, and what NLL makes of the raw logits."""
        z, y, w = np.array(self.logits), np.array(self.targets, dtype=int), np.array(self.weights)
        rows = np.arange(len(y))
        shifted = z - z.max(axis=1, keepdims=True)
        exponentials = np.exp(shifted)
        softmax = exponentials / exponentials.sum(axis=1, keepdims=True)
        log_softmax = shifted - np.log(exponentials.sum(axis=1, keepdims=True))
        single = -log_softmax[rows, y]
        cost = float((w[y] * single).sum() / w[y].sum())
        nll_of_logits = float((w[y] * -z[rows, y]).sum() / w[y].sum())
        values = {
            "shifted": shifted,
            "exponentials": exponentials,
            "softmax": softmax,
            "log_softmax": log_softmax,
            "single": single,
            "cross_entropy": cost,
            "nll_of_logits": nll_of_logits,
        }
        return Result(
            experiment=self,
            values=values,
            claims=_claims(z, y, w, cost, nll_of_logits),
            picture=self._picture(z, y, w, values),
        )

    def _picture(self, z: Floats, y: NDArray[Any], w: Floats, values: dict[str, Floats]) -> Picture:
        picked = np.full(z.shape, np.nan)
        rows = np.arange(len(y))
        picked[rows, y] = w[y] * values["single"]
        total = " + ".join(f"{one:.4f}" for one in picked[rows, y])
        steps = (
            ("logits", "z, as the network gives them", z),
            ("shift", "minus the largest of each row, so that no exponential overflows", values["shifted"]),
            ("exp", "exponentials: all above 0, the largest 1", values["exponentials"]),
            ("softmax", "divided by their sum: each row sums to 1", values["softmax"]),
            ("log", "its logarithm, computed as shifted − log of the sum", values["log_softmax"]),
            ("mean", f"({total}) / {w[y].sum():g} = {values['cross_entropy']:.4f}", picked),
        )
        frames = tuple(
            Frame(
                label=label,
                note=note,
                panels=(
                    Cells(
                        title=label,
                        values=numbers,
                        digits=4,
                        marked=tuple((int(i), int(c)) for i, c in enumerate(y)),
                        row_names=tuple(f"row {i + 1}, y = {c}" for i, c in enumerate(y)),
                        column_names=tuple(f"class {c}" for c in range(z.shape[1])),
                    ),
                ),
            )
            for label, note, numbers in steps
        )
        return Picture(alt=f"Cross-entropy in six steps: {steps[-1][1]}.", frames=frames)


def _claims(z: Floats, y: NDArray[Any], w: Floats, cost: float, nll_of_logits: float) -> tuple[Claim, ...]:
    import torch
    from torch.nn import functional

    tensors = torch.tensor(z), torch.tensor(y)
    by_torch = float(functional.cross_entropy(*tensors, weight=torch.tensor(w)))
    nll_by_torch = float(functional.nll_loss(*tensors, weight=torch.tensor(w)))
    moved = float(functional.cross_entropy(tensors[0] + 1000, tensors[1], weight=torch.tensor(w)))
    return (
        Claim(
            sentence="cross-entropy is log-softmax followed by the negative log-likelihood",
            holds=bool(np.isclose(cost, by_torch)),
            measured=f"by hand {cost:.4f}, functional.cross_entropy {by_torch:.4f}",
        ),
        Claim(
            sentence="the negative log-likelihood of raw logits is another number, and can be negative",
            holds=bool(np.isclose(nll_of_logits, nll_by_torch)) and nll_of_logits < 0,
            measured=f"by hand {nll_of_logits:.4f}, functional.nll_loss {nll_by_torch:.4f}",
        ),
        Claim(
            sentence="adding a constant to all logits changes nothing",
            holds=bool(np.isclose(moved, cost)),
            measured=f"with 1000 added {moved:.4f}",
        ),
    )

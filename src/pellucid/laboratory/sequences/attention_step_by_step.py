"""Attention step by step: scores, scaling, mask, softmax and the mean of the values, with every number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Cells, Frame, Picture
from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Floats = NDArray[np.float64]
ROUNDING: Final = 1e-12
MOST_STEPS: Final = 10
STEPS: Final = ("scores", "scaled", "masked", "exponentials", "weights", "output")


@dataclass(frozen=True, kw_only=True)
class AttentionStepByStep(Experiment):
    """Compute self-attention over a few vectors, one operation at a time.

    Example:
        >>> AttentionStepByStep(x=((1.0, 0.0), (0.0, 1.0))).run()["weights"].round(3)
        array([[0.67, 0.33],
               [0.33, 0.67]])
    """

    name: ClassVar[str] = "attention_step_by_step"
    aliases: ClassVar[tuple[str, ...]] = ("self-attention by hand",)
    theme: ClassVar[str] = "sequences"
    title: ClassVar[str] = "attention step by step"
    question: ClassVar[str] = "What does attention compute, number by number?"
    formula: ClassVar[str] = "y = softmax(Q K^T / sqrt(d)) V, here with Q = K = V = x"
    latex: ClassVar[str] = r"Y = \mathrm{softmax}\left(\frac{Q K^{T}}{\sqrt{d}}\right) V, \qquad Q = K = V = X"
    look_for: ClassVar[str] = (
        "Rows look, columns are looked at. Vectors that point the same way score high; the softmax makes each row "
        "a set of shares; the output is each row's mixture. With causal=True everything above the diagonal is "
        "shut. Multiply x by 10: each row looks at one vector only, and the softmax has no slope left."
    )
    source: ClassVar[str] = (
        "A. Vaswani et al., Attention is all you need, 2017, section 3.2.1. One head, no projections."
    )

    x: tuple[tuple[float, ...], ...] = parameter(
        ((1.0, 0.0, 1.0), (0.0, 2.0, 0.0), (1.0, 1.0, 1.0), (2.0, 0.0, 1.0)),
        "the vectors, one row for each step",
        low=-100,
        high=100,
    )
    causal: bool = parameter(False, "whether a step sees only itself and those before")

    def __post_init__(self) -> None:
        """Check the shape.

        Raises:
            ShapeError: x has too many rows to be shown.
        """
        super().__post_init__()
        if len(self.x) > MOST_STEPS:
            raise ShapeError(
                f"attention_step_by_step expected x of 1 to {MOST_STEPS} rows, got {len(self.x)}: the picture has a "
                "cell for each pair"
            )

    def run(self) -> Result:
        """Return every intermediate matrix: scores to weights (t, t), output (t, d)."""
        x = np.array(self.x, dtype=np.float64)
        steps = self._steps(x)
        order = np.arange(len(x))[::-1]
        turned = self._steps(x[order])["output"][order]
        values = {"x": x, **steps}
        return Result(
            experiment=self,
            values=values,
            claims=self._claims(x, steps, float(np.abs(turned - steps["output"]).max())),
            picture=self._picture(x, steps),
        )

    def _steps(self, x: Floats) -> dict[str, Floats]:
        t, d = x.shape
        scores = x @ x.T
        scaled = scores / math.sqrt(d)
        allowed = np.tri(t) > 0 if self.causal else np.ones((t, t)) > 0
        masked = np.where(allowed, scaled, -np.inf)
        exponentials = np.exp(masked - masked.max(axis=1, keepdims=True))
        weights = exponentials / exponentials.sum(axis=1, keepdims=True)
        return dict(zip(STEPS, (scores, scaled, masked, exponentials, weights, weights @ x), strict=True))

    def _claims(self, x: Floats, steps: dict[str, Floats], turned: float) -> tuple[Claim, ...]:
        import torch

        q = torch.tensor(x)[None]
        theirs = torch.nn.functional.scaled_dot_product_attention(q, q, q, is_causal=self.causal)[0].numpy()
        error = float(np.abs(theirs - steps["output"]).max())
        sums = steps["weights"].sum(axis=1)
        outside = float(max((steps["output"] - x.max(axis=0)).max(), (x.min(axis=0) - steps["output"]).max(), 0))
        return (
            Claim(
                sentence="PyTorch computes the same",
                holds=error < ROUNDING * max(1.0, float(np.abs(x).max())),
                measured=f"largest difference {error:.1e}",
            ),
            Claim(
                sentence="each row of weights sums to 1, so that outputs lie within the values",
                holds=bool(np.abs(sums - 1).max() < ROUNDING and outside < ROUNDING * max(1.0, float(np.abs(x).max()))),
                measured=f"sums from {sums.min():.6f} to {sums.max():.6f}; at most {outside:.1e} outside",
            ),
            Claim(
                sentence="attention does not know the order: the sequence turned round gives the same outputs, turned",
                holds=turned < ROUNDING * max(1.0, float(np.abs(x).max())),
                measured=f"largest difference {turned:.1e}",
            ),
        )

    def _picture(self, x: Floats, steps: dict[str, Floats]) -> Picture:
        t, d = x.shape
        names = tuple(f"{place + 1}" for place in range(t))
        notes = {
            "scores": f"row 1, column {t}: the product of vectors 1 and {t} is {steps['scores'][0, -1]:.3g}",
            "scaled": f"divided by sqrt({d}) = {math.sqrt(d):.3f}",
            "masked": "causal: above the diagonal everything is shut" if self.causal else "no mask: all stay",
            "exponentials": "e to the power of the score, less the largest of its row",
            "weights": "divided by the sum of the row: row 1 is "
            "{', '.join(f'{one:.2f}' for one in steps['weights'][0])}",
            "output": f"weights times vectors: row 1 is {', '.join(f'{one:.2f}' for one in steps['output'][0])}",
        }
        frames = tuple(
            Frame(
                label=step,
                note=notes[step],
                panels=(
                    Cells(values=x, title="x = query = key = value", row_names=names),
                    *(self._cells(one, steps[one], names, place <= now) for place, one in enumerate(STEPS)),
                ),
            )
            for now, step in enumerate(STEPS)
        )
        strongest = int(steps["weights"][0].argmax()) + 1
        return Picture(
            alt=(
                f"Self-attention over {t} vectors in {len(STEPS)} steps; vector 1 looks most at vector {strongest}, "
                f"with weight {steps['weights'][0].max():.2f}."
            ),
            frames=frames,
            columns=3,
        )

    def _cells(self, step: str, values: Floats, names: tuple[str, ...], reached: bool) -> Cells:
        shown = np.where(np.isfinite(values), values, np.nan)
        return Cells(
            values=shown if reached else np.full_like(shown, np.nan),
            title=step,
            row_names=names,
            column_names=names if step != "output" else (),
        )

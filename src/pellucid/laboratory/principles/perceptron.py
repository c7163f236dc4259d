"""The perceptron step by step: it stops on points that a line separates, within a bound, and never on XOR."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Frame, Picture, Plot, Series, thin
from pellucid.foundation.errors import RangeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.principles.graphs import said, weighted_sum
from pellucid.laboratory.principles.perceptron_rule import Floats, Walk, most_mistakes, walk
from pellucid.laboratory.principles.separability import Separation, separation

Points = tuple[tuple[float, ...], ...]

POINTS: Final[Points] = (
    (1.0, 4.0, 1), (2.0, 3.5, 1), (3.0, 4.5, 1), (0.5, 3.0, 1), (2.5, 3.0, 1), (4.0, 3.5, 1),
    (1.0, 1.0, -1), (2.0, 0.5, -1), (3.0, 1.5, -1), (4.5, 1.0, -1), (1.5, 1.5, -1), (4.0, 2.0, -1),
)  # fmt: skip
"""Two groups with a narrow gap."""
XOR: Final[Points] = ((0, 0, -1), (0, 1, 1), (1, 0, 1), (1, 1, -1))
XOR_PASSES: Final = 30
COLUMNS: Final = 3
"""Of a point: x1, x2, label."""
MOST_COMPARED: Final = 2000
"""Visits repeated with torch, to keep it under a second."""
EQUAL: Final = 1e-12
"""Largest difference, relative to the weights, of two computations in float64."""


@dataclass(frozen=True, kw_only=True)
class Perceptron(Experiment):
    """Follow Rosenblatt's rule on points of two groups, and beside it on XOR.

    Example:
        >>> result = Perceptron(points=((1, 0, 1), (-1, 0, -1)), order="given").run()
        >>> result["weights"][-1].tolist()
        [2.0, 0.0, 0.0]
    """

    name: ClassVar[str] = "perceptron"
    aliases: ClassVar[tuple[str, ...]] = ("perceptron learning rule", "Rosenblatt's perceptron")
    theme: ClassVar[str] = "principles"
    title: ClassVar[str] = "the perceptron, step by step"
    question: ClassVar[str] = "When does the perceptron's rule stop, and after how many corrections?"
    formula: ClassVar[str] = "if y (w·x + b) <= 0: w <- w + rate y x, b <- b + rate y"
    latex: ClassVar[str] = (
        r"y\,(\mathbf{w}\cdot\mathbf{x} + b) \le 0 \;\Rightarrow\; "
        r"\mathbf{w} \leftarrow \mathbf{w} + \eta\, y\, \mathbf{x}, \quad b \leftarrow b + \eta\, y"
    )
    look_for: ClassVar[str] = (
        "Each correction turns the line towards the marked point, often past others: mistakes per pass go up and down, "
        "and still end. Move two points of different labels together: the margin shrinks and corrections multiply. The "
        "rule is stochastic gradient descent on max(0, -y (w·x + b)), if the slope at the kink counts as that of the "
        "mistake: with the other slope, 0, zero weights never move."
    )
    source: ClassVar[str] = "F. Rosenblatt, 1958; bound: A. Novikoff, 1962; on XOR: M. Minsky and S. Papert, 1969."

    points: Points = parameter(POINTS, "points with their labels: (x1, x2, -1 or 1) each", low=-100, high=100)
    start: tuple[float, ...] = parameter((0.0, 0.0, 0.0), "weights w1, w2 and bias b to begin with", low=-100, high=100)
    rate: float = parameter(1.0, "learning rate", low=1e-6, high=1000)
    passes: int = parameter(200, "passes over the points at most", low=1, high=1000)
    order: str = parameter("shuffled", "order of the points within a pass", choices=("given", "shuffled"))
    seed: int = parameter(0, "of the shuffled orders", low=0)

    def __post_init__(self) -> None:
        """Check the points and the start as well.

        Raises:
            RangeError: a point is no (x1, x2, label), a label is not -1 or 1, or the start is not three numbers.
        """
        super().__post_init__()
        bad = [one for one in self.points if len(one) != COLUMNS or one[2] not in (-1, 1)]
        if bad:
            raise RangeError(
                f"perceptron expected points to be (x1, x2, label) with label -1 or 1, got {bad[0]}: "
                "write it as in ((0, 0, -1), (1, 1, 1))"
            )
        if len(self.start) != COLUMNS:
            raise RangeError(
                f"perceptron expected start to be three numbers w1, w2, b, got {self.start}: write it as in (0, 0, 0)"
            )

    def run(self) -> Result:
        """Return the visits, scores and weights, the mistakes per pass, the margin and the bound; the same of XOR."""
        table, start = np.array(self.points, dtype=float), np.array(self.start, dtype=float)
        x, y = table[:, :2], table[:, 2]
        found = walk(x, y, start, self.rate, self._orders(len(x)))
        best = separation(x, y)
        bound = np.inf
        if best.direction is not None:
            bound = most_mistakes(x, start, self.rate, best.margin, best.direction)
        corners = np.array(XOR, dtype=float)
        xor = walk(corners[:, :2], corners[:, 2], np.zeros(3), 1.0, iter([np.arange(4)] * XOR_PASSES))
        claims = (
            _stops(found, best, bound),
            _never(xor),
            self._is_descent(x, y, start, found),
            self._tie(x, y, found),
        )
        values = {"margin": best.margin, "bound": bound, "xor_weights": xor.weights, "xor_mistakes": xor.mistakes}
        return Result(
            experiment=self,
            values={**found._asdict(), **values},
            claims=claims,
            picture=self._picture(x, y, found, xor, bound),
        )

    def _orders(self, n: int) -> Iterator[NDArray[np.int64]]:
        rng = np.random.default_rng(self.seed)
        for _ in range(self.passes):
            yield rng.permutation(n) if self.order == "shuffled" else np.arange(n)

    def _is_descent(self, x: Floats, y: Floats, start: Floats, found: Walk) -> Claim:
        visited = found.visited[:MOST_COMPARED]
        by_torch = _descent(x, y, start, self.rate, visited, slope=1)
        ours = found.weights[: len(visited) + 1]
        gap = float(np.abs(by_torch - ours).max())
        return Claim(
            sentence="the rule is gradient descent with batch 1 on max(0, -y (w·x + b)), with the mistake's slope at 0",
            holds=gap <= EQUAL * max(1.0, float(np.abs(ours).max())),
            measured=f"descent on torch.clamp: weights apart by at most {gap:.1e} in {len(visited)} steps",
        )

    def _tie(self, x: Floats, y: Floats, found: Walk) -> Claim:
        visited = found.visited[:MOST_COMPARED]
        moved = float(np.abs(_descent(x, y, np.zeros(3), self.rate, visited, slope=0)).max())
        return Claim(
            sentence="with slope 0 at the kink, as torch.relu has it, zero weights never move",
            holds=moved == 0,
            measured=f"largest weight in {len(visited)} steps: {moved:g}",
        )

    def _picture(self, x: Floats, y: Floats, found: Walk, xor: Walk, bound: float) -> Picture:
        corrections = np.flatnonzero(found.scores <= 0)
        shown = [int(corrections[place]) for place in thin(len(corrections))] if len(corrections) else []
        frames = [self._frame(x, y, found, xor, visit) for visit in (*shown, len(found.visited))]
        most = "and no line separates them" if np.isinf(bound) else f"of at most {bound:.0f} that are possible"
        outcome = "none is wrong any more" if found.mistakes[-1] == 0 else f"{found.mistakes[-1]} in the last pass"
        return Picture(
            alt=f"{len(x)} points and the perceptron's line after each of {len(corrections)} corrections, "
            f"{most}, in {_passes(found)}: {outcome}. "
            f"XOR: {xor.mistakes.min()} mistakes in every pass.",
            frames=tuple(frames),
        )

    def _frame(self, x: Floats, y: Floats, found: Walk, xor: Walk, visit: int) -> Frame:
        ended = visit == len(found.visited)
        i = found.visited[-1 if ended else visit]
        before, after = found.weights[visit], found.weights[-1 if ended else visit + 1]
        low, high = x.min(0), x.max(0)
        room = 0.15 * float((high - low).max()) + 0.1
        w = ", ".join(said(one) for one in after)
        note = f"w1, w2, b = {w}"
        if not ended:
            score = weighted_sum([*x[i], 1], before)
            note = (
                f"y = {said(y[i])}: y (w·x + b) = {said(y[i])}·({score}) = {said(found.scores[visit])} ≤ 0, so add "
                f"{said(self.rate * y[i])}·({said(x[i, 0])}, {said(x[i, 1])}, 1): w1, w2, b = {w}"
            )
        marked = x[:0] if ended else x[i : i + 1]
        plane = Plot(
            x_title="x1",
            y_title="x2",
            square=True,
            x_range=(float(low[0] - room), float(high[0] + room)),
            y_range=(float(low[1] - room), float(high[1] + room)),
            series=(
                Series(name="y = 1", x=x[y > 0, 0], y=x[y > 0, 1], kind="dots"),
                Series(name="y = −1", x=x[y < 0, 0], y=x[y < 0, 1], kind="dots", role="other"),
                _line("line before", before, x, role="quiet", dashed=True),
                _line("line", after, x, role="third"),
                Series(name="corrected", x=marked[:, 0], y=marked[:, 1], kind="dots", role="mark"),
            ),
        )
        return Frame(label="end" if ended else f"visit {visit + 1}", note=note, panels=(plane, _mistakes(found, xor)))


def _stops(found: Walk, best: Separation, bound: float) -> Claim:
    total = int(found.mistakes.sum())
    if best.direction is None:
        return Claim(
            sentence="the rule stops",
            holds=bool(found.mistakes[-1] == 0),
            measured=f"no line separates the points; {found.mistakes[-1]} mistakes in pass {len(found.mistakes)}",
        )
    return Claim(
        sentence="a line separates the points, and the rule stops within (R / margin)² corrections",
        holds=bool(found.mistakes[-1] == 0 and total <= bound),
        measured=f"margin {best.margin:.4g}: at most {bound:.4g} corrections; {total} in {_passes(found)}, "
        f"{found.mistakes[-1]} in the last",
    )


def _passes(found: Walk) -> str:
    return f"{len(found.mistakes)} pass{'es' * (len(found.mistakes) != 1)}"


def _never(xor: Walk) -> Claim:
    ends = xor.weights[::4]  # before each pass
    back = [k for k in range(1, len(ends)) if np.array_equal(ends[k], ends[k - 1])]
    return Claim(
        sentence="on XOR, corner after corner, the rule goes round in a circle for ever",
        holds=bool(back) and bool(xor.mistakes[-1] > 0),
        measured=f"{xor.mistakes.min()} of 4 wrong in each of {len(xor.mistakes)} passes; "
        + (f"pass {back[0]} ends with the weights that it began with" if back else "no weights came back"),
    )


def _descent(x: Floats, y: Floats, start: Floats, rate: float, visited: NDArray[np.int64], *, slope: int) -> Floats:
    """Return torch's weights before each step of SGD on max(0, -y (w·x + b)), and at the end.

    The slope of max(0, ·) at 0 may be anything from 0 to 1: torch.clamp says 1, torch.relu says 0.
    """
    import torch

    w = torch.tensor(start, requires_grad=True)
    inputs, labels = torch.tensor(x), torch.tensor(y)
    steps = [start]
    for i in visited:
        # summed in the order of `walk`: in another order, a score of 0 may come out as 1e-16, and no update follows
        wrong = -labels[i] * (w[0] * inputs[i, 0] + w[1] * inputs[i, 1] + w[2])
        hinge = torch.clamp(wrong, min=0) if slope else torch.relu(wrong)
        (gradient,) = torch.autograd.grad(hinge, w)
        with torch.no_grad():
            w -= rate * gradient
        steps.append(w.detach().numpy().copy())
    return np.array(steps)


def _line(name: str, weights: Floats, x: Floats, **look: Any) -> Series:
    """Return the line w·x + b = 0 across the picture; no points where w is zero."""
    w, b = weights[:2], weights[2]
    size = float(np.linalg.norm(w))
    if size == 0:
        return Series(name=name, x=x[:0, 0], y=x[:0, 1], **look)
    middle = x.mean(0) - w * (w @ x.mean(0) + b) / size**2
    along = np.array([-w[1], w[0]]) / size * 3 * float(np.ptp(x, axis=0).max() + 1)
    ends = np.array([middle - along, middle + along])
    return Series(name=name, x=ends[:, 0], y=ends[:, 1], **look)


def _mistakes(found: Walk, xor: Walk) -> Plot:
    return Plot(
        title="Mistakes in each pass",
        x_title="pass",
        series=(
            Series(
                name="these points", x=np.arange(1, len(found.mistakes) + 1), y=found.mistakes, kind="line and dots"
            ),
            Series(name="XOR", x=np.arange(1, len(xor.mistakes) + 1), y=xor.mistakes, role="fourth"),
        ),
    )

"""Locality and translation equivariance shown on a digit, and what they save against a dense layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.convolution.convolution import convolution_reference
from pellucid.drawing.records import Cells, Picture, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

SIDE: Final = 20
"""Of the canvas: an 8x8 digit may move by 5 cells to each side and stay clear of the rim."""
ORIGIN: Final = 6
EDGES: Final = np.array([[-1.0, -1.0, -1.0], [-1.0, 8.0, -1.0], [-1.0, -1.0, -1.0]])
BRIGHTEST: Final = 16.0
TOLERANCE: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class Equivariance(Experiment):
    """Move a digit, and see whether the answer of a layer moves along.

    Example:
        >>> result = Equivariance(down=2, right=3).run()
        >>> result["weights of the convolution"], result["weights of a dense layer"]
        (10, 160400)
    """

    name: ClassVar[str] = "equivariance"
    aliases: ClassVar[tuple[str, ...]] = ("translation equivariance", "locality", "weight sharing")
    theme: ClassVar[str] = "convolution"
    title: ClassVar[str] = "locality, weight sharing and translation equivariance"
    question: ClassVar[str] = "What does a convolution know about pictures that a dense layer has to learn?"
    formula: ClassVar[str] = "conv(move(x)) = move(conv(x))"
    latex: ClassVar[str] = r"f(T x) = T f(x)"
    look_for: ClassVar[str] = (
        "The convolution's answer moves with the digit, cell for cell. The dense layer answers the moved digit with "
        "something else: it would have to see every digit at every place. Stride 2 keeps only even moves."
    )
    source: ClassVar[str] = "Y. LeCun et al., 1989; K. Fukushima, Neocognitron, 1980. Digits: sklearn.datasets."

    digit: int = parameter(3, "which of the first digits of the data set", low=0, high=99)
    down: int = parameter(3, "how far it is moved down", low=-5, high=5, unit="cells")
    right: int = parameter(4, "how far it is moved right", low=-5, high=5, unit="cells")
    seed: int = parameter(0, "of the dense layer's random weights", low=0)

    def run(self) -> Result:
        """Return the digit, the moved digit, and what both layers answer."""
        from sklearn.datasets import load_digits

        x = np.zeros((SIDE, SIDE))
        x[ORIGIN : ORIGIN + 8, ORIGIN : ORIGIN + 8] = load_digits().images[self.digit] / BRIGHTEST
        moved = self._move(x)
        size = SIDE * SIDE
        w = np.random.default_rng(self.seed).normal(0, 1 / SIDE, (size, size))
        conv, conv_moved = _conv(x), _conv(moved)
        dense, dense_moved = ((w @ one.ravel()).reshape(SIDE, SIDE) for one in (x, moved))
        poked = x.copy()
        poked[SIDE // 2, SIDE // 2] += 1
        counts = (EDGES.size + 1, size * size + size)
        values = {
            "x": x,
            "moved": moved,
            "conv": conv,
            "dense": dense,
            "weights of the convolution": counts[0],
            "weights of a dense layer": counts[1],
        }
        names = ("the digit", "convolution", "dense", "moved", "convolution of the moved", "dense of the moved")
        shown = (x, conv, dense, moved, conv_moved, dense_moved)
        conv_gap, dense_gap = _gap(conv_moved, self._move(conv)), _gap(dense_moved, self._move(dense))
        return Result(
            experiment=self,
            values=values,
            claims=self._claims(conv_gap, dense_gap, int((_conv(poked) != conv).sum()), counts, _strided_gap(x)),
            tables=(_weights(),),
            picture=Picture(
                alt=f"A digit and the same moved by {self.down} down and {self.right} right. The convolution's answer "
                f"moves along (relative difference {conv_gap:.2g}), the dense layer's does not ({dense_gap:.2g}).",
                panels=tuple(
                    Cells(values=one, title=name, numbers=False, low=float(one.min()), high=float(one.max()))
                    for one, name in zip(shown, names, strict=True)
                ),
                columns=3,
            ),
        )

    def _move(self, x: Floats) -> Floats:
        return np.roll(x, (self.down, self.right), axis=(0, 1))

    def _claims(
        self, conv: float, dense: float, changed: int, counts: tuple[int, int], strided: float
    ) -> tuple[Claim, ...]:
        still = (self.down, self.right) == (0, 0)
        return (
            Claim(
                sentence="the convolution of the moved digit is the moved convolution",
                holds=conv <= TOLERANCE,
                measured=f"relative difference {conv:.2g}",
            ),
            Claim(
                sentence="a dense layer has no such property",
                holds=dense > TOLERANCE and not still,
                measured=f"relative difference {dense:.2g}",
            ),
            Claim(
                sentence="one input cell changes only the outputs under the kernel",
                holds=changed == EDGES.size,
                measured=f"{changed} of {SIDE * SIDE} outputs changed",
            ),
            Claim(
                sentence="shared local weights are fewer than one for each pair of cells",
                holds=counts[0] < counts[1],
                measured=f"{counts[0]:,} against {counts[1]:,}",
            ),
            Claim(
                sentence="with stride 2, a move by one cell is no move of the output",
                holds=strided > TOLERANCE,
                measured=f"least relative difference over moves by 0 and 1 is {strided:.2g}",
            ),
        )


def _conv(x: Floats, stride: int = 1) -> Floats:
    return np.asarray(convolution_reference(x[None, None], EDGES[None, None], stride=stride, padding=1)[0, 0])


def _gap(first: Floats, second: Floats) -> float:
    return float(np.linalg.norm(first - second) / np.linalg.norm(second))


def _strided_gap(x: Floats) -> float:
    """Return how far the answer to a digit one cell lower is, with stride 2, from the moved answer."""
    y, lower = _conv(x, 2), _conv(np.roll(x, 1, axis=0), 2)
    return min(_gap(lower, np.roll(y, step, axis=0)) for step in (0, 1))


def _weights() -> Table:
    """Return the weights of both layers for pictures of several sizes, one channel in and out."""
    rows = tuple((f"{side}x{side}", EDGES.size + 1, side**4 + side**2) for side in (8, 20, 28, 224))
    return Table(title="weights and biases", columns=("picture", "3x3 convolution", "dense layer"), rows=rows)

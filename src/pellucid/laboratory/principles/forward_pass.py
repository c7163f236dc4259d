"""One forward pass, layer by layer with all its numbers: weighted sums, sigmoids, and softmax at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Edge, Frame, Graph, Node, Picture, Role, Table
from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.principles.graphs import heights, said, short, weighted_sum
from pellucid.laboratory.principles.network import sigmoid

Floats = NDArray[np.float64]
Matrix = tuple[tuple[float, ...], ...]

W1: Final[Matrix] = ((2, -1, 1, 4), (-1, 2, -3, 1), (3, -2, -1, 5))
W2: Final[Matrix] = ((3, 1, -2, 1), (-2, 4, 1, -4), (-1, -3, 2, -5), (3, 1, 1, 1))
W3: Final[Matrix] = ((-1, 3, -2), (1, -1, -3), (3, -2, 2), (1, 2, 1))
INPUTS: Final[Matrix] = (
    (0.5, 0.8, 0.2), (0.1, 0.9, 0.6), (0.2, 0.2, 0.3), (0.6, 0.1, 0.9), (0.5, 0.5, 0.4), (0.9, 0.1, 0.9),
    (0.1, 0.8, 0.7),
)  # fmt: skip
EQUAL: Final = 1e-12
LETTERS: Final = ("x", "a", "b", "p")
"""Units of the inputs, the two hidden layers and the outputs in the picture."""


def softmax(scores: Floats) -> Floats:
    """Return each row's shares of 1.

    **Formula** exp(s_j) / Σ_i exp(s_i), with the row's maximum taken off first: the same shares, no overflow

    Example:
        >>> softmax(np.array([[0.0, 0.0]])).tolist()
        [[0.5, 0.5]]
    """
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


@dataclass(frozen=True, kw_only=True)
class ForwardPass(Experiment):
    """Send rows of inputs through a network of fixed weights.

    Example:
        >>> ForwardPass().run()["p"][0].round(8).tolist()
        [0.72780576, 0.26927918, 0.00291506]
    """

    name: ClassVar[str] = "forward_pass"
    aliases: ClassVar[tuple[str, ...]] = ("forward propagation", "feed forward")
    theme: ClassVar[str] = "principles"
    title: ClassVar[str] = "a forward pass by hand"
    question: ClassVar[str] = "Which numbers flow through a network from its inputs to its probabilities?"
    formula: ClassVar[str] = "a = sigmoid(x W1), b = sigmoid(a W2), p = softmax(b W3)"
    latex: ClassVar[str] = (
        r"\mathbf{a} = \sigma(\mathbf{x} W_1), \quad \mathbf{b} = \sigma(\mathbf{a} W_2), \quad "
        r"\mathbf{p} = \mathrm{softmax}(\mathbf{b} W_3)"
    )
    look_for: ClassVar[str] = (
        "An input is a row and stands left of the matrix: column j of W holds the weights that lead to unit j. There "
        "are no biases, and no sigmoid on the last scores. All rows at once are one matrix product per layer, with the "
        "same numbers."
    )
    source: ClassVar[str] = "D. Rumelhart, G. Hinton and R. Williams, 1986; the weights are a classroom example."

    inputs: Matrix = parameter(INPUTS, "rows of inputs; the picture follows the first", low=-1000, high=1000)
    first_weights: Matrix = parameter(W1, "W1, a row for each input, a column for each unit", low=-1000, high=1000)
    second_weights: Matrix = parameter(W2, "W2, from the first to the second hidden layer", low=-1000, high=1000)
    last_weights: Matrix = parameter(W3, "W3, from the second hidden layer to the outputs", low=-1000, high=1000)

    def __post_init__(self) -> None:
        """Check that the matrices fit together as well.

        Raises:
            ShapeError: a matrix has a number of rows that is not the number of columns before it.
        """
        super().__post_init__()
        before = 0
        for name in ("inputs", "first_weights", "second_weights", "last_weights"):
            rows, columns = np.shape(getattr(self, name))
            if before and rows != before:
                raise ShapeError(
                    f"forward_pass expected {name} to be {before} rows, got {rows}: give one row for each unit of the "
                    "layer before"
                )
            before = columns

    def run(self) -> Result:
        """Return x (n, 3), the sums and outputs of each layer, and the probabilities p (n, 3)."""
        x, w1, w2, w3 = (
            np.array(one, dtype=float)
            for one in (self.inputs, self.first_weights, self.second_weights, self.last_weights)
        )
        za = x @ w1
        a = sigmoid(za)
        zb = a @ w2
        b = sigmoid(zb)
        zp = b @ w3
        p = softmax(zp)
        values = {"x": x, "za": za, "a": a, "zb": zb, "b": b, "zp": zp, "p": p}
        rows = tuple((*(f"{one:g}" for one in x[i]), *(f"{one:.8f}" for one in p[i])) for i in range(len(x)))
        columns = (*(f"x{i + 1}" for i in range(x.shape[1])), *(f"p{i + 1}" for i in range(p.shape[1])))
        return Result(
            experiment=self,
            values=values,
            claims=(_as_torch(p, x, w1, w2, w3), _one_by_one(p, x, w1, w2, w3)),
            picture=_picture(values, (w1, w2, w3)),
            tables=(Table(title="Inputs and probabilities", columns=columns, rows=rows),),
        )


def _as_torch(p: Floats, x: Floats, *weights: Floats) -> Claim:
    import torch

    w1, w2, w3 = (torch.tensor(one) for one in weights)
    hidden = torch.sigmoid(torch.sigmoid(torch.tensor(x) @ w1) @ w2)
    gap = float(np.abs(torch.softmax(hidden @ w3, dim=1).numpy() - p).max())
    return Claim(sentence="torch gives the same probabilities", holds=gap <= EQUAL, measured=f"apart by {gap:.1e}")


def _one_by_one(p: Floats, x: Floats, *weights: Floats) -> Claim:
    """Compare with sums over single numbers, without a matrix product."""
    gap = 0.0
    for row, wanted in zip(x, p, strict=True):
        values = row
        for place, w in enumerate(weights):
            sums = np.array([sum(v * w[i, j] for i, v in enumerate(values)) for j in range(w.shape[1])])
            values = sigmoid(sums) if place < len(weights) - 1 else softmax(sums[None])[0]
        gap = max(gap, float(np.abs(values - wanted).max()))
    return Claim(
        sentence="a batch as one matrix gives each row what it gets alone, number by number",
        holds=gap <= EQUAL,
        measured=f"{len(x)} rows, apart by at most {gap:.1e}",
    )


def _picture(values: dict[str, Floats], weights: tuple[Floats, ...]) -> Picture:
    first = {name: one[0] for name, one in values.items()}
    frames = [Frame(label="inputs", note="", panels=(_graph(first, weights, layer=0, unit=0),))]
    for layer, (letter, before) in enumerate(zip(LETTERS[1:], LETTERS, strict=False), 1):
        for unit in range(len(first[letter])):
            z, w = first[f"z{letter}"][unit], weights[layer - 1][:, unit]
            result = "" if letter == "p" else f", {letter}{unit + 1} = σ({said(z)}) = {said(first[letter][unit])}"
            frames.append(
                Frame(
                    label=f"{letter}{unit + 1}",
                    note=f"sum = {weighted_sum(first[before], w)} = {said(z)}{result}",
                    panels=(_graph(first, weights, layer=layer, unit=unit),),
                )
            )
    shares = ", ".join(f"{one:.8f}" for one in first["p"])
    total = " + ".join(f"exp({said(one)})" for one in first["zp"])
    frames.append(
        Frame(
            label="softmax",
            note=f"exp of each score over their sum {total}: {shares}",
            panels=(_graph(first, weights, layer=len(weights) + 1, unit=0),),
        )
    )
    return Picture(
        alt=f"The numbers in each unit from the inputs {', '.join(said(one) for one in first['x'])} to the "
        f"probabilities {shares}.",
        frames=tuple(frames),
    )


def _graph(first: dict[str, Floats], weights: tuple[Floats, ...], *, layer: int, unit: int) -> Graph:
    """Return the network up to one unit of one layer (1 … 3); the layer after the last is the softmax."""
    nodes, edges = [], []
    for column, letter in enumerate(LETTERS):
        for place, y in enumerate(heights(len(first[letter]))):
            known = column < layer or (column == layer and place <= unit)
            scores = letter == "p" and layer <= len(weights)
            value = short(first["zp" if scores else letter][place]) if known else ""
            now = known and column == layer and place == unit and layer > 0
            role: Role = "mark" if now else "subject" if known or layer == 0 == column else "quiet"
            text = f"{'s' if scores else letter}{place + 1}\n{value}"
            nodes.append(Node(name=f"{letter}{place + 1}", x=column, y=y, text=text, role=role))
            if column:
                edges += [
                    Edge(
                        start=f"{LETTERS[column - 1]}{i + 1}",
                        end=f"{letter}{place + 1}",
                        text=said(weights[column - 1][i, place]) if now else "",
                        role="third" if now else "quiet",
                    )
                    for i in range(len(weights[column - 1]))
                ]
    return Graph(nodes=tuple(nodes), edges=tuple(edges), title="x → σ(x W1) → σ(a W2) → softmax(b W3)")

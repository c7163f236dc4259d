"""Back-propagation step by step: every number forward, then one factor of the chain rule for each edge backward."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.drawing.records import MOST_FRAMES, Edge, Frame, Graph, Node, Picture, Table
from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.principles.chain_rule import Trace, trace
from pellucid.laboratory.principles.graphs import heights, said, short, weighted_sum
from pellucid.laboratory.principles.network import Parameters, update

Matrix = tuple[tuple[float, ...], ...]
Vector = tuple[float, ...]

EQUAL: Final = 1e-12
NEAR: Final = 1e-6
STEP: Final = 1e-5
"""Of central differences: truncation and rounding balance."""


@dataclass(frozen=True, kw_only=True)
class BackPropagation(Experiment):
    """Send one example through a network with one hidden layer, and its error back.

    Example:
        >>> result = BackPropagation().run()
        >>> round(result["E"], 9), round(float(result["dW2"][0, 0]), 9)
        (0.298371109, 0.082167041)
    """

    name: ClassVar[str] = "back_propagation"
    aliases: ClassVar[tuple[str, ...]] = ("backprop", "chain rule")
    theme: ClassVar[str] = "principles"
    title: ClassVar[str] = "back-propagation, number by number"
    question: ClassVar[str] = "How does the chain rule give every weight its share of the error?"
    formula: ClassVar[str] = "dE/dw = (value at the start of the edge) · (dE/dz at its end)"
    latex: ClassVar[str] = (
        r"\frac{\partial E}{\partial w_{jk}} = a_j \frac{\partial E}{\partial z_k}, \quad "
        r"\frac{\partial E}{\partial z_j} = f'(z_j) \sum_k w_{jk} \frac{\partial E}{\partial z_k}"
    )
    look_for: ClassVar[str] = (
        "Each unit's dE/dz is computed once and used by all edges that lead to it: that is why one backward pass costs "
        "about as much as one forward pass, whatever the number of weights. An edge from an input of 0 gets gradient "
        "0. Set first_biases to (5, 5): the sigmoids saturate, a (1 - a) is near 0, and almost nothing reaches W1."
    )
    source: ClassVar[str] = (
        "D. Rumelhart, G. Hinton and R. Williams, 1986; the numbers are those of M. Mazur, A Step by Step "
        "Backpropagation Example, 2015 (half squared error, sigmoid in both layers)."
    )

    inputs: Vector = parameter((0.05, 0.10), "x1, x2, …", low=-100, high=100)
    targets: Vector = parameter((0.01, 0.99), "what the outputs should say", low=-100, high=100)
    first_weights: Matrix = parameter(((0.15, 0.25), (0.20, 0.30)), "W1, a row for each input", low=-100, high=100)
    first_biases: Vector = parameter((0.35, 0.35), "b1, one for each hidden unit", low=-100, high=100)
    second_weights: Matrix = parameter(
        ((0.40, 0.50), (0.45, 0.55)), "W2, a row for each hidden unit", low=-100, high=100
    )
    second_biases: Vector = parameter((0.60, 0.60), "b2, one for each output", low=-100, high=100)
    activation: str = parameter("sigmoid", "of all units", choices=("sigmoid", "tanh"))
    rate: float = parameter(0.5, "learning rate of the one step at the end", low=0, high=100)

    def __post_init__(self) -> None:
        """Check that the sizes fit together as well.

        Raises:
            ShapeError: the weights do not join the inputs to the hidden units, or these to the targets.
        """
        super().__post_init__()
        d, h, k = len(self.inputs), len(self.first_biases), len(self.targets)
        wanted = {"first_weights": (d, h), "second_weights": (h, k), "second_biases": (k,)}
        for name, shape in wanted.items():
            given = getattr(self, name)
            if np.shape(given) != shape:
                raise ShapeError(
                    f"back_propagation expected {name} of shape {shape} for {d} inputs, {h} first_biases and "
                    f"{k} targets, got {given}: give one row for each unit of the layer before"
                )

    def run(self) -> Result:
        """Return every number of the pass, the gradient dW1 … db2, and the error E_after one step."""
        p = Parameters(
            *(
                np.array(one, dtype=float)
                for one in (self.first_weights, self.first_biases, self.second_weights, self.second_biases)
            )
        )
        x, t = np.array(self.inputs, dtype=float), np.array(self.targets, dtype=float)
        found = trace(p, x, t, self.activation)
        moved = update(p, found.gradient, self.rate)
        after = trace(moved, x, t, self.activation).E
        gradients = {f"d{name}": one for name, one in found.gradient._asdict().items()}
        values = {name: one for name, one in found._asdict().items() if name != "gradient"} | gradients
        claims = (
            _as_autograd(p, found, self.activation),
            _as_differences(p, found, self.activation),
            Claim(
                sentence=f"one step of rate {self.rate:g} against the gradient lowers the error",
                holds=after < found.E,
                measured=f"E fell from {found.E:.9f} to {after:.9f}" if after < found.E else f"E is now {after:.9f}",
            ),
        )
        return Result(
            experiment=self,
            values={**values, "E_after": after, **moved._asdict()},
            claims=claims,
            picture=_picture(p, found, moved, after, self.activation),
            tables=(_table(p, found.gradient, moved),),
        )


def _as_autograd(p: Parameters, found: Trace, activation: str) -> Claim:
    import torch

    leaves = [torch.tensor(one, requires_grad=True) for one in p]
    W1, b1, W2, b2 = leaves
    act = torch.tanh if activation == "tanh" else torch.sigmoid
    out = act(act(torch.tensor(found.x) @ W1 + b1) @ W2 + b2)
    gradients = torch.autograd.grad(((out - torch.tensor(found.t)) ** 2).sum() / 2, leaves)
    gap = max(float(np.abs(g.numpy() - own).max()) for g, own in zip(gradients, found.gradient, strict=True))
    size = max(1.0, *(float(np.abs(own).max()) for own in found.gradient))
    return Claim(
        sentence="torch's autograd finds the same gradient",
        holds=gap <= EQUAL * size,
        measured=f"{sum(one.size for one in p)} derivatives, apart by at most {gap:.1e}",
    )


def _as_differences(p: Parameters, found: Trace, activation: str) -> Claim:
    def error(place: int, index: tuple[int, ...], by: float) -> float:
        moved = [one.copy() for one in p]
        moved[place][index] += by
        return trace(Parameters(*moved), found.x, found.t, activation).E

    gaps, sizes = [0.0], [1.0]
    for place, own in enumerate(found.gradient):
        for index in np.ndindex(own.shape):
            difference = (error(place, index, STEP) - error(place, index, -STEP)) / (2 * STEP)
            gaps.append(abs(difference - float(own[index])))
            sizes.append(abs(float(own[index])))
    return Claim(
        sentence="moving each weight a little changes the error as its derivative says",
        holds=max(gaps) <= NEAR * max(sizes),
        measured=f"central differences with step {STEP:g}: apart by at most {max(gaps):.1e}",
    )


def _table(p: Parameters, gradient: Parameters, moved: Parameters) -> Table:
    rows = tuple(
        (f"{name}{[i + 1 for i in index]}", *(f"{one[index]:.9f}" for one in (w, g, m)))
        for name, w, g, m in zip(Parameters._fields, p, gradient, moved, strict=True)
        for index in np.ndindex(w.shape)
    )
    return Table(title="Every weight", columns=("weight", "before", "dE/dw", "after one step"), rows=rows)


class _Board:
    """The graph as it fills: what each unit and each edge says so far."""

    places: dict[str, tuple[int, float]]
    units: dict[str, str]
    weights: dict[tuple[str, str], float]
    edges: dict[tuple[str, str], str]

    def __init__(self, p: Parameters, found: Trace) -> None:
        d, h, k = len(found.x), len(found.a1), len(found.a2)
        layers = (
            [*(f"x{i + 1}" for i in range(d)), "1"],
            [*(f"h{j + 1}" for j in range(h)), "1 "],
            [f"o{m + 1}" for m in range(k)],
            ["E"],
        )
        self.places = {
            name: (column, y)
            for column, names in enumerate(layers)
            for name, y in zip(names, heights(len(names)), strict=True)
        }
        self.units = dict.fromkeys(self.places, "") | {n: short(v) for n, v in zip(layers[0], found.x, strict=False)}
        weights = (np.vstack([p.W1, p.b1]), np.vstack([p.W2, p.b2]))
        self.weights = {
            (start, end): float(w[i, j])
            for column, w in enumerate(weights)
            for i, start in enumerate(layers[column])
            for j, end in enumerate(layers[column + 1][: w.shape[1]])
        }
        self.edges = {pair: short(weight) for pair, weight in self.weights.items()}
        self.edges |= {(name, "E"): "" for name in layers[2]}

    def frame(self, label: str, note: str, now: str | tuple[str, str]) -> Frame:
        """Return the graph with the unit or edge that is computed now."""
        nodes = tuple(
            Node(name=name, x=x, y=y, text=f"{name}\n{self.units[name]}", role="mark" if name == now else "subject")
            for name, (x, y) in self.places.items()
        )
        edges = tuple(
            Edge(start=pair[0], end=pair[1], text=text, role="other" if pair == now or pair[1] == now else "quiet")
            for pair, text in self.edges.items()
        )
        title = "In a unit: its value, then dE/dz. At an edge: its weight, then dE/dw"
        return Frame(label=label, note=note, panels=(Graph(nodes=nodes, edges=edges, title=title),))


def _picture(p: Parameters, found: Trace, moved: Parameters, after: float, activation: str) -> Picture:
    board = _Board(p, found)
    frames = [*_forward(board, p, found, activation), *_backward(board, p, found, activation)]
    new = _Board(moved, found)
    for pair in board.weights:
        board.edges[pair] = f"{said(board.weights[pair])} → {said(new.weights[pair])}"
    frames.append(board.frame("step", f"w − rate · dE/dw in every edge: E = {found.E:.6f} becomes {after:.6f}", ""))
    shown = sorted(set(np.linspace(0, len(frames) - 1, min(len(frames), MOST_FRAMES)).astype(int).tolist()))
    return Picture(
        alt=f"A network with {len(found.x)} inputs, {len(found.a1)} hidden units and {len(found.a2)} outputs: values "
        f"forward to the error {found.E:.6f}, derivatives back to every edge; one step later the error is {after:.6f}.",
        frames=tuple(frames[i] for i in shown),
    )


def _forward(board: _Board, p: Parameters, found: Trace, activation: str) -> Iterator[Frame]:
    letter = "tanh" if activation == "tanh" else "σ"
    layers = (("h", found.x, p.W1, p.b1, found.z1, found.a1), ("o", found.a1, p.W2, p.b2, found.z2, found.a2))
    for kind, values, W, b, z, a in layers:
        for j in range(len(a)):
            name = f"{kind}{j + 1}"
            board.units[name] = short(a[j])
            total = weighted_sum([*values, 1], [*W[:, j], b[j]])
            yield board.frame(name, f"z = {total} = {said(z[j])}; {letter}({said(z[j])}) = {said(a[j])}", name)
    board.units["E"] = short(found.E)
    parts = " + ".join(f"½({said(o)} − {said(t)})²" for o, t in zip(found.a2, found.t, strict=True))
    yield board.frame("E", f"E = {parts} = {said(found.E)}", "E")


def _backward(board: _Board, p: Parameters, found: Trace, activation: str) -> Iterator[Frame]:
    rule = "1 − a²" if activation == "tanh" else "a(1 − a)"
    for m, dz in enumerate(found.dz2):
        name = f"o{m + 1}"
        board.units[name] += f"\n{short(dz, 2)}"
        note = f"dE/dz = (o − t) · {rule} = {said(found.da2[m])} · {said(found.slope2[m])} = {said(dz)}"
        yield board.frame(f"dE/dz of {name}", note, name)
        yield from _edges(board, name, dz, [*found.a1, 1.0])
    for j, dz in enumerate(found.dz1):
        name = f"h{j + 1}"
        board.units[name] += f"\n{short(dz, 2)}"
        total = weighted_sum(found.dz2, p.W2[j])
        note = (
            f"dE/da = Σ dE/dz · w = {total} = {said(found.da1[j])}; times {rule} = {said(found.slope1[j])}: "
            f"dE/dz = {said(dz)}"
        )
        yield board.frame(f"dE/dz of {name}", note, name)
        yield from _edges(board, name, dz, [*found.x, 1.0])


def _edges(board: _Board, end: str, dz: float, values: list[float]) -> Iterator[Frame]:
    """Give every edge that leads to a unit its derivative."""
    leading = [pair for pair in board.weights if pair[1] == end]
    for pair, value in zip(leading, values, strict=True):
        derivative = value * dz
        board.edges[pair] += f", {short(derivative)}"
        note = f"dE/dw = {pair[0].strip()} · dE/dz = {weighted_sum([value], [dz])} = {said(derivative)}"
        yield board.frame(f"{pair[0].strip()} → {end}", note, pair)

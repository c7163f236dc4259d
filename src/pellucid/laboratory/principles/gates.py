"""Logic gates from one sigmoid unit each, and XOR from three of them, which one alone can never be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Edge, Field, Frame, Graph, Node, Picture, Plot, Series, Table
from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.principles.graphs import said, weighted_sum
from pellucid.laboratory.principles.network import sigmoid
from pellucid.laboratory.principles.plane import regions
from pellucid.laboratory.principles.separability import separation

Floats = NDArray[np.float64]
Weights = tuple[float, ...]

CORNERS: Final = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
OR: Final = (0, 1, 1, 1)
NAND: Final = (1, 1, 1, 0)
AND: Final = (0, 0, 0, 1)
XOR: Final = (0, 1, 1, 0)
HALF: Final = 0.5
"""An output above it reads as 1."""
ANGLES: Final = 3600
"""Directions tried for one unit's boundary, a tenth of a degree apart."""
WEIGHTS: Final = 3
"""Of a unit: w1, w2, b."""
EDGE: Final = 0.28
"""What the pictures show around the unit square; no boundary of the default units runs along the grid's diagonals."""
CANCELS: Final = 1e-9


def unit(weights: Weights, x: Floats) -> Floats:
    """Return what a sigmoid unit says.

    **Formula** sigmoid(w1 x1 + w2 x2 + b)

    Args:
        weights: w1, w2, b.
        x: (n, 2) inputs.

    Example:
        >>> unit((20, 20, -10), CORNERS).round().tolist()
        [0.0, 1.0, 1.0, 1.0]
    """
    return sigmoid(x @ np.array(weights[:2]) + weights[2])


def truth_tables_of_one_unit() -> dict[tuple[int, ...], int]:
    """Return every truth table over the four corners that some line cuts out, and how often it was met.

    All cuts of each of 3,600 directions are tried: below, between and above the corners' projections.

    Example:
        >>> len(truth_tables_of_one_unit())
        14
    """
    angles = (np.arange(ANGLES) + HALF) * 2 * np.pi / ANGLES  # none along an axis or a diagonal: no two corners tie
    projections = np.c_[np.cos(angles), np.sin(angles)] @ CORNERS.T  # (angles, 4)
    sorted_ones = np.sort(projections, axis=1)
    cuts = np.c_[sorted_ones[:, 0] - 1, (sorted_ones[:, :-1] + sorted_ones[:, 1:]) / 2, sorted_ones[:, -1] + 1]
    tables = (projections[:, None, :] > cuts[:, :, None]).reshape(-1, len(CORNERS)).astype(int)
    met, counts = np.unique(tables, axis=0, return_counts=True)
    return {tuple(table): count for table, count in zip(met.tolist(), counts.tolist(), strict=True)}


@dataclass(frozen=True, kw_only=True)
class Gates(Experiment):
    """Put the four inputs through OR, NAND, AND, and AND(OR, NAND).

    Example:
        >>> Gates().run()["XOR"].round().astype(int).tolist()
        [0, 1, 1, 0]
    """

    name: ClassVar[str] = "gates"
    aliases: ClassVar[tuple[str, ...]] = ("logic gates", "xor network")
    theme: ClassVar[str] = "principles"
    title: ClassVar[str] = "logic gates from sigmoid units, and XOR from three"
    question: ClassVar[str] = "Which logic gates can one sigmoid unit be, and why does XOR need a hidden layer?"
    formula: ClassVar[str] = "XOR(x) = AND(OR(x), NAND(x)), each sigmoid(w1 x1 + w2 x2 + b)"
    latex: ClassVar[str] = (
        r"\mathrm{XOR}(x) = \mathrm{AND}\left(\mathrm{OR}(x), \mathrm{NAND}(x)\right), \quad "
        r"\sigma(w_1 x_1 + w_2 x_2 + b)"
    )
    look_for: ClassVar[str] = (
        "OR cuts off one corner, NAND the opposite one; the strip between the two lines is XOR. Divide all weights by "
        "10: the boundaries of OR and NAND stay, the outputs move to the middle, and XOR breaks."
    )
    source: ClassVar[str] = "W. McCulloch and W. Pitts, 1943; M. Minsky and S. Papert, Perceptrons, 1969."

    or_weights: Weights = parameter((20.0, 20.0, -10.0), "w1, w2, b of the unit OR", low=-1000, high=1000)
    nand_weights: Weights = parameter((-10.0, -10.0, 14.0), "w1, w2, b of the unit NAND", low=-1000, high=1000)
    and_weights: Weights = parameter((10.0, 10.0, -19.0), "w1, w2, b of the unit AND", low=-1000, high=1000)

    def __post_init__(self) -> None:
        """Check the lengths as well.

        Raises:
            ShapeError: a unit has not exactly three numbers.
        """
        super().__post_init__()
        for name in ("or_weights", "nand_weights", "and_weights"):
            if len(getattr(self, name)) != WEIGHTS:
                raise ShapeError(
                    f"gates expected {name} to be three numbers w1, w2, b, got {getattr(self, name)}: "
                    "write it as in (20, 20, -10)"
                )

    def network(self, x: Floats) -> Floats:
        """Return AND(OR(x), NAND(x)) for inputs (n, 2)."""
        return unit(self.and_weights, np.c_[unit(self.or_weights, x), unit(self.nand_weights, x)])

    def run(self) -> Result:
        """Return the outputs of each gate for the inputs 00, 01, 10, 11, and the truth tables of single units."""
        outputs = {
            "OR": unit(self.or_weights, CORNERS),
            "NAND": unit(self.nand_weights, CORNERS),
            "AND": unit(self.and_weights, CORNERS),
            "XOR": self.network(CORNERS),
        }
        tables = truth_tables_of_one_unit()
        wanted = (OR, NAND, AND, XOR)
        claims = (
            *(_is_gate(name, out, want) for (name, out), want in zip(outputs.items(), wanted, strict=True)),
            _fourteen(tables),
            _contradiction(),
        )
        rows = tuple(
            (f"{x1:g}", f"{x2:g}", *(f"{out[i]:.6f}" for out in outputs.values())) for i, (x1, x2) in enumerate(CORNERS)
        )
        return Result(
            experiment=self,
            values={**outputs, "tables": np.array(sorted(tables))},
            claims=claims,
            picture=self._picture(outputs),
            tables=(Table(title="Outputs", columns=("x1", "x2", *outputs), rows=rows),),
        )

    def _picture(self, outputs: dict[str, Floats]) -> Picture:
        plots = (
            ("OR", lambda x: unit(self.or_weights, x) - HALF),
            ("NAND", lambda x: unit(self.nand_weights, x) - HALF),
            ("XOR", lambda x: self.network(x) - HALF),
        )
        fields = {name: regions(decide, -EDGE, 1 + EDGE) for name, decide in plots}
        frames = tuple(
            Frame(
                label=f"input {x[0]:g} {x[1]:g}, {name}",
                note=self._note(name, x, outputs["OR"][i], outputs["NAND"][i], outputs["XOR"][i]),
                panels=(
                    self._graph(x, (outputs["OR"][i], outputs["NAND"][i], outputs["XOR"][i])[: step + 1]),
                    *(_plot(gate, field, outputs[gate], x) for gate, field in fields.items()),
                ),
            )
            for i, x in enumerate(CORNERS)
            for step, name in enumerate(("OR", "NAND", "AND"))
        )
        truth = " ".join(f"{out:.0f}" for out in outputs["XOR"])
        return Picture(
            alt=f"A network of three sigmoid units with the truth table {truth}, and what OR, NAND and both together "
            "cut out of the plane: XOR is the strip between two lines.",
            frames=frames,
        )

    def _note(self, name: str, x: Floats, a: float, b: float, out: float) -> str:
        values, weights, result = {
            "OR": (x, self.or_weights, a),
            "NAND": (x, self.nand_weights, b),
            "AND": (np.array([a, b]), self.and_weights, out),
        }[name]
        total = weighted_sum([*values, 1], weights)
        return f"{name} = σ({total}) = σ({said(values @ np.array(weights[:2]) + weights[2])}) = {said(result)}"

    def _graph(self, x: Floats, known: tuple[float, ...]) -> Graph:
        """Return the network with the outputs of its first units, as far as they are known."""
        names = ("OR", "NAND", "AND")
        places = ((1.0, 1.0), (1.0, -1.0), (2.0, 0.0))
        texts = [f"{name}\n{f'{known[i]:.3f}' if i < len(known) else ''}" for i, name in enumerate(names)]
        now = len(known) - 1
        nodes = (
            Node(name="x1", x=0, y=1, text=f"x1\n{x[0]:g}"),
            Node(name="x2", x=0, y=-1, text=f"x2\n{x[1]:g}"),
            *(
                Node(name=name, x=places[i][0], y=places[i][1], text=texts[i], role="mark" if i == now else "third")
                for i, name in enumerate(names)
            ),
            Node(name="bias of OR", x=0.3, y=2.6, text="1"),
            Node(name="bias of NAND", x=0.3, y=-2.6, text="1"),
            Node(name="bias of AND", x=1.5, y=2.6, text="1"),
        )
        units = (self.or_weights, self.nand_weights, self.and_weights)
        edges = tuple(
            Edge(start=start, end=name, text=said(weight), role="third" if i == now else "quiet")
            for i, (name, weights) in enumerate(zip(names, units, strict=True))
            for start, weight in zip(
                (*(names[:2] if name == "AND" else ("x1", "x2")), f"bias of {name}"), weights, strict=True
            )
        )
        return Graph(nodes=nodes, edges=edges, title="XOR = AND(OR, NAND)")


def _is_gate(name: str, outputs: Floats, wanted: tuple[int, ...]) -> Claim:
    read = tuple(int(one) for one in outputs > HALF)
    return Claim(
        sentence=f"{'the three units together are' if name == 'XOR' else 'one unit is'} {name}",
        holds=read == wanted,
        measured=f"truth table {' '.join(map(str, read))} from {', '.join(said(one) for one in outputs)}",
    )


def _fourteen(tables: dict[tuple[int, ...], int]) -> Claim:
    best = max(sum(a == b for a, b in zip(table, XOR, strict=True)) for table in tables)
    return Claim(
        sentence="one unit can be every gate of two inputs but XOR and its negation",
        holds=XOR not in tables and tuple(1 - one for one in XOR) not in tables and len(tables) == 2**4 - 2,
        measured=f"{sum(tables.values()):,} lines cut out {len(tables)} of 16 truth tables; the nearest to XOR has "
        f"{best} of 4 right",
    )


def _contradiction() -> Claim:
    y = 2.0 * np.array(XOR) - 1
    found = separation(CORNERS, y)
    rest = np.abs(found.mixture * y @ np.c_[CORNERS, np.ones(len(CORNERS))]).max()
    return Claim(
        sentence="the four demands of XOR on w1, w2, b contradict one another",
        holds=found.direction is None and bool(rest < CANCELS),
        measured=f"y (w·x + b) > 0 at the four corners, weighted {', '.join(said(one) for one in found.mixture)}, "
        f"add up to 0 > 0: on the left the coefficients of w1, w2, b are at most {rest:.0e}",
    )


def _plot(name: str, field: Field, outputs: Floats, now: Floats) -> Plot:
    one = outputs > HALF
    return Plot(
        title=name,
        x_title="x1",
        y_title="x2",
        square=True,
        field=field,
        series=(
            Series(name="says 1", x=CORNERS[one, 0], y=CORNERS[one, 1], kind="dots"),
            Series(name="says 0", x=CORNERS[~one, 0], y=CORNERS[~one, 1], kind="dots", role="other"),
            Series(name="this input", x=now[:1], y=now[1:], kind="dots", role="mark"),
        ),
    )

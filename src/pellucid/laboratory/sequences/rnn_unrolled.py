"""A simple recurrent network unrolled: every number of every step, with the same weights each time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.layers.recurrent.simple_rnn import simple_rnn_reference
from pellucid.drawing.records import Edge, Frame, Graph, Node, Picture, Role, Table, thin
from pellucid.foundation.errors import ShapeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Floats = NDArray[np.float64]
ROUNDING = 1e-12
MOST_STEPS = 12


@dataclass(frozen=True, kw_only=True)
class RnnUnrolled(Experiment):
    """Read a sequence of numbers with two units, step by step.

    Example:
        >>> RnnUnrolled(x=(1.0, 0.0)).run()["h"].round(4)
        array([[ 0.    ,  0.    ],
               [ 0.7616, -0.4621],
               [ 0.5122, -0.1403]])
    """

    name: ClassVar[str] = "rnn_unrolled"
    aliases: ClassVar[tuple[str, ...]] = ("unrolled rnn",)
    theme: ClassVar[str] = "sequences"
    title: ClassVar[str] = "a recurrent network unrolled over time"
    question: ClassVar[str] = "What does a recurrent network compute at each step, and does order matter to it?"
    formula: ClassVar[str] = "h[t] = tanh(W x[t] + U h[t-1])"
    latex: ClassVar[str] = r"h_t = \tanh\left(W x_t + U h_{t-1}\right)"
    look_for: ClassVar[str] = (
        "The columns are one network at different times: the arrows carry the same numbers everywhere. The last "
        "state is a summary of the whole sequence in two numbers. Turn the sequence round, and the summary differs."
    )
    source: ClassVar[str] = "J. L. Elman, Finding structure in time, 1990."

    x: tuple[float, ...] = parameter((1.0, 0.5, -1.0, 2.0), "the sequence, up to 12 numbers", low=-100, high=100)
    w: tuple[float, ...] = parameter((1.0, -0.5), "W, weights of the input to both units", low=-100, high=100)
    u: tuple[tuple[float, ...], ...] = parameter(
        ((0.5, -0.4), (0.3, 0.8)), "U, 2 x 2: row i holds the weights from both units to unit i", low=-100, high=100
    )

    def __post_init__(self) -> None:
        """Check the shapes.

        Raises:
            ShapeError: the sequence is too long, or the weights are not those of two units.
        """
        super().__post_init__()
        if len(self.x) > MOST_STEPS:
            raise ShapeError(
                f"rnn_unrolled expected x of 1 to {MOST_STEPS} numbers, got {len(self.x)}: the picture has one "
                f"column for each"
            )
        shapes = (np.shape(self.w), np.shape(self.u))
        if shapes != ((2,), (2, 2)):
            raise ShapeError(
                f"rnn_unrolled expected w of 2 and u of 2 x 2 numbers, got shapes {shapes}: there are two units"
            )

    def run(self) -> Result:
        """Return W x, U h and their sum for each step (t, 2), and the states (t + 1, 2)."""
        w, u = np.array(self.w), np.array(self.u)
        h, from_input, from_state = [np.zeros(2)], [], []
        for x in self.x:
            from_input.append(w * x)
            from_state.append(u @ h[-1])
            h.append(np.tanh(from_input[-1] + from_state[-1]))
        a = np.array(from_input) + np.array(from_state)
        states = np.array(h)
        at_once, reversed_ = self._at_once(self.x), self._at_once(self.x[::-1])
        error = float(np.abs(at_once - states[1:]).max())
        other = float(np.abs(reversed_[-1] - states[-1]).max())
        return Result(
            experiment=self,
            values={"W x": np.array(from_input), "U h": np.array(from_state), "a": a, "h": states},
            claims=(
                Claim(
                    sentence="step by step gives what the layer gives in one call",
                    holds=error < ROUNDING,
                    measured=f"largest difference {error:.1e} over {len(self.x)} steps",
                ),
                Claim(
                    sentence="order matters: the sequence turned round ends in another state",
                    holds=other > ROUNDING,
                    measured=f"the last states differ by {other:.4f}",
                ),
            ),
            picture=self._picture(states, a),
            tables=(self._table(np.array(from_input), np.array(from_state), a, states),),
        )

    def _at_once(self, x: tuple[float, ...]) -> Floats:
        w, u, none = np.array(self.w)[None, :, None], np.array(self.u)[None], np.zeros((0, 2, 2))
        y, _ = simple_rnn_reference(
            np.array(x)[None, :, None], np.zeros((1, 1, 2)), w, none, u, np.zeros((1, 2)), np.zeros((1, 2))
        )
        return np.asarray(y[0])

    def _table(self, from_input: Floats, from_state: Floats, a: Floats, h: Floats) -> Table:
        return Table(
            title="Every number",
            columns=("step", "x", "unit", "W x", "U h", "sum", "h = tanh(sum)"),
            rows=tuple(
                (
                    t + 1,
                    x,
                    unit + 1,
                    *(round(float(one[t, unit]), 6) for one in (from_input, from_state, a)),
                    round(float(h[t + 1, unit]), 6),
                )
                for t, x in enumerate(self.x)
                for unit in range(2)
            ),
        )

    def _picture(self, h: Floats, a: Floats) -> Picture:
        frames = tuple(
            Frame(
                label=f"step {t + 1}",
                note=f"tanh(W·{self.x[t]:g} + U·({h[t, 0]:.3f}, {h[t, 1]:.3f})) = tanh({a[t, 0]:.3f}, {a[t, 1]:.3f}) "
                f"= ({h[t + 1, 0]:.3f}, {h[t + 1, 1]:.3f})",
                panels=(self._graph(h, t + 1),),
            )
            for t in thin(len(self.x))
        )
        return Picture(
            alt=f"Two units read {len(self.x)} numbers; the last state is ({h[-1, 0]:.4f}, {h[-1, 1]:.4f}).",
            frames=frames,
            columns=1,
        )

    def _graph(self, h: Floats, now: int) -> Graph:
        nodes, edges = [], []
        for t in range(len(self.x) + 1):
            role: Role = "mark" if t == now else "subject" if t < now else "quiet"
            arrow: Role = "mark" if t == now else "quiet"
            for unit in range(2):
                text = f"{h[t, unit]:.2f}" if t <= now else "·"
                nodes.append(Node(name=f"h{t}.{unit}", x=t, y=2.0 - unit, text=text, role=role))
            if t:
                nodes.append(Node(name=f"x{t}", x=t - 0.5, y=0, text=f"x{t}\n{self.x[t - 1]:g}", role="other"))
                edges += [Edge(start=f"x{t}", end=f"h{t}.{unit}", role=arrow) for unit in range(2)]
                edges += [Edge(start=f"h{t - 1}.{i}", end=f"h{t}.{j}", role=arrow) for i in range(2) for j in range(2)]
        return Graph(nodes=tuple(nodes), edges=tuple(edges))

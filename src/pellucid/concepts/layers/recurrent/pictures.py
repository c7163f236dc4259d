"""The pictures of recurrent layers: one step as a graph with its numbers, and a pulse on its way through the steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.recurrent.cells import sigmoid
from pellucid.drawing.records import Edge, Frame, Graph, Node, Picture, Plot, Role, Series

X, H, C = 1.0, 0.5, 0.8
"""The input, the state and the memory of the pictures of one step, one unit each."""
STEPS: Final = 7
PULSE: Final = np.eye(STEPS)[0]
"""1 at the first step, then 0: what is left of it at the end?"""
SCALARS: Final[dict[str, tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]]] = {
    "simple_rnn": ((1.0,), (0.8,), (0.0,)),
    "gru": ((0.0, -8.0, 2.0), (0.0, 0.0, 0.0), (0.0, 4.0, 0.0)),  # update gate open while x = 1, nearly closed at 0
    "lstm": ((8.0, 0.0, 2.0, 0.0), (0.0, 0.0, 0.0, 0.0), (-4.0, 4.0, 0.0, 4.0)),  # input gate open while x = 1
}
"""Weights of the input, of the state and biases, for one unit, by the layer's name."""
LEFT: Final = {
    "simple_rnn": "the state shrinks at every step",
    "gru": "the update gate keeps it",
    "lstm": "the forget gate keeps it",
}


def rnn_step() -> Picture:
    """Return one step of a simple RNN with its numbers.

    Example:
        >>> len(rnn_step().panels[0].edges)
        3
    """
    a = 0.9 * X - 0.6 * H
    after = np.tanh(a)
    nodes = (
        _node("x", 0, 1, X),
        _node("h", 0, 0, H, "other"),
        _node("a", 1, 0.5, a),
        _node("h'", 2, 0.5, after, "subject"),
    )
    edges = (_edge("x", "a", "W 0.9"), _edge("h", "a", "U -0.6"), _edge("a", "h'", "tanh"))
    return Picture(
        alt=f"One step: 0.9 · {X:g} - 0.6 · {H:g} = {a:.2f}, tanh of it is the new state {after:.2f}.",
        panels=(Graph(nodes=nodes, edges=edges),),
        columns=1,
    )


def gru_step() -> Picture:
    """Return one step of a GRU with its numbers.

    Example:
        >>> len(gru_step().panels[0].nodes)
        6
    """
    r, z = sigmoid(np.array([0.5 * X + H, X + 0.5 * H]))
    n = np.tanh(0.9 * X - r * 0.6 * H)
    after = (1 - z) * n + z * H
    nodes = (
        _node("x", 0, 2, X),
        _node("h", 0, 0, H, "other"),
        _node("r", 1.3, 1.4, r, "third"),
        _node("z", 1.3, 0.5, z, "third"),
        _node("n", 2.6, 2, n),
        _node("h'", 4, 0, after, "subject"),
    )
    edges = (
        *(_edge(one, gate) for one in "xh" for gate in "rz"),
        _edge("x", "n"),
        _edge("r", "n", "r h"),
        _edge("z", "h'"),
        _edge("n", "h'", f"1 - z = {1 - z:.2f}"),
        _edge("h", "h'", f"z = {z:.2f}"),
    )
    return Picture(
        alt=f"One step: reset {r:.2f}, update {z:.2f}, candidate {n:.2f}; the new state is "
        f"{1 - z:.2f} · {n:.2f} + {z:.2f} · {H:g} = {after:.2f}.",
        panels=(Graph(nodes=nodes, edges=edges),),
        columns=1,
    )


def lstm_step() -> Picture:
    """Return one step of an LSTM with its numbers.

    Example:
        >>> len(lstm_step().panels[0].nodes)
        9
    """
    i, f, o = sigmoid(np.array([X - H, 2.0, X + H]))
    g = np.tanh(0.9 * X - 0.6 * H)
    c = f * C + i * g
    h = o * np.tanh(c)
    nodes = (
        _node("c", 0, 2.4, C, "other"),
        _node("h", 0, 1, H, "other"),
        _node("x", 0, 0, X),
        _node("f", 1.5, 1.5, f, "third"),
        _node("i", 1.5, 0.9, i, "third"),
        _node("g", 1.5, 0.3, g),
        _node("o", 1.5, -0.4, o, "third"),
        _node("c'", 3.2, 2.4, c, "subject"),
        _node("h'", 3.2, -0.4, h, "subject"),
    )
    edges = (
        *(_edge(one, gate) for one in "hx" for gate in "figo"),
        _edge("c", "c'", f"keep {f:.2f} of it"),
        _edge("f", "c'"),
        _edge("i", "c'"),
        _edge("g", "c'"),
        _edge("c'", "h'", f"tanh = {np.tanh(c):.2f}"),
        _edge("o", "h'"),
    )
    return Picture(
        alt=f"One step: forget gate {f:.2f}, input gate {i:.2f}, candidate {g:.2f}, output gate {o:.2f}. The memory "
        f"becomes {f:.2f} · {C:g} + {i:.2f} · {g:.2f} = {c:.2f}, the state {o:.2f} tanh({c:.2f}) = {h:.2f}.",
        panels=(Graph(nodes=nodes, edges=edges),),
        columns=1,
    )


def unrolled_picture(name: str, cell: Callable[..., Any]) -> Picture:
    """Return a pulse at the first step on its way through one unit, step by step.

    Args:
        name: of the layer.
        cell: its reference of one step.
    """
    states = _states(name, cell)
    h = states[:, 0]
    frames = tuple(
        Frame(
            label=f"step {t}",
            note=f"x = {PULSE[t - 1]:g}: " + ", ".join(_sayings(name, states[t - 1, 0], t, states[t])),
            panels=(_graph(states, t), _plot(h, t)),
        )
        for t in range(1, STEPS + 1)
    )
    return Picture(
        alt=f"A pulse of 1 at the first of {STEPS} steps: the state is {h[1]:.2f} after it and {h[-1]:.2f} at the end, "
        f"because {LEFT[name]}.",
        frames=frames,
        columns=1,
    )


def _states(name: str, cell: Callable[..., Any]) -> Floats:
    """Return the states after 0 … STEPS steps, (STEPS + 1, 1 or 2)."""
    w, u, b = (np.array(one) for one in SCALARS[name])
    count = 2 if name == "lstm" else 1
    states = [np.zeros((count, 1, 1))]
    for pulse in PULSE:
        after = cell(np.full((1, 1), pulse), *states[-1], w[:, None], u[:, None], b, np.zeros_like(b))
        states.append(np.stack(after) if isinstance(after, tuple) else after[None])
    return np.stack(states)[:, :, 0, 0]


def _sayings(name: str, before: float, t: int, after: Floats) -> list[str]:
    w, u, b = (np.array(one) for one in SCALARS[name])
    a = w * PULSE[t - 1] + u * before + b
    match name:
        case "lstm":
            i, f, o = sigmoid(a[[0, 1, 3]])
            gates = [f"input gate {i:.2f}", f"forget gate {f:.2f}", f"output gate {o:.2f}", f"memory {after[1]:.3f}"]
        case "gru":
            gates = [f"update gate {sigmoid(a[1:2])[0]:.2f}"]
        case _:
            gates = [f"tanh({a[0]:.3f})"]
    return [*gates, f"state {after[0]:.3f}"]


def _graph(states: Floats, t: int) -> Graph:
    nodes, edges = [], []
    rows = (("h", 1.0), ("c", 2.0))[: states.shape[1]]
    for step in range(STEPS + 1):
        if step:
            nodes.append(_node(f"x{step}", step, 0, PULSE[step - 1]))
            edges.append(_edge(f"x{step}", f"h{step}"))
        for column, (letter, height) in enumerate(rows):
            reached = step <= t
            role: Role = "mark" if step == t else "subject" if reached else "quiet"
            text = f"{states[step, column]:.2f}" if reached else "·"
            nodes.append(Node(name=f"{letter}{step}", x=step, y=height, text=f"{letter}{step}\n{text}", role=role))
            if step:
                edges.append(
                    Edge(start=f"{letter}{step - 1}", end=f"{letter}{step}", role="mark" if step == t else "quiet")
                )
    return Graph(nodes=tuple(nodes), edges=tuple(edges))


def _plot(h: Floats, t: int) -> Plot:
    steps = np.arange(STEPS + 1)
    return Plot(
        x_title="step",
        y_title="state h",
        x_range=(-0.3, STEPS + 0.3),
        y_range=(-0.05, 1.05),
        series=(
            Series(name="state", x=steps[: t + 1], y=h[: t + 1], kind="line and dots"),
            Series(name="input", x=steps[1 : t + 1], y=PULSE[:t], kind="dots", role="other"),
        ),
    )


def _node(name: str, x: float, y: float, value: float, role: Role = "quiet") -> Node:
    return Node(name=name, x=x, y=y, text=f"{name}\n{value:.2f}", role=role)


def _edge(start: str, end: str, text: str = "") -> Edge:
    return Edge(start=start, end=end, text=text)

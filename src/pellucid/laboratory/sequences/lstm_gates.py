"""The gates of an LSTM at work: one unit remembers a sign over a long lag of noise, a simple RNN does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.layers.recurrent.lstm_cell import lstm_cell_reference
from pellucid.concepts.layers.recurrent.rnn_cell import rnn_cell_reference
from pellucid.drawing.records import Picture, Plot, Role, Series
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.sequences.networks import Cell, walk

Floats = NDArray[np.float64]
STRENGTH: Final = 6.0
"""Of the gates: sigmoid(6) = 0.9975, so that a gate is nearly open or nearly shut."""
SHOWN: Final[dict[str, tuple[int, Role]]] = {"input": (0, "third"), "forget": (1, "fifth"), "output": (3, "sixth")}
"""Gates with their rows in the weights and their colours."""
ALWAYS, CHANCE = 0.99, 0.75


@dataclass(frozen=True, kw_only=True)
class LstmGates(Experiment):
    """Show a sign at the first step, then noise, and ask for the sign at the end.

    Example:
        >>> result = LstmGates(lag=20).run()
        >>> float(result["right answers of the LSTM"])
        1.0
    """

    name: ClassVar[str] = "lstm_gates"
    aliases: ClassVar[tuple[str, ...]] = ("lstm memory",)
    theme: ClassVar[str] = "sequences"
    title: ClassVar[str] = "the gates of an LSTM, and memory over a long lag"
    question: ClassVar[str] = "How do gates keep one bit through a long stretch of noise?"
    formula: ClassVar[str] = "c[t] = f c[t-1] + i g: input gate open only where the marker is 1, forget gate near 1"
    latex: ClassVar[str] = r"c_t = f_t\, c_{t-1} + i_t\, g_t, \qquad h_t = o_t \tanh(c_t)"
    look_for: ClassVar[str] = (
        "The input gate opens at the marker, lets the sign in and shuts; the memory then stays while the noise "
        "goes on. The weights are set by hand here: they show that one unit can do it, not that training finds it. Set "
        "forget_bias to 0: the gate is 1/2 and after ten steps one thousandth is left. The simple RNN has one "
        "state for everything, so the noise overwrites it. Only a weight so large that the unit locks (recurrence=5) "
        "keeps the sign, and larger noise (noise=3) breaks that, too."
    )
    source: ClassVar[str] = "S. Hochreiter, J. Schmidhuber, 1997; forget gate: F. A. Gers et al., 2000."

    lag: int = parameter(50, "steps of noise after the sign", low=1, high=500)
    noise: float = parameter(1.0, "standard deviation of the noise", low=0, high=10)
    forget_bias: float = parameter(STRENGTH, "of the forget gate", low=-20, high=20)
    recurrence: float = parameter(0.95, "the simple RNN's weight of its own state", low=-5, high=5)
    sequences: int = parameter(400, "how many are tried", low=10, high=5000)
    seed: int = parameter(0, "of the signs and the noise", low=0)

    def run(self) -> Result:
        """Return gates, memory and states of the first sequence (lag + 1,), and the shares of right answers."""
        rng = np.random.default_rng(self.seed)
        signs = rng.choice([-1.0, 1.0], self.sequences)
        x = np.zeros((self.sequences, self.lag + 1, 2))
        x[:, :, 0] = rng.normal(0, self.noise, (self.sequences, self.lag + 1))
        x[:, 0] = np.stack([signs, np.ones(self.sequences)], axis=1)  # the value, and the marker
        zero = np.zeros((self.sequences, 1))
        lstm = walk(lstm_cell_reference, x, (zero, zero), self._gates())
        rnn = walk(rnn_cell_reference, x, (zero,), self._simple())
        c = np.stack([state[1][0, 0] for state in lstm[1:]])
        h_rnn = np.stack([state[0][0, 0] for state in rnn[1:]])
        right = float((np.sign(lstm[-1][0][:, 0]) == signs).mean())
        right_rnn = float((np.sign(rnn[-1][0][:, 0]) == signs).mean())
        w, _, b, _ = self._gates()
        gates = 1 / (1 + np.exp(-(x[0] @ w.T + b)))  # without a weight of the state the gates hang on x only
        return Result(
            experiment=self,
            values={
                "input": x[0, :, 0],
                "input gate": gates[:, 0],
                "forget gate": gates[:, 1],
                "output gate": gates[:, 3],
                "memory": c,
                "state of the RNN": h_rnn,
                "right answers of the LSTM": right,
                "right answers of the RNN": right_rnn,
            },
            claims=self._claims(lstm, right, right_rnn),
            picture=self._picture(x[0, :, 0], gates, c, h_rnn, right, right_rnn),
        )

    def _gates(self) -> Cell:
        """Return the LSTM's weights: rows i, f, g, o; columns value, marker."""
        w = np.array([[0, 2 * STRENGTH], [0, 0], [2, 0], [0, 0]])
        b = np.array([-STRENGTH, self.forget_bias, 0, STRENGTH / 2])
        return w, np.zeros((4, 1)), b, np.zeros(4)

    def _simple(self) -> Cell:
        return np.array([[1.0, 0.0]]), np.array([[self.recurrence]]), np.zeros(1), np.zeros(1)

    def _claims(self, lstm: list[tuple[Floats, ...]], right: float, right_rnn: float) -> tuple[Claim, ...]:
        first, last = (float(np.abs(lstm[place][1]).mean()) for place in (1, -1))
        kept = (1 / (1 + np.exp(-self.forget_bias))) ** self.lag * first
        leak = self.lag / (1 + np.exp(STRENGTH))  # most that the shut input gate lets in, since |g| <= 1
        return (
            Claim(
                sentence=f"one LSTM unit recalls the sign after {self.lag} steps of noise",
                holds=right > ALWAYS,
                measured=f"right in {right:.1%} of {self.sequences} sequences",
            ),
            Claim(
                sentence="one unit of a simple RNN does not",
                holds=right_rnn < CHANCE,
                measured=f"right in {right_rnn:.1%}; guessing gives 50%",
            ),
            Claim(
                sentence="the forget gate to the power of the lag says how much of the memory is left",
                holds=bool(abs(last - kept) <= leak),
                measured=f"|c| goes from {first:.3f} to {last:.3f}; the power gives {kept:.3f}, and at most {leak:.3f} "
                f"leaks in through the input gate",
            ),
        )

    def _picture(self, x: Floats, gates: Floats, c: Floats, h_rnn: Floats, right: float, right_rnn: float) -> Picture:
        t = np.arange(self.lag + 1)
        return Picture(
            alt=(
                f"A sign, then {self.lag} steps of noise: the LSTM's memory goes from {c[0]:.2f} to {c[-1]:.2f} and "
                f"recalls the sign in {right:.0%} of the sequences, the simple RNN in {right_rnn:.0%}."
            ),
            panels=(
                Plot(
                    title="input: the sign, then noise",
                    x_title="step",
                    series=(Series(name="input", x=t, y=x, kind="bars", role="fourth"),),
                ),
                Plot(
                    title="gates",
                    x_title="step",
                    y_range=(-0.05, 1.1),
                    series=tuple(
                        Series(name=f"{name} gate", x=t, y=gates[:, row], role=role)
                        for name, (row, role) in SHOWN.items()
                    ),
                ),
                Plot(
                    title="what is remembered",
                    x_title="step",
                    series=(
                        Series(name="memory of the LSTM", x=t, y=c),
                        Series(name="state of the simple RNN", x=t, y=h_rnn, role="other"),
                    ),
                ),
            ),
        )

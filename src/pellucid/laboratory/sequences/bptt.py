"""Back-propagation through time, step by step: how much of the gradient is left far back, in an RNN and in an LSTM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.layers.recurrent.lstm_cell import lstm_cell_reference, lstm_cell_reference_backward
from pellucid.concepts.layers.recurrent.rnn_cell import rnn_cell_reference, rnn_cell_reference_backward
from pellucid.drawing.records import ROLES, Frame, Picture, Plot, Series, thin
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.sequences.networks import Cell, cell_weights, walk

Floats = NDArray[np.float64]
INPUTS: Final = 3
ROUNDING: Final = 1e-9
GONE: Final = 0.01
LONG: Final = 10  # times more
NAMES: Final = {"lstm": "LSTM", "rnn": "simple RNN"}
LEAST: Final = 1e-300  # so that a gradient of exactly 0 has a place on a logarithmic axis


@dataclass(frozen=True, kw_only=True)
class Bptt(Experiment):
    """Send a gradient back from the last state, and measure it at every step on its way.

    Example:
        >>> Bptt(steps=5).run()["gradient of rnn"].shape
        (6,)
    """

    name: ClassVar[str] = "bptt"
    aliases: ClassVar[tuple[str, ...]] = ("back-propagation through time",)
    theme: ClassVar[str] = "sequences"
    title: ClassVar[str] = "back-propagation through time"
    question: ClassVar[str] = "How much of the gradient of the last state reaches a step far back?"
    formula: ClassVar[str] = (
        "dL/dh[t-1] = U^T (dL/dh[t] (1 - h[t]^2)) in the RNN; dL/dc[t-1] = f dL/dc[t] + ... in the LSTM"
    )
    latex: ClassVar[str] = (
        r"\frac{\partial L}{\partial h_{t-1}} = U^{T} \left(\left(1 - h_t^2\right) "
        r"\frac{\partial L}{\partial h_t}\right), \qquad \frac{\partial L}{\partial c_{t-1}} = f_t\, "
        r"\frac{\partial L}{\partial c_t} + \dots"
    )
    look_for: ClassVar[str] = (
        "On the logarithmic axis the RNN's gradient falls as a line: each step multiplies it by something below 1, the "
        "slope of tanh times the weights. Along the LSTM's memory it is multiplied by the forget gate, which a "
        "bias of 4 holds near 1. Set forget_bias to 0: the gates are 1/2, and the LSTM forgets even faster than "
        "the RNN. Set recurrence to 3: the RNN's gradient explodes; at 10 its units saturate, and it vanishes again."
    )
    source: ClassVar[str] = "P. Werbos, 1990; Y. Bengio et al., Learning long-term dependencies is difficult, 1994."

    steps: int = parameter(30, "length of the sequence", low=2, high=200)
    units: int = parameter(8, "size of the state", low=1, high=64)
    recurrence: float = parameter(0.9, "the state's weights: an orthogonal matrix times this", low=0, high=10)
    forget_bias: float = parameter(4.0, "of the LSTM's forget gate", low=-10, high=20)
    seed: int = parameter(0, "of the sequence and the weights", low=0)

    def run(self) -> Result:
        """Return the gradients of all steps by distance back (steps + 1,), and those of the weights."""
        rng = np.random.default_rng(self.seed)
        x = rng.normal(size=(1, self.steps, INPUTS))
        upstream = rng.normal(size=(1, self.units))
        rnn = cell_weights(rng, 1, INPUTS, self.units, self.recurrence)
        lstm = cell_weights(rng, 4, INPUTS, self.units, self.recurrence / 4)
        lstm[2][self.units : 2 * self.units] = self.forget_bias
        back_rnn, weights_rnn = self._back(rnn_cell_reference, rnn_cell_reference_backward, x, upstream, rnn, 1)
        back_lstm, weights_lstm = self._back(lstm_cell_reference, lstm_cell_reference_backward, x, upstream, lstm, 2)
        norms = {"rnn": self._norms(back_rnn), "lstm": self._norms(back_lstm)}
        error = max(
            self._error(x, upstream, rnn, weights_rnn, "RNN"), self._error(x, upstream, lstm, weights_lstm, "LSTM")
        )
        return Result(
            experiment=self,
            values={
                "gradient of rnn": norms["rnn"],
                "gradient of lstm": norms["lstm"],
                "state gradients of rnn": np.stack([one[0] for one in back_rnn]),
                "state gradients of lstm": np.stack([one[0] for one in back_lstm]),
                "memory gradients of lstm": np.stack([one[1] for one in back_lstm]),
                "weight gradients of rnn": weights_rnn,
                "weight gradients of lstm": weights_lstm,
            },
            claims=self._claims(norms, error),
            picture=self._picture(norms),
        )

    def _back(
        self, cell: Any, cell_backward: Any, x: Floats, upstream: Floats, weights: Cell, count: int
    ) -> tuple[list[tuple[Floats, ...]], list[Floats]]:
        """Return the gradients by the states at distance 0, 1, …, and the summed gradients of the weights."""
        states = walk(cell, x, (np.zeros((1, self.units)),) * count, weights)
        back: list[tuple[Floats, ...]] = [(upstream, np.zeros_like(upstream))[:count]]
        totals = [np.zeros_like(one) for one in weights]
        for t in reversed(range(self.steps)):
            passed = back[-1] if count > 1 else back[-1][0]
            _, *rest = cell_backward(passed, x[:, t], *states[t], *weights)
            back.append(tuple(rest[:count]))
            totals = [total + one for total, one in zip(totals, rest[count:], strict=True)]
        return back, totals

    def _norms(self, back: list[tuple[Floats, ...]]) -> Floats:
        sizes = np.array([np.sqrt(sum((one**2).sum() for one in states)) for states in back])
        return np.asarray(sizes / sizes[0])

    def _error(self, x: Floats, upstream: Floats, weights: Cell, ours: list[Floats], kind: str) -> float:
        """Return the largest relative difference of the weights' gradients from autograd's."""
        import torch

        with torch.random.fork_rng(devices=[]):  # first weights come from the global generator: give it back
            module = getattr(torch.nn, kind)(INPUTS, self.units, batch_first=True, dtype=torch.float64)
        parameters = list(module.parameters())
        with torch.no_grad():
            for parameter_, weight in zip(parameters, weights, strict=True):
                parameter_.copy_(torch.tensor(weight))
        y, _ = module(torch.tensor(x))
        theirs = torch.autograd.grad((y[:, -1] * torch.tensor(upstream)).sum(), parameters)
        scale = max(float(np.abs(one).max()) for one in ours)
        return max(float(np.abs(a - b.numpy()).max()) for a, b in zip(ours, theirs, strict=True)) / scale

    def _claims(self, norms: dict[str, Floats], error: float) -> tuple[Claim, ...]:
        rnn, lstm = float(norms["rnn"][-1]), float(norms["lstm"][-1])
        return (
            Claim(
                sentence="by hand and by autograd the gradients of all weights are the same",
                holds=error < ROUNDING,
                measured=f"largest relative difference {error:.1e}",
            ),
            Claim(
                sentence=f"after {self.steps} steps back, less than 1% of the RNN's gradient is left",
                holds=rnn < GONE,
                measured=f"{rnn:.2e} of it",
            ),
            Claim(
                sentence=f"the LSTM keeps {LONG} times more of it",
                holds=lstm > LONG * rnn,
                measured=f"{lstm:.3g} against {rnn:.2e}",
            ),
        )

    def _picture(self, norms: dict[str, Floats]) -> Picture:
        distance = np.arange(self.steps + 1)
        shown = {NAMES[name]: np.maximum(norms[name], LEAST) for name in NAMES}
        low = float(min(one.min() for one in shown.values())) / 2
        high = float(max(one.max() for one in shown.values())) * 2
        frames = tuple(
            Frame(
                label=f"{back} back",
                note=(
                    f"{back} steps before the end: RNN {norms['rnn'][back]:.3g}, LSTM {norms['lstm'][back]:.3g} of "
                    "the gradient at the end"
                ),
                panels=(
                    Plot(
                        x_title="steps back in time",
                        y_title="gradient by the state, relative",
                        y_log=True,
                        x_range=(-0.5, self.steps + 0.5),
                        y_range=(low, high),
                        series=tuple(
                            Series(
                                name=name, x=distance[: back + 1], y=one[: back + 1], kind="line and dots", role=role
                            )
                            for (name, one), role in zip(shown.items(), ROLES, strict=False)
                        ),
                    ),
                ),
            )
            for back in thin(self.steps + 1)
        )
        return Picture(
            alt=(
                f"The gradient of the last state on its way back through {self.steps} steps: {norms['rnn'][-1]:.1e} "
                f"of it is left in the simple RNN, {norms['lstm'][-1]:.2g} in the LSTM."
            ),
            frames=frames,
            columns=1,
        )

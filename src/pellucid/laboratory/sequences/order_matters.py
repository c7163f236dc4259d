"""What a bag cannot see: two symbols whose order decides, learnt by counts and by a recurrent layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import ROLES, Cells, Picture, Plot, Series
from pellucid.foundation.seeds import numpy_generator, seed_for
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

if TYPE_CHECKING:
    from torch import Tensor, nn

Floats = NDArray[np.float64]
Symbols = NDArray[np.int64]

KINDS: Final = ("recurrent", "counts")
FIRST, SECOND = 0, 1
SYMBOLS: Final = 8
UNITS: Final = 24
SHOWN: Final = 12  # sequences
CHANCE: Final = 0.65  # three standard errors of a share among 100 tosses above one half
LEARNT: Final = 0.9


@dataclass(frozen=True, kw_only=True)
class OrderMatters(Experiment):
    """Tell sequences in which a stands before b from those in which b stands before a.

    Example:
        >>> sorted(OrderMatters(steps=2).run().values)
        ['counts', 'recurrent', 'sequences']
    """

    name: ClassVar[str] = "order_matters"
    aliases: ClassVar[tuple[str, ...]] = ("bag or sequence",)
    theme: ClassVar[str] = "sequences"
    title: ClassVar[str] = "when the order matters"
    question: ClassVar[str] = "What can a network that reads in order learn that counting never can?"
    formula: ClassVar[str] = "counts: z = w . sum_t x_t; recurrent: h_t = GRU(x_t, h_(t-1)), z = w . h_l"
    latex: ClassVar[str] = (
        r"z = w \cdot \sum_t x_t \qquad \mathrm{against} \qquad h_t = \mathrm{GRU}(x_t, h_{t-1}), \quad z = w \cdot h_l"
    )
    look_for: ClassVar[str] = (
        "Each sequence holds one a and one b, so that its counts say nothing of their order, and no training helps. "
        "The recurrent layer carries what it has met from step to step. Most texts are told apart well enough by their "
        "words; where order decides, take a recurrent network or one with wide convolutions."
    )
    source: ClassVar[str] = (
        "The task is made here, after the temporal order problem of S. Hochreiter, J. Schmidhuber, 1997."
    )

    length: int = parameter(8, "symbols of a sequence", low=3, high=20)
    rows: int = parameter(200, "sequences to learn from; 100 more are judged", low=50, high=1000)
    rate: float = parameter(0.02, "learning rate of Adam", low=0.0001, high=0.5)
    steps: int = parameter(80, "training steps on all rows", low=1, high=400)
    seed: int = parameter(0, "of the sequences and the first weights", low=0)

    def run(self) -> Result:
        """Return the accuracy on other sequences after each step (steps,), and the sequences (rows, length)."""
        sequences, labels = self._sequences()
        accuracies = {kind: self._train(kind, sequences, labels) for kind in KINDS}
        recurrent, counts = (float(accuracies[kind][-1]) for kind in KINDS)
        claims = (
            Claim(
                sentence="counts tell the order no better than a coin",
                holds=counts < CHANCE,
                measured=f"{counts:.0%} of 100 sequences that it had not seen",
            ),
            Claim(
                sentence="the recurrent layer learns the order",
                holds=recurrent >= LEARNT,
                measured=f"{recurrent:.0%} of the same after {self.steps} steps",
            ),
        )
        steps = np.arange(1, self.steps + 1)
        return Result(
            experiment=self,
            values={**accuracies, "sequences": sequences},
            claims=claims,
            picture=Picture(
                alt=f"Accuracy on other sequences over {self.steps} steps: counts end at {counts:.0%}, the recurrent "
                f"layer at {recurrent:.0%}.",
                panels=(
                    Plot(
                        title="accuracy on sequences that were not learnt from",
                        x_title="step",
                        y_range=(0.0, 1.02),
                        series=tuple(
                            Series(name=kind, x=steps, y=accuracies[kind], role=role)
                            for kind, role in zip(KINDS, ROLES, strict=False)
                        ),
                    ),
                    _shown(sequences[:SHOWN], labels[:SHOWN]),
                ),
            ),
        )

    def _sequences(self) -> tuple[Symbols, Floats]:
        """Return sequences (rows + 100, length) with one a and one b each, and whether a comes first."""
        rng = numpy_generator(self.seed, "sequences")
        count = self.rows + 100
        sequences = rng.integers(2, SYMBOLS, (count, self.length))
        places = rng.random((count, self.length)).argsort(axis=1)[:, :2]
        every = np.arange(count)
        sequences[every, places[:, 0]], sequences[every, places[:, 1]] = FIRST, SECOND
        return sequences, (places[:, 0] < places[:, 1]).astype(np.float64)

    def _train(self, kind: str, sequences: Symbols, labels: Floats) -> Floats:
        """Return the accuracy on the last 100 sequences after each step."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits, one_hot

        from pellucid.concepts.optimizers.rules.adam import Adam
        from pellucid.laboratory.training.dense import Training

        inputs = one_hot(torch.from_numpy(sequences), SYMBOLS).float()  # (n, l, d)
        wanted = torch.from_numpy(labels).float()
        learnt, judged = slice(None, self.rows), slice(self.rows, None)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed_for(self.seed, "weights", kind))
            network = _network(kind)
        training = Training(list(network.parameters()), self.rate, optimizer=Adam())
        accuracies = []
        for _ in range(self.steps):
            training.step(binary_cross_entropy_with_logits(network(inputs[learnt])[:, 0], wanted[learnt]))
            with torch.no_grad():
                right = (network(inputs[judged])[:, 0] > 0) == (wanted[judged] > 0)
            accuracies.append(float(right.float().mean()))
        return np.array(accuracies)


def _network(kind: str) -> nn.Module:
    """Return the network that takes (n, l, d): one that only counts, or one that reads in order."""
    from torch import nn

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.GRU(SYMBOLS, UNITS, batch_first=True) if kind == "recurrent" else nn.Identity()
            self.last = nn.Linear(UNITS if kind == "recurrent" else SYMBOLS, 1)

        def forward(self, inputs: Tensor) -> Tensor:
            summary = self.layer(inputs)[1][-1] if kind == "recurrent" else self.layer(inputs).sum(dim=1)
            logits: Tensor = self.last(summary)
            return logits

    return Reader()


def _shown(sequences: Symbols, labels: Floats) -> Cells:
    """Return some of the sequences: 1 is a, 2 is b, all other symbols are 0."""
    return Cells(
        title="some sequences: a is 1, b is 2",
        values=np.where(sequences == FIRST, 1.0, np.where(sequences == SECOND, 2.0, 0.0)),
        row_names=tuple("a first" if label else "b first" for label in labels),
    )

"""Deep plain networks get worse at learning their own training rows; residual ones do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import ROLES, Picture, Plot, Series
from pellucid.foundation.seeds import torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, final_loss, parameter
from pellucid.laboratory.training.digits import CLASSES, PIXELS, digits

if TYPE_CHECKING:
    from torch import Tensor

    from pellucid.laboratory.training.dense import Dense

Floats = NDArray[np.float64]

PLAIN: Final = "plain"
RESIDUAL: Final = "residual"
SHALLOW: Final = 4
MIDDLE: Final = 12
MOMENTUM: Final = 0.9


@dataclass(frozen=True, kw_only=True)
class ResidualDepth(Experiment):
    """Train digits with 4, 12 and more layers, with and without identity paths, and compare the training loss.

    Example:
        >>> result = ResidualDepth().run()
        >>> bool(result["residual"][-1, -1] < result["plain"][-1, -1] / 10)
        True
    """

    name: ClassVar[str] = "residual_depth"
    aliases: ClassVar[tuple[str, ...]] = ("degradation", "residual against plain")
    theme: ClassVar[str] = "training"
    title: ClassVar[str] = "deep plain networks against residual ones"
    question: ClassVar[str] = "Why do more layers make a plain network worse, and what does an identity path change?"
    formula: ClassVar[str] = "plain: h <- relu(relu(h W1 + b1) W2 + b2); residual: h <- h + relu(h W1 + b1) W2 + b2"
    latex: ClassVar[str] = (
        r"h \leftarrow \mathrm{relu}\left(\mathrm{relu}(h W_1 + b_1) W_2 + b_2\right) \qquad \mathrm{against} \qquad "
        r"h \leftarrow h + \mathrm{relu}(h W_1 + b_1) W_2 + b_2"
    )
    look_for: ClassVar[str] = (
        "These are losses on the training rows, so overfitting is not the reason: the deep plain network contains the "
        "shallow one and does not find it. The residual blocks begin as the identity (their second matrix starts at "
        "zero), and each adds what it learns. The deepest residual network is the best one."
    )
    source: ClassVar[str] = (
        "K. He et al., Deep residual learning, 2016; H. Zhang et al., Fixup, 2019, for the zero start."
    )

    depth: int = parameter(
        24, "weight matrices of the deepest network; even, so that blocks of two fit", low=14, high=48
    )
    width: int = parameter(16, "units in each hidden layer", low=4, high=64)
    rows: int = parameter(200, "digits to learn", low=50, high=1000)
    rate: float = parameter(0.02, "learning rate, with momentum 0.9", low=0.0001, high=1)
    steps: int = parameter(60, "training steps on all rows", low=5, high=400)
    seed: int = parameter(0, "of the digits and the first weights")

    def run(self) -> Result:
        """Return the training losses of plain and residual networks: (depths, steps)."""
        depths = (SHALLOW, MIDDLE, self.depth)
        losses = {kind: np.array([self._train(kind, depth) for depth in depths]) for kind in (PLAIN, RESIDUAL)}
        plain, residual = ([final_loss(one) for one in losses[kind]] for kind in (PLAIN, RESIDUAL))
        return Result(
            experiment=self,
            values={"depths": np.array(depths), **losses},
            claims=(
                Claim(
                    sentence=f"the plain network of {self.depth} layers has a higher training loss than that of "
                    f"{SHALLOW}",
                    holds=bool(plain[-1] > 1.2 * plain[0]),
                    measured=f"{plain[-1]:.3f} against {plain[0]:.3f} after {self.steps} steps",
                ),
                Claim(
                    sentence=f"the residual network of {self.depth} layers has no higher training loss than that of "
                    f"{SHALLOW}",
                    holds=bool(residual[-1] <= residual[0]),
                    measured=f"{residual[-1]:.4f} against {residual[0]:.4f}",
                ),
                Claim(
                    sentence=f"at {self.depth} layers the identity path makes the training loss ten times smaller",
                    holds=bool(10 * residual[-1] < plain[-1]),
                    measured=f"{residual[-1]:.4f} against {plain[-1]:.3f}",
                ),
            ),
            picture=self._picture(losses, depths),
        )

    def _train(self, kind: str, depth: int) -> Floats:
        """Return the training losses (steps,)."""
        import torch
        from torch.nn.functional import cross_entropy

        from pellucid.concepts.optimizers.rules.sgd import SGD
        from pellucid.laboratory.training.dense import Training, dense

        ((pictures, digit),) = digits(self.seed, self.rows)
        inputs, labels = torch.from_numpy(pictures), torch.from_numpy(digit)
        sizes = (PIXELS, *[self.width] * (depth - 1), CLASSES)
        network = dense(sizes, torch.relu, torch_generator(self.seed, "weights", depth))
        if kind == RESIDUAL:
            with torch.no_grad():
                for second in network.weights[2:-1:2]:
                    second.zero_()
        training = Training(network.parameters, self.rate, optimizer=SGD(momentum=MOMENTUM))
        losses = []
        for _ in range(self.steps):
            loss = cross_entropy(_logits(network, inputs, residual=kind == RESIDUAL), labels)
            losses.append(loss.item())
            training.step(loss)
        return np.array(losses)

    def _picture(self, losses: dict[str, Floats], depths: tuple[int, ...]) -> Picture:
        last = {kind: final_loss(one[-1]) for kind, one in losses.items()}
        panels = tuple(
            Plot(
                title=f"{kind}: training loss",
                x_title="step",
                y_log=True,
                y_range=(float(losses[RESIDUAL].min()), float(losses[PLAIN].max())),
                series=tuple(
                    Series(name=f"{depth} layers", x=np.arange(self.steps), y=one, role=role)
                    for depth, one, role in zip(depths, losses[kind], ROLES, strict=False)
                ),
            )
            for kind in (PLAIN, RESIDUAL)
        )
        return Picture(
            alt=f"Training loss on {self.rows} digits. At {depths[-1]} layers the plain network ends at "
            f"{last[PLAIN]:.3f}, the residual one at {last[RESIDUAL]:.4f}.",
            panels=panels,
        )


def _logits(network: Dense, h: Tensor, *, residual: bool) -> Tensor:
    """Return the logits: a first layer, blocks of two layers, a last layer."""
    W, b = network.weights, network.biases
    h = (h @ W[0] + b[0]).relu()
    for first in range(1, len(W) - 1, 2):
        inner = (h @ W[first] + b[first]).relu() @ W[first + 1] + b[first + 1]
        h = h + inner if residual else inner.relu()
    return h @ W[-1] + b[-1]

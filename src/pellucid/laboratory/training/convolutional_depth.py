"""Stacks of convolutions at depth: plain, residual and dense blocks on the same digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import ROLES, Picture, Plot, Series
from pellucid.foundation.seeds import torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, final_loss, parameter
from pellucid.laboratory.training.digits import CLASSES, digits

if TYPE_CHECKING:
    from torch import Tensor

Floats = NDArray[np.float64]

KINDS: Final = ("plain", "residual", "dense")
SIDE: Final = 8  # pixels of a digit
CHANNELS: Final = 8
QUARTERS: Final = 4  # places of each map after pooling
AHEAD: Final = 0.5  # of the loss of the plain stack: below it the other is far ahead


@dataclass(frozen=True, kw_only=True)
class ConvolutionalDepth(Experiment):
    """Learn a few digits by heart with deep stacks of 3 x 3 convolutions that differ in their paths.

    Residual branches also begin with smaller weights, by the root of the number of layers.

    Example:
        >>> sorted(ConvolutionalDepth(steps=3).run().values)
        ['dense', 'plain', 'residual']
    """

    name: ClassVar[str] = "convolutional_depth"
    aliases: ClassVar[tuple[str, ...]] = ("plain, residual, dense",)
    theme: ClassVar[str] = "training"
    title: ClassVar[str] = "plain, residual and dense stacks at depth"
    question: ClassVar[str] = "Why do ResNet and DenseNet learn where a plain stack of as many layers does not?"
    formula: ClassVar[str] = "plain: h <- f(h); residual: h <- h + f(h); dense: h <- [h, f(h)]"
    latex: ClassVar[str] = r"h \leftarrow f(h) \qquad h \leftarrow h + f(h) \qquad h \leftarrow \left[h, f(h)\right]"
    look_for: ClassVar[str] = (
        "All three have as many layers and see the same pictures. A deep plain stack makes the pictures alike: before "
        "training, the cosine between two of them is 0.52 after the first of 24 layers and 0.84 after the last (mean "
        "of 20 seeds), but 0.59 with sums and 0.68 with concatenation, which hand on what came before. No layer has a "
        "norm here: with batch norm the plain stack learns faster, and is still behind (4 seeds)."
    )
    source: ClassVar[str] = (
        "K. He et al., Deep residual learning, 2015; G. Huang et al., Densely connected convolutional networks, 2017."
    )

    layers: int = parameter(24, "convolutions, one after the other", low=2, high=40)
    rows: int = parameter(30, "digits to learn by heart", low=20, high=200)
    growth: int = parameter(4, "channels that each layer of the dense stack adds", low=1, high=12)
    rate: float = parameter(0.01, "learning rate of Adam", low=0.0001, high=1)
    steps: int = parameter(26, "training steps on all rows", low=1, high=200)
    seed: int = parameter(0, "of the digits and the first weights", low=0)

    def run(self) -> Result:
        """Return the training losses (steps,) of each kind."""
        losses = {kind: self._train(kind) for kind in KINDS}
        last = {kind: final_loss(one) for kind, one in losses.items()}
        guessing = float(np.log(CLASSES))
        claims = [
            Claim(
                sentence=f"{self.layers} {kind} layers end below half the training loss of as many plain ones",
                holds=last[kind] < AHEAD * last["plain"],
                measured=f"loss {last[kind]:.3f} against {last['plain']:.3f}; guessing has {guessing:.3f}",
            )
            for kind in KINDS[1:]
        ]
        series = [
            Series(name=kind, x=np.arange(self.steps), y=one, role=role)
            for (kind, one), role in zip(losses.items(), ("quiet", *ROLES), strict=False)
        ]
        alt = ", ".join(f"{kind} {value:.3f}" for kind, value in last.items())
        return Result(
            experiment=self,
            values=losses,
            claims=tuple(claims),
            picture=Picture(
                alt=f"Training loss of stacks of {self.layers} convolutions on {self.rows} digits. It ends at {alt}.",
                panels=(Plot(x_title="step", y_title="training loss", y_log=True, series=tuple(series)),),
            ),
        )

    def _train(self, kind: str) -> Floats:
        """Return the training losses (steps,)."""
        import torch
        from torch.nn.functional import cross_entropy

        from pellucid.concepts.optimizers.rules.adam import Adam
        from pellucid.laboratory.training.dense import Training

        ((pixels, labels),) = digits(self.seed, self.rows)
        pictures = torch.from_numpy(pixels.astype(np.float32)).view(-1, 1, SIDE, SIDE)
        parameters = self._weights(kind)
        training = Training(parameters, self.rate, optimizer=Adam())
        losses = []
        for _ in range(self.steps):
            loss = cross_entropy(_logits(kind, pictures, parameters), torch.from_numpy(labels))
            losses.append(loss.item())
            training.step(loss)
        return np.array(losses)

    def _weights(self, kind: str) -> list[Tensor]:
        """Return kernels (c_out, c_in, 3, 3) after He, smaller in residual branches; and the last layer."""
        import torch

        generator = torch_generator(self.seed, "weights", self.layers)
        width, weights = 1, []
        for layer in range(self.layers):
            out = self.growth if kind == "dense" and layer else CHANNELS
            spread = (2 / (9 * width)) ** 0.5
            if kind == "residual" and layer:
                spread /= self.layers**0.5
            weights.append(torch.randn((out, width, 3, 3), generator=generator) * spread)
            width = width + out if kind == "dense" and layer else out
        weights.append(torch.randn((CLASSES, QUARTERS * width), generator=generator) * 0.1 * width**-0.5)
        return [one.requires_grad_() for one in weights]


def _logits(kind: str, pictures: Tensor, weights: list[Tensor]) -> Tensor:
    """Return the logits (n, 10): the stack, the greatest of each quarter of each map, a linear layer."""
    import torch
    from torch.nn.functional import conv2d, max_pool2d

    first, *inner, last = weights
    h = conv2d(pictures, first, padding=1)
    for kernel in inner:
        new = conv2d(h.relu(), kernel, padding=1)
        h = h + new if kind == "residual" else torch.cat([h, new], dim=1) if kind == "dense" else new
    logits: Tensor = max_pool2d(h.relu(), SIDE // 2).flatten(1) @ last.T
    return logits

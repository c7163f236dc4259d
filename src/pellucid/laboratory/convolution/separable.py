"""Depthwise-separable against plain convolution: weights, multiplications, time, and accuracy on digits."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from pellucid.concepts.optimizers.rules.adam import Adam
from pellucid.drawing.records import Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

if TYPE_CHECKING:
    from torch import Tensor, nn

KERNEL: Final = 3
STEM: Final = 16
"""Channels of the first layer, which is plain in both networks."""
SIDE: Final = 8
CLASSES: Final = 10
BRIGHTEST: Final = 16.0
TRAINING: Final = 1200
BATCH: Final = 50
RATE: Final = 5e-3
SAME_CLASS: Final = 0.05
"""Accuracies this close count as one class: more than the noise of 597 test digits, 2 points."""
TIMED_BATCH: Final = 8
TIMED_SIDE: Final = 16
REPEATS: Final = 9


@dataclass(frozen=True, kw_only=True)
class Separable(Experiment):
    """Train the same small network with a plain and with a separable second layer.

    Example:
        >>> result = Separable(epochs=1).run()
        >>> result["weights"]
        {'plain': 4640, 'separable': 688}
    """

    name: ClassVar[str] = "separable"
    aliases: ClassVar[tuple[str, ...]] = ("depthwise separable", "mobilenet", "xception")
    theme: ClassVar[str] = "convolution"
    title: ClassVar[str] = "depthwise-separable against plain convolution"
    question: ClassVar[str] = "What does a separable convolution save, and what does it cost?"
    formula: ClassVar[str] = "c_in k k + c_in c_out weights instead of c_in c_out k k"
    latex: ClassVar[str] = r"\frac{c k^2 + c c_{out}}{c c_{out} k^2} = \frac{1}{c_{out}} + \frac{1}{k^2}"
    look_for: ClassVar[str] = (
        "Weights and multiplications fall by the same factor, time by another: the depthwise half moves much memory "
        "for few multiplications. With epochs=4 the separable network can still be five points behind on some seeds."
    )
    source: ClassVar[str] = "F. Chollet, Xception, 2017; A. Howard et al., MobileNets, 2017."

    channels: int = parameter(32, "channels that come out of the compared layer", low=8, high=128)
    timed_channels: int = parameter(64, "channels in and out where the time is measured", low=16, high=256)
    epochs: int = parameter(8, "passes over 1,200 digits", low=1, high=20)
    seed: int = parameter(0, "of the split and the first weights", low=0)

    def run(self) -> Result:
        """Return weights, multiplications for each picture, milliseconds, and accuracy of both forms."""
        import torch

        with torch.random.fork_rng(devices=[]):  # torch draws first weights from its global generator: give it back
            torch.manual_seed(self.seed)
            return self._compared()

    def _compared(self) -> Result:
        weights: dict[str, int] = {}
        multiplications: dict[str, int] = {}
        accuracy: dict[str, float] = {}
        milliseconds: dict[str, float] = {}
        for kind in ("plain", "separable"):
            layer = _layer(kind, STEM, self.channels)
            weights[kind] = sum(one.numel() for one in layer.parameters())
            multiplications[kind] = SIDE**2 * sum(one.numel() for one in layer.parameters() if one.ndim > 1)
            accuracy[kind] = self._accuracy(layer)
            milliseconds[kind] = _milliseconds(_layer(kind, self.timed_channels, self.timed_channels))
        told: dict[str, dict[str, Any]] = {"weights": weights, "multiplications": multiplications, "ms": milliseconds}
        told["accuracy"] = accuracy
        shares = {name: both["separable"] / both["plain"] for name, both in told.items()}
        rows = tuple(
            (name, float(both["plain"]), float(both["separable"]), shares[name]) for name, both in told.items()
        )
        return Result(
            experiment=self,
            values=told,
            claims=self._claims(told),
            tables=(Table(title="plain and separable", columns=("", "plain", "separable", "share"), rows=rows),),
            picture=_picture(shares),
        )

    def _claims(self, told: dict[str, dict[str, Any]]) -> tuple[Claim, ...]:
        weights, multiplications, milliseconds, accuracy = told.values()
        lost = accuracy["plain"] - accuracy["separable"]
        return (
            Claim(
                sentence="it needs less than half of the weights and of the multiplications",
                holds=max(weights["separable"] / weights["plain"], _share(multiplications)) < 1 / 2,
                measured=f"{weights['separable']:,} against {weights['plain']:,} weights and biases; "
                f"{_share(multiplications):.0%} of the multiplications",
            ),
            Claim(
                sentence="its accuracy is in the same class",
                holds=lost <= SAME_CLASS,
                measured=f"{accuracy['separable']:.1%} against {accuracy['plain']:.1%} on digits not seen",
            ),
            Claim(
                sentence="it is faster on this machine",
                holds=milliseconds["separable"] < milliseconds["plain"],
                measured=f"{milliseconds['separable']:.2f} ms against {milliseconds['plain']:.2f} ms for "
                f"{TIMED_BATCH} pictures of {TIMED_SIDE}x{TIMED_SIDE} and {self.timed_channels} channels",
            ),
        )

    def _accuracy(self, layer: nn.Module) -> float:
        """Train stem, layer, mean over places and a dense layer; return the accuracy on digits that were held out."""
        import torch
        from torch import nn

        x, y = _digits(self.seed)
        network = nn.Sequential(
            nn.Conv2d(1, STEM, KERNEL, padding=1), nn.ReLU(), layer, nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(self.channels * (SIDE // 2) ** 2, CLASSES),
        )  # fmt: skip
        batches = [rows for _ in range(self.epochs) for rows in torch.randperm(TRAINING).reshape(-1, BATCH)]
        weights, adam = list(network.parameters()), Adam()
        states = [{name: torch.zeros_like(one) for name in adam.remembers} for one in weights]
        for step, rows in enumerate(batches, start=1):
            gradients = torch.autograd.grad(nn.functional.cross_entropy(network(x[rows]), y[rows]), weights)
            with torch.no_grad():
                for one, gradient, state in zip(weights, gradients, states, strict=True):
                    adam.update(one, gradient, state, step=step, rate=RATE, decay=0.0)
        with torch.no_grad():
            return float((network(x[TRAINING:]).argmax(1) == y[TRAINING:]).double().mean())


def _layer(kind: str, c_in: int, c_out: int) -> nn.Module:
    from torch import nn

    if kind == "plain":
        return nn.Conv2d(c_in, c_out, KERNEL, padding=1)
    depthwise = nn.Conv2d(c_in, c_in, KERNEL, padding=1, groups=c_in, bias=False)
    return nn.Sequential(depthwise, nn.Conv2d(c_in, c_out, 1))


def _digits(seed: int) -> tuple[Tensor, Tensor]:
    import torch
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    x = torch.tensor(pixels / BRIGHTEST, dtype=torch.float32).reshape(-1, 1, SIDE, SIDE)
    return x[order], torch.tensor(labels)[order]


def _milliseconds(layer: nn.Module) -> float:
    """Return the least time of a forward pass: what the machine can do when nothing disturbs it."""
    import torch

    channels = next(layer.parameters()).shape[0]
    x = torch.zeros(TIMED_BATCH, channels, TIMED_SIDE, TIMED_SIDE)
    times = []
    with torch.no_grad():
        for _ in range(REPEATS):
            started = time.perf_counter()
            layer(x)
            times.append(time.perf_counter() - started)
    return 1000 * min(times)


def _share(both: dict[str, int]) -> float:
    return both["separable"] / both["plain"]


def _picture(shares: dict[str, float]) -> Picture:
    import numpy as np

    names = np.array(list(shares))
    bars = Series(name="separable / plain", x=names, y=np.array(list(shares.values())), kind="bars")
    whole = Series(name="plain = 1", x=names, y=np.ones(len(names)), role="quiet")
    told = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    return Picture(
        alt=f"The separable layer as a share of the plain one: {told}.",
        panels=(Plot(y_title="share of the plain layer", series=(bars, whole)),),
    )

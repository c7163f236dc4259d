"""A deep network with and without batch normalization: what the layers receive drifts during training, or stays."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Picture, Plot, Role, Series
from pellucid.foundation.seeds import numpy_generator, torch_generator
from pellucid.laboratory.experiment import Claim, Experiment, Result, final_loss, parameter

if TYPE_CHECKING:
    from torch import Tensor

Floats = NDArray[np.float64]
PLAIN, NORMALIZED = "without", "with batch norm"
ROLES_OF: Final[dict[str, Role]] = {NORMALIZED: "subject", PLAIN: "other"}


@dataclass(frozen=True, kw_only=True)
class ActivationDrift(Experiment):
    """Train the same deep network twice, and record what the activation of each layer receives.

    Example:
        >>> ActivationDrift(steps=5).run()["spread with batch norm"].shape
        (5, 8)
    """

    name: ClassVar[str] = "activation_drift"
    aliases: ClassVar[tuple[str, ...]] = ("internal covariate shift",)
    theme: ClassVar[str] = "normalization"
    title: ClassVar[str] = "activations that drift, and batch normalization"
    question: ClassVar[str] = (
        "Does batch normalization keep what each layer receives in place, and does it train faster?"
    )
    formula: ClassVar[str] = (
        "u = x W + b; plain: x' = relu(u); normalized: x' = relu(gamma (u - mean(u)) / std(u) + beta)"
    )
    latex: ClassVar[str] = (
        r"x' = \mathrm{relu}\left(\gamma\, \frac{u - \mu}{\sqrt{v + \epsilon}} + \beta\right), \quad u = x W"
    )
    look_for: ClassVar[str] = (
        "Left: the spread of what the last layer's activation receives. Without normalization each layer "
        "multiplies what the one below did. Raise the gain to 2: the plain network explodes or dies, the "
        "normalized one does not notice, since a factor in front of it cancels. Why it helps is still argued "
        "about: Santurkar et al. (2018) find a smoother loss rather than less drift."
    )
    source: ClassVar[str] = "S. Ioffe, C. Szegedy, 2015; S. Santurkar et al., How does batch normalization help, 2018."

    layers: int = parameter(8, "hidden layers", low=2, high=30)
    width: int = parameter(16, "units in each", low=4, high=128)
    gain: float = parameter(1.0, "of the first weights; 1 is He's rule", low=0.1, high=4)
    rate: float = parameter(0.1, "learning rate", low=0, high=10)
    steps: int = parameter(60, "steps on all rows", low=2, high=1000)
    rows: int = parameter(128, "rows: points within or outside of a ring", low=16, high=2000)
    seed: int = parameter(0, "of the data and the weights", low=0)

    def run(self) -> Result:
        """Return the loss (steps,) and mean and spread of every layer (steps, layers), for both networks."""
        values: dict[str, Any] = {}
        for name in (PLAIN, NORMALIZED):
            loss, mean, spread = self._train(name == NORMALIZED)
            values |= {f"loss {name}": loss, f"mean {name}": mean, f"spread {name}": spread}
        return Result(experiment=self, values=values, claims=self._claims(values), picture=self._picture(values))

    def _train(self, normalized: bool) -> tuple[Floats, Floats, Floats]:
        import torch
        from torch.nn import functional

        rng = numpy_generator(self.seed, "ring")
        points = rng.normal(size=(self.rows, 2))
        radius = np.hypot(*points.T)
        x = torch.tensor(points, dtype=torch.float32)
        labels = torch.tensor(radius > np.median(radius), dtype=torch.float32)
        generator = torch_generator(self.seed, "weights")
        sizes = [2, *[self.width] * self.layers, 1]
        weights = [
            (torch.randn(a, b, generator=generator) * self.gain * (2 / a) ** 0.5).requires_grad_()
            for a, b in pairwise(sizes)
        ]
        scales = [torch.ones(self.width, requires_grad=True) for _ in range(self.layers)]
        shifts = [torch.zeros(size, requires_grad=True) for size in sizes[1:]]
        learnt = [*weights, *shifts, *(scales if normalized else [])]
        losses, means, spreads = [], [], []
        for _ in range(self.steps):
            received: list[Tensor] = []
            u = x
            for layer in range(self.layers):
                u = u @ weights[layer]
                if normalized:
                    u = functional.batch_norm(u, None, None, scales[layer], shifts[layer], training=True)
                else:
                    u = u + shifts[layer]
                received.append(u)
                u = u.relu()
            logits = (u @ weights[-1] + shifts[-1])[:, 0]
            loss = functional.binary_cross_entropy_with_logits(logits, labels)
            gradients = torch.autograd.grad(loss, learnt)
            with torch.no_grad():
                for one, gradient in zip(learnt, gradients, strict=True):
                    one -= self.rate * gradient
            losses.append(loss.item())
            means.append([one.mean().item() for one in received])
            spreads.append([one.std(dim=0).mean().item() for one in received])
        return np.array(losses), np.array(means), np.array(spreads)

    def _claims(self, values: dict[str, Any]) -> tuple[Claim, ...]:
        # how far the spread lies from 1 at any time and layer, as a factor
        off = {
            name: final_loss([np.exp(np.abs(np.log(values[f"spread {name}"] + 1e-12)).max())])
            for name in (PLAIN, NORMALIZED)
        }
        last = {name: final_loss(values[f"loss {name}"]) for name in (PLAIN, NORMALIZED)}
        return (
            Claim(
                sentence="with batch normalization the spread stays nearer to 1, in all layers at all times",
                holds=off[NORMALIZED] < off[PLAIN],
                measured=f"it is off by a factor of {off[PLAIN]:.3g} at most without, of {off[NORMALIZED]:.3g} with",
            ),
            Claim(
                sentence=f"after {self.steps} steps the loss is lower with batch normalization",
                holds=last[NORMALIZED] < last[PLAIN],
                measured=f"{last[PLAIN]:.3f} without, {last[NORMALIZED]:.3f} with",
            ),
        )

    def _picture(self, values: dict[str, Any]) -> Picture:
        steps = np.arange(self.steps)

        def both(what: str) -> tuple[Series, Series]:
            drawn = [values[f"{what} {name}"] for name in (NORMALIZED, PLAIN)]
            subject, other = (one if one.ndim == 1 else one[:, -1] for one in drawn)
            return (
                Series(name=NORMALIZED, x=steps, y=subject),
                Series(name=PLAIN, x=steps, y=other, role="other"),
            )

        depth = np.arange(1, self.layers + 1)
        profile = tuple(
            Series(name=f"{name}, {when}", x=depth, y=values[f"spread {name}"][step], role=role, dashed=step == 0)
            for name, role in ROLES_OF.items()
            for when, step in (("first step", 0), ("last step", -1))
        )
        ends = [final_loss(values[f"loss {name}"]) for name in (NORMALIZED, PLAIN)]
        return Picture(
            alt=(
                f"{self.layers} layers over {self.steps} steps: the loss ends at {ends[0]:.3f} with batch "
                f"normalization and at {ends[1]:.3f} without."
            ),
            panels=(
                Plot(title="last layer receives", x_title="step", y_title="spread", series=both("spread"), y_log=True),
                Plot(title="training loss", x_title="step", series=both("loss")),
                Plot(title="spread by layer", x_title="layer", y_title="spread", series=profile, y_log=True),
            ),
        )

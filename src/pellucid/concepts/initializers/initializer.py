"""The record of an initializer: how the weights of a layer are drawn before the first step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Argument, Concept, Floats
from pellucid.drawing.records import Picture, Plot, Series
from pellucid.foundation.errors import ShapeError

LAYERS: Final = 20
WIDTH: Final = 100
LEAST, MOST = 1e-6, 1e3  # where a spread leaves this range, its line ends
MATRIX: Final = 2  # axes of the weights of a dense layer


@dataclass(frozen=True, kw_only=True)
class Initializer(Concept):
    """One initializer: `reference(shape, generator, …) -> weights`; `fast` with a generator of torch."""

    family: ClassVar[str] = "initializers"

    arguments: tuple[Argument, ...] = (
        Argument(name="shape", shapes=("(a,)",), meaning="of the weights: (out, in) or (out, in, *kernel)"),
        Argument(name="generator", shapes=("()",), meaning="of the random numbers"),
    )
    result: str = "weights of that shape"

    def picture(self) -> Picture:
        """Return how large the activations are, layer by layer, in two deep networks that start with it."""
        layers = np.arange(LAYERS + 1)
        nets: tuple[tuple[str, Callable[[Floats], Floats]], ...] = (
            ("tanh", np.tanh),
            ("ReLU", lambda z: np.maximum(0, z)),
        )
        spreads = {name: self.spreads(function) for name, function in nets}
        return Picture(
            alt=f"{self.title}: root mean square of the activations in {LAYERS} dense layers of {WIDTH} units. "
            + "; ".join(f"with {name} {one[0]:.2g} becomes {one[-1]:.2g}" for name, one in spreads.items())
            + ".",
            panels=tuple(
                Plot(
                    title=f"activations, {name}",
                    x_title="layer",
                    y_title="root mean square",
                    y_log=True,
                    y_range=(LEAST / 2, MOST * 2),
                    series=(
                        Series(name=self.title, x=layers, y=_shown(one), kind="line and dots"),
                        Series(name="He", x=layers, y=_spreads(_he, function), role="other", dashed=True),
                        Series(name="Xavier", x=layers, y=_spreads(_xavier, function), role="third", dashed=True),
                    ),
                )
                for (name, function), one in zip(nets, spreads.values(), strict=True)
            ),
        )

    def spreads(self, function: Callable[[Floats], Floats]) -> Floats:
        """Return the root mean square of the inputs and of the activations of each layer, (LAYERS + 1,)."""
        return _spreads(self.reference, function)


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return how many inputs a unit sums, and how many units an input feeds: kernels count with their whole size.

    Raises:
        ShapeError: there are fewer than two axes.

    Example:
        >>> fans((4, 3)), fans((16, 8, 3, 3))
        ((3, 4), (72, 144))
    """
    if len(shape) < MATRIX:
        raise ShapeError(
            f"fans expected shape (out, in) or (out, in, *kernel), got {shape}: initialize biases with zeros"
        )
    kernel = int(np.prod(shape[2:]))
    return shape[1] * kernel, shape[0] * kernel


def _shown(spreads: Floats) -> Floats:
    """Return the spreads up to the first outside the drawn range, which lies at its edge; then nothing."""
    outside = np.cumsum((spreads < LEAST) | (spreads > MOST))
    return np.where(np.cumsum(outside) > 1, np.nan, np.clip(spreads, LEAST, MOST))


def _spreads(draw: Callable[..., Floats], function: Callable[[Floats], Floats]) -> Floats:
    rng = np.random.default_rng(0)
    h = rng.normal(size=(WIDTH, WIDTH))
    found = [1.0]
    for _ in range(LAYERS):
        h = function(h @ draw((WIDTH, WIDTH), rng).T)
        found.append(float(np.sqrt((h**2).mean())))
    return np.array(found)


def _he(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    return rng.normal(0, (2 / WIDTH) ** 0.5, shape)


def _xavier(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    return rng.normal(0, (1 / WIDTH) ** 0.5, shape)

"""All activations of the catalogue and their derivatives side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.activations.catalogue import ACTIVATIONS
from pellucid.drawing.records import Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Floats = NDArray[np.float64]

ELEMENTWISE: Final = tuple(one for one in ACTIVATIONS if one.elementwise)
WIDTH_OF_STEP: Final = 1e-6
AGREES: Final = 1e-6
POINTS: Final = 401  # odd, so that 0 is one of them
"""Even, so that no point is 0, where many have their kink."""
QUARTER: Final = 1e-3
"""The points nearest to 0 lie a little beside it."""


@dataclass(frozen=True, kw_only=True)
class ActivationGallery(Experiment):
    """Compute every activation that acts on single numbers, and its derivative.

    Example:
        >>> result = ActivationGallery().run()
        >>> float(result["slopes"]["sigmoid"].max().round(3))
        0.25
    """

    name: ClassVar[str] = "activation_gallery"
    aliases: ClassVar[tuple[str, ...]] = ("activations side by side",)
    theme: ClassVar[str] = "activations"
    title: ClassVar[str] = "gallery of activations"
    question: ClassVar[str] = "How do the activations and their derivatives differ?"
    formula: ClassVar[str] = "a = f(z); the gradient that comes back is multiplied by f'(z)"
    latex: ClassVar[str] = r"a = f(z), \qquad \frac{\partial L}{\partial z} = f'(z)\, \frac{\partial L}{\partial a}"
    look_for: ClassVar[str] = (
        "Where the derivative lies on 0, no gradient comes through: both sides of sigmoid and tanh, the left side of "
        "ReLU. "
        "Sigmoid's derivative never passes 1/4. Raise `reach` to see where the smooth ones join ReLU."
    )
    source: ClassVar[str] = "The sources stand on the page of each activation."

    reach: float = parameter(4.0, "z is shown from -reach to reach", low=0.5, high=20)
    layers: int = parameter(10, "in a row, to compare what their steepest slopes let through", low=1, high=100)

    def run(self) -> Result:
        """Return z (n,), and the values and slopes (n,) of each activation."""
        z = np.linspace(-self.reach, self.reach, POINTS)
        values, slopes, differences = {}, {}, {}
        for one in ELEMENTWISE:
            values[one.name], slopes[one.name] = (np.asarray(part) for part in one.reference(z)[:2])
            after, before = (np.asarray(one.reference(z + side * WIDTH_OF_STEP)[0]) for side in (1, -1))
            away = np.all([np.abs(z - kink) > 2 * WIDTH_OF_STEP for kink in (*one.kinks, np.inf)], axis=0)
            central = (after - before) / (2 * WIDTH_OF_STEP)
            differences[one.name] = float(np.abs(central - slopes[one.name])[away].max())
        return Result(
            experiment=self,
            values={"z": z, "values": values, "slopes": slopes},
            claims=self._claims(values, slopes, differences),
            picture=self._picture(z, values, slopes),
            tables=(self._table(values, slopes),),
        )

    def _claims(
        self, values: dict[str, Floats], slopes: dict[str, Floats], differences: dict[str, float]
    ) -> tuple[Claim, ...]:
        worst = max(differences, key=differences.__getitem__)
        steepest = {name: float(slopes[name].max()) for name in ("sigmoid", "tanh")}
        asymmetry = {name: float(np.abs(one + one[::-1]).max()) for name, one in values.items()}
        odd = [one.name for one in ELEMENTWISE if one.odd]
        return (
            Claim(
                sentence="every derivative is the slope of its curve",
                holds=differences[worst] < AGREES,
                measured=f"{len(differences)} activations; the largest difference from central differences is "
                f"{differences[worst]:.1e} ({worst})",
            ),
            Claim(
                sentence="sigmoid's steepest slope is a quarter of tanh's",
                holds=bool(abs(4 * steepest["sigmoid"] - steepest["tanh"]) < QUARTER),
                measured=f"{steepest['sigmoid']:.4f} and {steepest['tanh']:.4f}; {self.layers} layers of sigmoid let "
                f"at most "
                f"{steepest['sigmoid'] ** self.layers:.1e} through",
            ),
            Claim(
                sentence=f"only {', '.join(odd)} are odd, with outputs centred on zero",
                holds=all((asymmetry[name] < AGREES) == (name in odd) for name in values),
                measured=f"largest |f(z) + f(-z)|: tanh {asymmetry['tanh']:.1e}, sigmoid {asymmetry['sigmoid']:.2f}, "
                f"relu {asymmetry['relu']:.2f}",
            ),
        )

    def _picture(self, z: Floats, values: dict[str, Floats], slopes: dict[str, Floats]) -> Picture:
        return Picture(
            alt=f"{len(values)} activations with their derivatives for z from {-self.reach:g} to {self.reach:g}: "
            f"sigmoid's derivative reaches {slopes['sigmoid'].max():.2f}, tanh's {slopes['tanh'].max():.2f}.",
            panels=tuple(
                Plot(
                    title=one.title,
                    x_title="z",
                    y_range=(-1.5, 2.5),
                    series=(
                        Series(name="f(z)", x=z, y=values[one.name]),
                        Series(name="f'(z)", x=z, y=slopes[one.name], role="other"),
                    ),
                )
                for one in ELEMENTWISE
            ),
            columns=4,
        )

    def _table(self, values: dict[str, Floats], slopes: dict[str, Floats]) -> Table:
        return Table(
            title=f"For z from {-self.reach:g} to {self.reach:g}",
            columns=("activation", "least value", "largest value", "largest slope", "saturates"),
            rows=tuple(
                (
                    one.title,
                    round(float(values[one.name].min()), 3),
                    round(float(values[one.name].max()), 3),
                    round(float(np.abs(slopes[one.name]).max()), 3),
                    one.saturates,
                )
                for one in ELEMENTWISE
            ),
        )

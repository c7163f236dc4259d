"""Preconditioning: divide each direction by its own curvature, and a narrow valley becomes a round bowl."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pellucid.drawing.records import Table
from pellucid.foundation.errors import RangeError
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter
from pellucid.laboratory.formulas import Function, objective
from pellucid.laboratory.jets import Floats
from pellucid.laboratory.optimization.descent_2d import VARIABLES, check_plane
from pellucid.laboratory.optimization.walks import Walk, counted, over_contours, walk

LOWER: Final = 0.9  # part of the condition number


@dataclass(frozen=True, kw_only=True)
class Preconditioning(Experiment):
    """Descend plainly, with the diagonal of the Hessian, and with the whole of it (Newton).

    Example:
        >>> result = Preconditioning().run()
        >>> [round(k, 3) for k in result["condition"]]
        [50.515, 1.22, 1.0]
    """

    name: ClassVar[str] = "preconditioning"
    aliases: ClassVar[tuple[str, ...]] = ("diagonal preconditioning", "Jacobi preconditioning")
    theme: ClassVar[str] = "optimization"
    title: ClassVar[str] = "preconditioning"
    question: ClassVar[str] = "How much of Newton's speed does the diagonal of the Hessian give?"
    formula: ClassVar[str] = "x <- x - rate grad f(x) / diag(H)"
    latex: ClassVar[str] = (
        r"\mathbf{x}_{t+1} = \mathbf{x}_t - \eta\, \mathrm{diag}(\mathbf{H})^{-1} \nabla f(\mathbf{x}_t)"
    )
    look_for: ClassVar[str] = (
        "Dividing by the diagonal costs as much as the gradient itself, and removes differences of scale: this is what "
        "Adagrad and Adam imitate, and what standardised inputs do beforehand. It cannot turn a valley that lies "
        "askew: raise the mixed term to 6*x1*x2 and watch its condition number grow again. The whole Hessian can, at "
        "the price of a linear system in each step."
    )
    source: ClassVar[str] = "C. G. J. Jacobi, 1845; Y. LeCun et al., Efficient BackProp, 1998."

    function: Function = parameter("0.5*x1**2 + 25*x2**2 + 0.7*x1*x2", "a function f of x1 and x2")
    start: tuple[float, ...] = parameter((-8.0, -3.0), "where the walks begin", low=-100, high=100)
    tolerance: float = parameter(1e-6, "the length of the gradient that counts as arrived", low=1e-12, high=1)
    steps: int = parameter(500, "at most so many steps", low=5, high=1000)

    def __post_init__(self) -> None:
        """Check that the start is a point of the plane."""
        super().__post_init__()
        check_plane(self.name, self.start)

    def run(self) -> Result:
        """Return steps to the tolerance and condition numbers of the three, and their walks.

        Raises:
            RangeError: the function has no curvature at the start.
        """
        f = objective(self.function, VARIABLES)
        hessian = f.hessian(*self.start)
        if not np.isfinite(hessian).all():
            raise RangeError(
                f"{self.name} expected a start where the function has curvatures, got {f.text} at {self.start}: start "
                "elsewhere"
            )
        scale = np.sqrt(np.maximum(np.abs(np.diag(hessian)), 1e-12))
        scaled = hessian / np.outer(scale, scale)  # what descent sees after x = x' / scale
        rates = [_best_rate(matrix) for matrix in (hessian, scaled)]
        moves = {
            "plain": lambda x, g, t: x - rates[0] * g,
            "diagonal": lambda x, g, t: x - rates[1] * g / scale**2,
            "Newton": lambda x, g, t: x - np.linalg.pinv(f.hessian(*x)) @ g,
        }
        walks = {name: walk(f, self.start, move, self.steps) for name, move in moves.items()}
        taken = [one.first(one.slope <= self.tolerance) for one in walks.values()]
        condition = [_condition(hessian), _condition(scaled), 1.0]
        told = ", ".join(f"{name} {counted(n, self.steps)}" for name, n in zip(walks, taken, strict=True))
        rows = [(name, k, counted(n, self.steps)) for name, k, n in zip(walks, condition, taken, strict=True)]
        shown = {name: _until(one, n) for (name, one), n in zip(walks.items(), taken, strict=True)}
        return Result(
            experiment=self,
            values={"steps": taken, "condition": condition, "walks": {name: one.x for name, one in walks.items()}},
            claims=self._claims(taken, condition),
            picture=over_contours(f, shown, f"Steps to a gradient of {self.tolerance:g}: {told}."),
            tables=(Table(title="Until arrived", columns=("walk", "condition number", "took"), rows=tuple(rows)),),
        )

    def _claims(self, taken: list[int | None], condition: list[float]) -> tuple[Claim, ...]:
        plain, diagonal, newton = (self.steps + 1 if n is None else n for n in taken)
        return (
            Claim(
                sentence="the diagonal lowers the condition number to a tenth or less",
                holds=condition[1] <= LOWER * condition[0],
                measured=f"from {condition[0]:.4g} to {condition[1]:.4g}",
            ),
            Claim(
                sentence="the diagonal saves at least four in five steps",
                holds=diagonal * 5 <= plain and diagonal <= self.steps,
                measured=f"{counted(taken[0], self.steps)} plainly, {counted(taken[1], self.steps)} with the diagonal",
            ),
            Claim(
                sentence="on a quadratic function Newton arrives in one step",
                holds=newton == 1,
                measured=f"{counted(taken[2], self.steps)}",
            ),
        )


def _condition(matrix: Floats) -> float:
    curvatures = np.abs(np.linalg.eigvalsh(matrix))
    return float(curvatures.max() / max(curvatures.min(), 1e-300))


def _best_rate(matrix: Floats) -> float:
    """Return 2 / (least + largest curvature), the best constant rate on a quadratic function."""
    curvatures = np.abs(np.linalg.eigvalsh(matrix))
    return float(2 / max(curvatures.min() + curvatures.max(), 1e-12))


def _until(path: Walk, arrived: int | None) -> Walk:
    """Return a walk up to where it arrived."""
    end = None if arrived is None else arrived + 1
    return Walk(x=path.x[:end], f=path.f[:end], gradient=path.gradient[:end], left=path.left)

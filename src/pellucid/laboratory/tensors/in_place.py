"""Operations in place and autograd: which are refused, which are fine, and which silently give a wrong gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from pellucid.drawing.records import Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

if TYPE_CHECKING:
    from torch import Tensor


def _new_tensor(x: Tensor) -> Tensor:
    return x.exp() + 1


def _exp_then_add(x: Tensor) -> Tensor:
    return x.exp().add_(1)


def _times_then_add(x: Tensor) -> Tensor:
    return (x * 2).add_(1)


def _leaf(x: Tensor) -> Tensor:
    return x.add_(1)


def _behind_its_back(x: Tensor) -> Tensor:
    y = x.exp()
    y.data.add_(1)
    return y


CASES: Final[tuple[tuple[str, Callable[[Tensor], Tensor], Callable[[float], float]], ...]] = (
    ("y = x.exp() + 1", _new_tensor, np.exp),
    ("y = x.exp(); y += 1", _exp_then_add, np.exp),
    ("y = x * 2; y += 1", _times_then_add, lambda x: 2.0),
    ("x += 1", _leaf, lambda x: 1.0),
    ("y = x.exp(); y.data += 1", _behind_its_back, np.exp),
)
"""Code, itself, and the true derivative."""


@dataclass(frozen=True, kw_only=True)
class InPlace(Experiment):
    """Compute exp(x) + 1 and x 2 + 1 in several ways and ask for the gradient.

    Example:
        >>> result = InPlace(x=0.0).run()
        >>> result["gradients"]["y = x.exp() + 1"], result["gradients"]["y = x.exp(); y.data += 1"]
        (1.0, 2.0)
    """

    name: ClassVar[str] = "in_place"
    aliases: ClassVar[tuple[str, ...]] = ("inplace operation", "modified by an inplace operation")
    theme: ClassVar[str] = "tensors"
    title: ClassVar[str] = "in-place operations and autograd"
    question: ClassVar[str] = "When does changing a tensor in place break its gradient?"
    formula: ClassVar[str] = "d exp(x)/dx = exp(x) = y: autograd keeps y itself; y += 1 destroys what backward needs"
    latex: ClassVar[str] = r"y = e^x, \quad \frac{dy}{dx} = y"
    look_for: ClassVar[str] = (
        "exp keeps its own result for the way back, a product with a constant does not: so the same y += 1 breaks one "
        "and not the other. Writing through .data passes the guard, and the gradient is wrong without a word."
    )
    source: ClassVar[str] = "PyTorch documentation, In-place operations with autograd."

    x: float = parameter(1.0, "where the gradient is taken", low=-5, high=5)

    def run(self) -> Result:
        """Return for each way the gradient (None where refused), the true one, and what PyTorch said."""
        gradients: dict[str, float | None] = {}
        errors: dict[str, str] = {}
        true = {code: float(derivative(self.x)) for code, _, derivative in CASES}
        for code, function, _ in CASES:
            gradients[code], errors[code] = self._try(function)
        exp, product, leaf, data = (code for code, _, _ in CASES[1:])
        wrong = gradients[data]
        claims = (
            Claim(
                sentence="changing what backward needs is refused",
                holds=gradients[exp] is None and "inplace operation" in errors[exp],
                measured=f"{exp}: {errors[exp] or gradients[exp]}",
            ),
            Claim(
                sentence="changing what backward does not need is fine",
                holds=gradients[product] == true[product],
                measured=f"{product}: gradient {gradients[product]:g}",
            ),
            Claim(
                sentence="a leaf that wants a gradient cannot be changed in place",
                holds=gradients[leaf] is None and "leaf" in errors[leaf],
                measured=f"{leaf} at x = {self.x:g}: {errors[leaf]}",
            ),
            Claim(
                sentence="writing through .data gives a wrong gradient without a word",
                holds=wrong is not None and not np.isclose(wrong, true[data]),
                measured=f"{data}: gradient {wrong:.6g}, true {true[data]:.6g}",
            ),
        )
        said = {code: "refused" if gradients[code] is None else f"{gradients[code]:.6g}" for code in gradients}
        rows = tuple((code, said[code], true[code], errors[code]) for code in gradients)
        columns = ("code", "gradient", "true gradient", "what PyTorch says")
        return Result(
            experiment=self,
            values={"gradients": gradients, "true": true, "errors": errors},
            claims=claims,
            picture=_picture(gradients, true),
            tables=(Table(title="ways", columns=columns, rows=rows),),
        )

    def _try(self, function: Callable[[Tensor], Tensor]) -> tuple[float | None, str]:
        """Return the gradient at x, and an empty text; or None, and what PyTorch says."""
        import torch

        x = torch.tensor(self.x, dtype=torch.float64, requires_grad=True)
        try:
            (gradient,) = torch.autograd.grad(function(x), x)
        except RuntimeError as error:
            return None, str(error).partition(". Hint")[0]
        return float(gradient), ""


def _picture(gradients: dict[str, float | None], true: dict[str, float]) -> Picture:
    codes = np.array(list(gradients))
    given = np.array([np.nan if one is None else one for one in gradients.values()])
    bars = (
        Series(name="gradient given", x=codes, y=given, kind="bars"),
        Series(name="true gradient", x=codes, y=np.array(list(true.values())), kind="bars", role="quiet"),
    )
    refused = [code for code, one in gradients.items() if one is None]
    return Picture(
        alt=f"Gradients of five ways beside the true ones; refused: {', '.join(refused)}; wrong: the last one.",
        panels=(Plot(title="gradient; no bar: refused", series=bars),),
    )

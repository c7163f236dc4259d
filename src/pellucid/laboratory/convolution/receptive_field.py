"""How many input cells one output cell sees: by depth, by stride, by dilation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.concept import Floats
from pellucid.concepts.layers.convolution.convolution import convolution_reference, convolution_reference_backward
from pellucid.drawing.records import ROLES, Cells, Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

Plan = tuple[tuple[int, int], ...]
"""Stride and dilation of each layer."""
MOST_SHOWN: Final = 41
"""Cells to each side of the middle in the picture."""


@dataclass(frozen=True, kw_only=True)
class ReceptiveField(Experiment):
    """Send a gradient back from one output cell and count the input cells that it reaches.

    Example:
        >>> result = ReceptiveField(depth=3).run()
        >>> result["plain"].tolist(), result["stride"].tolist(), result["dilation"].tolist()
        ([3, 5, 7], [3, 7, 15], [3, 7, 15])
    """

    name: ClassVar[str] = "receptive_field"
    aliases: ClassVar[tuple[str, ...]] = ("field of view", "dilated convolution")
    theme: ClassVar[str] = "convolution"
    title: ClassVar[str] = "the receptive field"
    question: ClassVar[str] = "How fast does the part of the input that one output sees grow with depth?"
    formula: ClassVar[str] = "r = 1 + sum over layers l of d_l (k - 1) s_1 ... s_(l-1)"
    latex: ClassVar[str] = r"r = 1 + \sum_{l} d_l (k - 1) \prod_{i<l} s_i"
    look_for: ClassVar[str] = (
        "Plain layers add k - 1 cells each. Strides or dilations that double with depth double the field. Dilation "
        "keeps the resolution, stride does not. With kernel=2 and depth=8 dilated layers see 256 places, as in WaveNet."
    )
    source: ClassVar[str] = "F. Yu, V. Koltun, Multi-scale context aggregation by dilated convolutions, 2016."

    kernel: int = parameter(3, "length of every kernel", low=2, high=7)
    depth: int = parameter(6, "how many layers", low=1, high=8)
    factor: int = parameter(2, "stride of each layer, and growth of the dilation from layer to layer", low=2, high=3)

    def run(self) -> Result:
        """Return the counted field of each depth for plain, strided and dilated layers."""
        plans: dict[str, Plan] = {
            "plain": ((1, 1),) * self.depth,
            "stride": ((self.factor, 1),) * self.depth,
            "dilation": tuple((1, self.factor**layer) for layer in range(self.depth)),
        }
        depths = np.arange(1, self.depth + 1, dtype=np.int64)
        counted = {name: np.array([self._count(plan[:depth]) for depth in depths]) for name, plan in plans.items()}
        law = {name: np.array([self._law(plan[:depth]) for depth in depths]) for name, plan in plans.items()}
        wrong = sum(int((counted[name] != law[name]).sum()) for name in plans)
        return Result(
            experiment=self,
            values={**counted, "formula": law["dilation"]},
            claims=self._claims(counted, wrong),
            tables=(
                Table(
                    title="input cells that one output sees",
                    columns=("layers", "plain", "stride", "dilation"),
                    rows=tuple((int(d), *(int(counted[name][d - 1]) for name in plans)) for d in depths),
                ),
            ),
            picture=self._picture(depths, counted),
        )

    def _claims(self, counted: dict[str, NDArray[np.int64]], wrong: int) -> tuple[Claim, ...]:
        growth = {name: float(sizes[-1] / sizes[0]) for name, sizes in counted.items()}
        return (
            Claim(
                sentence="the cells that a gradient reaches are as many as the formula says",
                holds=wrong == 0,
                measured=f"{wrong} of {3 * self.depth} counts differ; the largest field is {counted['dilation'][-1]}",
            ),
            Claim(
                sentence="plain depth adds the same number of cells with every layer",
                holds=bool((np.diff(counted["plain"]) == self.kernel - 1).all()),
                measured=f"{counted['plain'].tolist()}, {self.kernel - 1} more each time",
            ),
            Claim(
                sentence="strides and dilations that multiply outgrow plain depth",
                holds=self.depth > 1 and min(growth["stride"], growth["dilation"]) > growth["plain"],
                measured=f"{self.depth} layers: plain {counted['plain'][-1]}, stride {counted['stride'][-1]}, "
                f"dilation {counted['dilation'][-1]}",
            ),
        )

    def _count(self, plan: Plan) -> int:
        return int((self._reach(plan) != 0).sum())

    def _reach(self, plan: Plan) -> Floats:
        """Return the gradient by the input of the single output that an input of exactly this size has."""
        x, w = np.ones((1, 1, self._law(plan))), np.ones((1, 1, self.kernel))
        inputs = []
        for stride, dilation in plan:
            inputs.append(x)
            x = convolution_reference(x, w, stride=stride, dilation=dilation) / self.kernel
        gradient = np.ones_like(x)
        for (stride, dilation), layer_input in zip(reversed(plan), reversed(inputs), strict=True):
            gradient = convolution_reference_backward(gradient, layer_input, w, stride=stride, dilation=dilation)[0]
        return np.asarray(gradient[0, 0])

    def _law(self, plan: Plan) -> int:
        field, jump = 1, 1
        for stride, dilation in plan:
            field, jump = field + dilation * (self.kernel - 1) * jump, jump * stride
        return field

    def _picture(self, depths: NDArray[np.int64], counted: dict[str, NDArray[np.int64]]) -> Picture:
        series = tuple(
            Series(name=name, x=depths, y=sizes, kind="line and dots", role=role, dashed=name == "dilation")
            for (name, sizes), role in zip(counted.items(), ROLES, strict=False)
        )
        shown = np.full((self.depth, MOST_SHOWN), np.nan)
        middle = MOST_SHOWN // 2
        for depth in depths:
            half = min((int(counted["plain"][depth - 1]) - 1) // 2, middle)
            shown[depth - 1, middle - half : middle + half + 1] = 0.5
        wide = counted["plain"][-1], counted["stride"][-1], counted["dilation"][-1]
        return Picture(
            alt=f"Receptive field against depth for kernels of {self.kernel}: after {self.depth} layers it is "
            f"{wide[0]} cells for plain layers, {wide[1]} with stride {self.factor}, {wide[2]} with growing dilation.",
            panels=(
                Plot(x_title="layers", y_title="input cells that one output sees", series=series, y_log=True),
                Cells(
                    values=shown,
                    title="plain: cells seen, by depth",
                    numbers=False,
                    low=0.0,
                    high=1.0,
                    row_names=tuple(str(int(one)) for one in depths),
                ),
            ),
            columns=1,
        )

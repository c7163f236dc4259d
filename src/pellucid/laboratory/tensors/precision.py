"""How many digits and how much range the float types have, and what a long sum makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np

from pellucid.concepts.concept import Floats
from pellucid.drawing.records import ROLES, Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

TYPES: Final = ("float16", "bfloat16", "float32", "float64")
POINTS: Final = 200  # of each drawn curve
HALF: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class Precision(Experiment):
    """Add the same number again and again in four types.

    Example:
        >>> result = Precision(terms=5000).run()
        >>> result["sums"]["float16"][-1], result["sums"]["bfloat16"][-1]
        (np.float64(256.0), np.float64(32.0))
    """

    name: ClassVar[str] = "precision"
    aliases: ClassVar[tuple[str, ...]] = ("floating point", "bfloat16", "mixed precision", "machine epsilon")
    theme: ClassVar[str] = "tensors"
    title: ClassVar[str] = "the limits of floating-point types"
    question: ClassVar[str] = "Which digits and which range do float16, bfloat16, float32 and float64 have?"
    formula: ClassVar[str] = "fl(s + a) = s as soon as a < eps s / 2: a running sum stands still"
    latex: ClassVar[str] = (
        r"\mathrm{fl}(s + a) = s \quad\text{if}\quad a < \frac{\varepsilon}{2}\, 2^{\lfloor \log_2 s \rfloor}"
    )
    look_for: ClassVar[str] = (
        "The sums of the 16-bit types stop growing: each further term is smaller than half the gap to the next number. "
        "float16 also ends at 65504; bfloat16 has the range of float32 and fewer digits. Sums are therefore "
        "accumulated in float32, as torch.sum does."
    )
    source: ClassVar[str] = (
        "IEEE 754; D. Goldberg, What every computer scientist should know about floating-point, 1991."
    )

    term: float = parameter(0.1, "the number that is added", low=1e-3, high=10)
    terms: int = parameter(10_000, "how often", low=10, high=50_000)

    def run(self) -> Result:
        """Return running sums (terms,) by type, eps and largest number by type, and the sums of torch.sum."""
        import torch

        kinds = {name: getattr(torch, name) for name in TYPES}
        infos = {name: torch.finfo(kind) for name, kind in kinds.items()}
        sums = {name: _running(self.term, self.terms, name) for name in TYPES}
        whole = {name: float(torch.full((self.terms,), self.term, dtype=kind).sum()) for name, kind in kinds.items()}
        rows = tuple(
            (name, infos[name].bits, infos[name].eps, infos[name].max, float(sums[name][-1]), whole[name])
            for name in TYPES
        )
        columns = ("type", "bits", "eps", "largest", "running sum", "torch.sum")
        return Result(
            experiment=self,
            values={"sums": sums, "torch_sums": whole, "eps": {name: infos[name].eps for name in TYPES}},
            claims=self._claims(infos, sums, whole),
            picture=self._picture(sums),
            tables=(Table(title="types", columns=columns, rows=rows),),
        )

    def _claims(self, infos: dict[str, Any], sums: dict[str, Floats], whole: dict[str, float]) -> tuple[Claim, ...]:
        import torch

        kinds = {name: getattr(torch, name) for name in TYPES}
        true = self.term * self.terms
        beyond = {name: float(torch.tensor(60000.0, dtype=kind) * 2) for name, kind in kinds.items()}
        lost = {
            name: float(torch.tensor(1.0, dtype=kind) + torch.tensor(infos[name].eps * HALF, dtype=kind))
            for name, kind in kinds.items()
        }
        stuck = {name: int(np.argmax(one == one[-1])) + 1 for name, one in sums.items()}
        return (
            Claim(
                sentence="eps is 2⁻¹⁰ in float16, 2⁻⁷ in bfloat16, 2⁻²³ in float32; 1 + eps/2 is 1",
                holds=[infos[name].eps for name in TYPES[:3]] == [2.0**-10, 2.0**-7, 2.0**-23]
                and set(lost.values()) == {1.0},
                measured=", ".join(f"{name} {infos[name].eps:.3g}" for name in TYPES),
            ),
            Claim(
                sentence="60000 · 2 overflows float16 and not bfloat16",
                holds=bool(np.isinf(beyond["float16"]) and np.isfinite(beyond["bfloat16"])),
                measured=", ".join(f"{name} {value:g}" for name, value in beyond.items()),
            ),
            Claim(
                sentence=f"a running sum of {self.terms} times {self.term:g} stands still in the 16-bit types",
                holds=stuck["float16"] < self.terms and stuck["bfloat16"] < self.terms,
                measured=f"{true:g} is true; float16 stays at {sums['float16'][-1]:g} from term {stuck['float16']}, "
                f"bfloat16 at {sums['bfloat16'][-1]:g} from term {stuck['bfloat16']}",
            ),
            Claim(
                sentence="torch.sum adds 16-bit numbers in float32 and comes within 1 %",
                holds=all(abs(whole[name] / true - 1) < 0.01 for name in TYPES),  # noqa: PLR2004  # as the sentence says
                measured=", ".join(f"{name} {value:g}" for name, value in whole.items()),
            ),
        )

    def _picture(self, sums: dict[str, Floats]) -> Picture:
        at = np.unique(np.linspace(0, self.terms - 1, POINTS).astype(int))
        drawn = [
            Series(name=name, x=at + 1.0, y=one[at], role=role, dashed=name == "float64")
            for (name, one), role in zip(sums.items(), ROLES, strict=False)
        ]
        errors = [
            Series(name=name, x=at + 1.0, y=np.abs(one[at] / ((at + 1) * self.term) - 1) + 1e-17, role=role)
            for (name, one), role in zip(sums.items(), ROLES, strict=False)
        ]
        last = ", ".join(f"{name} {one[-1]:.6g}" for name, one in sums.items())
        return Picture(
            alt=f"Running sum of {self.term:g}, {self.terms} times: {last}.",
            panels=(
                Plot(title="running sum", x_title="terms", series=tuple(drawn)),
                Plot(title="relative error", x_title="terms", series=tuple(errors), y_log=True, x_log=True),
            ),
        )


def _running(term: float, terms: int, kind: str) -> Floats:
    """Return the running sums, each rounded to the type before the next term is added."""
    import torch

    step, total = (torch.tensor(value, dtype=getattr(torch, kind)) for value in (term, 0.0))
    sums = np.empty(terms)
    for place in range(terms):
        total = total + step
        sums[place] = total.item()
    return sums

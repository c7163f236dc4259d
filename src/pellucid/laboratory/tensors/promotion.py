"""Which type comes out of two types, and which additions in place PyTorch refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Cells, Picture, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

if TYPE_CHECKING:
    from torch import Tensor

TYPES: Final = ("bool", "uint8", "int32", "int64", "float16", "bfloat16", "float32", "float64")
ODD: Final = 2049  # 2^11 + 1: the first whole number that float16 cannot hold


@dataclass(frozen=True, kw_only=True)
class Promotion(Experiment):
    """Add every type to every type, once into a new tensor and once in place.

    Example:
        >>> result = Promotion(left="int64", right="float32").run()
        >>> str(result["types"][3, 6]), bool(result["in_place"][3, 6])
        ('float32', False)
    """

    name: ClassVar[str] = "promotion"
    aliases: ClassVar[tuple[str, ...]] = ("dtype promotion", "result_type")
    theme: ClassVar[str] = "tensors"
    title: ClassVar[str] = "types and their promotion"
    question: ClassVar[str] = "What type has the sum of an int and a float tensor, and when is it refused?"
    formula: ClassVar[str] = "type(a + b) = the smallest type of the higher kind (bool < int < float) that holds both"
    latex: ClassVar[str] = r"\mathrm{type}(a + b) = \mathrm{promote}(\mathrm{type}(a), \mathrm{type}(b))"
    look_for: ClassVar[str] = (
        "Empty cells of a += b: a float result does not fit into an int tensor, and PyTorch says so instead of "
        "rounding. Nothing protects the digits, though: int64 plus float16 is float16, which counts 2048, 2050, 2052."
    )
    source: ClassVar[str] = "PyTorch documentation, Tensor Attributes: type promotion."

    left: str = parameter("int64", "the type of a", choices=TYPES)
    right: str = parameter("float32", "the type of b", choices=TYPES)
    number: float = parameter(1.5, "what b holds", low=-100, high=100)

    def run(self) -> Result:
        """Return types and bits of a + b, and whether a += b works, each (8, 8): row a, column b."""
        import torch

        types = np.array([[_name(_ones(a) + _ones(b)) for b in TYPES] for a in TYPES])
        bits = np.array([[(_ones(a) + _ones(b)).element_size() * 8 for b in TYPES] for a in TYPES])
        works = np.array([[_error(_ones(a), _ones(b)) == "" for b in TYPES] for a in TYPES])
        a = torch.tensor([1, 2, 3], dtype=getattr(torch, self.left))
        b = torch.tensor([self.number] * 3).to(getattr(torch, self.right))
        before, total = a.tolist(), a + b
        refused = _error(a, b)
        values = {"types": types, "bits": bits, "in_place": works, "sum": total.tolist(), "error": refused}
        return Result(
            experiment=self,
            values=values,
            claims=self._claims(types, works, before, b.tolist(), refused),
            picture=_picture(bits, works),
            tables=(Table(title="type of a + b", columns=("a \\ b", *TYPES), rows=_rows(types)),),
        )

    def _claims(
        self, types: NDArray[Any], works: NDArray[Any], before: list[float], added: list[float], refused: str
    ) -> tuple[Claim, ...]:
        result = str(types[TYPES.index(self.left), TYPES.index(self.right)])
        into = f"{self.left} {before} += {self.right} {added}"
        fits = {(a, b): types[i, j] for i, a in enumerate(TYPES) for j, b in enumerate(TYPES)}
        same_kind = np.array([[_kind(a) >= _kind(fits[a, b]) for b in TYPES] for a in TYPES])
        return (
            Claim(
                sentence=f"{self.right} cannot be added in place into a tensor of {self.left}",
                holds=bool(refused),
                measured=f"{into}: {refused or 'it went through'}",
            ),
            Claim(
                sentence=f"{self.left} + {self.right} gives the same type as {self.right} + {self.left}",
                holds=bool((types == types.T).all()),
                measured=f"{result}; {int((types == types.T).sum())} of {types.size} pairs agree with their swap",
            ),
            Claim(
                sentence="in place is refused exactly where the result is of a higher kind (bool < int < float)",
                holds=bool((works == same_kind).all()),
                measured=f"{int((~works).sum())} of {works.size} pairs are refused",
            ),
            *_fixed_claims(),
        )


def _fixed_claims() -> tuple[Claim, ...]:
    """Return those that hang on no parameter."""
    import torch

    scalar = torch.ones(3) + float(np.pi)
    halves = torch.ones(1, dtype=torch.float16) + torch.ones(1, dtype=torch.bfloat16)
    odd = (torch.tensor([ODD]) + torch.zeros(1, dtype=torch.float16)).item()
    return (
        Claim(
            sentence="a Python number does not widen a tensor of its kind",
            holds=scalar.dtype == torch.float32,
            measured=f"float32 tensor + 3.14… (64 bits) is {_name(scalar)}",
        ),
        Claim(
            sentence="float16 + bfloat16 gives float32, the smallest type that holds both",
            holds=halves.dtype == torch.float32,
            measured=f"it is {_name(halves)}",
        ),
        Claim(
            sentence="promotion keeps every digit",
            holds=odd == ODD,
            measured=f"int64 {ODD} + float16 0 is {odd:g}",
            expected=False,
        ),
    )


def _ones(kind: str) -> Tensor:
    import torch

    return torch.ones(2, dtype=getattr(torch, kind))


def _name(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _kind(name: str) -> int:
    return 0 if name == "bool" else 2 if "float" in name else 1


def _error(a: Tensor, b: Tensor) -> str:
    """Return what PyTorch says to a += b; empty: it works."""
    try:
        a += b
    except RuntimeError as error:
        return f"RuntimeError: {error}"
    return ""


def _rows(types: NDArray[Any]) -> tuple[tuple[str, ...], ...]:
    return tuple((name, *map(str, row)) for name, row in zip(TYPES, types, strict=True))


def _picture(bits: NDArray[Any], works: NDArray[Any]) -> Picture:
    refused = tuple((int(i), int(j)) for i, j in np.argwhere(~works))
    panels = (
        Cells(title="bits of a + b", values=bits, row_names=TYPES, column_names=TYPES),
        Cells(
            title="bits of a after a += b; framed and empty: refused",
            values=np.where(works, bits.diagonal()[:, None], np.nan),
            marked=refused,
            row_names=TYPES,
            column_names=TYPES,
        ),
    )
    return Picture(
        alt=f"Eight types against eight: the bits of each sum, and the {len(refused)} additions in place that are "
        f"refused.",
        panels=panels,
        columns=1,
    )

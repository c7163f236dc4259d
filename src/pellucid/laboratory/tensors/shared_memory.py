"""Which operations share memory with what they came from: change one, and see whether the other changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from pellucid.drawing.records import Cells, Frame, Picture, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

if TYPE_CHECKING:
    from torch import Tensor

ROWS, COLUMNS = 2, 3
OPERATIONS: Final[tuple[tuple[str, bool, Callable[[Any, Tensor], Any]], ...]] = (
    ("torch.from_numpy(a)", True, lambda a, t: t),
    ("torch.as_tensor(a)", True, lambda a, t: _as_tensor(a)),
    ("torch.tensor(a)", False, lambda a, t: t.new_tensor(a)),
    ("t.numpy()", True, lambda a, t: t.numpy()),
    ("t[:, :]", True, lambda a, t: t[:, :]),
    ("t.view(6)", True, lambda a, t: t.view(6)),
    ("t.T", True, lambda a, t: t.T),
    ("t.detach()", True, lambda a, t: t.detach()),
    ("t.reshape(6)", True, lambda a, t: t.reshape(6)),
    ("t.T.reshape(6)", False, lambda a, t: t.T.reshape(6)),
    ("t.contiguous()", True, lambda a, t: t.contiguous()),
    ("t.T.contiguous()", False, lambda a, t: t.T.contiguous()),
    ("t[[0, 1]]", False, lambda a, t: t[[0, 1]]),
    ("t + 0", False, lambda a, t: t + 0),
    ("t.clone()", False, lambda a, t: t.clone()),
)
"""Code, what is known of it, and itself; `a` is a NumPy array, `t` the tensor made of it."""


@dataclass(frozen=True, kw_only=True)
class SharedMemory(Experiment):
    """Write one number into a NumPy array and look at fifteen tensors that came from it.

    Example:
        >>> result = SharedMemory().run()
        >>> result["shares"]["t.reshape(6)"], result["shares"]["t.T.reshape(6)"]
        (True, False)
    """

    name: ClassVar[str] = "shared_memory"
    aliases: ClassVar[tuple[str, ...]] = ("views and copies", "from_numpy")
    theme: ClassVar[str] = "tensors"
    title: ClassVar[str] = "memory that is shared, and memory that is copied"
    question: ClassVar[str] = "If I change the array, which of the tensors made from it change too?"
    formula: ClassVar[str] = "address of t[i, j] = start + i stride_0 + j stride_1; a view has the same start"
    latex: ClassVar[str] = r"\mathrm{address}(t_{ij}) = \mathrm{start} + i\,s_0 + j\,s_1"
    look_for: ClassVar[str] = (
        "Step through the operations: the framed cell is where the written number arrived. reshape and contiguous are "
        "the treacherous ones: they share where they can and copy where they must."
    )
    source: ClassVar[str] = "PyTorch documentation, Tensor Views; NumPy documentation, Copies and views."

    written: float = parameter(99.0, "the number that is written into the array afterwards", low=10, high=1000)

    def run(self) -> Result:
        """Return for each operation whether it shares memory, and what it holds after the array was written to."""
        shares: dict[str, bool] = {}
        held: dict[str, NDArray[Any]] = {}
        strides: dict[str, str] = {}
        for code, _, operation in OPERATIONS:
            shares[code], held[code], strides[code] = self._try(operation)
        wrong = [code for code, known, _ in OPERATIONS if shares[code] is not known]
        added = self._added_in_place()
        claims = (
            Claim(
                sentence="views share memory, operations that compute make a new tensor",
                holds=not wrong,
                measured=f"{sum(shares.values())} of {len(shares)} share; otherwise than known: {wrong or 'none'}",
            ),
            Claim(
                sentence="reshape shares where the numbers lie in order, and copies where they do not",
                holds=shares["t.reshape(6)"] and not shares["t.T.reshape(6)"],
                measured=f"reshape(6) shares: {shares['t.reshape(6)']}; T.reshape(6) shares: "
                f"{shares['t.T.reshape(6)']}",
            ),
            Claim(
                sentence="t += 1 keeps the memory, t = t + 1 leaves it",
                holds=added == (1.0, 0.0),
                measured=f"the array's first 0 became {added[0]:g} by t += 1, and {added[1]:g} by t = t + 1",
            ),
        )
        rows = tuple((code, shares[code], strides[code], float(held[code][0])) for code, _, _ in OPERATIONS)
        columns = ("operation", "shares memory", "strides", "first number afterwards")
        return Result(
            experiment=self,
            values={"shares": shares, "held": held},
            claims=claims,
            picture=self._picture(shares, held),
            tables=(Table(title="operations", columns=columns, rows=rows),),
        )

    def _try(self, operation: Callable[[Any, Tensor], Any]) -> tuple[bool, NDArray[Any], str]:
        import torch

        a = np.arange(ROWS * COLUMNS, dtype=np.float32).reshape(ROWS, COLUMNS)
        made = operation(a, torch.from_numpy(a))
        a[0, 0] = self.written
        strides = made.stride() if isinstance(made, torch.Tensor) else tuple(s // made.itemsize for s in made.strides)
        flat = np.asarray(made).ravel().copy()
        return bool(flat[0] == self.written), flat, str(strides)

    def _added_in_place(self) -> tuple[float, float]:
        """Return the first number of the array after t += 1, and after t = t + 1."""
        import torch

        a, b = np.zeros(2), np.zeros(2)
        t, s = torch.from_numpy(a), torch.from_numpy(b)
        t += 1
        s = s + 1
        return float(a[0]), float(b[0])

    def _picture(self, shares: dict[str, bool], held: dict[str, NDArray[Any]]) -> Picture:
        a = np.arange(float(ROWS * COLUMNS)).reshape(ROWS, COLUMNS)
        a[0, 0] = self.written
        frames = tuple(
            Frame(
                label=code,
                note=f"{code} {'shares the memory' if shares[code] else 'is a copy'}: its first number is "
                f"{held[code][0]:g}",
                panels=(
                    Cells(title="array a, after a[0, 0] was written", values=a, marked=((0, 0),), high=self.written),
                    Cells(
                        title="the result, number by number",
                        values=held[code][None, :],
                        marked=((0, 0),) if shares[code] else (),
                        high=self.written,
                    ),
                ),
            )
            for code in shares
        )
        count = sum(shares.values())
        return Picture(
            alt=f"{self.written:g} is written into an array: it arrives in {count} of {len(shares)} results made "
            f"before.",
            frames=frames,
        )


def _as_tensor(a: Any) -> Tensor:
    import torch

    return torch.as_tensor(a)

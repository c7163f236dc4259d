"""Moving tensors between devices and types: what is copied, what stays itself, what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from pellucid.drawing.records import Picture, Plot, Series, Table
from pellucid.laboratory.experiment import Claim, Experiment, Result, parameter

if TYPE_CHECKING:
    from torch import Tensor

META: Final = "meta"
"""PyTorch's device without memory: shapes and types alone, on every machine."""


@dataclass(frozen=True, kw_only=True)
class Devices(Experiment):
    """Move one tensor everywhere that this machine offers, and look for copies.

    Example:
        >>> result = Devices().run()
        >>> result["devices"][0], result["same"]["t.to('cpu')"]
        ('cpu', True)
    """

    name: ClassVar[str] = "devices"
    aliases: ClassVar[tuple[str, ...]] = ("device moves", "to", "cuda")
    theme: ClassVar[str] = "tensors"
    title: ClassVar[str] = "devices, and what a move copies"
    question: ClassVar[str] = "When does .to(...) copy, and what happens to a tensor and to a module that are moved?"
    formula: ClassVar[str] = "t.to(device, dtype) is t where both are t's own; else a new tensor"
    latex: ClassVar[str] = r"t.\mathrm{to}(d, \tau) = t \;\text{ if }\; (d, \tau) = (d_t, \tau_t)"
    look_for: ClassVar[str] = (
        "Calls without a bar are free: the tensor itself comes back. Where there is a GPU, its moves are in the "
        "list too; "
        "each copies all bytes over the bus, which is why batches are moved once and losses are read rarely."
    )
    source: ClassVar[str] = "PyTorch documentation, torch.Tensor.to and Meta device."

    size: int = parameter(1000, "numbers in the tensor", low=1, high=10_000_000)

    def run(self) -> Result:
        """Return the devices, and for each call whether the same tensor came back and how many bytes were copied."""
        import torch

        t = torch.zeros(self.size)
        offered = ["cpu"]
        offered += [f"cuda:{number}" for number in range(torch.cuda.device_count())]
        offered += ["mps"] if torch.backends.mps.is_available() else []
        calls = {
            "t.to('cpu')": t.to("cpu"),
            "t.to(torch.float32)": t.to(torch.float32),
            "t.cpu()": t.cpu(),
            "t.to('cpu', copy=True)": t.to("cpu", copy=True),
            "t.to(torch.float64)": t.to(torch.float64),
            "t.half()": t.half(),
            **{f"t.to('{device}')": t.to(device) for device in offered[1:]},
        }
        same = {call: made is t for call, made in calls.items()}
        copied = {call: 0 if same[call] else made.numel() * made.element_size() for call, made in calls.items()}
        rows = tuple(
            (call, same[call], copied[call], str(made.device), str(made.dtype)) for call, made in calls.items()
        )
        columns = ("call", "is t itself", "bytes copied", "device", "type")
        return Result(
            experiment=self,
            values={"devices": tuple(offered), "same": same, "copied": copied},
            claims=_claims(t, same, copied),
            picture=_picture(copied),
            tables=(Table(title="calls", columns=columns, rows=rows),),
        )


def _claims(t: Tensor, same: dict[str, bool], copied: dict[str, int]) -> tuple[Claim, ...]:
    import torch

    meta = t.to(META)
    mixed = _error(t, meta)
    with torch.random.fork_rng(devices=[]):  # first weights come from the global generator: give it back
        module = torch.nn.Linear(2, 1)
    return (
        Claim(
            sentence="a move to where a tensor already is returns the tensor itself",
            holds=same["t.to('cpu')"] and same["t.to(torch.float32)"] and same["t.cpu()"],
            measured=f"{sum(same.values())} of {len(same)} calls copied 0 bytes",
        ),
        Claim(
            sentence="another device, another type, or copy=True makes a copy",
            holds=sum(same.values()) == 3,  # noqa: PLR2004  # the three calls above
            measured=", ".join(f"{call} {size:,} bytes" for call, size in copied.items() if size),
        ),
        Claim(
            sentence="a tensor is not moved by .to alone: the result must be assigned",
            holds=t.device.type == "cpu" and meta.device.type == META,
            measured=f"t.to('meta') gave {meta.numel()} numbers on {meta.device}; t is still on {t.device}",
        ),
        Claim(
            sentence="a module is moved in place and returns itself",
            holds=module.to(META) is module and module.weight.device.type == META,
            measured=f"Linear(2, 1).to('meta') is itself: {module.to(META) is module}; its weight is on "
            f"{module.weight.device}",
        ),
        Claim(
            sentence="tensors on two devices do not mix",
            holds=bool(mixed),
            measured=mixed or "0 complaints",
        ),
    )


def _error(first: Tensor, second: Tensor) -> str:
    """Return what PyTorch says to a product over two devices."""
    import torch

    try:
        torch.matmul(first, second)
    except RuntimeError as error:
        return f"RuntimeError in 1 of 1 products: {str(error).splitlines()[0]}"
    return ""


def _picture(copied: dict[str, int]) -> Picture:
    bars = Series(name="", x=np.array(list(copied)), y=np.array(list(copied.values()), dtype=float), kind="bars")
    free = [call for call, size in copied.items() if not size]
    return Picture(
        alt=f"Bytes copied by {len(copied)} calls; none by {', '.join(free)}.",
        panels=(Plot(title="bytes copied", series=(bars,)),),
    )

"""Where and with which numbers to train: device, precision, threads, compilation, memory format. All said aloud."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import torch
from torch import nn

from pellucid.foundation.errors import RangeError
from pellucid.foundation.names import unknown_name
from pellucid.foundation.records import Decision

KINDS: Final = ("cpu", "cuda", "mps")
STEPS_THAT_PAY: Final = 10_000  # a compilation takes 10-60 s; a step on a GPU gains about a millisecond or two
HALVES: Final = {"bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True, slots=True)
class Precision:
    """The numbers that a network computes with."""

    weights: torch.dtype
    """Of parameters, inputs and loss."""
    mixed: torch.dtype | None = None
    """Of the products inside the network, where it is a shorter type."""


def choose_device(wish: str | None, precision: str | None = None) -> tuple[torch.device, Decision]:
    """Return the device to train on, and why.

    Args:
        wish: `cpu`, `cuda`, `cuda:1`, `mps`, or None for the fastest there is.
        precision: the wish for the precision: double precision excludes MPS.

    Raises:
        UnknownNameError: there is no such kind of device.
        RangeError: this machine does not have it, or it lacks double precision.
    """
    double = precision == "float64"
    if wish is None:
        device, reason = _fastest(double)
        return device, Decision(topic="device", choice=str(device), reason=reason, overrule="--device cpu")
    kind, _, number = wish.partition(":")
    if kind not in KINDS or (number and not number.isdigit()):
        raise unknown_name("fit", "a device", wish, KINDS)
    count = {"cpu": 1, "cuda": torch.cuda.device_count(), "mps": int(torch.backends.mps.is_available())}[kind]
    if int(number or 0) >= count:
        raise RangeError(f"fit expected a device that this machine has, got {wish!r}: it has {_present()}")
    if double and kind == "mps":
        raise RangeError("fit expected a device with double precision, got 'mps': choose the device cpu")
    return torch.device(wish), Decision(topic="device", choice=wish, reason="you asked for it")


def _fastest(double: bool) -> tuple[torch.device, str]:
    if torch.cuda.is_available():
        return torch.device("cuda"), f"this machine has a {torch.cuda.get_device_name()}"
    if torch.backends.mps.is_available() and not double:
        return torch.device("mps"), "this machine has an Apple GPU"
    return torch.device("cpu"), "this machine has no GPU that torch can use"


def _present() -> str:
    devices = ["cpu", *(f"cuda:{number}" for number in range(torch.cuda.device_count()))]
    return ", ".join([*devices, "mps"] if torch.backends.mps.is_available() else devices)


def choose_precision(wish: str | None, device: torch.device, network: nn.Module) -> tuple[Precision, Decision]:
    """Return the numbers to compute with, and why: shorter ones for convolutions on a CUDA device, else float32."""
    if wish is None and device.type == "cuda" and has_pictures(network):
        name = "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp16"
        reason = "convolutions on this GPU are faster with it and learn as well"
    else:
        name = wish or "float32"
        reason = "you asked for it" if wish else "it is exact enough for every network and fast everywhere"
    precision = Precision(torch.float64 if name == "float64" else torch.float32, HALVES.get(name))
    return precision, Decision(topic="precision", choice=name, reason=reason, overrule="--precision float32")


def choose_compile(wish: bool | None, device: torch.device, steps: int) -> tuple[bool, tuple[Decision, ...]]:
    """Return whether torch.compile shall translate the network; by itself only on CUDA for a long training."""
    if wish is not None:
        return wish, ()
    if device.type != "cuda" or steps < STEPS_THAT_PAY:
        return False, ()
    reason = f"{steps:,} steps on a GPU win back the time that compiling takes"
    return True, (Decision(topic="compile", choice="torch.compile", reason=reason, overrule="--no-compile"),)


def has_pictures(network: nn.Module) -> bool:
    """Return whether the network has convolutions over pictures."""
    return any(isinstance(module, nn.Conv2d) for module in network.modules())


def uses_channels_last(network: nn.Module, device: torch.device) -> bool:
    """Return whether pictures shall lie in memory pixel by pixel: a quarter faster with batch norm or groups."""
    return device.type in ("cpu", "cuda") and has_pictures(network)


@contextmanager
def thread_count(threads: int | None) -> Iterator[None]:
    """Within the context, let torch use this many processor threads; None leaves them as they are."""
    before = torch.get_num_threads()
    if threads is not None:
        torch.set_num_threads(threads)
    try:
        yield
    finally:
        if threads is not None:
            torch.set_num_threads(before)

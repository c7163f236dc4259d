"""Checkpoints: one safetensors file that holds the whole state of a training, replaced atomically. No pickle."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from torch import Tensor

from pellucid.foundation.errors import RunFolderError
from pellucid.foundation.files import PARTIAL_SUFFIX, atomic_path
from pellucid.training.state import Counters, State

FILE_NAME: Final = "checkpoint.safetensors"
KEY: Final = "pellucid"
VERSION: Final = 1
COST_FACTOR: Final = 50  # a save is followed by at least 50 times its duration without one: at most 2 % of the time

Identity = dict[str, str | int | float | None]
"""What must be the same for a training to be continued exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The JSON inside the file."""

    version: int
    identity: dict[str, str | int | float | None]
    counters: Counters
    numbers: dict[str, Any]


class Checkpoints:
    """Writes the checkpoints of one training into a folder, and reads the one that is there."""

    def __init__(self, folder: Path, seconds: float, identity: Identity) -> None:
        self.path = folder / FILE_NAME
        self.identity = identity
        self.shortest = seconds
        self.due = time.monotonic() + seconds
        for left_over in folder.glob(f".{FILE_NAME}.*{PARTIAL_SUFFIX}"):  # of a process killed while saving
            left_over.unlink(missing_ok=True)

    def save(self, state: State) -> float:
        """Write the state and return how many seconds it took; the previous file stays until the new one is whole.

        Raises:
            RunFolderError: the disk is full or the folder cannot be written.
        """
        from safetensors import SafetensorError
        from safetensors.torch import save_file

        began = time.monotonic()
        header = Header(version=VERSION, identity=self.identity, counters=state.counters, numbers=state.numbers())
        tensors = {name: _savable(tensor) for name, tensor in state.tensors().items()}
        with atomic_path(self.path) as temporary:
            try:
                save_file(tensors, temporary, {KEY: msgspec.json.encode(header).decode()})
            except SafetensorError as error:  # how safetensors reports a full disk
                raise OSError(str(error)) from error
        took = time.monotonic() - began
        self.due = time.monotonic() + max(self.shortest, COST_FACTOR * took)
        return took

    def load(self, state: State) -> bool:
        """Take the saved state over into `state`; return False where there is none.

        Raises:
            RunFolderError: the file is damaged, newer than this version, or of a different training.
        """
        if not self.path.exists():
            return False
        header, tensors = read(self.path)
        differing = [name for name, value in self.identity.items() if header.identity.get(name) != value]
        if differing:
            name = differing[0]
            raise RunFolderError(
                f"resume expected a checkpoint with {name} {self.identity[name]}, got {header.identity.get(name)} in "
                f"{self.path}: resume with the settings it was written with, or train into a new folder"
            )
        state.load(header.counters, header.numbers, tensors)
        return True


def read(path: Path) -> tuple[Header, Mapping[str, Tensor]]:
    """Return what a checkpoint file holds.

    Raises:
        RunFolderError: the file is missing, damaged, or newer than this version.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            text = (file.metadata() or {}).get(KEY, "{}")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (safe_open is no mapping)
        version = msgspec.json.decode(text, type=dict[str, Any]).get("version", 0)
        if version > VERSION:
            raise RunFolderError(
                f"resume expected a checkpoint of version {VERSION} or older, got {version} in {path}: "
                "install a newer pellucid"
            )
        return msgspec.json.decode(text, type=Header), tensors
    except (SafetensorError, msgspec.MsgspecError, FileNotFoundError) as error:
        raise RunFolderError(
            f"resume expected {path} to be a checkpoint, got damaged or foreign content ({error}): "
            "delete the file to train from the start"
        ) from error


def _savable(tensor: Tensor) -> Tensor:
    """Return the tensor in memory of its own, in the usual order, as safetensors wants it."""
    tensor = tensor.detach().contiguous()
    return tensor if tensor.untyped_storage().nbytes() == tensor.nbytes else tensor.clone()

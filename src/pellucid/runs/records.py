"""What `run.json` holds: everything about a run except its weights, its history and its scores. Free of torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pellucid.foundation.records import Column, Decision, InputKind, InputSpec, LayerRow
from pellucid.runs.settings import Settings
from pellucid.training.records import Stopped
from pellucid.training.settings import TrainingSettings

FORMAT: Final = 1
"""Version of the run folder; a folder with a greater number was written by a newer Pellucid and is refused."""

Status = Literal["started", "trained", "finished"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """Where the data came from."""

    location: str | None
    """Path or name, absolute; None for objects handed over in Python, which `resume` must be given again."""
    name: str
    kind: InputKind
    rows: int
    fingerprint: str
    """Hash of the content: a resumed or repeated run notices when the data have changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRecord:
    """Which network was built, so that it can be built again."""

    family: str
    """Name in the catalogue; "" for the user's own network."""
    options: Mapping[str, Any]
    """The family's configuration as JSON."""
    path: str
    """Import path of the user's own network, where it has one."""
    title: str
    parameters: int
    layers: tuple[LayerRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedRecord:
    """How training went, in a few numbers; the epochs are in `history.jsonl`."""

    epochs: int
    best_epoch: int
    stopped: Stopped
    """Why it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run. Stages fill it in as they finish; fields of stages that have not finished are None."""

    format: int = FORMAT
    name: str
    status: Status
    created: str
    """ISO 8601, local time with offset."""
    versions: Mapping[str, str]
    machine: Mapping[str, str]
    settings: Settings
    """As the user gave them."""
    source: SourceRecord
    columns: tuple[Column, ...] = ()
    decisions: tuple[Decision, ...] = ()
    task: Mapping[str, Any] | None = None
    """`tasks.catalogue.task_to_json`."""
    categories: str | None = None
    """How the network takes categories: `levels`, `onehot` or `treatment`."""
    transform: Mapping[str, Any] | None = None
    """The fitted transform of the inputs."""
    spec: InputSpec | None = None
    parts: Mapping[str, int] = field(default_factory=dict)
    """Rows of `train`, `validation` and `test`."""
    network: NetworkRecord | None = None
    resolved: TrainingSettings | None = None
    """The training settings after the network's recommendations filled what was left open."""
    trained: TrainedRecord | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall time of each stage."""

"""The run folder: which file holds what, and how each is written and read. No pickle; every write is atomic."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pellucid.diagnosis.diagnosis import Diagnosis
from pellucid.evaluation.records import Evaluation
from pellucid.foundation.errors import RunFolderError
from pellucid.foundation.files import atomic_path, read_json, write_bytes, write_json
from pellucid.runs.records import FORMAT, RunRecord
from pellucid.runs.settings import named
from pellucid.runs.weighing import TargetWords

if TYPE_CHECKING:
    import polars
    from numpy.typing import NDArray
    from torch import Tensor

    from pellucid.training.records import EpochRecord

RECORD: Final = "run.json"
WORDS: Final = "words.json"
FINDINGS: Final = "findings.json"
ROW: Final = "row"
"""Column of `predictions.parquet`: the row number in the source."""
OFFSET: Final = "log_exposure"
PREDICTED, PROBABILITY, QUANTILE = "predicted_", "probability_", "quantile_"
"""What the names of the columns of predictions begin with; the target follows, then for probabilities the class."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One folder on disk, and its files by name."""

    path: Path

    @property
    def checkpoints(self) -> Path:
        """Where training keeps what it needs to continue."""
        return self.path / "checkpoints"

    @property
    def report(self) -> Path:
        """The page for people."""
        return self.path / "report.html"

    def exists(self) -> bool:
        """Return whether this is a run folder."""
        return (self.path / RECORD).is_file()

    def is_whole(self, record: RunRecord) -> bool:
        """Return whether everything that a finished run consists of can be read."""
        try:
            self.read_weights()
            self.read_scores()
            self.read_predictions()
            if record.settings.run.diagnose != "off" and self.read_diagnosis() is None:
                return False
            return record.trained is not None and len(self.read_history()) == record.trained.epochs
        except RunFolderError:
            return False  # resuming writes the damaged file again, from the checkpoint

    def write_record(self, record: RunRecord) -> None:
        """Write `run.json`; objects of the user's are written as their names."""
        resolved = record.resolved
        if resolved is not None:
            resolved = replace(resolved, optimizer=named(resolved.optimizer))
        write_json(self.path / RECORD, replace(record, settings=record.settings.recordable(), resolved=resolved))

    def read_record(self) -> RunRecord:
        """Read `run.json`.

        Raises:
            RunFolderError: there is none, it is damaged, or a newer version wrote it.
        """
        path = self.path / RECORD
        if not path.is_file():
            raise RunFolderError(
                f"pellucid expected a run folder, got {self.path} without {RECORD}: `pellucid runs` lists the runs"
            )
        try:
            version = json.loads(path.read_bytes()).get("format")
        except (ValueError, AttributeError):
            version = None  # read_json says below what is wrong with the file
        if isinstance(version, int) and version > FORMAT:
            raise RunFolderError(
                f"pellucid expected a run folder of format {FORMAT} or older, got format {version} in {self.path}: "
                "install the newer Pellucid that wrote it"
            )
        return read_json(path, RunRecord)

    def write_weights(self, tensors: Mapping[str, Tensor]) -> None:
        """Write `network.safetensors`."""
        from safetensors.torch import save

        write_bytes(self.path / "network.safetensors", save({name: t.contiguous() for name, t in tensors.items()}))

    def read_weights(self) -> dict[str, Tensor]:
        """Read `network.safetensors`.

        Raises:
            RunFolderError: it is missing or damaged.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load

        path = self.path / "network.safetensors"
        try:
            return dict(load(path.read_bytes()))
        except OSError:
            raise RunFolderError(
                f"pellucid expected trained weights in {path}, got no such file: "
                f"finish the run with `pellucid resume {self.path}`"
            ) from None
        except SafetensorError as error:
            raise RunFolderError(
                f"pellucid expected {path} to hold weights, got a damaged file ({error}): "
                f"restore it from a copy, or finish the run again with `pellucid resume {self.path}`"
            ) from None

    def write_split(self, parts: Mapping[str, NDArray[Any]]) -> None:
        """Write the row numbers of each part to `split.safetensors`."""
        from safetensors.numpy import save

        write_bytes(self.path / "split.safetensors", save(dict(parts)))

    def write_history(self, history: tuple[EpochRecord, ...]) -> None:
        """Write `history.jsonl`, a line for each epoch."""
        write_bytes(self.path / "history.jsonl", b"".join(msgspec.json.encode(epoch) + b"\n" for epoch in history))

    def read_history(self) -> tuple[EpochRecord, ...]:
        """Read `history.jsonl`; empty when the run has not been trained yet.

        Raises:
            RunFolderError: a line is damaged.
        """
        from pellucid.training.records import EpochRecord

        path = self.path / "history.jsonl"
        if not path.is_file():
            return ()
        try:
            return tuple(_epoch(msgspec.json.decode(line), EpochRecord) for line in path.read_bytes().splitlines())
        except (msgspec.MsgspecError, AttributeError) as error:
            raise RunFolderError(
                f"pellucid expected {path} to hold a line for each epoch, got damaged content ({error}): restore it"
            ) from None

    def write_scores(self, evaluation: Evaluation) -> None:
        """Write `scores.json`."""
        write_json(self.path / "scores.json", evaluation)

    def read_scores(self) -> Evaluation:
        """Read `scores.json`.

        Raises:
            RunFolderError: it is missing or damaged.
        """
        return read_json(self.path / "scores.json", Evaluation)

    def write_pictures(self, pictures: Mapping[str, NDArray[Any]]) -> None:
        """Write the pictures among the worst mistakes, by row of the source, to `mistakes.safetensors`."""
        from safetensors.numpy import save

        if pictures:
            write_bytes(self.path / "mistakes.safetensors", save(dict(pictures)))

    def write_words(self, words: tuple[TargetWords, ...]) -> None:
        """Write how much each word of the texts that are shown speaks for the answer to `words.json`."""
        if words:
            write_bytes(self.path / WORDS, msgspec.json.encode(words))

    def read_words(self) -> tuple[TargetWords, ...]:
        """Read `words.json`; empty where the run is not on texts.

        Raises:
            RunFolderError: it is damaged.
        """
        path = self.path / WORDS
        return read_json(path, tuple[TargetWords, ...]) if path.is_file() else ()

    def write_diagnosis(self, diagnosis: Diagnosis) -> None:
        """Write what is wrong with the training to `findings.json`."""
        write_json(self.path / FINDINGS, diagnosis)

    def read_diagnosis(self) -> Diagnosis | None:
        """Read `findings.json`; None where the run was not diagnosed.

        Raises:
            RunFolderError: it is damaged.
        """
        path = self.path / FINDINGS
        return read_json(path, Diagnosis) if path.is_file() else None

    def write_varied(self, pictures: NDArray[Any]) -> None:
        """Write some training examples beside varied versions of them (k, 1 + v, c, h, w) to `varied.safetensors`."""
        from safetensors.numpy import save

        write_bytes(self.path / "varied.safetensors", save({"pictures": pictures}))

    def write_predictions(self, frame: polars.DataFrame) -> None:
        """Write the predictions for the test part to `predictions.parquet`."""
        with atomic_path(self.path / "predictions.parquet") as temporary:
            frame.write_parquet(temporary)

    def read_predictions(self) -> polars.DataFrame:
        """Read the predictions for the judged part.

        Raises:
            RunFolderError: there are none, or the file is damaged.
        """
        import polars

        path = self.path / "predictions.parquet"
        try:
            return polars.read_parquet(path)
        except (OSError, polars.exceptions.PolarsError) as error:
            raise RunFolderError(
                f"pellucid expected predictions in {path}, got {type(error).__name__}: "
                f"finish the run with `pellucid resume {self.path}`, or restore the file from a copy"
            ) from None


def _epoch(line: dict[str, Any], kind: type[EpochRecord]) -> EpochRecord:
    """Return a line of the history as a record; JSON has no NaN, so the losses of a diverged run are null in it."""
    scores = {name: math.nan if value is None else value for name, value in line.get("scores", {}).items()}
    train_loss = math.nan if line.get("train_loss") is None else line["train_loss"]
    return msgspec.convert({**line, "scores": scores, "train_loss": train_loss}, kind)

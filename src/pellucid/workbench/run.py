"""A run: what `fit` returns and `load` finds again. It predicts, judges new data, and shows what it knows."""

from __future__ import annotations

import shutil
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.foundation.errors import NotTrainedError, RangeError, RunFolderError
from pellucid.runs.folder import RunFolder
from pellucid.runs.records import RunRecord

if TYPE_CHECKING:
    import polars
    from torch import nn

    from pellucid.evaluation.records import Evaluation
    from pellucid.networks.linear import Coefficients
    from pellucid.tasks.task import Task
    from pellucid.training.records import EpochRecord


class Run:
    """One trained network with everything about it. Made by `pellucid.fit` and `pellucid.load`."""

    def __init__(self, folder: RunFolder, record: RunRecord, *, own: Any = None) -> None:
        self.record = record
        self._folder, self._own = folder, own

    def __repr__(self) -> str:
        sentences = [report.sentence for report in self.scores.targets] if self.record.status == "finished" else []
        return "\n".join([f"Run({str(self.folder)!r}, {self.record.status})", *sentences])

    @property
    def folder(self) -> Path:
        """Where everything is saved."""
        return self._folder.path

    @cached_property
    def scores(self) -> Evaluation:
        """The network beside the baselines on the test part.

        Raises:
            RunFolderError: the run has not been judged yet, or the file is damaged.
        """
        return self._folder.read_scores()

    @cached_property
    def history(self) -> tuple[EpochRecord, ...]:
        """One record for each epoch."""
        return self._folder.read_history()

    @cached_property
    def task(self) -> Task:
        """What is predicted.

        Raises:
            NotTrainedError: the run was stopped before that was known.
        """
        from pellucid.tasks.catalogue import task_from_json

        if self.record.task is None:
            raise self._not_trained()
        return task_from_json(self.record.task)

    @cached_property
    def network(self) -> nn.Module:
        """The trained network, on the CPU, in prediction mode: a plain module that takes the transformed inputs.

        Raises:
            NotTrainedError: training has not finished.
            RangeError: the network was your own object: pass it to `load(folder, network=...)`.
        """
        from pellucid.workbench.weights import rebuilt

        if self.record.status == "started":
            raise self._not_trained()
        return rebuilt(self.record, self.task, self._folder, self._own)

    @cached_property
    def coefficients(self) -> Coefficients:
        """The coefficients of a linear network in the units of the data.

        Raises:
            RangeError: the network is not linear.
        """
        from pellucid.workbench.coefficients import coefficients_of

        if self.record.network is None or self.record.network.family != "linear":
            raise RangeError(
                f"coefficients expected a linear network, got {self.record.name}: fit with network='linear'"
            )
        return coefficients_of(self)

    def predict(self, source: Any, *, labels: str | None = None, skip_bad_rows: bool = False) -> polars.DataFrame:
        """Return the rows of `source` with a column `predicted_TARGET` and, for classes, their probabilities.

        Rows that cannot be read keep their place: their predictions are null and the column `problem` says why.

        Args:
            source: new data, in any form that `fit` takes.
            labels: the table of labels of a folder of pictures.
            skip_bad_rows: whether what cannot be read at all is left out.

        Raises:
            DataError: the source cannot be read, or lacks a column that was learnt from.
        """
        from pellucid.workbench.predicting import predict

        return predict(self, source, labels=labels, skip_bad_rows=skip_bad_rows)

    def evaluate(self, source: Any, *, labels: str | None = None, skip_bad_rows: bool = False) -> Evaluation:
        """Judge the network on new data that hold the targets too; rows that cannot be read are named and left out.

        Args:
            source: new data, in any form that `fit` takes.
            labels: the table of labels of a folder of pictures.
            skip_bad_rows: whether what cannot be read at all is left out.

        Raises:
            DataError: the source cannot be read, or lacks a column.
        """
        from pellucid.workbench.judging import evaluate
        from pellucid.workbench.narrator import Narrator

        narrator = Narrator(quiet=self.record.settings.run.quiet)
        return evaluate(self, source, narrator, labels=labels, skip_bad_rows=skip_bad_rows)

    def report(self) -> Path:
        """Write the report again and return where it is."""
        from pellucid.report.write import write_report

        return write_report(self._folder)

    def save(self, folder: str | Path) -> Path:
        """Copy the whole run to another folder.

        Raises:
            RunFolderError: there is something already.
        """
        destination = Path(folder)
        if destination.exists():
            raise RunFolderError(f"save expected a new folder, got {destination}, which exists: choose another name")
        partial = destination.with_name(destination.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(self.folder, partial)
        partial.rename(destination)
        return destination

    def _not_trained(self) -> NotTrainedError:
        return NotTrainedError(
            f"pellucid expected a trained run, got {self.record.name}, whose training was stopped early: "
            f"finish it with `pellucid resume {self.folder}`"
        )


def load(folder: str | Path, *, network: Any = None) -> Run:
    """Return the run in a folder. Loading never runs code from it: weights are safetensors, the rest is JSON.

    Args:
        folder: of the run.
        network: the module, where it was handed over to `fit` as an object.

    Raises:
        RunFolderError: there is no run, it is damaged, or a newer version wrote it.
    """
    place = RunFolder(Path(folder))
    return Run(place, place.read_record(), own=network)

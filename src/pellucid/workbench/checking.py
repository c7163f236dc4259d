"""`check` and `diagnose`: what is wrong before a training, and what was wrong with one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pellucid.diagnosis.finding import Finding
from pellucid.foundation.errors import RunFolderError
from pellucid.runs.folder import RunFolder
from pellucid.runs.settings import Settings
from pellucid.workbench.narrator import Narrator


def check(source: Any, target: str | tuple[str, ...] = (), **options: Any) -> tuple[Finding, ...]:
    """Look for what is wrong before any training: data, labels, parts, network and loss. Nothing is written.

    Args:
        source: what `fit` takes.
        target: column to predict, or several.
        **options: those of `fit`.

    Returns:
        What was found, root causes first; empty where all is well.

    Raises:
        DataError: the data cannot be read, or cannot be learnt from.
        UnknownNameError: a target, column, option, task or network does not exist.
        RangeError: an option is out of range.

    Example:
        >>> check("iris", quiet=True)
        ()
    """
    from pellucid.workbench.learning import examined
    from pellucid.workbench.preparing import prepare

    settings = Settings.of(target=target, **options)
    narrator = Narrator(quiet=settings.run.quiet)
    prepared = prepare(source, settings)
    narrator.data(prepared.dataset.name, len(prepared.dataset), prepared.description.columns, prepared.modality.nouns)
    narrator.decisions([decision for decision in prepared.decisions if decision.warning])
    diagnosis = examined(prepared, settings).diagnosis()
    narrator.diagnosis(diagnosis)
    return diagnosis.findings


def diagnose(run: str | Path) -> tuple[Finding, ...]:
    """Say what was wrong with the training of a run, and return it.

    Raises:
        RunFolderError: there is no such run, or it was not diagnosed.
    """
    folder = RunFolder(Path(run))
    record, diagnosis = folder.read_record(), folder.read_diagnosis()
    if diagnosis is None:
        why = "was fitted with --diagnose off" if record.settings.run.diagnose == "off" else "has none"
        raise RunFolderError(
            f"diagnose expected a run with findings, got {folder.path}, which {why}: fit again with --diagnose on, "
            f"or make what is missing with `pellucid resume {folder.path}`"
        )
    Narrator().diagnosis(diagnosis)
    return diagnosis.findings

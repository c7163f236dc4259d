"""`fit` and `resume`: the whole way from a source to a judged, saved network. This file is the map of the project."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pellucid.foundation.errors import DataError, RangeError, RunFolderError
from pellucid.runs.folder import RunFolder
from pellucid.runs.records import RunRecord, SourceRecord
from pellucid.runs.settings import Settings, stands_for_object
from pellucid.workbench.machine import versions
from pellucid.workbench.narrator import Narrator
from pellucid.workbench.run import Run, load

UNSAFE: Final = str.maketrans(dict.fromkeys(' /\\:*?"<>|', "-"))


def fit(source: Any, target: str | tuple[str, ...] = (), **options: Any) -> Run:
    """Train a network on data, judge it beside baselines, and save everything in a run folder.

    Args:
        source: a path (CSV, TSV, Parquet, ARFF, JSON lines, a folder of pictures, IDX files), one of digits, iris,
            wine, breast-cancer, diabetes, the name of a set that is fetched once (mnist, imdb, adult, …: see
            `pellucid fit --help`) or of one on the Hugging Face hub (hf:owner/name), a data frame (pandas,
            Polars, Arrow), or arrays or tensors (X, y).
        target: column to predict, or several; left out where the source says it.
        **options: every option of `pellucid fit`, with underscores: `epochs=20`, `network="linear"`, `out="runs"`.
            `network` may be a torch Module too, `optimizer` a function from parameters to a torch optimizer.

    Returns:
        The run: `.scores`, `.history`, `.network`, `.predict(...)`, `.evaluate(...)`, `.report()`, `.folder`.

    Raises:
        DataError: the data cannot be read, or cannot be learnt from.
        UnknownNameError: a target, column, option, task or network does not exist; the nearest is offered.
        RangeError: an option is out of range.
        RunFolderError: the run folder cannot be written.

    Example:
        >>> import tempfile
        >>> run = fit("iris", out=tempfile.mkdtemp(), epochs=2, quiet=True)
        >>> run.record.task["kind"]
        'multiclass'
    """
    settings = _at_home_anywhere(Settings.of(target=target, **options))
    folder = _new_folder(source, settings)
    record = RunRecord(
        name=folder.path.name,
        status="started",
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
        versions=versions(),
        machine={},
        settings=settings,
        source=SourceRecord(location=_location(source), name=_name(source), kind="table", rows=0, fingerprint=""),
    )
    try:
        folder.write_record(record)
        return _carry_out(source, record, folder)
    except Exception:
        if not any(folder.checkpoints.glob("*.safetensors")):
            shutil.rmtree(folder.path)  # nothing was learnt yet: leave no empty run behind
        raise


def resume(
    run: str | Path, source: Any = None, *, network: Any = None, optimizer: Any = None, quiet: bool = False
) -> Run:
    """Go on with a run that was killed or stopped; the result is bit for bit that of a run that was not.

    Args:
        run: the run's folder.
        source: the data again, where they had been handed over as Python objects.
        network: the module again, where it had been handed over as an object.
        optimizer: the function again, where it had been handed over as an object.
        quiet: say nothing.

    Raises:
        RunFolderError: there is no such run, or it is damaged.
        DataError: the data are not the ones that the run was started with.
    """
    folder = RunFolder(Path(run))
    record = folder.read_record()
    narrator = Narrator(quiet=quiet)
    interrupted = record.trained is not None and record.trained.stopped == "interrupted"
    if record.status == "finished" and not interrupted and folder.is_whole(record):
        narrator.say(f"{record.name} has finished already: `pellucid report {folder.path}` writes its report again")
        return load(folder.path, network=network)
    source = record.source.location if source is None else source
    if source is None:
        raise DataError(
            f"resume expected the data of {record.name} again, got none: they were handed over as an object; "
            "pass them as resume(run, source=...)"
        )
    settings = _with_objects(record.settings, network, optimizer)
    settings = replace(settings, run=replace(settings.run, quiet=quiet))
    return _carry_out(source, replace(record, settings=settings), folder)


def _carry_out(source: Any, record: RunRecord, folder: RunFolder) -> Run:
    """Do every stage: prepare, learn, judge, report. Each leaves its result in the folder before the next starts."""
    from pellucid.report.write import write_report
    from pellucid.workbench.judging import judge_run
    from pellucid.workbench.learning import learn
    from pellucid.workbench.preparing import prepare

    settings = record.settings
    narrator = Narrator(quiet=settings.run.quiet)
    prepared = prepare(source, settings)
    fingerprint = prepared.dataset.fingerprint
    if record.source.fingerprint not in ("", fingerprint):
        raise DataError(
            f"resume expected the data that {record.name} was started with, got different content in "
            f"{record.source.location or record.source.name}: restore the file, or start anew with `pellucid fit`"
        )
    record = replace(
        record,
        source=replace(
            record.source,
            name=prepared.dataset.name,
            kind=prepared.dataset.kind,
            rows=len(prepared.dataset),
            fingerprint=fingerprint,
        ),
        columns=prepared.description.columns,
    )
    narrator.data(prepared.dataset.name, len(prepared.dataset), record.columns, prepared.modality.nouns)
    record, learned = learn(prepared, record, folder, narrator)
    record = judge_run(prepared, learned, record, folder, narrator)
    if settings.run.report:
        started = time.perf_counter()
        write_report(folder)
        record = replace(record, seconds={**record.seconds, "report": time.perf_counter() - started})
        folder.write_record(record)
    narrator.saved(folder.path, report=settings.run.report)
    return Run(folder, record, own=settings.network.network)


def _with_objects(settings: Settings, network: Any, optimizer: Any) -> Settings:
    """Return the recorded settings with the objects that cannot be recorded put in again.

    Raises:
        RangeError: one is needed and not given.
    """
    given = {"network": network, "optimizer": optimizer}
    recorded = {"network": settings.network.network, "optimizer": settings.training.optimizer}
    for name, value in recorded.items():
        if stands_for_object(value) and given[name] is None:
            raise RangeError(
                f"resume expected the {name} {value} again, got none: it was handed over as an object; "
                f"pass it as resume(run, {name}=...)"
            )
    chosen = {name: recorded[name] if given[name] is None else given[name] for name in recorded}
    return replace(
        settings,
        network=replace(settings.network, network=chosen["network"]),
        training=replace(settings.training, optimizer=chosen["optimizer"]),
    )


def _new_folder(source: Any, settings: Settings) -> RunFolder:
    """Make the folder of a new run; making it claims the name, also where two fits start at once.

    Raises:
        RunFolderError: the user's name is taken, or the folder cannot be made.
    """
    out, name = Path(settings.run.out), settings.run.name
    stem = name or f"{_name(source).split('.')[0].translate(UNSAFE)}-{datetime.now():%Y%m%d-%H%M%S}"
    count = 1
    while True:
        folder = out / (stem if count == 1 else f"{stem}-{count}")
        try:
            folder.mkdir(parents=True)
            return RunFolder(folder)
        except FileExistsError:
            if name is not None:
                raise RunFolderError(
                    f"fit expected a name that is free in {out}, got {name!r}: choose another --name, "
                    f"or go on with that run by `pellucid resume {folder}`"
                ) from None
        except OSError as error:
            raise RunFolderError(
                f"fit expected to make a folder in {out}, got {error.strerror}: choose another folder with --out"
            ) from None
        count += 1


def _location(source: Any) -> str | None:
    """Return where the data can be read again: an absolute path or the name of a set; None for objects."""
    if not isinstance(source, (str, Path)):
        return None
    path = Path(source).expanduser()
    return str(path.resolve()) if path.exists() else str(source)


def _at_home_anywhere(settings: Settings) -> Settings:
    """Return the settings with the paths in them made absolute: a run is resumed from any folder."""
    data = settings.data
    labels, test = _location(data.labels), data.test if data.test_path is None else _location(data.test_path)
    return replace(settings, data=replace(data, labels=labels, test=test))


def _name(source: Any) -> str:
    """Return what to call the data."""
    return Path(source).name if isinstance(source, (str, Path)) else type(source).__name__

"""Data sets of the Hugging Face hub, `hf:owner/name`: their files, read like any other files, with their own parts."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.settings import DataSettings
from pellucid.data.sources.hub_media import LABELS, media_column, written_out
from pellucid.data.sources.source import Known, Source
from pellucid.foundation.errors import DataError
from pellucid.foundation.hub import HubName, Snapshot, is_hub_name, snapshot
from pellucid.foundation.records import Decision

TABLES: Final = (".parquet", ".csv", ".tsv", ".jsonl", ".ndjson", ".json")  # the first that a set has is read
DESCRIPTIONS: Final = ("dataset_infos.json", "dataset_info.json", "metadata.json", "config.json", "state.json")
PART: Final = re.compile(
    r"(?:^|[^a-z])(train(?:ing)?|test(?:ing)?|val(?:id(?:ation)?)?|dev)(?:[^a-z]|$)", re.IGNORECASE
)
TRAIN, TEST, VALIDATION, OTHER = "train", "test", "validation", "other"
SHARD: Final = re.compile(r"-\d+-of-\d+")
HIDDEN: Final = "-1"  # in place of the label of each row of a test part that is kept secret
SHOWN_NAMES: Final = 8


def read_hub(source: str, settings: DataSettings, known: Known) -> Dataset:
    """Read a data set of the hub, after fetching it where it is not there yet.

    Files of tables are sorted into parts by their names: training, validation and test. Where there are none, the
    folder is read as it is.

    Raises:
        MissingExtraError: the library huggingface_hub is not installed.
        DataError: the set cannot be fetched, or it is not clear which of its files are to be read.
    """
    from pellucid.data.reading import read  # it asks all sources, and this is one of them

    name = HubName.parse(source)
    wanted = (name.path, f"{name.path}/*") if name.path else ("*",)
    fetched = snapshot(name, "dataset", wanted)
    place = fetched.folder / name.path
    if not place.exists():
        raise DataError(f"read expected {name.path} in the data set {name.repository}, got none: check the path")
    settings = replace(settings, test=None)
    files = _tables(place)
    if place.is_file() or not files or settings.labels is not None:
        dataset = read(place, settings, known=known)
    else:
        dataset = _read_parts(_parts(files, place, source), settings, known)
    return replace(dataset, name=source, decisions=(_said(source, name, fetched), *dataset.decisions))


def _tables(place: Path) -> list[Path]:
    """Return the files of tables in a folder, all of one kind; none where there are none."""
    if place.is_file():
        return []
    files = [path for path in sorted(place.rglob("*")) if path.is_file() and path.name not in DESCRIPTIONS]
    for suffix in TABLES:
        found = [path for path in files if path.name.lower().removesuffix(".gz").endswith(suffix)]
        if found:
            return found
    return []


def _parts(files: Sequence[Path], place: Path, source: str) -> dict[str, list[Path]]:
    """Sort files into parts: train, test, validation and other.

    Raises:
        DataError: there are several sets in the folder, or several files of which none is called training.
    """
    parts: dict[str, list[Path]] = {}
    sets: dict[str, None] = {}
    for path in files:
        inner = path.relative_to(place)
        part = _part(inner)
        parts.setdefault(part, []).append(path)
        if part == TRAIN:
            sets["/".join(folder for folder in inner.parts[:-1] if not PART.search(folder))] = None
    names = [path.relative_to(place).as_posix() for path in files]
    if len(sets) > 1:
        offered = ", ".join(f"{source}/{one}" for one in list(sets)[:SHOWN_NAMES])
        raise DataError(f"read expected one set in {source}, got {len(sets)}: name the one you mean, such as {offered}")
    if TRAIN not in parts:
        if len({SHARD.sub("", one) for one in names}) > 1:
            offered = ", ".join(f"{source}/{one}" for one in names[:SHOWN_NAMES])
            raise DataError(
                f"read expected a file for training in {source}, got {len(names)} of which none is called so: "
                f"name the one you mean, such as {offered}"
            )
        return {TRAIN: list(files)}
    return parts


def _part(path: Path) -> str:
    """Return the part that the name of a file says, or that of its nearest folder that says one."""
    found = PART.findall(str(path))
    if not found:
        return OTHER
    first = found[-1].lower()[:2]
    return TRAIN if first == "tr" else TEST if first == "te" else VALIDATION


def _read_parts(parts: Mapping[str, list[Path]], settings: DataSettings, known: Known) -> Dataset:
    """Read the files of all parts; those of the test (without one, of the validation) are the official test part."""
    from pellucid.data.reading import joined

    test = _together(parts[TEST], settings, known) if TEST in parts else None
    hidden = test is not None and _hides_labels(test, _class_names(parts[TEST][0]))
    tests = VALIDATION if test is None or hidden else TEST
    training = [*parts[TRAIN], *(parts.get(VALIDATION, []) if tests == TEST else [])]
    dataset = _together(training, settings, known)
    if tests in parts:
        if test is None or hidden:
            test = _together(parts[VALIDATION], settings, known)
        both = joined(dataset, test)
        *others, said = both.decisions
        dataset = replace(both, decisions=(*others, replace(said, reason=f"its files are called {tests}")))
    said_left = _said_left(parts.get(OTHER, []), "their names say neither training, validation nor test")
    said_left += _said_left(parts[TEST] if hidden else [], "they hide their labels behind -1")
    return replace(dataset, decisions=(*said_left, *dataset.decisions))


def _hides_labels(dataset: Dataset, names: Mapping[str, Mapping[str, str]]) -> bool:
    """Say whether a column of classes holds nothing but -1, as sets of contests have it for their test part."""
    return any(set(dataset.frame[column].drop_nulls().cast(pl.String)) <= {HIDDEN} for column in names)


def _said_left(files: Sequence[Path], reason: str) -> tuple[Decision, ...]:
    """Say which files are left out."""
    if not files:
        return ()
    choice = f"{', '.join(path.name for path in files[:SHOWN_NAMES])} left out"
    return (Decision(topic="files", choice=choice, reason=reason, warning=True),)


def _together(files: Sequence[Path], settings: DataSettings, known: Known) -> Dataset:
    """Read files of one form, and put their rows one after the other."""
    from pellucid.data.reading import joined, read

    def plus(first: Dataset, second: Dataset) -> Dataset:
        both = joined(first, second)
        return replace(both, test_rows=None, decisions=both.decisions[:-1])

    column = media_column(files[0])
    if column is None:
        dataset = functools.reduce(plus, (read(path, settings, known=known) for path in files))
    else:
        folder = written_out(files, column)
        dataset = read(folder, replace(settings, labels=str(folder / LABELS)), known=known)
    names = _class_names(files[0])
    named = [
        pl.col(column).cast(pl.String).replace(names[column]).cast(pl.Categorical)
        for column in dataset.frame.columns
        if column in names
    ]
    return replace(dataset, frame=dataset.frame.with_columns(named))


def _class_names(path: Path) -> dict[str, dict[str, str]]:
    """Return, for each column of classes of a Parquet file of the hub, what its codes mean: the file says it."""
    if path.suffix != ".parquet":
        return {}
    try:
        features = json.loads(pl.read_parquet_metadata(path)["huggingface"])["info"]["features"]
    except (KeyError, ValueError, TypeError):
        return {}
    return {
        column: {str(code): str(one) for code, one in enumerate(feature["names"])}
        for column, feature in features.items()
        if isinstance(feature, dict) and feature.get("_type") == "ClassLabel"
    }


def _said(source: str, name: HubName, fetched: Snapshot) -> Decision:
    """Say which revision is read."""
    if not fetched.revision:
        return Decision(topic="data set", choice=str(fetched.folder), reason="PELLUCID_DATA names the folder it is in")
    return Decision(
        topic="data set",
        choice=f"{name.repository} of the Hugging Face hub, revision {fetched.revision}",
        reason="you named this revision" if name.revision else "it is the current one",
        overrule=f"{source.partition('@')[0]}@REVISION" if not name.path else "",
    )


HUB: Final = Source(
    name="hub",
    title="a data set of the Hugging Face hub: hf:owner/name",
    kind="table",
    recognises=is_hub_name,
    read=read_hub,
)

"""Which kind of input the columns of a data set make: a table, texts, files, or several of these at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.frames import Parted, collected
from pellucid.data.tidy import text_of
from pellucid.data.transforms.inputs import check_columns
from pellucid.foundation.records import Column, Decision

TEXT: Final = "text"  # the column of several texts joined
BETWEEN: Final = "\n"


def recast(dataset: Dataset, columns: Sequence[Column]) -> Dataset:
    """Return the data set as the kind that the columns learnt from make it.

    Args:
        dataset: as read: a table, or files with what is known of each.
        columns: as described; those whose role is `feature` are learnt from.

    Raises:
        DataError: a column that is learnt from is missing.

    Example:
        >>> import numpy as np
        >>> frame = pl.DataFrame({"review": ["good", "bad"], "stars": [5, 1]})
        >>> table = Dataset(kind="table", name="", frame=frame, source_rows=np.arange(2))
        >>> review = Column(name="review", kind="text", role="feature", missing=0, distinct=2, summary="")
        >>> recast(table, [review]).kind
        'text'
    """
    learnt = {column.name: column.kind for column in columns if column.role in ("feature", "time")}
    texts = [name for name, kind in learnt.items() if kind == "text" and name != dataset.subject]
    others = [name for name in learnt if name not in (*texts, dataset.subject)]
    if not texts and (not others or not dataset.subject):
        return dataset
    check_columns([*texts, *others], dataset.frame.columns)
    parts = []
    if others:
        parts.append(replace(dataset, kind="table", subject="", content=None, group="", problems=(), decisions=()))
    if texts:
        parts.append(_of_texts(dataset, texts))
    if dataset.subject in learnt:
        parts.append(dataset)
    return parts[0] if len(parts) == 1 else replace(dataset, kind="mixed", content=None, parts=tuple(parts))


def _of_texts(dataset: Dataset, texts: Sequence[str]) -> Dataset:
    """Return the texts of each row: one column, or several joined."""
    columns = [text_of(dataset.frame[name]).alias(name) for name in texts]
    name = texts[0] if len(texts) == 1 else _free(TEXT, dataset.frame.columns)
    if len(texts) == 1:
        return _with_texts(dataset, columns[0])
    together = collected(Parted.of(pl.LazyFrame(columns).select(_joined(texts, name))), len(dataset))
    return _with_texts(dataset, together.to_series())


def _with_texts(dataset: Dataset, texts: pl.Series) -> Dataset:
    """Return the data set as one of these texts."""
    frame = dataset.frame.with_columns(texts)
    return replace(dataset, kind="text", subject=texts.name, content=None, group="", frame=frame)


def _joined(texts: Sequence[str], name: str) -> pl.Expr:
    """Return the texts one under the other; null where all are missing."""
    return (
        pl.when(pl.any_horizontal(pl.col(texts).is_not_null()))
        .then(pl.concat_str(texts, separator=BETWEEN, ignore_nulls=True))
        .alias(name)
    )


def _free(name: str, taken: Sequence[str]) -> str:
    """Return the name, made longer until no column has it."""
    while name in taken:
        name += "_"
    return name


def said_kind(dataset: Dataset, features: Sequence[str]) -> tuple[Decision, ...]:
    """Say what a table is learnt from where it is not its cells alone."""
    if dataset.kind == "text":
        several = f", joined: {', '.join(features)}" if len(features) > 1 else f" in {features[0]}"
        reason = "nothing else can be learnt from, and its cells are sentences"
        return (Decision(topic="input", choice=f"texts{several}", reason=reason, overrule="--drop NAME"),)
    if dataset.kind == "mixed":
        named = " and ".join(f"the {part.subject}" if part.subject else "the other columns" for part in dataset.parts)
        reason = "each kind gets a network of its own, and their results are joined before the last layer"
        overrule = "--inputs " + " or --inputs ".join(part.kind for part in dataset.parts)
        return (Decision(topic="input", choice=f"{named} together", reason=reason, overrule=overrule),)
    return ()

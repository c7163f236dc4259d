"""The settings of reading, describing and splitting data. Imports nothing heavy: the command line starts with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pellucid.foundation.names import unknown_name
from pellucid.foundation.records import COLUMN_KINDS, ColumnKind
from pellucid.foundation.settings import check_choices, check_setting, setting

FEWEST_TOKENS: Final = 2  # padding and unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSettings:
    """What the user says about the data; everything left alone is decided from the data and said aloud.

    Raises:
        RangeError: a fraction or a size is outside its range.
        UnknownNameError: a kind or a choice does not exist; the nearest is offered.

    Example:
        >>> DataSettings(column={"zip": "category"}, drop=("id",)).split
        'auto'
    """

    column: Mapping[str, ColumnKind] | None = setting(
        None, "The kind of a column, NAME=KIND: number, category, date, text, identifier or constant."
    )
    drop: tuple[str, ...] = setting((), "A column to leave out.")
    keep: tuple[str, ...] = setting((), "A column to learn from although it looks like an identifier or a leak.")
    header: str = setting(
        "auto", "Whether the first row of a text file holds the column names.", choices=("auto", "yes", "no")
    )
    separator: str | None = setting(None, "What separates the fields of a text file: , ; | tab or blank.")
    decimal: str | None = setting(None, "The decimal mark of a text file: . or ,", choices=(".", ","))
    encoding: str | None = setting(None, "The encoding of a text file, such as utf-8 or cp1252.")
    missing: tuple[str, ...] = setting((), "Another text that stands for a missing cell, besides blank, ?, NA, null …")
    skip_bad_rows: bool = setting(False, "Leave out rows and files that cannot be read, and say which.")
    test: float | str | None = setting(
        None, "The test part: a file or folder of its own, or a fraction of the rows (0 for none)."
    )
    validation: float | None = setting(None, "The fraction of the training rows to validate on (0 for none).")
    split: str = setting("auto", "How rows are split.", choices=("auto", "random", "stratified", "group", "time"))
    group: str | None = setting(None, "The column whose equal values stay in one part.")
    time: str | None = setting(None, "The column of time: the test part is the latest.")
    labels: str | None = setting(None, "The table of labels of a folder of files: a column of file names, and labels.")
    size: int | tuple[int, int] | None = setting(
        None, "The size of pictures, frames and slices in pixels: a side, or height and width as in 28x32."
    )
    kind: str | None = setting(
        None,
        "What arrays hold where their shape does not say it: table, picture, series, video or volume.",
        choices=("table", "picture", "series", "video", "volume"),
    )
    exposure: str | None = setting(None, "The column of exposure of counts: time or amount under observation.")
    inputs: tuple[str, ...] = setting(
        (), "What to learn from where the data hold several kinds: table, text, picture; repeat for several."
    )
    augment: str | None = setting(
        None, "How training examples are varied: auto, none, or changes as in 'flip, rotate(10), crop(0.8)'."
    )
    vocabulary: int | None = setting(None, "Words, or pieces of words, that are told apart in texts.")
    longest: int | None = setting(None, "Tokens of a text that are read at most.")
    rate: int | None = setting(None, "Samples per second that sounds are brought to.")
    seconds: float | None = setting(None, "Length of sounds: longer ones are cut, shorter ones filled with silence.")
    frames: int | None = setting(None, "Frames of a clip that are read, spread over its length.")
    spacing: float | None = setting(None, "Millimetres between the voxels that volumes are brought to.")
    horizon: int | None = setting(None, "Steps ahead to forecast, of a table of times.")
    window: int | None = setting(None, "Steps back that a forecast looks at.")
    season: int | None = setting(None, "Steps after which a series repeats itself: 24 of hours with days; 1 for none.")
    known: tuple[str, ...] = setting((), "A column whose values are known ahead of a forecast: a holiday, a price.")

    def __post_init__(self) -> None:
        """Check every field, after all are stored."""
        check_choices(self)
        for kind in (self.column or {}).values():
            if kind not in COLUMN_KINDS:
                raise unknown_name("fit", "a kind of column", kind, COLUMN_KINDS)
        if self.test_fraction is not None:
            check_setting("test", self.test, "a file, or a fraction from 0 to below 1", 0 <= self.test_fraction < 1)
        check_setting(
            "validation",
            self.validation,
            "a fraction from 0 to below 1",
            self.validation is None or 0 <= self.validation < 1,
        )
        for name in ("longest", "rate", "frames", "horizon", "window", "season"):
            value = getattr(self, name)
            check_setting(name, value, "a whole number above 0", value is None or value > 0)
        told_apart = self.vocabulary is None or self.vocabulary > FEWEST_TOKENS
        check_setting("vocabulary", self.vocabulary, f"a whole number above {FEWEST_TOKENS}", told_apart)
        for name in ("seconds", "spacing"):
            value = getattr(self, name)
            check_setting(name, value, "above 0", value is None or value > 0)
        kinds = ("table", "text", "picture")
        check_setting("inputs", self.inputs, f"among {', '.join(kinds)}", set(self.inputs) <= set(kinds))
        sides = self.size if isinstance(self.size, tuple) else (1 if self.size is None else self.size,)
        check_setting("size", self.size, "a whole number of pixels above 0", all(side >= 1 for side in sides))

    @property
    def test_fraction(self) -> float | None:
        """The fraction of rows to test on, also when it came as text; None when it is a path or left to us."""
        try:
            return None if self.test is None else float(self.test)
        except ValueError:
            return None

    @property
    def test_path(self) -> str | None:
        """The file or folder that holds the test part, or None."""
        return str(self.test) if self.test is not None and self.test_fraction is None else None

"""The plain records that stages hand to one another. No torch here: the command line imports this at start-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["number", "category", "date", "text", "identifier", "constant"]
InputKind = Literal["table", "picture"]
COLUMN_KINDS: tuple[ColumnKind, ...] = ("number", "category", "date", "text", "identifier", "constant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something that was decided on the user's behalf; said aloud, written into the run, shown in the report."""

    topic: str
    """What it is about, one or two words: `task`, `network`, `column deck`."""
    choice: str
    """What was chosen: `binary classification`."""
    reason: str
    """Why, in a clause that can follow *because*: `survived holds the two values 0 and 1`."""
    overrule: str = ""
    """How to choose otherwise: `--task regression`; empty where nothing else is possible."""
    warning: bool = False
    """Whether the user should look at it even when in a hurry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the data, as understood."""

    name: str
    kind: ColumnKind
    role: Literal["feature", "target", "exposure", "group", "time", "unused"]
    missing: int
    """Cells without a value."""
    distinct: int
    """Different values, missing not counted."""
    summary: str
    """One phrase: `0.42 … 512.3, median 14.5` or `male 65 %, female 35 %`."""
    reason: str = ""
    """Why this kind or role, where it is not obvious."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSpec:
    """What a network is given: enough to build one, and nothing of where it came from."""

    kind: InputKind
    examples: int
    """Training examples: networks grow with them."""
    numbers: int = 0
    """Numeric features (d)."""
    levels: tuple[int, ...] = ()
    """For each category feature (m of them) the number of levels; level 0 is *missing or never seen*."""
    shape: tuple[int, ...] = ()
    """Of one picture: (c, h, w)."""
    mean: tuple[float, ...] = ()
    """Per channel, of pictures scaled to 0…1."""
    std: tuple[float, ...] = ()
    """Per channel, of pictures scaled to 0…1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """One line of the table of layers."""

    name: str
    kind: str
    shape: str
    """Of the output, for one example: `(256,)`."""
    parameters: int
    multiply_adds: int = 0
    """For one example: the products of weights and inputs, each with its addition."""

"""The plain records that stages hand to one another. No torch here: the command line imports this at start-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["number", "category", "date", "text", "identifier", "constant"]
InputKind = Literal["table", "picture", "text", "sound", "series", "video", "volume", "mixed"]
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
    """What a network is given: enough to build one, and nothing of where it came from.

    The network is called with the tensors that this describes, in the order of `tensors`.
    """

    kind: InputKind
    examples: int
    """Training examples: networks grow with them."""
    numbers: int = 0
    """Numeric features (d) of a table."""
    levels: tuple[int, ...] = ()
    """For each category feature (m of them) the number of levels; level 0 is *missing or never seen*."""
    shape: tuple[int, ...] = ()
    """Of one example: picture (c, h, w), sound and series (c, l), video and volume (c, z, h, w), text (l,) in tokens.

    Lengths l are the longest there are: a batch of texts or of series of several lengths may be shorter."""
    mean: tuple[float, ...] = ()
    """Per channel, of pictures and videos scaled to 0…1."""
    std: tuple[float, ...] = ()
    """Per channel, of pictures and videos scaled to 0…1."""
    vocabulary: int = 0
    """Of text: tokens are numbers from 0 to below this; 0 is padding, 1 a token that is not in the vocabulary."""
    rate: int = 0
    """Of sound: samples per second; of video: frames per second where that is known."""
    lengths: bool = False
    """Whether series have several lengths: then a second tensor (n,) of int64 says how long each is; zeros follow."""
    future: tuple[int, int] = (0, 0)
    """Of forecasts: (k, horizon) of the k inputs that are known ahead; above 0 a second tensor (n, k, horizon)."""
    parts: tuple[InputSpec, ...] = ()
    """Of several inputs at once: one for each; the network gets the tensors of the first, then of the next."""

    @property
    def tensors(self) -> int:
        """How many tensors the network is called with.

        Example:
            >>> InputSpec(kind="table", examples=9, numbers=3, levels=(4,)).tensors
            2
        """
        if self.parts:
            return sum(part.tensors for part in self.parts)
        return 1 + (bool(self.levels) or self.lengths or self.future[0] > 0)


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
    receptive_field: str = ""
    """Places of the input that one place of the output sees: `7 × 7`; "" where it sees no part alone."""

"""What every experiment declares: its parameters, what it shows, and what it claims with a measured truth value.

An experiment is a frozen dataclass of parameters and a `run()`. The fields, declared with `parameter`, become arguments
in Python, `--set name=value` on the command line, and sliders where there are any.
"""

from __future__ import annotations

import inspect
import math
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, ClassVar, Final, get_args, get_type_hints

import msgspec
import numpy as np

from pellucid.concepts.sources import example_of
from pellucid.drawing.page import EXAMPLE, Page, Section, Verdict, words
from pellucid.drawing.records import Picture, Table
from pellucid.foundation.errors import RangeError, ShapeError
from pellucid.foundation.names import unknown_name

MEANING: Final = "meaning"
LOW: Final = "low"
HIGH: Final = "high"
UNIT: Final = "unit"
CHOICES: Final = "choices"
SEED: Final = "seed"

LARGEST: Final = 2**63  # of a whole number: beyond it neither torch nor a page can hold it
LONGEST_SHOWN: Final = 60  # letters of a value in a sentence


def parameter(
    default: Any = MISSING,
    meaning: str = "",
    *,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare one parameter of an experiment.

    Args:
        default: its value unless another is given.
        meaning: what it is, as said to people.
        low: least value, included; of each number where there are several.
        high: largest value, included.
        unit: of the value, where it has one.
        choices: the names that it admits.
    """
    return field(default=default, metadata={MEANING: meaning, LOW: low, HIGH: high, UNIT: unit, CHOICES: choices})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence of the textbooks, and whether it came out so here."""

    sentence: str
    """`rate 1.1 diverges`."""
    holds: bool
    """Measured, never assumed."""
    measured: str
    """The numbers that decide it: `|x| grew from 10 to 61.9`."""
    expected: bool = True
    """Whether it comes out so with the default parameters, for every seed: False for what the books say and what does
    not hold. A test checks it."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What an experiment found: plain arrays, claims, and a picture."""

    experiment: Experiment
    values: Mapping[str, Any]
    """Numbers and NumPy arrays by name: every intermediate number of an experiment that goes step by step."""
    claims: tuple[Claim, ...]
    picture: Picture
    tables: tuple[Table, ...] = ()

    def __getitem__(self, name: str) -> Any:
        """Return one of the values."""
        if name not in self.values:
            raise unknown_name(self.experiment.name, "a value", name, self.values)
        return self.values[name]

    def page(self) -> Page:
        """Return everything that is told about the experiment and what came out."""
        kind = type(self.experiment)
        verdicts = [Verdict(sentence=one.sentence, holds=one.holds, measured=one.measured) for one in self.claims]
        return Page(
            kind="experiment",
            group=kind.theme,
            name=kind.name,
            title=kind.title,
            summary=kind.question,
            formula=kind.formula,
            latex=kind.latex,
            picture=self.picture,
            sections=(
                Section(title="What came out", verdicts=tuple(verdicts)),
                *(Section(title=table.title, table=table) for table in self.tables),
                Section(title="What to look for", paragraphs=(kind.look_for,)),
                Section(title="Parameters", pairs=self.experiment.parameters()),
                Section(title=EXAMPLE, code=example_of(kind)),
                Section(title="The code", code=inspect.getsource(sys.modules[kind.__module__]), folded=True),
            ),
            source=kind.source,
        )

    def _ipython_display_(self) -> None:
        from pellucid.drawing.markdown import show

        show(self.page())


@dataclass(frozen=True, kw_only=True)
class Experiment(ABC):
    """One idea that can be run. Subclasses add parameters and say what is declared here."""

    name: ClassVar[str]
    """The key: `descent`."""
    aliases: ClassVar[tuple[str, ...]] = ()
    theme: ClassVar[str]
    """The name of its folder: `optimization`."""
    title: ClassVar[str]
    """As said to people: `gradient descent in one dimension`."""
    question: ClassVar[str]
    """What it answers, as a question."""
    formula: ClassVar[str]
    """Plain text: the rule that is followed or the law that is tested."""
    latex: ClassVar[str]
    """The same in LaTeX, without dollar signs."""
    look_for: ClassVar[str]
    """What to look at in the picture, and what to change next."""
    source: ClassVar[str]
    """Author, year."""

    def __post_init__(self) -> None:
        """Make every parameter what it is declared as, lists and arrays to tuples, and check it against its range.

        Experiments with further rules extend this.

        Raises:
            RangeError: a value is of another type, or lies outside its range.
            ShapeError: a tuple is empty, or the rows of a matrix differ in length.
            UnknownNameError: a name is none of the choices.
        """
        hints = get_type_hints(type(self))
        for declared in fields(self):
            value = _as_declared(self.name, declared.name, getattr(self, declared.name), hints[declared.name])
            object.__setattr__(self, declared.name, value)  # the one way to set a field of a frozen dataclass
            _check(self.name, declared, value)

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Return each parameter with its value, and what it means with its range."""
        return tuple(
            (f"{declared.name} = {words(getattr(self, declared.name))}", _meaning(declared))
            for declared in fields(self)
        )

    @abstractmethod
    def run(self) -> Result:
        """Do it, and return everything that it found."""

    @classmethod
    def is_random(cls) -> bool:
        """Return whether a seed decides the outcome: then the claims are tested over twenty seeds."""
        return any(declared.name == SEED for declared in fields(cls))


def _meaning(declared: Field[Any]) -> str:
    choices, low, high, unit = (declared.metadata.get(key) for key in (CHOICES, LOW, HIGH, UNIT))
    ranges = [", ".join(choices)] if choices else [range_of(low, high)] if (low, high) != (None, None) else []
    rest = "; ".join([*([unit] if unit else []), *ranges])
    return f"{declared.metadata[MEANING]}" + (f" ({rest})" if rest else "")


def final_loss(losses: Any) -> float:
    """Return the last of some losses; infinite where training left the range of numbers, since NaN compares with none.

    Example:
        >>> final_loss([2.0, 1.0]), final_loss([2.0, float("nan")])
        (1.0, inf)
    """
    last = float(losses[-1])
    return math.inf if math.isnan(last) else last


def wrong_type(experiment: str, name: str, hint: Any, value: Any) -> RangeError:
    """Return the error for a parameter of another type than it is declared with.

    Example:
        >>> print(wrong_type("descent", "rate", float, "fast"))
        descent expected rate to be a number, got 'fast': write a number
    """
    said = {int: "a whole number", float: "a number", bool: "True or False", str: "text"}.get(hint)
    nested = any(get_args(part) for part in get_args(hint))
    advice = f"write {said}" if said else f"write it as in {'((1, 2), (3, 4))' if nested else '(1, 2)'}"
    return RangeError(
        f"{experiment} expected {name} to be {said or 'numbers in brackets'}, got {_cut(value)}: {advice}"
    )


def _cut(value: Any) -> str:
    """Return a value for a sentence, however long it is."""
    if isinstance(value, int) and abs(value) >= LARGEST:
        return f"one of {value.bit_length()} bits"  # Python refuses to write out numbers of thousands of digits
    shown = repr(value)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"


def _as_declared(experiment: str, name: str, value: Any, hint: Any) -> Any:
    if hint is Any:  # a function, as text or as a callable: `formulas.objective` reads it
        return value
    plain = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    try:
        return msgspec.convert(plain, hint)
    except msgspec.ValidationError:
        raise wrong_type(experiment, name, hint, plain) from None


def _check(experiment: str, declared: Field[Any], value: Any) -> None:
    choices, low, high = (declared.metadata.get(key) for key in (CHOICES, LOW, HIGH))
    if choices and value not in choices:
        raise unknown_name(experiment, declared.name, value, choices)
    if isinstance(value, tuple) and not value and declared.default != ():
        raise ShapeError(f"{experiment} expected {declared.name} to hold numbers, got none: write at least one")
    lengths = {len(one) for one in value if isinstance(one, tuple)} if isinstance(value, tuple) else set()
    if len(lengths) > 1 or 0 in lengths:
        raise ShapeError(
            f"{experiment} expected {declared.name} to have rows of one length, got {sorted(lengths)}: write it as in "
            "((1, 2), (3, 4))"
        )
    for one in _numbers(value):
        if (low is not None and not one >= low) or (high is not None and not one <= high):  # a NaN fails both
            rule = range_of(low, high)
            raise RangeError(
                f"{experiment} expected {declared.name} to be {rule}, got {_cut(one)}: pass a number in this range"
            )
        if not abs(one) < (LARGEST if isinstance(one, int) else math.inf):
            raise RangeError(
                f"{experiment} expected {declared.name} to be a finite number, a whole one below 2^63, "
                f"got {_cut(one)}: pass another"
            )


def _numbers(value: Any) -> Iterator[float]:
    """Yield every number of a parameter, also of tuples in tuples."""
    if isinstance(value, tuple):
        for one in value:
            yield from _numbers(one)
    elif isinstance(value, int | float):
        yield value


def range_of(low: float | None, high: float | None) -> str:
    """Return a range in words.

    Example:
        >>> range_of(0, None), range_of(1, 5)
        ('at least 0', 'from 1 to 5')
    """
    if low is None:
        return f"at most {high:g}" if high is not None else "any number"
    return f"at least {low:g}" if high is None else f"from {low:g} to {high:g}"

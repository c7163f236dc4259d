"""What every concept declares about itself. Families (losses, layers, …) add what is theirs.

A concept is read in four ways: the formula, the NumPy that follows it letter by letter, the PyTorch that is fast, and
the picture. NumPy and PyTorch never call each other: they are two witnesses, and one contract test compares them.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.concepts.sources import example_of, self_contained
from pellucid.drawing.page import EXAMPLE, Page, Section, words
from pellucid.drawing.records import Picture

Floats = NDArray[np.float64]
UNTOLD: Final = frozenset({"shown"})
"""Fields of families that only say how the picture is drawn."""

Values = Literal[
    "numbers",
    "positive",
    "counts",
    "zero or one",
    "minus or plus one",
    "class indices",
    "one-hot",
    "probabilities",
    "distributions",
    "log distributions",
]
"""What an array holds. Probabilities lie between 0 and 1; distributions also sum to 1 along the last axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One array that a concept takes."""

    name: str
    """As the reference calls it: `logits`."""
    shapes: tuple[str, ...]
    """The shapes that it may have, in the letters of `foundation.axes`: `("(n,)", "(n, t)")`. The first shape of one
    argument goes with the first shape of the others, and so on."""
    meaning: str
    values: Values = "numbers"
    differentiable: bool = True
    """Whether the reference returns a gradient for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One hyperparameter of a concept; its default is the default of the reference's own argument."""

    name: str
    meaning: str
    low: float | None = None
    """Least value, included."""
    high: float | None = None
    """Largest value, included."""
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Concept(ABC):
    """One thing that a person can name in deep learning."""

    family: ClassVar[str]
    """The name of the package: `losses`."""

    name: str
    """The key: `cross_entropy`."""
    aliases: tuple[str, ...] = ()
    """Other names in use: those of PyTorch (`CrossEntropyLoss`), Keras and scikit-learn, and short ones (`ce`)."""
    title: str
    """As said to people: `cross-entropy`."""
    summary: str
    """One sentence: what it does."""
    formula: str
    """Plain text, with the letters of the reference."""
    latex: str
    """The same in LaTeX, without dollar signs."""
    arguments: tuple[Argument, ...]
    options: tuple[Option, ...] = ()
    result: str
    """Shape and meaning of what comes out."""
    reference: Callable[..., Any]
    """NumPy, letter by letter."""
    fast: Callable[..., Any]
    """PyTorch. Imports torch when it is called: a concept can be read without."""
    when: str
    """When to use it."""
    when_not: str
    """When not, and what instead."""
    mistakes: tuple[str, ...]
    """What people get wrong with it."""
    source: str
    """Author, year, and which variant this is."""

    @abstractmethod
    def picture(self) -> Picture:
        """Return what the concept looks like."""

    @property
    def backward(self) -> Callable[..., Any] | None:
        """The NumPy gradient, where it is a function of its own."""
        return None

    @property
    def example(self) -> str:
        """The example in the docstring of the reference, with the import that it needs; empty when there is none."""
        return example_of(self.reference)

    def numpy_source(self) -> str:
        """Return the source of the NumPy reference, and of its backward pass if it has one, which runs by itself."""
        return self_contained(self.reference, *([self.backward] if self.backward else []))

    def torch_source(self) -> str:
        """Return the source of the PyTorch form, which runs by itself."""
        return self_contained(self.fast)

    def default(self, option: Option) -> Any:
        """Return the default value of an option: that of the reference's argument of this name."""
        return inspect.signature(self.reference).parameters[option.name].default

    def properties(self) -> tuple[tuple[str, str], ...]:
        """Return what the family declares beside what every concept has: `convex`, `yes`."""
        common = {declared.name for declared in (*fields(Concept), *fields(Differentiable))}
        own = [declared.name for declared in fields(self) if declared.name not in common | UNTOLD]
        values = {name: getattr(self, name) for name in own}
        return tuple((name.replace("_", " "), words(value)) for name, value in values.items() if _is_plain(value))

    def page(self) -> Page:
        """Return everything that is told about the concept."""
        taken = [
            (
                one.name,
                f"{' or '.join(one.shapes)}; {one.meaning}" + (f" ({one.values})" if one.values != "numbers" else ""),
            )
            for one in self.arguments
        ]
        chosen = [(f"{one.name} = {words(self.default(one))}", _option(one)) for one in self.options]
        properties = self.properties()
        return Page(
            kind="concept",
            group=self.family,
            name=self.name,
            title=self.title,
            summary=self.summary,
            formula=self.formula,
            latex=self.latex,
            picture=self.picture(),
            sections=(
                Section(title="Takes", pairs=(*taken, *chosen)),
                Section(title="Returns", paragraphs=(self.result,)),
                *((Section(title="Properties", pairs=properties),) if properties else ()),
                Section(title="When to use it", paragraphs=(self.when,)),
                Section(title="When not", paragraphs=(self.when_not,)),
                Section(title="Common mistakes", items=self.mistakes),
                Section(title="Also called", paragraphs=(", ".join(self.aliases),)),
                Section(title=EXAMPLE, code=self.example),
                Section(title="NumPy, letter by letter", code=self.numpy_source(), folded=True),
                Section(title="PyTorch, fast", code=self.torch_source(), folded=True),
            ),
            source=self.source,
        )

    def _ipython_display_(self) -> None:
        from pellucid.drawing.markdown import show

        show(self.page())


@dataclass(frozen=True, kw_only=True)
class Differentiable(Concept):
    """A concept whose reference gives a gradient too: one interface for the contract tests, whatever the family."""

    sample: Callable[[np.random.Generator], tuple[tuple[NDArray[Any], ...], dict[str, Any]]] | None = None
    """Draws inputs and options that fit together, where shapes follow from options (a convolution's kernel). None: the
    declared arguments say enough."""

    def value_of(self, inputs: tuple[NDArray[Any], ...], options: dict[str, Any]) -> Floats:
        """Return the reference's value as an array, () for a scalar: here for references that return it first."""
        return np.asarray(self.reference(*inputs, **options)[0])

    def gradients_of(
        self, upstream: Floats, inputs: tuple[NDArray[Any], ...], options: dict[str, Any]
    ) -> tuple[Floats, ...]:
        """Return the reference's gradient of `(upstream * value).sum()` by every differentiable argument, in order.

        Here for scalar values whose reference returns its gradient second, as one array or as a tuple of them.
        """
        gradients = self.reference(*inputs, **options)[1]
        several = gradients if isinstance(gradients, tuple) else (gradients,)
        return tuple(np.asarray(upstream * gradient) for gradient in several)

    @property
    def differentiable(self) -> tuple[int, ...]:
        """The places of the differentiable arguments."""
        return tuple(place for place, argument in enumerate(self.arguments) if argument.differentiable)


def _option(option: Option) -> str:
    """Return the meaning of an option with its range."""
    if option.choices:
        return f"{option.meaning} ({', '.join(words(one) for one in option.choices)})"
    bounds = [
        f"{word} {bound:g}" for word, bound in (("at least", option.low), ("at most", option.high)) if bound is not None
    ]
    return f"{option.meaning} ({', '.join(bounds)})" if bounds else option.meaning


def _is_plain(value: Any) -> bool:
    """Return whether a declared value is a property that can be said in words."""
    if isinstance(value, tuple):
        return all(isinstance(one, str | float) for one in value) and bool(value)
    return value is None or isinstance(value, str | bool | int | float)

"""Sources that can be pasted: what they use comes along, what only checks stays behind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from pellucid.concepts.sources import example_of, self_contained

MODULE = '''
import math
from functools import reduce as fold
from pellucid.concepts.losses.numbers.huber import DELTA

FIRST, SECOND = 1, 2
ROOT = math.sqrt(FIRST)
for LOOPED in range(3):
    pass


def check_it(x):
    raise ValueError(x)


class Kept:
    """A class of ours."""

    value = SECOND


def helper(x: "Unknown") -> float:
    """Say nothing."""
    return x * ROOT * DELTA


def used(x):
    """Say nothing.

    Example:
        >>> 1
    """
    check_it(x)  # goes
    if x > 0:
        check_it(x)
    if x > 1:
        check_it(x)
    else:
        x = Kept.value
    return fold(max, [helper(x), len([x])])  # stays


def looped():
    return LOOPED
'''


@pytest.fixture
def module(tmp_path: Path) -> Iterator[ModuleType]:
    """A module that stands where concepts do."""
    made = ModuleType("pellucid.concepts.made_up")
    path = tmp_path / "made_up.py"
    path.write_text(MODULE)
    made.__file__ = str(path)
    exec(compile(MODULE, str(path), "exec"), made.__dict__)
    sys.modules[made.__name__] = made
    yield made
    del sys.modules[made.__name__]


def pasted(function: Callable[..., object]) -> tuple[str, dict[str, object]]:
    source = self_contained(function)
    names: dict[str, object] = {}
    exec(compile(source, "pasted", "exec"), names)
    return source, names


def test_it_runs_alone_and_gives_the_same(module: ModuleType) -> None:
    source, names = pasted(module.used)
    assert names["used"](-1.0) == module.Kept.value  # type: ignore[operator]
    assert "check_it" not in source
    assert "# stays" in source
    assert "Say nothing" not in source
    assert "DELTA = 1.0" in source
    assert source.index("def used") < source.index("def helper")


def test_what_no_statement_assigns_cannot_be_printed(module: ModuleType) -> None:
    with pytest.raises(LookupError, match="assigns no LOOPED at its top"):
        self_contained(module.looped)


def test_an_example_ends_where_the_next_section_begins() -> None:
    def shown() -> None:
        """Do nothing.

        Example:
            >>> shown()

            >>> 1
            1

        Source: nobody.
        """

    assert example_of(shown).splitlines()[1:] == [">>> shown()", "", ">>> 1", "1"]
    assert example_of(test_an_example_ends_where_the_next_section_begins) == ""

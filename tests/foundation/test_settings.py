"""Settings and the small language of calls in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.foundation.errors import RangeError
from pellucid.foundation.settings import Call, check_setting

literals = st.one_of(st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False), st.text())
names = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)


@given(names, st.lists(literals, max_size=3))
def test_a_call_is_read_as_python_writes_it(name: str, arguments: list[object]) -> None:
    text = f"{name}({', '.join(map(repr, arguments))}, last=1)" if arguments else f"{name}(last=1)"
    assert Call.parse(text) == Call(name, tuple(arguments), (("last", 1),))


@pytest.mark.parametrize("text", ["sgd(", "sgd(momentum=open('x'))", "sgd(**{})", "sgd() or 1", "sgd(x)"])
def test_nothing_is_evaluated(text: str) -> None:
    with pytest.raises(RangeError, match="expected a name or a name with literal arguments"):
        Call.parse(text)


def test_a_broken_rule_is_a_sentence_and_none_always_passes() -> None:
    check_setting("epochs", None, "above 0", False)
    with pytest.raises(RangeError, match=r"fit expected epochs to be above 0, got -1: give epochs such a value"):
        check_setting("epochs", -1, "above 0", False)
